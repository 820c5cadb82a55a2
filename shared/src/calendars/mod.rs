//! Calendars of other programs (RFC 5545): files that come in, and feeds that go out.

mod batch;
pub mod blocks;
pub mod entity;
pub mod event;
mod feed;
mod file;
mod import;
mod jobs;
mod people;
pub mod series;
mod settings;
pub mod zones;

pub use blocks::{FileError, MAX_FILE};
pub use event::Skip;
pub use feed::{Feed, FeedDetail, FeedView, MAX_FEEDS, NewFeed, create_feed, list_feeds, read_feed, remove_feed};
pub use file::{CalendarFile, read_file};
pub use import::{Counts, Owner, SERIES_AT_ONCE};
pub use jobs::{ImportView, get_import, import_now, import_step, run_import, start_import, waiting_import};
pub use series::Defaults;
pub use settings::{CalendarSettings, get_settings, update_settings};
