//! Telling staff: who is alerted in which step, until somebody takes the matter over.

mod audience;
mod deliver;
pub mod entity;
mod escalate;
mod reach;
mod start;
mod state;

pub use deliver::settle_overdue;
pub(crate) use deliver::{claim, delivery_ended, useful_until};
pub use escalate::escalate_due;
pub use reach::{AlertView, find_alert};
pub(crate) use reach::{authorize_matter, told_since};
pub use start::Subject;
pub(crate) use start::{First, Matter, inform, inform_staff, settle, settle_all, start};
pub use state::{AlertState, EscalationState};
