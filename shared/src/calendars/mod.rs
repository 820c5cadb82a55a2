//! Calendars of other programs: iCalendar files that come in (RFC 5545).

pub mod blocks;
pub mod entity;
pub mod event;
mod file;
mod import;
mod jobs;
pub mod series;
pub mod zones;

pub use blocks::{FileError, MAX_FILE};
pub use event::Skip;
pub use file::{CalendarFile, read_file};
pub use import::{Counts, Owner};
pub use jobs::{ImportView, get_import, import_now, run_import, start_import, waiting_import};
pub use series::Defaults;
