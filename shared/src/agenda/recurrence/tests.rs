use super::*;
use chrono_tz::{Africa, America, Pacific};

fn local(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").unwrap()
}

fn rule(text: &str) -> Recurrence {
    Recurrence::parse(text).unwrap()
}

/// The first dates of a series, as `MM-DD` when in the start's year, else `YYYY-MM-DD`.
fn first(text: &str, start: &str, limit: usize) -> Vec<String> {
    let start = local(start);
    let until = start + TimeDelta::days(365 * 30);
    let year = start.format("%Y-").to_string();
    let found = rule(text).expand(start, Tz::UTC, start, until, limit);
    found
        .iter()
        .map(|local| local.format("%Y-%m-%d").to_string())
        .map(|text| text.strip_prefix(&year).map_or(text.clone(), str::to_owned))
        .collect()
}

#[test]
fn days_and_weeks() {
    assert_eq!(first("FREQ=DAILY;INTERVAL=3", "2026-12-28T09:00", 3), ["12-28", "12-31", "2027-01-03"]);
    assert_eq!(first("FREQ=DAILY;BYDAY=SA,SU", "2026-11-22T09:00", 3), ["11-22", "11-28", "11-29"]);
    assert_eq!(first("FREQ=WEEKLY", "2026-11-22T09:00", 3), ["11-22", "11-29", "12-06"]);
    assert_eq!(
        first("FREQ=WEEKLY;BYDAY=MO,WE,FR;COUNT=4", "2026-11-23T09:00", 9),
        ["11-23", "11-25", "11-27", "11-30"]
    );
    // The example of RFC 5545 for WKST: where the week begins decides what every other week means.
    let start = "1997-08-05T09:00";
    assert_eq!(
        first("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", start, 9),
        ["08-05", "08-10", "08-19", "08-24"]
    );
    assert_eq!(
        first("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", start, 9),
        ["08-05", "08-17", "08-19", "08-31"]
    );
}

#[test]
fn months_and_years() {
    // A month without the day is left out; -1 is the last day of any.
    assert_eq!(first("FREQ=MONTHLY", "2026-01-31T09:00", 4), ["01-31", "03-31", "05-31", "07-31"]);
    assert_eq!(first("FREQ=MONTHLY;BYMONTHDAY=-1", "2026-01-31T09:00", 3), ["01-31", "02-28", "03-31"]);
    assert_eq!(
        first("FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5", "2007-01-15T09:00", 9),
        ["01-15", "01-30", "02-15", "03-15", "03-30"]
    );
    assert_eq!(first("FREQ=MONTHLY;BYDAY=2TU", "2026-11-10T09:00", 3), ["11-10", "12-08", "2027-01-12"]);
    assert_eq!(first("FREQ=MONTHLY;BYDAY=-1FR,1MO", "2026-11-02T09:00", 4), ["11-02", "11-27", "12-07", "12-25"]);
    assert_eq!(first("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "2026-11-13T09:00", 2), ["11-13", "2027-08-13"]);
    assert_eq!(
        first("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "2026-10-30T09:00", 3),
        ["10-30", "11-30", "12-31"]
    );
    assert_eq!(
        first("FREQ=MONTHLY;BYDAY=TU,WE,TH;BYSETPOS=3;COUNT=3", "1997-09-04T09:00", 9),
        ["09-04", "10-07", "11-06"]
    );
    assert_eq!(first("FREQ=YEARLY", "2024-02-29T09:00", 3), ["02-29", "2028-02-29", "2032-02-29"]);
    assert_eq!(first("FREQ=YEARLY;BYDAY=20MO", "1997-05-19T09:00", 3), ["05-19", "1998-05-18", "1999-05-17"]);
    assert_eq!(
        first("FREQ=YEARLY;BYMONTH=3;BYDAY=TH", "1997-03-13T09:00", 4),
        ["03-13", "03-20", "03-27", "1998-03-05"]
    );
    assert_eq!(
        first("FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8", "1996-11-05T09:00", 3),
        ["11-05", "2000-11-07", "2004-11-02"]
    );
    assert_eq!(first("FREQ=YEARLY;BYMONTHDAY=1;BYMONTH=1,7", "2026-01-01T09:00", 3), ["01-01", "07-01", "2027-01-01"]);
}

#[test]
fn a_list_of_weekdays_is_a_union_with_and_without_ordinals() {
    assert_eq!(
        first("FREQ=MONTHLY;BYDAY=MO,1TU", "2026-11-02T09:00", 6),
        ["11-02", "11-03", "11-09", "11-16", "11-23", "11-30"]
    );
}

#[test]
fn positions_count_from_the_beginning_of_the_first_week() {
    // The week of Wednesday 18 November: its second day of three is that Wednesday itself.
    assert_eq!(first("FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=2", "2026-11-18T09:00", 3), ["11-18", "11-25", "12-02"]);
    assert_eq!(first("FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=1", "2026-11-18T09:00", 2), ["11-23", "11-30"]);
}

#[test]
fn until_in_its_three_forms() {
    let start = local("2026-10-30T20:00");
    let count = |text: &str, tz| rule(text).expand(start, tz, start, local("2027-01-01T00:00"), 99).len();
    // 20:00 on 1 November in New York is 01:00 of the 2nd in UTC, after that night's clock change.
    assert_eq!(count("FREQ=DAILY;UNTIL=20261102T010000Z", America::New_York), 3);
    assert_eq!(count("FREQ=DAILY;UNTIL=20261102T005959Z", America::New_York), 2);
    assert_eq!(count("FREQ=DAILY;UNTIL=20261102T010000Z", Tz::UTC), 3);
    assert_eq!(count("FREQ=DAILY;UNTIL=20261101T200000", America::New_York), 3);
    assert_eq!(count("FREQ=DAILY;UNTIL=20261101T195959", America::New_York), 2);
    assert_eq!(count("FREQ=DAILY;UNTIL=20261101", America::New_York), 3);
    assert_eq!(count("FREQ=DAILY;UNTIL=20261001", America::New_York), 0);
    let in_utc = |text: &str| rule(text).with_until_in_utc(America::New_York).to_string();
    assert_eq!(in_utc("FREQ=DAILY;UNTIL=20261101"), "FREQ=DAILY;UNTIL=20261102T045959Z");
    assert_eq!(in_utc("FREQ=DAILY;UNTIL=20261101T200000"), "FREQ=DAILY;UNTIL=20261102T010000Z");
    assert_eq!(in_utc("FREQ=DAILY;COUNT=2"), "FREQ=DAILY;COUNT=2");
}

#[test]
fn a_start_outside_its_rule_is_told_and_not_yielded() {
    let tuesdays = rule("FREQ=WEEKLY;BYDAY=TU;COUNT=2");
    let monday = local("2026-11-23T09:00");
    assert!(!tuesdays.includes(monday, Tz::UTC));
    assert!(tuesdays.includes(local("2026-11-24T09:00"), Tz::UTC));
    assert!(!rule("FREQ=DAILY;UNTIL=20261101").includes(monday, Tz::UTC));
    assert_eq!(first("FREQ=WEEKLY;BYDAY=TU;COUNT=2", "2026-11-23T09:00", 9), ["11-24", "12-01"]);
}

#[test]
fn one_canonical_text() {
    for (text, canonical) in [
        ("freq=weekly", "FREQ=WEEKLY"),
        (" RRULE:FREQ=WEEKLY;INTERVAL=1;WKST=MO; ", "FREQ=WEEKLY"),
        ("rrule:BYDAY=FR,MO,MO,+1we;freq=monthly", "FREQ=MONTHLY;BYDAY=MO,FR,1WE"),
        ("UNTIL=20261101t045959z;FREQ=DAILY;INTERVAL=02", "FREQ=DAILY;INTERVAL=2;UNTIL=20261101T045959Z"),
        (
            "FREQ=YEARLY;BYSETPOS=-1,1;BYMONTH=12,1;BYMONTHDAY=5,-1",
            "FREQ=YEARLY;BYMONTH=1,12;BYMONTHDAY=-1,5;BYSETPOS=-1,1",
        ),
        ("FREQ=WEEKLY;WKST=SU;COUNT=010", "FREQ=WEEKLY;WKST=SU;COUNT=10"),
        ("FREQ=DAILY;UNTIL=20261101T200000", "FREQ=DAILY;UNTIL=20261101T200000"),
        ("FREQ=DAILY;UNTIL=20261101", "FREQ=DAILY;UNTIL=20261101"),
    ] {
        assert_eq!(rule(text).to_string(), canonical, "{text}");
        assert_eq!(rule(canonical), rule(text));
    }
}

#[test]
fn wrong_rules_are_refused_by_name() {
    for (text, part, message) in [
        ("", "RRULE", "the rule is empty"),
        ("RRULE:", "RRULE", "the rule is empty"),
        ("FREQ", "RRULE", "`FREQ` is not of the form NAME=VALUE"),
        ("FREQ=DAILY;;COUNT=2", "RRULE", "`` is not of the form NAME=VALUE"),
        ("COUNT=2", "FREQ", "FREQ is missing"),
        ("FREQ=HOURLY", "FREQ", "FREQ=HOURLY repeats within a day"),
        ("FREQ=SECONDLY;COUNT=1", "FREQ", "FREQ=SECONDLY repeats within a day"),
        ("FREQ=FORTNIGHTLY", "FREQ", "FREQ=FORTNIGHTLY is not valid"),
        ("FREQ=DAILY;FREQ=WEEKLY", "FREQ", "FREQ is given twice"),
        ("FREQ=DAILY;BYHOUR=9,17", "BYHOUR", "BYHOUR is not supported"),
        ("FREQ=YEARLY;BYWEEKNO=20", "BYWEEKNO", "BYWEEKNO is not supported"),
        ("FREQ=YEARLY;BYEASTER=0", "BYEASTER", "BYEASTER is not a part"),
        ("FREQ=DAILY;X-FOO=1", "X-FOO", "X-FOO is not a part"),
        ("FREQ=DAILY;COUNT=2;UNTIL=20270101", "COUNT", "COUNT and UNTIL exclude each other"),
        ("FREQ=DAILY;INTERVAL=0", "INTERVAL", "INTERVAL=0 is not valid"),
        ("FREQ=DAILY;INTERVAL=10000", "INTERVAL", "INTERVAL=10000 is not valid"),
        ("FREQ=DAILY;INTERVAL=-1", "INTERVAL", "INTERVAL=-1 is not valid"),
        ("FREQ=DAILY;COUNT=0", "COUNT", "COUNT=0 is not valid"),
        ("FREQ=DAILY;COUNT=1.5", "COUNT", "COUNT=1.5 is not valid"),
        ("FREQ=DAILY;UNTIL=2026-11-01", "UNTIL", "UNTIL=2026-11-01 is not valid"),
        ("FREQ=DAILY;UNTIL=20260230", "UNTIL", "UNTIL=20260230 is not valid"),
        ("FREQ=DAILY;UNTIL=20261101T2500", "UNTIL", "UNTIL=20261101T2500 is not valid"),
        ("FREQ=DAILY;UNTIL=00000101", "UNTIL", "UNTIL=00000101 is not valid"),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "BYMONTHDAY", "BYMONTHDAY=32 is not valid"),
        ("FREQ=MONTHLY;BYMONTHDAY=0", "BYMONTHDAY", "BYMONTHDAY=0 is not valid"),
        ("FREQ=MONTHLY;BYMONTHDAY=", "BYMONTHDAY", "BYMONTHDAY= is not valid"),
        ("FREQ=MONTHLY;BYMONTHDAY=--1", "BYMONTHDAY", "BYMONTHDAY=--1 is not valid"),
        ("FREQ=YEARLY;BYMONTH=13", "BYMONTH", "BYMONTH=13 is not valid"),
        ("FREQ=YEARLY;BYMONTH=1,,2", "BYMONTH", "BYMONTH= is not valid"),
        ("FREQ=WEEKLY;BYDAY=MON", "BYDAY", "BYDAY=MON is not valid"),
        ("FREQ=WEEKLY;BYDAY=é", "BYDAY", "BYDAY=é is not valid"),
        ("FREQ=WEEKLY;BYDAY=", "BYDAY", "BYDAY= is not valid"),
        ("FREQ=YEARLY;BYDAY=54MO", "BYDAY", "BYDAY=54MO is not valid"),
        ("FREQ=MONTHLY;BYDAY=6MO", "BYDAY", "BYDAY=6MO is not valid"),
        ("FREQ=YEARLY;BYMONTH=1;BYDAY=-6MO", "BYDAY", "BYDAY=-6MO is not valid"),
        ("FREQ=WEEKLY;BYDAY=1MO", "BYDAY", "BYDAY=1MO with an ordinal needs"),
        ("FREQ=WEEKLY;BYMONTHDAY=1", "BYMONTHDAY", "BYMONTHDAY cannot go with FREQ=WEEKLY"),
        ("FREQ=MONTHLY;BYSETPOS=1", "BYSETPOS", "BYSETPOS needs BYDAY"),
        ("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=367", "BYSETPOS", "BYSETPOS=367 is not valid"),
        ("FREQ=WEEKLY;WKST=1MO", "WKST", "WKST=1MO is not valid"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "RRULE", "no date ever fits the rule"),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30,31", "RRULE", "no date ever fits the rule"),
        ("FREQ=MONTHLY;BYDAY=5MO;BYMONTHDAY=1", "RRULE", "no date ever fits the rule"),
        ("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=6", "RRULE", "no date ever fits the rule"),
        ("FREQ=DAILY;BYDAY=MO;BYSETPOS=2", "RRULE", "no date ever fits the rule"),
    ] {
        let error = Recurrence::parse(text).unwrap_err();
        assert!(error.to_string().starts_with(message), "{text}: {error}");
        assert_eq!(error.part(), part, "{text}");
    }
    let long = format!("FREQ=DAILY;BYMONTHDAY={}", "1,".repeat(300));
    assert_eq!(Recurrence::parse(&long), Err(RecurrenceError::TooLong));
    for rare in [
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=5SU",
        "FREQ=YEARLY;BYDAY=53SU",
        "FREQ=YEARLY;BYDAY=MO;BYSETPOS=53",
        "FREQ=MONTHLY;BYMONTHDAY=31;BYDAY=5MO",
    ] {
        assert!(Recurrence::parse(rare).is_ok(), "{rare}");
    }
}

#[test]
fn the_last_instance() {
    let last = |text: &str, start: &str, tz| {
        rule(text).last(local(start), tz).map(|local| local.format("%Y-%m-%dT%H:%M").to_string())
    };
    assert_eq!(last("FREQ=WEEKLY;COUNT=3", "2026-11-22T09:00", Tz::UTC).as_deref(), Some("2026-12-06T09:00"));
    assert_eq!(last("FREQ=MONTHLY;UNTIL=20270430", "2026-01-31T09:00", Tz::UTC).as_deref(), Some("2027-03-31T09:00"));
    assert_eq!(
        last("FREQ=DAILY;UNTIL=20261102T010000Z", "2026-10-30T20:00", America::New_York).as_deref(),
        Some("2026-11-01T20:00")
    );
    assert_eq!(
        last("FREQ=DAILY;UNTIL=20261101T140000Z", "2026-10-30T23:00", Pacific::Apia).as_deref(),
        Some("2026-11-01T23:00")
    );
    assert_eq!(last("FREQ=DAILY", "2026-11-22T09:00", Tz::UTC), None);
    assert_eq!(last("FREQ=DAILY;UNTIL=20260101", "2026-11-22T09:00", Tz::UTC), None);
    // No start in an odd year meets a leap day every four years.
    assert_eq!(last("FREQ=YEARLY;INTERVAL=4;BYMONTH=2;BYMONTHDAY=29;COUNT=3", "2025-02-28T09:00", Tz::UTC), None);
    assert!(rule("FREQ=DAILY").is_endless() && !rule("FREQ=DAILY;COUNT=1").is_endless());
}

#[test]
fn a_series_is_cut_in_two() {
    let start = local("2026-11-02T09:00");
    let at = local("2026-11-16T09:00");
    let cut = |text: &str, at| {
        let (before, after) = rule(text).split_at(start, Tz::UTC, at);
        (before.map(|rule| rule.to_string()), after.map(|rule| rule.to_string()))
    };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(cut("FREQ=WEEKLY", at), (some("FREQ=WEEKLY;UNTIL=20261116T085959"), some("FREQ=WEEKLY")));
    assert_eq!(cut("FREQ=WEEKLY;COUNT=5", at), (some("FREQ=WEEKLY;COUNT=2"), some("FREQ=WEEKLY;COUNT=3")));
    assert_eq!(cut("FREQ=WEEKLY;COUNT=2", at), (some("FREQ=WEEKLY;COUNT=2"), None));
    assert_eq!(
        cut("FREQ=WEEKLY;UNTIL=20261201", at),
        (some("FREQ=WEEKLY;UNTIL=20261116T085959"), some("FREQ=WEEKLY;UNTIL=20261201"))
    );
    assert_eq!(cut("FREQ=WEEKLY;UNTIL=20261115", at), (some("FREQ=WEEKLY;UNTIL=20261115"), None));
    assert_eq!(cut("FREQ=WEEKLY;COUNT=5", start), (None, some("FREQ=WEEKLY;COUNT=5")));
}

/// A far window is reached by arithmetic, and no rule, however rare, keeps a call busy.
#[test]
fn the_work_is_bounded() {
    let start = local("0001-01-01T09:00");
    let far = (local("9998-01-01T00:00"), local("9999-01-01T00:00"));
    for text in ["FREQ=DAILY", "FREQ=WEEKLY;INTERVAL=3", "FREQ=MONTHLY;BYMONTHDAY=-1", "FREQ=YEARLY;BYDAY=MO"] {
        assert!(!rule(text).expand(start, Tz::UTC, far.0, far.1, 1000).is_empty(), "{text}");
    }
    let rare = [
        "FREQ=DAILY;INTERVAL=9999;BYMONTH=2;BYMONTHDAY=29;BYDAY=SU;COUNT=9999",
        "FREQ=YEARLY;INTERVAL=4;BYMONTH=2;BYMONTHDAY=29;COUNT=9999",
        "FREQ=YEARLY;INTERVAL=9999",
    ];
    for text in rare {
        let odd = local("2025-02-28T09:00");
        let _ = rule(text).expand(odd, Tz::UTC, NaiveDateTime::MIN, NaiveDateTime::MAX, usize::MAX).len();
        let _ = rule(text).last(odd, Tz::UTC);
    }
    for edge in [NaiveDateTime::MIN, NaiveDateTime::MAX] {
        let found =
            rule("FREQ=DAILY;UNTIL=99991231").expand(edge, Africa::Cairo, NaiveDateTime::MIN, NaiveDateTime::MAX, 3);
        assert!(found.len() <= 3);
        let _ = rule("FREQ=WEEKLY;UNTIL=99991231T235959Z").last(edge, Africa::Cairo);
    }
}
