//! Calendars of other programs: iCalendar files that come in (RFC 5545).

pub mod blocks;
pub mod entity;
pub mod event;
mod file;
mod import;
pub mod series;
pub mod zones;

pub use blocks::FileError;
pub use event::Skip;
pub use file::{CalendarFile, read_file};
pub use import::{AT_ONCE, Counts, Owner, apply};
pub use series::Defaults;
