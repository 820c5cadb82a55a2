//! A whole file: its series, and what of it is left out.

use std::collections::BTreeMap;

use chrono_tz::Tz;

use super::blocks::{Block, FileError, MAX_FILE, cut, decode};
use super::event::{Event, Skip, read};
use super::series::{Defaults, Series, build};
use super::zones::Zones;

/// What a file says, ready for agendas.
#[derive(Debug, Default)]
pub struct CalendarFile {
    pub series: Vec<Series>,
    pub skipped: Vec<Skip>,
}

impl CalendarFile {
    /// Series and left-out events together: what progress is counted by.
    pub fn len(&self) -> usize {
        self.series.len()
    }

    pub fn is_empty(&self) -> bool {
        self.series.is_empty()
    }
}

/// Reads an iCalendar file (RFC 5545) in any encoding that is met. `zone` helps where a file describes its zone without
/// naming it.
///
/// # Errors
/// [`FileError`] when the file as a whole is no calendar; single events that cannot be used are listed instead.
pub fn read_file(bytes: &[u8], zone: Tz, defaults: Defaults) -> Result<CalendarFile, FileError> {
    if bytes.len() > MAX_FILE {
        return Err(FileError::TooLarge);
    }
    let blocks = cut(&decode(bytes))?;
    let zones = Zones::read(&blocks.zones, zone);
    let mut skipped = Vec::new();
    let mut by_uid: BTreeMap<String, Vec<Event>> = BTreeMap::new();
    for block in blocks.events {
        let event = match block {
            Block::Event(text) => read(&text),
            Block::Refused { uid, reason } => {
                let message = "the event is larger or nested deeper than any calendar's";
                Err(Skip::new(uid.as_deref(), reason, message))
            }
        };
        match event {
            Ok(mut event) => {
                event.cancelled |= blocks.cancels;
                by_uid.entry(event.uid.clone()).or_default().push(event);
            }
            Err(skip) => skipped.push(skip),
        }
    }
    let series = by_uid.into_values().filter_map(|events| build(events, &zones, defaults, &mut skipped)).collect();
    Ok(CalendarFile { series, skipped })
}
