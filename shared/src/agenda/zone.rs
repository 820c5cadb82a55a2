//! Wall-clock times and real instants.
//!
//! An agenda item keeps the time a person wrote down (a local date and time) and the name of a zone. The instant
//! follows from the two only here, by RFC 5545 section 3.3.5: a time that the clock skips moves forward by what was
//! skipped; a time that the clock shows twice means the first.

use chrono::{
    DateTime, Datelike, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone, Utc,
};
use chrono_tz::Tz;
use std::ops::{Range, RangeInclusive};

/// The release of the IANA time zone database that is built in, for example `2025b`.
pub const TZDATA_VERSION: &str = chrono_tz::IANA_TZDB_VERSION;

/// Years for which a local time has an instant.
const YEARS: RangeInclusive<i32> = 1..=9999;

/// Names that the database has for old software only: offsets without daylight saving time, which people write when
/// they mean a place that has it.
const REFUSED: [&str; 3] = ["EST", "HST", "MST"];

/// The name is not one of the IANA time zone database, or is a bare abbreviation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the IANA name of a time zone, such as America/New_York")]
pub struct UnknownZone;

/// A local time with the instant it stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resolved {
    pub at: DateTime<Utc>,
    /// What the clock on the wall shows at `at`; differs from the time asked for only after a [`Shift::Gap`].
    pub local: NaiveDateTime,
    /// Seconds east of UTC at `at`.
    pub offset_seconds: i32,
    pub shift: Shift,
}

/// How a local time met the clock changes of its zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shift {
    /// The clock shows the time exactly once.
    None,
    /// The clock skips the time; it moved forward by the length of the gap.
    Gap,
    /// The clock shows the time twice; the first is meant.
    Overlap,
}

/// The zone of an IANA name, aliases such as `US/Eastern` included. Case matters, as in the database.
pub fn parse_zone(name: &str) -> Result<Tz, UnknownZone> {
    if REFUSED.contains(&name) {
        return Err(UnknownZone);
    }
    name.parse().map_err(|_| UnknownZone)
}

/// The instant of a local time.
///
/// `None` when the zone has no such date at all (Samoa left out 2011-12-30 to change sides of the date line: moving the
/// time forward would give the next day two of everything), and outside the years 1 to 9999.
pub fn resolve(local: NaiveDateTime, tz: Tz) -> Option<Resolved> {
    if !YEARS.contains(&local.year()) {
        return None;
    }
    match tz.from_local_datetime(&local) {
        MappedLocalTime::Single(at) => Some(Resolved::new(at.to_utc(), tz, Shift::None)),
        MappedLocalTime::Ambiguous(first, _) => Some(Resolved::new(first.to_utc(), tz, Shift::Overlap)),
        MappedLocalTime::None => {
            let gap = Gap::around(local, tz);
            (!gap.swallows(local.date())).then(|| Resolved::new((local - gap.offset_before).and_utc(), tz, Shift::Gap))
        }
    }
}

/// What the clock on the wall shows at an instant.
pub fn local_of(at: DateTime<Utc>, tz: Tz) -> NaiveDateTime {
    at.with_timezone(&tz).naive_local()
}

/// The first and the last instant at which the zone's clock reaches a local time. They differ when the clock is set
/// back across it; when the clock skips the time, both are the moment of the skip.
pub fn reached(local: NaiveDateTime, tz: Tz) -> (DateTime<Utc>, DateTime<Utc>) {
    if local.year() < *YEARS.start() {
        return (DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MIN_UTC);
    }
    if local.year() > *YEARS.end() {
        return (DateTime::<Utc>::MAX_UTC, DateTime::<Utc>::MAX_UTC);
    }
    match tz.from_local_datetime(&local) {
        MappedLocalTime::Single(at) => (at.to_utc(), at.to_utc()),
        MappedLocalTime::Ambiguous(first, last) => (first.to_utc(), last.to_utc()),
        MappedLocalTime::None => {
            let gap = Gap::around(local, tz);
            (gap.at, gap.at)
        }
    }
}

/// The first instant of a local date: midnight, or where the clock skips midnight (Cairo, Beirut, Santiago) the moment
/// of the skip. For a date that the zone left out it is the start of the next.
pub fn start_of_day(date: NaiveDate, tz: Tz) -> DateTime<Utc> {
    reached(date.and_time(NaiveTime::MIN), tz).0
}

/// All of a local date, 23 to 25 hours as a rule; empty for a date that the zone left out.
pub fn day_bounds(date: NaiveDate, tz: Tz) -> Range<DateTime<Utc>> {
    let end = date.succ_opt().map_or(DateTime::<Utc>::MAX_UTC, |next| start_of_day(next, tz));
    start_of_day(date, tz)..end
}

/// Seconds east of UTC as `-05:00`; with seconds (`+00:19:32`) only where a zone had them long ago.
pub fn utc_offset_text(seconds: i32) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    let size = seconds.unsigned_abs();
    let (hours, minutes, rest) = (size / 3600, size / 60 % 60, size % 60);
    if rest == 0 {
        format!("{sign}{hours:02}:{minutes:02}")
    } else {
        format!("{sign}{hours:02}:{minutes:02}:{rest:02}")
    }
}

impl Resolved {
    fn new(at: DateTime<Utc>, tz: Tz, shift: Shift) -> Self {
        let there = at.with_timezone(&tz);
        Self { at, local: there.naive_local(), offset_seconds: there.offset().fix().local_minus_utc(), shift }
    }
}

/// A moment at which a zone's clock jumps forward.
struct Gap {
    at: DateTime<Utc>,
    offset_before: TimeDelta,
    /// First and last plus one of the local times that the clock skips.
    skipped: Range<NaiveDateTime>,
}

impl Gap {
    /// The jump over `local`, a time that the zone's clock never shows: the one second where the clock passes from
    /// before it to after it.
    fn around(local: NaiveDateTime, tz: Tz) -> Self {
        // Two days hold the largest jump known, 24 hours, and any offset.
        let mut before = local.and_utc() - TimeDelta::days(2);
        let mut after = local.and_utc() + TimeDelta::days(2);
        while after - before > TimeDelta::seconds(1) {
            let middle = before + TimeDelta::seconds((after - before).num_seconds() / 2);
            if local_of(middle, tz) < local {
                before = middle;
            } else {
                after = middle;
            }
        }
        // The sub-second part of `local` went along; clocks change on whole seconds.
        let at = after - TimeDelta::nanoseconds(i64::from(after.timestamp_subsec_nanos()));
        let offset_before = local_of(before, tz) - before.naive_utc();
        Self { at, offset_before, skipped: at.naive_utc() + offset_before..local_of(at, tz) }
    }

    fn swallows(&self, date: NaiveDate) -> bool {
        self.skipped.start <= date.and_time(NaiveTime::MIN) && self.skipped.end.date() > date
    }
}

#[cfg(test)]
mod tests;
