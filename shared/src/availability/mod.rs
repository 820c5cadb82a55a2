//! When members of staff work, and where in it there is still room.

pub mod entity;
mod hours;
mod slots;
mod store;

pub use hours::{DayOfWeek, TimeOff, WorkingHours};
pub use slots::{MAX_SLOT_DAYS, Slot, free_slots};
pub use store::{Availability, NewAvailability, get_availability, put_availability};
