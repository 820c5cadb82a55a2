//! Writes some thousand series with the instants we give them, for independent libraries to check:
//! `tests/conformance/recurrence/check_expansions.py`.
//!
//! The file goes to `CAIRN_EXPANSIONS_OUT`, or to a temporary folder when that is not set.

use cairn_shared::agenda::recurrence::Recurrence;
use cairn_shared::agenda::zone::{TZDATA_VERSION, resolve};
use chrono::{NaiveDate, NaiveDateTime, SecondsFormat, TimeDelta};
use chrono_tz::Tz;
use serde_json::{Value, json};
use std::error::Error;
use std::path::PathBuf;

/// Zones with and without clock changes, on both halves of the earth, with changes at midnight, of half an hour, and in
/// Ramadan.
const ZONES: [Tz; 14] = [
    Tz::UTC,
    Tz::America__New_York,
    Tz::America__Boise,
    Tz::America__Phoenix,
    Tz::America__St_Johns,
    Tz::America__Havana,
    Tz::America__Santiago,
    Tz::America__Scoresbysund,
    Tz::Europe__Dublin,
    Tz::Africa__Cairo,
    Tz::Africa__Casablanca,
    Tz::Asia__Kathmandu,
    Tz::Australia__Lord_Howe,
    Tz::Pacific__Chatham,
];

const RULES: [&str; 44] = [
    "FREQ=DAILY",
    "FREQ=DAILY;INTERVAL=2",
    "FREQ=DAILY;INTERVAL=17",
    "FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR",
    "FREQ=DAILY;BYMONTH=3,11",
    "FREQ=DAILY;BYMONTHDAY=1,8,-1",
    "FREQ=DAILY;COUNT=20",
    "FREQ=WEEKLY",
    "FREQ=WEEKLY;BYDAY=SU",
    "FREQ=WEEKLY;BYDAY=SA,SU",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=MO",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU",
    "FREQ=WEEKLY;INTERVAL=3;BYDAY=MO,WE,FR;WKST=TH",
    "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;COUNT=30",
    "FREQ=WEEKLY;BYMONTH=10,11,12,1",
    "FREQ=MONTHLY",
    "FREQ=MONTHLY;INTERVAL=2",
    "FREQ=MONTHLY;BYMONTHDAY=31",
    "FREQ=MONTHLY;BYMONTHDAY=-1",
    "FREQ=MONTHLY;BYMONTHDAY=1,15,-2",
    "FREQ=MONTHLY;BYDAY=1SU",
    "FREQ=MONTHLY;BYDAY=2SU",
    "FREQ=MONTHLY;BYDAY=-1SU",
    "FREQ=MONTHLY;BYDAY=-5SU",
    "FREQ=MONTHLY;BYDAY=2TU,4TU",
    "FREQ=MONTHLY;BYDAY=SU",
    "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",
    "FREQ=MONTHLY;BYDAY=SU;BYMONTHDAY=8,9,10,11,12,13,14",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
    "FREQ=MONTHLY;BYDAY=SA,SU;BYSETPOS=2,-2",
    "FREQ=MONTHLY;BYMONTH=3,11;BYDAY=1SU,2SU",
    "FREQ=MONTHLY;BYDAY=1MO;COUNT=7",
    "FREQ=YEARLY",
    "FREQ=YEARLY;INTERVAL=2",
    "FREQ=YEARLY;BYMONTH=3,11",
    "FREQ=YEARLY;BYMONTH=3;BYDAY=2SU",
    "FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
    "FREQ=YEARLY;BYDAY=10SU,-9SU",
    "FREQ=YEARLY;BYMONTHDAY=29",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
    "FREQ=YEARLY;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8",
    "FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1,-1",
    "FREQ=YEARLY;BYMONTH=6;BYDAY=SA;COUNT=6",
];

/// The three forms of UNTIL; 7 and 8 March and 1 November 2026 are next to clock changes of North America.
const UNTIL_RULES: [&str; 5] = [
    "FREQ=DAILY;UNTIL=20260308",
    "FREQ=DAILY;UNTIL=20260308T073000Z",
    "FREQ=DAILY;UNTIL=20260308T023000",
    "FREQ=WEEKLY;BYDAY=SU;UNTIL=20261101",
    "FREQ=MONTHLY;BYMONTHDAY=-1;UNTIL=20261101T053000Z",
];

fn start(date: (i32, u32, u32), hour: u32, minute: u32) -> Result<NaiveDateTime, Box<dyn Error>> {
    let date = NaiveDate::from_ymd_opt(date.0, date.1, date.2).ok_or("no such date")?;
    Ok(date.and_hms_opt(hour, minute, 0).ok_or("no such time")?)
}

/// One series, looked at through one window.
fn case(
    text: &str,
    tz: Tz,
    start: NaiveDateTime,
    from: NaiveDateTime,
    to: NaiveDateTime,
) -> Result<Value, Box<dyn Error>> {
    let rule = Recurrence::parse(text)?;
    let instants: Vec<String> = rule
        .expand(start, tz, from, to, 1000)
        .into_iter()
        .filter_map(|local| resolve(local, tz))
        .map(|resolved| resolved.at.to_rfc3339_opts(SecondsFormat::Secs, true))
        .collect();
    Ok(json!({
        "rule": rule.with_until_in_utc(tz).to_string(),
        "start": start.format("%Y-%m-%dT%H:%M").to_string(),
        "zone": tz.name(),
        "from": from.format("%Y-%m-%dT%H:%M").to_string(),
        "to": to.format("%Y-%m-%dT%H:%M").to_string(),
        // Whether the start is an instance of its rule; where it is not, RFC 5545 leaves open what it is.
        "start_is_instance": rule.includes(start, tz),
        "instants": instants,
    }))
}

#[test]
fn expansions_for_independent_libraries() -> Result<(), Box<dyn Error>> {
    let mut cases = Vec::new();
    for tz in ZONES {
        for (date, hour, minute) in [
            ((2026, 3, 1), 2, 30),
            ((2026, 10, 25), 1, 30),
            ((2024, 2, 29), 0, 15),
            ((2025, 12, 31), 23, 45),
            ((2026, 6, 8), 9, 0),
        ] {
            let start = start(date, hour, minute)?;
            for text in RULES {
                cases.push(case(text, tz, start, start, start + TimeDelta::days(420))?);
                // Years later, and from the middle of a day.
                let far = start + TimeDelta::days(3 * 365) + TimeDelta::hours(5);
                cases.push(case(text, tz, start, far, far + TimeDelta::days(62))?);
            }
            for text in UNTIL_RULES {
                cases.push(case(text, tz, start, start, start + TimeDelta::days(1000))?);
            }
        }
    }
    // Where the libraries are known to differ; the checker says why.
    let monday = start((2026, 11, 2), 9, 0)?;
    cases.push(case("FREQ=MONTHLY;BYDAY=MO,1TU", Tz::UTC, monday, monday, monday + TimeDelta::days(90))?);
    let wednesday = start((2026, 11, 18), 9, 0)?;
    cases.push(case(
        "FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=2",
        Tz::UTC,
        wednesday,
        wednesday,
        wednesday + TimeDelta::days(30),
    )?);
    let before_the_jump = start((2011, 12, 28), 9, 0)?;
    cases.push(case(
        "FREQ=DAILY",
        Tz::Pacific__Apia,
        before_the_jump,
        before_the_jump,
        before_the_jump + TimeDelta::days(7),
    )?);

    let path = std::env::var_os("CAIRN_EXPANSIONS_OUT")
        .map_or_else(|| PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("expansions.json"), PathBuf::from);
    let count = cases.len();
    std::fs::write(&path, serde_json::to_vec(&json!({ "tzdata": TZDATA_VERSION, "cases": cases }))?)?;
    println!("{count} series written to {}", path.display());
    assert!(count > 6000);
    Ok(())
}
