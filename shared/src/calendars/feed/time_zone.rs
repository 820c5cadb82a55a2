//! `VTIMEZONE` (RFC 5545 section 3.6.5): when the clocks of a zone change, for programs that do not know its name.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use chrono::{DateTime, Datelike, Duration, NaiveDate, NaiveDateTime, Offset, TimeZone, Utc, Weekday};
use chrono_tz::{OffsetComponents, OffsetName, Tz};

use super::lines::Lines;

/// Clocks are not changed twice within this time.
const STEP: Duration = Duration::days(7);

/// A moment at which clocks change.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Change {
    /// As the clock showed it before.
    local: NaiveDateTime,
    kind: Kind,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Kind {
    from: i32,
    to: i32,
    summer: bool,
    name: String,
}

/// Which day of a month: the nth such weekday, or the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Yearly {
    month: u32,
    weekday: Weekday,
    nth: i32,
}

/// Describes a zone for all of these years; for ever, where its clocks follow a rule in the last ten of them.
pub fn write(lines: &mut Lines, zone: Tz, years: RangeInclusive<i32>) {
    let (Some(begin), Some(end)) = (midnight(*years.start()), midnight(years.end() + 1)) else { return };
    lines.add("BEGIN", "VTIMEZONE");
    lines.add("TZID", zone.name());
    let first = zone.offset_from_utc_datetime(&begin.naive_utc());
    let offset = first.fix().local_minus_utc();
    let name = first.abbreviation().unwrap_or_default().to_owned();
    let kind = Kind { from: offset, to: offset, summer: !first.dst_offset().is_zero(), name };
    let epoch = NaiveDate::from_ymd_opt(1970, 1, 1).unwrap_or_default().into();
    part(lines, &kind, epoch, None, &[]);
    let mut by_kind: BTreeMap<Kind, Vec<NaiveDateTime>> = BTreeMap::new();
    for change in changes(zone, begin, end) {
        by_kind.entry(change.kind).or_default().push(change.local);
    }
    for (kind, mut locals) in by_kind {
        let ruled = rule(&locals, *years.end());
        if let Some((yearly, since)) = ruled {
            part(lines, &kind, locals[since], Some(yearly), &[]);
            locals.truncate(since);
        }
        if let Some((first, rest)) = locals.split_first() {
            part(lines, &kind, *first, None, rest);
        }
    }
    lines.add("END", "VTIMEZONE");
}

fn midnight(year: i32) -> Option<DateTime<Utc>> {
    NaiveDate::from_ymd_opt(year, 1, 1)?.and_hms_opt(0, 0, 0).map(|at| at.and_utc())
}

fn changes(zone: Tz, begin: DateTime<Utc>, end: DateTime<Utc>) -> Vec<Change> {
    let offset_at = |at: DateTime<Utc>| zone.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc();
    let mut changes = Vec::new();
    let mut before = begin;
    while before < end {
        let mut after = before + STEP;
        let (from, to) = (offset_at(before), offset_at(after));
        let next = after;
        if from != to {
            let mut low = before;
            while after - low > Duration::seconds(1) {
                let middle = low + (after - low) / 2;
                let middle = middle - Duration::nanoseconds(i64::from(middle.timestamp_subsec_nanos()));
                if offset_at(middle) == from { low = middle } else { after = middle }
            }
            let there = zone.offset_from_utc_datetime(&after.naive_utc());
            let name = there.abbreviation().unwrap_or_default().to_owned();
            let kind = Kind { from, to: there.fix().local_minus_utc(), summer: !there.dst_offset().is_zero(), name };
            changes.push(Change { local: after.naive_utc() + Duration::seconds(i64::from(from)), kind });
        }
        before = next;
    }
    changes.retain(|change| change.local.year() <= end.year());
    changes
}

/// The rule of the last ten years, and from which change on it holds.
fn rule(locals: &[NaiveDateTime], last_year: i32) -> Option<(Yearly, usize)> {
    let last = locals.last()?;
    let candidates = [nth(*last), -1].map(|nth| Yearly { month: last.month(), weekday: last.weekday(), nth });
    let follows = |local: &NaiveDateTime, yearly: &Yearly| {
        let at_day = if yearly.nth < 0 { is_last(*local) } else { nth(*local) == yearly.nth };
        local.month() == yearly.month && local.weekday() == yearly.weekday && local.time() == last.time() && at_day
    };
    let best = candidates
        .into_iter()
        .map(|yearly| {
            let mut since = locals.len();
            let mut year = last_year;
            while since > 0 && follows(&locals[since - 1], &yearly) && locals[since - 1].year() == year {
                since -= 1;
                year -= 1;
            }
            (yearly, since)
        })
        .min_by_key(|(_, since)| *since)?;
    (locals.len() - best.1 >= 10).then_some(best)
}

fn nth(local: NaiveDateTime) -> i32 {
    i32::try_from((local.day() - 1) / 7 + 1).unwrap_or(1)
}

fn is_last(local: NaiveDateTime) -> bool {
    (local + Duration::days(7)).month() != local.month()
}

fn part(lines: &mut Lines, kind: &Kind, start: NaiveDateTime, yearly: Option<Yearly>, more: &[NaiveDateTime]) {
    let word = if kind.summer { "DAYLIGHT" } else { "STANDARD" };
    lines.add("BEGIN", word);
    lines.add("DTSTART", &stamp(start));
    lines.add("TZOFFSETFROM", &offset_text(kind.from));
    lines.add("TZOFFSETTO", &offset_text(kind.to));
    if !kind.name.is_empty() {
        lines.text("TZNAME", &kind.name);
    }
    if let Some(Yearly { month, weekday, nth }) = yearly {
        let day = weekday.to_string().to_uppercase();
        lines.add("RRULE", &format!("FREQ=YEARLY;BYMONTH={month};BYDAY={nth}{}", &day[..2]));
    }
    if !more.is_empty() {
        lines.add("RDATE", &more.iter().map(|at| stamp(*at)).collect::<Vec<_>>().join(","));
    }
    lines.add("END", word);
}

pub(super) fn stamp(local: NaiveDateTime) -> String {
    local.format("%Y%m%dT%H%M%S").to_string()
}

fn offset_text(seconds: i32) -> String {
    let size = seconds.unsigned_abs();
    let sign = if seconds < 0 { '-' } else { '+' };
    let text = format!("{sign}{:02}{:02}", size / 3600, size / 60 % 60);
    if size.is_multiple_of(60) { text } else { format!("{text}{:02}", size % 60) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendars::zones::Zones;

    fn described(zone: Tz, years: RangeInclusive<i32>) -> String {
        let mut lines = Lines::default();
        write(&mut lines, zone, years);
        lines.into_text()
    }

    #[test]
    fn rules_where_there_are_rules() {
        let text = described(Tz::America__New_York, 2026..=2037);
        assert!(text.contains("DTSTART:20260308T020000\r\nTZOFFSETFROM:-0500\r\nTZOFFSETTO:-0400\r\nTZNAME:EDT\r\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU\r\n"), "{text}");
        assert!(text.contains("RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU\r\n"), "{text}");
        assert!(described(Tz::Europe__Berlin, 2026..=2037).contains("BYMONTH=10;BYDAY=-1SU"));
        assert_eq!(described(Tz::America__Phoenix, 2026..=2037).matches("BEGIN:").count(), 2);
    }

    #[test]
    fn dates_where_there_are_none() {
        // Until 2022 Mexico City changed its clocks, since then not.
        let text = described(Tz::America__Mexico_City, 2020..=2033);
        assert!(!text.contains("RRULE") && text.contains("RDATE:20210404T020000,20220403T020000"), "{text}");
        // Morocco's clocks follow the moon.
        assert!(described(Tz::Africa__Casablanca, 2026..=2036).contains("RDATE:"));
    }

    #[test]
    fn what_is_written_is_understood_without_its_name() {
        for zone in [Tz::America__New_York, Tz::Europe__London, Tz::America__Phoenix, Tz::Australia__Lord_Howe] {
            let block = described(zone, 2023..=2037).replace(&format!("TZID:{}", zone.name()), "TZID:Kitchen clock");
            let found = Zones::read(&[block], Tz::UTC).find("Kitchen clock").expect("a zone");
            for day in 0..4000 {
                let at = midnight(2024).expect("a day") + Duration::days(day);
                let offset = |zone: Tz| zone.offset_from_utc_datetime(&at.naive_utc()).fix();
                assert_eq!(offset(found), offset(zone), "{zone} at {at}");
            }
        }
    }
}
