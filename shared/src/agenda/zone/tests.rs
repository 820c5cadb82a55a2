use super::*;
use chrono_tz::{Africa, America, Australia, Europe, Pacific};
use proptest::prelude::*;

fn local(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").unwrap()
}

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// (zone, local time, instant, local time shown, offset, shift)
const EXAMPLES: [(Tz, &str, &str, &str, &str, Shift); 16] = [
    (America::New_York, "2026-03-08T02:30", "2026-03-08T07:30:00Z", "2026-03-08T03:30", "-04:00", Shift::Gap),
    (America::New_York, "2026-11-01T01:30", "2026-11-01T05:30:00Z", "2026-11-01T01:30", "-04:00", Shift::Overlap),
    (America::New_York, "2026-03-08T01:59", "2026-03-08T06:59:00Z", "2026-03-08T01:59", "-05:00", Shift::None),
    (America::New_York, "2026-03-08T03:00", "2026-03-08T07:00:00Z", "2026-03-08T03:00", "-04:00", Shift::None),
    (America::New_York, "2026-11-01T02:00", "2026-11-01T07:00:00Z", "2026-11-01T02:00", "-05:00", Shift::None),
    (America::Phoenix, "2026-03-08T02:30", "2026-03-08T09:30:00Z", "2026-03-08T02:30", "-07:00", Shift::None),
    // Half an hour of daylight saving time.
    (Australia::Lord_Howe, "2026-10-04T02:15", "2026-10-03T15:45:00Z", "2026-10-04T02:45", "+11:00", Shift::Gap),
    (Australia::Lord_Howe, "2026-04-05T01:45", "2026-04-04T14:45:00Z", "2026-04-05T01:45", "+11:00", Shift::Overlap),
    // The day begins at 01:00.
    (Africa::Cairo, "2026-04-24T00:30", "2026-04-23T22:30:00Z", "2026-04-24T01:30", "+03:00", Shift::Gap),
    (Africa::Cairo, "2026-10-29T23:30", "2026-10-29T20:30:00Z", "2026-10-29T23:30", "+03:00", Shift::Overlap),
    // Offsets in quarter hours.
    (Pacific::Chatham, "2026-09-27T03:00", "2026-09-26T14:15:00Z", "2026-09-27T04:00", "+13:45", Shift::Gap),
    (Pacific::Chatham, "2026-04-05T03:00", "2026-04-04T13:15:00Z", "2026-04-05T03:00", "+13:45", Shift::Overlap),
    // The days around the one that Samoa left out.
    (Pacific::Apia, "2011-12-29T23:59", "2011-12-30T09:59:00Z", "2011-12-29T23:59", "-10:00", Shift::None),
    (Pacific::Apia, "2011-12-31T00:00", "2011-12-30T10:00:00Z", "2011-12-31T00:00", "+14:00", Shift::None),
    // The clock that steps over midnight moves a late evening into the next date.
    (America::Scoresbysund, "2026-03-28T23:30", "2026-03-29T01:30:00Z", "2026-03-29T00:30", "-01:00", Shift::Gap),
    // Summer time is written as the standard, winter time as negative saving.
    (Europe::Dublin, "2026-03-29T01:30", "2026-03-29T01:30:00Z", "2026-03-29T02:30", "+01:00", Shift::Gap),
];

#[test]
fn clock_changes_follow_rfc_5545() {
    for (tz, asked, at, shown, offset, shift) in EXAMPLES {
        let resolved = resolve(local(asked), tz).unwrap();
        let got = (resolved.at, resolved.local, utc_offset_text(resolved.offset_seconds), resolved.shift);
        assert_eq!(got, (utc(at), local(shown), offset.to_owned(), shift), "{tz} {asked}");
    }
}

#[test]
fn a_date_that_a_zone_left_out_has_no_times() {
    for (tz, date) in [
        (Pacific::Apia, "2011-12-30"),
        (Pacific::Fakaofo, "2011-12-30"),
        (Pacific::Kiritimati, "1994-12-31"),
        (Pacific::Kwajalein, "1993-08-21"),
    ] {
        let date: NaiveDate = date.parse().unwrap();
        for minute in (0..24 * 60).step_by(7) {
            assert_eq!(resolve(date.and_time(NaiveTime::MIN) + TimeDelta::minutes(minute), tz), None, "{tz} {date}");
        }
        assert!(day_bounds(date, tz).is_empty());
        assert_eq!(start_of_day(date, tz), start_of_day(date.succ_opt().unwrap(), tz));
        assert_eq!(day_bounds(date.pred_opt().unwrap(), tz).end, day_bounds(date.succ_opt().unwrap(), tz).start);
    }
}

#[test]
fn days_begin_where_the_clock_lets_them() {
    let hours = |tz, date: &str| {
        let day = day_bounds(date.parse().unwrap(), tz);
        (day.start.to_string(), (day.end - day.start).num_hours())
    };
    assert_eq!(hours(Africa::Cairo, "2026-04-24"), ("2026-04-23 22:00:00 UTC".to_owned(), 23));
    assert_eq!(hours(Africa::Cairo, "2026-10-29"), ("2026-10-28 21:00:00 UTC".to_owned(), 25));
    assert_eq!(hours(America::Santiago, "2026-09-06"), ("2026-09-06 04:00:00 UTC".to_owned(), 23));
    assert_eq!(hours(America::Havana, "2026-11-01"), ("2026-11-01 04:00:00 UTC".to_owned(), 25));
    assert_eq!(hours(America::New_York, "2026-06-01"), ("2026-06-01 04:00:00 UTC".to_owned(), 24));
}

#[test]
fn only_names_of_places_are_zones() {
    for name in [
        "America/Boise",
        "US/Eastern",
        "Etc/UTC",
        "UTC",
        "Etc/GMT+5",
        "Asia/Calcutta",
        "Asia/Kolkata",
        "America/Argentina/ComodRivadavia",
    ] {
        assert_eq!(parse_zone(name).unwrap().name(), name);
    }
    for name in [
        "",
        " ",
        "EST",
        "MST",
        "HST",
        "PST",
        "Factory",
        "america/boise",
        "America/Boise ",
        "America/Nowhere",
        "-05:00",
        "GMT+5",
        "localtime",
        "posix/UTC",
        "client",
    ] {
        assert_eq!(parse_zone(name), Err(UnknownZone), "{name}");
    }
}

#[test]
fn offsets_are_written_as_people_read_them() {
    for (seconds, text) in
        [(0, "+00:00"), (-18_000, "-05:00"), (49_500, "+13:45"), (-12_600, "-03:30"), (1172, "+00:19:32")]
    {
        assert_eq!(utc_offset_text(seconds), text);
    }
}

#[test]
fn times_at_the_edges_of_the_calendar_do_no_harm() {
    for edge in [NaiveDateTime::MIN, NaiveDateTime::MAX] {
        assert_eq!(resolve(edge, Pacific::Apia), None);
        let _ = reached(edge, Pacific::Apia);
        let _ = day_bounds(edge.date(), Pacific::Apia);
    }
    assert!(resolve(local("0001-01-01T00:00"), America::New_York).is_some());
    assert!(resolve(local("9999-12-31T23:59"), America::New_York).is_some());
}

proptest! {
    /// Whatever the zone and the time: the instant shows the local time that is reported, and only a gap changes it.
    #[test]
    fn the_instant_shows_the_reported_time(zone in 0..chrono_tz::TZ_VARIANTS.len(), seconds in 0_i64..4_102_444_800) {
        let tz = chrono_tz::TZ_VARIANTS[zone];
        let asked = (DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)).naive_utc();
        let Some(resolved) = resolve(asked, tz) else {
            prop_assert!(day_bounds(asked.date(), tz).is_empty());
            return Ok(());
        };
        prop_assert_eq!(local_of(resolved.at, tz), resolved.local);
        prop_assert_eq!(resolved.local > asked, resolved.shift == Shift::Gap);
        prop_assert!(resolved.local >= asked);
        let (first, last) = reached(asked, tz);
        prop_assert_eq!(first < last, resolved.shift == Shift::Overlap);
        prop_assert!(first <= resolved.at);
    }

    /// Days follow one another without a hole or an overlap.
    #[test]
    fn days_cover_time(zone in 0..chrono_tz::TZ_VARIANTS.len(), seconds in 0_i64..4_102_444_800) {
        let tz = chrono_tz::TZ_VARIANTS[zone];
        let at = DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds);
        let date = local_of(at, tz).date();
        let holders = (-2..=2)
            .map(|days| day_bounds(date + TimeDelta::days(days), tz))
            .filter(|day| day.contains(&at))
            .count();
        prop_assert_eq!(holders, 1);
    }
}
