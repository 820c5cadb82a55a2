//! Local times and occurrence ids as they are written.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDateTime, Timelike};
use uuid::Uuid;

use crate::error::{Error, Result};

const MINUTE: &str = "%Y-%m-%dT%H:%M";

/// A wall-clock time to the minute: `2027-03-08T02:30`. Seconds, zones and impossible dates are refused; so are years
/// outside 2000 to 2199, which are typing errors.
pub fn parse_local(text: &str) -> Option<NaiveDateTime> {
    let local = NaiveDateTime::parse_from_str(text, MINUTE).ok()?;
    (text.len() == 16 && (2000..2200).contains(&local.year())).then_some(local)
}

pub fn format_local(local: NaiveDateTime) -> String {
    let (year, month, day, hour, minute) = (local.year(), local.month(), local.day(), local.hour(), local.minute());
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}")
}

/// A local time from a column of ours.
pub(crate) fn stored_local(text: &str) -> Result<NaiveDateTime> {
    NaiveDateTime::parse_from_str(text, MINUTE).map_err(Error::internal)
}

/// `{item_id}.{original local start, YYYYMMDDTHHMM}`: the same however the occurrence is moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OccurrenceId {
    pub item_id: Uuid,
    pub original_local: NaiveDateTime,
}

impl fmt::Display for OccurrenceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.original_local;
        let (year, month, day) = (at.year(), at.month(), at.day());
        write!(f, "{}.{year:04}{month:02}{day:02}T{:02}{:02}", self.item_id, at.hour(), at.minute())
    }
}

impl FromStr for OccurrenceId {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let (item, local) = text.split_once('.').ok_or(Error::NotFound)?;
        let original_local = NaiveDateTime::parse_from_str(local, "%Y%m%dT%H%M").map_err(|_| Error::NotFound)?;
        let id = Self { item_id: item.parse().map_err(|_| Error::NotFound)?, original_local };
        // One spelling only, so that ids can be compared as text.
        if id.to_string() == text { Ok(id) } else { Err(Error::NotFound) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_times_are_strict() {
        assert!(parse_local("2027-03-08T02:30").is_some());
        for wrong in [
            "2027-02-30T10:00",
            "2027-03-08 02:30",
            "2027-03-08T02:30:00",
            "2027-03-08T24:00",
            "2027-3-8T2:30",
            "0001-01-01T00:00",
        ] {
            assert!(parse_local(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn occurrence_ids_have_one_spelling() {
        let text = "01928374-0000-7000-8000-000000000000.20270308T0230";
        assert_eq!(text.parse::<OccurrenceId>().expect("valid").to_string(), text);
        assert!(text.to_uppercase().replace('T', "t").parse::<OccurrenceId>().is_err());
        assert!("x.20270308T0230".parse::<OccurrenceId>().is_err());
    }
}
