//! Supervision: who supervises whom from when to when, what was talked about, and what is due.

mod access;
mod assignments;
mod due;
pub mod entity;
mod log;

pub use access::{StaffReach, authorize_staff, staff_within_reach, supervises_on};
pub(crate) use assignments::all_assignments;
pub use assignments::{NewSupervision, SupervisionPatch, SupervisionView, assign, list, update};
pub use due::{Due, due, last_supervisions};
pub use log::{Entry, NewEntry, list_log, record, sign};

use crate::words::words;

words! {
    /// How somebody was supervised.
    #[schema(as = SupervisionMode)]
    Mode {
        Individual = "individual",
        Group = "group",
        /// The supervisor sat in on a session.
        Observation = "observation",
    }
}
