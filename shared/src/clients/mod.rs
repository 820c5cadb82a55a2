//! Clients (the people served), who works with them, and who may see them.

mod access;
mod assignments;
mod contact;
pub mod entity;
mod patch;
mod store;
mod wishes;

pub use access::{authorize, is_within, visible_ids, within_reach};
pub(crate) use access::{caseload, caseload_of};
pub(crate) use assignments::assignments_of_staff;
pub use assignments::{Assignment, assign, end_assignment, list_assignments};
pub use patch::{ClientPatch, update};
pub use store::{ClientView, NewClient, create, get, list, names_and_zones};
pub(crate) use wishes::quiet_hours_of;
pub use wishes::{Language, NotificationDetail, QuietHoursInput, read_zone};
