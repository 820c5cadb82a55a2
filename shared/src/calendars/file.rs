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
    for (calendar, block) in blocks.events {
        let head = blocks.calendars.get(calendar).cloned().unwrap_or_default();
        let event = match block {
            Block::Event(text) => read(&text),
            Block::Refused { uid, reason } => {
                let message = "the event is larger or nested deeper than any calendar's";
                Err(Skip::new(uid.as_deref(), reason, message))
            }
        };
        match event {
            Ok(mut event) => {
                event.cancelled |= head.cancels;
                if let Some(zone) = head.zone.filter(|name| zones.find(name).is_some()) {
                    event.place(&zone);
                }
                by_uid.entry(event.uid.clone()).or_default().push(event);
            }
            Err(skip) => skipped.push(skip),
        }
    }
    let series = by_uid.into_values().filter_map(|events| build(events, &zones, defaults, &mut skipped)).collect();
    Ok(CalendarFile { series, skipped })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Random, SeededRandom};

    const SAMPLE: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VTIMEZONE\r\nTZID:Own\r\nBEGIN:STANDARD\r\n\
        DTSTART:20071104T020000\r\nTZOFFSETFROM:-0400\r\nTZOFFSETTO:-0500\r\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU\r\n\
        END:STANDARD\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT\r\nUID:a\r\nSUMMARY:Walk\\, talk\r\n\
        DTSTART;TZID=Own:20270304T080000\r\nDTEND;TZID=Own:20270304T090000\r\n\
        RRULE:FREQ=MONTHLY;BYDAY=-1FR;COUNT=9\r\nEXDATE;TZID=Own:20270326T080000\r\nRDATE:20270327T120000Z\r\n\
        BEGIN:VALARM\r\nTRIGGER;RELATED=END:-P1DT2H\r\nEND:VALARM\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:a\r\n\
        RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Own:20270430T080000\r\nDTSTART;TZID=Own:20270430T101500\r\n\
        END:VEVENT\r\nEND:VCALENDAR\r\n";

    #[test]
    fn whatever_a_byte_becomes_reading_ends() {
        let random = SeededRandom::new(11);
        let good = read_file(SAMPLE.as_bytes(), Tz::UTC, Defaults::default()).expect("a calendar");
        assert_eq!((good.series.len(), good.skipped.len()), (1, 0));
        for _ in 0..3000 {
            let mut bytes = SAMPLE.as_bytes().to_vec();
            let mut dice = [0_u8; 12];
            random.fill(&mut dice);
            for pick in dice.chunks_exact(4).take(1 + usize::from(dice[0] % 3)) {
                let at = (usize::from(pick[0]) * 256 + usize::from(pick[1])) % bytes.len();
                match pick[2] % 4 {
                    0 => bytes[at] = pick[3],
                    1 => bytes.truncate(at.max(1)),
                    2 => bytes.insert(at, pick[3]),
                    _ => {
                        let again = bytes[at..(at + usize::from(pick[3])).min(bytes.len())].to_vec();
                        bytes.splice(at..at, again);
                    }
                }
            }
            if let Ok(file) = read_file(&bytes, Tz::UTC, Defaults::default()) {
                for line in file.series.iter().flat_map(|series| &series.lines) {
                    line.schedule.schedule(uuid::Uuid::nil()).bounds();
                }
            }
        }
    }
}
