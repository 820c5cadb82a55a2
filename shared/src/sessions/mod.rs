//! Sessions: meetings of a specialist with a client or several, as they took place. Notes, units and claims rest on them.

mod attendees;
mod check;
mod create;
pub mod entity;
mod finish;
mod list;
mod load;
mod locks;
mod overlap;
mod time;
mod update;
mod words;

pub use attendees::{AttendeePatch, update_attendee};
pub use create::{NewSession, create};
pub use finish::{finish, void};
pub(crate) use list::finished_between;
pub use list::{SessionFilter, has_open, list};
pub use load::{AttendeeView, SessionView, get, views_of};
pub use locks::{lock_for_note, note_signed, note_voided};
pub use time::{Portion, attended, day_of, minutes, portions};
pub use update::{SessionPatch, update};
pub use words::{Attendance, Kind, Modality, NonBillableReason, OtherPresent, State};

/// A meeting longer than this is a typing error.
pub const LONGEST_HOURS: i64 = 24;
