//! Ready to bill: for every session that took place, its units with their working, and every rule that it fails, with what
//! to do about it. Claims come later; nothing here is stored.

mod facts;
mod finding;
mod gather;
mod readiness;
mod rules;
mod sums;

pub use facts::{Context, NoteFacts, NoteState, SessionFacts};
pub use finding::{Finding, Rule};
pub use readiness::{Line, MAX_DAYS, readiness, readiness_of};
