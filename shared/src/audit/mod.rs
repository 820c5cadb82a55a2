//! The audit log: append-only, numbered in commit order, chained by a keyed hash (45 CFR 164.312(b)).

mod append;
pub mod entity;
mod event;
mod reads;
mod record_access;
mod refusals;
mod search;
mod verify;

pub(crate) use append::append;
pub use append::create_head;
pub use event::{AuditEvent, DataClass, Outcome, Purpose};
pub use reads::{ReadMarks, note_read};
pub use record_access::{RecordAccess, record_access};
pub use refusals::{note_failed_sign_in, note_refusal};
pub use search::{AuditFilter, AuditView, search};
pub use verify::{Finding, MOST_FINDINGS, Verdict, verify};
