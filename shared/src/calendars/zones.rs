//! Which zone a calendar means by a TZID. Programs write IANA names, Windows names, names of their own with a path before
//! them, or nonsense beside a `VTIMEZONE` that says when its clocks change; the last is compared with the database.

use std::collections::HashMap;

use calcard::icalendar::{ICalendar, ICalendarComponentType, ICalendarProperty, ICalendarValue};
use calcard::{Entry, Parser};
use chrono::{DateTime, Datelike, Duration, NaiveDate, NaiveDateTime, Offset, TimeZone, Utc};
use chrono_tz::Tz;

use crate::agenda::recurrence::Recurrence;
use crate::agenda::zone::parse_zone;

/// Zones of one file that are looked at closely.
const MAX_ZONES: usize = 200;
/// The years in which a described zone must agree with one of the database.
const YEARS: std::ops::RangeInclusive<i32> = 2024..=2034;

/// The zones that a file describes, by the names it gives them.
#[derive(Debug, Default)]
pub struct Zones {
    described: HashMap<String, Tz>,
}

impl Zones {
    /// Reads the `VTIMEZONE` blocks of a file. `likely` wins where several zones of the database fit one description.
    pub fn read(blocks: &[String], likely: Tz) -> Self {
        let mut described = HashMap::new();
        for block in blocks.iter().take(MAX_ZONES) {
            let Entry::ICalendar(calendar) = Parser::new(block).entry() else { continue };
            let Some(name) = text(&calendar, 0, &ICalendarProperty::Tzid) else { continue };
            let hint = text(&calendar, 0, &ICalendarProperty::Other("X-LIC-LOCATION".to_owned()));
            let zone =
                hint.and_then(|hint| known(&hint)).or_else(|| known(&name)).or_else(|| fitting(&calendar, likely));
            if let Some(zone) = zone {
                described.insert(name, zone);
            }
        }
        Self { described }
    }

    pub fn find(&self, name: &str) -> Option<Tz> {
        self.described.get(name).copied().or_else(|| known(name))
    }
}

/// A zone that its name alone tells.
fn known(name: &str) -> Option<Tz> {
    let name = name.trim().trim_matches('"');
    if let Ok(zone) = parse_zone(name) {
        return Some(zone);
    }
    // `/freeassociation.sourceforge.net/America/Indiana/Knox`: the path ends with a name of the database.
    let parts: Vec<&str> = name.split('/').collect();
    for length in [3, 2] {
        if parts.len() > length
            && let Ok(zone) = parse_zone(&parts[parts.len() - length..].join("/"))
        {
            return Some(zone);
        }
    }
    let zone = name.parse::<calcard::common::timezone::Tz>().ok()?;
    match zone {
        calcard::common::timezone::Tz::Tz(zone) => Some(zone),
        _ => None,
    }
}

fn text(calendar: &ICalendar, component: usize, name: &ICalendarProperty) -> Option<String> {
    let entry = calendar.components.get(component)?.entries.iter().find(|entry| entry.name == *name)?;
    entry.values.first()?.as_text().map(str::to_owned)
}

/// A zone of the database whose clocks do what the block says, in every one of `YEARS`.
fn fitting(calendar: &ICalendar, likely: Tz) -> Option<Tz> {
    let changes = changes(calendar)?;
    let mut moments: Vec<DateTime<Utc>> = Vec::new();
    for year in YEARS {
        for month in 1..=12 {
            moments.extend(
                NaiveDate::from_ymd_opt(year, month, 15)
                    .and_then(|day| day.and_hms_opt(12, 0, 0))
                    .map(|at| at.and_utc()),
            );
        }
    }
    for (at, _) in changes.iter().filter(|(at, _)| YEARS.contains(&at.year())) {
        moments.extend([*at - Duration::minutes(1), *at]);
    }
    let offset = |at: DateTime<Utc>| {
        let next = changes.partition_point(|(change, _)| *change <= at);
        changes[next.saturating_sub(1)].1
    };
    let fits = |zone: &Tz| {
        moments.iter().all(|at| zone.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc() == offset(*at))
    };
    let usual = [
        likely,
        Tz::America__New_York,
        Tz::America__Chicago,
        Tz::America__Denver,
        Tz::America__Phoenix,
        Tz::America__Los_Angeles,
        Tz::America__Anchorage,
        Tz::Pacific__Honolulu,
        Tz::Europe__London,
        Tz::Europe__Berlin,
        Tz::UTC,
    ];
    usual.iter().chain(chrono_tz::TZ_VARIANTS.iter()).copied().find(|zone| fits(zone))
}

/// When the described clocks change, ascending, with the offset in seconds from then on.
fn changes(calendar: &ICalendar) -> Option<Vec<(DateTime<Utc>, i32)>> {
    let mut changes = Vec::new();
    for (index, component) in calendar.components.iter().enumerate() {
        let is_part =
            matches!(component.component_type, ICalendarComponentType::Standard | ICalendarComponentType::Daylight);
        if !is_part {
            continue;
        }
        let from = offset(calendar, index, &ICalendarProperty::Tzoffsetfrom)?;
        let to = offset(calendar, index, &ICalendarProperty::Tzoffsetto)?;
        let instant = |local: NaiveDateTime| (local - Duration::seconds(i64::from(from))).and_utc();
        let mut starts = Vec::new();
        for entry in &component.entries {
            match (&entry.name, entry.values.first()) {
                (ICalendarProperty::Dtstart | ICalendarProperty::Rdate, _) => {
                    starts.extend(entry.values.iter().filter_map(local));
                }
                (ICalendarProperty::Rrule, Some(ICalendarValue::RecurrenceRule(rule))) => {
                    let rule = Recurrence::parse(&rule.to_string()).ok()?;
                    let start = component.entries.iter().find(|entry| entry.name == ICalendarProperty::Dtstart)?;
                    let start = start.values.first().and_then(local)?;
                    let year = |year| NaiveDate::from_ymd_opt(year, 1, 1).map(|day| day.and_hms_opt(0, 0, 0));
                    let (first, last) = (year(*YEARS.start() - 1)??, year(*YEARS.end() + 2)??);
                    starts.extend(rule.expand(start, Tz::UTC, first, last, 100));
                }
                _ => {}
            }
        }
        changes.extend(starts.into_iter().map(|start| (instant(start), to)));
    }
    changes.sort_unstable();
    changes.dedup();
    (!changes.is_empty()).then_some(changes)
}

fn local(value: &ICalendarValue) -> Option<NaiveDateTime> {
    let ICalendarValue::PartialDateTime(time) = value else { return None };
    let date = NaiveDate::from_ymd_opt(i32::from(time.year?), u32::from(time.month?), u32::from(time.day?))?;
    date.and_hms_opt(u32::from(time.hour.unwrap_or(0)), u32::from(time.minute.unwrap_or(0)), 0)
}

/// Seconds east of UTC, to the minute: agendas go by the minute.
fn offset(calendar: &ICalendar, component: usize, name: &ICalendarProperty) -> Option<i32> {
    let entry = calendar.components.get(component)?.entries.iter().find(|entry| entry.name == *name)?;
    let Some(ICalendarValue::PartialDateTime(time)) = entry.values.first() else { return None };
    let size = (i32::from(time.tz_hour?) * 60 + i32::from(time.tz_minute.unwrap_or(0))) * 60;
    Some(if time.tz_minus { -size } else { size })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(tzid: &str, parts: &[(&str, &str, &str, &str, Option<&str>)]) -> String {
        let mut block = format!("BEGIN:VTIMEZONE\r\nTZID:{tzid}\r\n");
        for (kind, start, from, to, rule) in parts {
            let rule = rule.map(|rule| format!("RRULE:{rule}\r\n")).unwrap_or_default();
            block.push_str(&format!(
                "BEGIN:{kind}\r\nDTSTART:{start}\r\nTZOFFSETFROM:{from}\r\nTZOFFSETTO:{to}\r\n{rule}END:{kind}\r\n"
            ));
        }
        block + "END:VTIMEZONE\r\n"
    }

    fn find(block: String, name: &str) -> Option<Tz> {
        Zones::read(&[block], Tz::UTC).find(name)
    }

    #[test]
    fn names_that_programs_write() {
        let none = Zones::default();
        for (name, zone) in [
            ("America/New_York", Some(Tz::America__New_York)),
            ("Eastern Standard Time", Some(Tz::America__New_York)),
            ("(UTC-05:00) Eastern Time (US & Canada)", Some(Tz::America__New_York)),
            ("/freeassociation.sourceforge.net/America/Indiana/Knox", Some(Tz::America__Indiana__Knox)),
            ("/mozilla.org/20050126_1/Europe/Berlin", Some(Tz::Europe__Berlin)),
            ("US/Pacific", Some(Tz::US__Pacific)),
            ("My Kitchen Clock", None),
            ("", None),
        ] {
            assert_eq!(none.find(name), zone, "{name}");
        }
    }

    #[test]
    fn a_description_is_recognized_by_what_its_clocks_do() {
        let eastern = [
            ("DAYLIGHT", "20070311T020000", "-0500", "-0400", Some("FREQ=YEARLY;BYMONTH=3;BYDAY=2SU")),
            ("STANDARD", "20071104T020000", "-0400", "-0500", Some("FREQ=YEARLY;BYMONTH=11;BYDAY=1SU")),
        ];
        assert_eq!(find(zone("Customized Time Zone", &eastern), "Customized Time Zone"), Some(Tz::America__New_York));
        let fixed = [("STANDARD", "16010101T000000", "+0530", "+0530", None)];
        let india = find(zone("Office", &fixed), "Office").expect("a zone");
        assert_eq!(india.offset_from_utc_datetime(&NaiveDateTime::default()).fix().local_minus_utc(), 19_800);
        // Clocks that no place on earth has.
        let odd = [("STANDARD", "20000101T000000", "+0017", "+0017", None)];
        assert_eq!(find(zone("Odd", &odd), "Odd"), None);
    }

    #[test]
    fn the_likely_zone_wins_among_equals() {
        let block = zone("Zone 1", &[("STANDARD", "16010101T000000", "-0700", "-0700", None)]);
        let zones = Zones::read(&[block], Tz::America__Hermosillo);
        assert_eq!(zones.find("Zone 1"), Some(Tz::America__Hermosillo));
    }

    #[test]
    fn descriptions_that_loop_or_break_are_no_zone() {
        for rule in ["FREQ=SECONDLY", "FREQ=YEARLY;BYMONTH=13", "FREQ=DAILY;BYHOUR=0,1,2,3"] {
            let block = zone("Loop", &[("STANDARD", "20070311T020000", "-0500", "-0400", Some(rule))]);
            assert_eq!(find(block, "Loop"), None, "{rule}");
        }
        let wrong = [("STANDARD", "20070311T020000", "five", "-0400", None)];
        assert_eq!(find(zone("Wrong", &wrong), "Wrong"), None);
    }
}
