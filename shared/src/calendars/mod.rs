//! Calendars of other programs: iCalendar files that come in (RFC 5545).

pub mod blocks;
pub mod event;
pub mod series;
pub mod zones;
