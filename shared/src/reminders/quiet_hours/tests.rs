use super::*;
use crate::agenda::zone::{local_of, resolve};
use chrono::NaiveDateTime;
use chrono_tz::{America, Europe, Pacific};
use proptest::prelude::*;

fn quiet(from: &str, to: &str) -> QuietHours {
    let time = |text| NaiveTime::parse_from_str(text, "%H:%M").unwrap();
    QuietHours::new(time(from), time(to)).unwrap()
}

fn at(text: &str, tz: Tz) -> DateTime<Utc> {
    resolve(NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").unwrap(), tz).unwrap().at
}

/// Due time and deadline as local times of New York; the answer as well.
fn adjusted(hours: QuietHours, due: &str, deadline: fn(DateTime<Utc>) -> Deadline, until: &str) -> (String, Moved) {
    let tz = America::New_York;
    let result = hours.adjust(at(due, tz), deadline(at(until, tz)), tz);
    (local_of(result.due, tz).format("%Y-%m-%dT%H:%M").to_string(), result.moved)
}

#[test]
fn nothing_is_quiet_all_day() {
    let nine = NaiveTime::from_hms_opt(9, 0, 0).unwrap();
    let odd = NaiveTime::from_hms_opt(9, 0, 1).unwrap();
    assert_eq!(QuietHours::new(nine, nine), Err(QuietHoursError::Empty));
    assert_eq!(QuietHours::new(nine, odd), Err(QuietHoursError::NotWholeMinutes));
}

#[test]
fn the_night_belongs_to_two_dates() {
    let night = quiet("21:00", "08:00");
    let tz = America::New_York;
    for (time, inside) in [
        ("20:59", false),
        ("21:00", false),
        ("21:01", true),
        ("23:59", true),
        ("00:00", true),
        ("07:59", true),
        ("08:00", false),
        ("12:00", false),
    ] {
        assert_eq!(night.contains(at(&format!("2026-06-10T{time}"), tz), tz), inside, "{time}");
    }
    let noon = quiet("12:30", "14:00");
    for (time, inside) in [("12:30", false), ("12:31", true), ("13:59", true), ("14:00", false), ("02:00", false)] {
        assert_eq!(noon.contains(at(&format!("2026-06-10T{time}"), tz), tz), inside, "{time}");
    }
}

#[test]
fn an_appointment_is_announced_in_the_morning_or_the_evening_before() {
    let night = quiet("21:00", "08:00");
    let cases = [
        // At least 15 minutes before the start: in the morning.
        ("2026-06-10T07:15", "2026-06-10T08:15", "2026-06-10T08:00", Moved::Later),
        ("2026-06-09T22:00", "2026-06-10T22:00", "2026-06-10T08:00", Moved::Later),
        // Less: when the night began.
        ("2026-06-10T07:14", "2026-06-10T08:14", "2026-06-09T21:00", Moved::Earlier),
        ("2026-06-10T06:45", "2026-06-10T07:00", "2026-06-09T21:00", Moved::Earlier),
        ("2026-06-10T22:15", "2026-06-10T22:30", "2026-06-10T21:00", Moved::Earlier),
        // Outside: as it was.
        ("2026-06-10T12:00", "2026-06-10T13:00", "2026-06-10T12:00", Moved::No),
        ("2026-06-10T21:00", "2026-06-11T07:00", "2026-06-10T21:00", Moved::No),
    ];
    for (due, start, expected, moved) in cases {
        assert_eq!(adjusted(night, due, Deadline::Start, start), (expected.to_owned(), moved), "{due} {start}");
    }
}

#[test]
fn other_kinds_wait_while_they_are_of_use() {
    let night = quiet("21:00", "08:00");
    let cases = [
        ("2026-06-10T07:15", "2026-06-10T08:01", "2026-06-10T08:00", Moved::Later),
        ("2026-06-10T07:15", "2026-06-10T08:00", "2026-06-09T21:00", Moved::Earlier),
        ("2026-06-10T22:00", "2026-06-11T00:00", "2026-06-10T21:00", Moved::Earlier),
    ];
    for (due, until, expected, moved) in cases {
        assert_eq!(adjusted(night, due, Deadline::UsefulUntil, until), (expected.to_owned(), moved), "{due} {until}");
    }
}

#[test]
fn windows_follow_the_clock_through_its_changes() {
    let tz = America::New_York;
    // The short night: quiet from 02:30, which is skipped, begins with the skip. Half of it is left.
    let small_hours = quiet("02:30", "03:30");
    let skip: DateTime<Utc> = "2026-03-08T07:00:00Z".parse().unwrap();
    assert!(!small_hours.contains(skip, tz));
    assert!(small_hours.contains(skip + TimeDelta::minutes(29), tz));
    assert!(!small_hours.contains(skip + TimeDelta::minutes(30), tz));
    // The long night: both 01:15 are quiet until 01:30, and 01:45 in between as well.
    let until_half_past = quiet("23:00", "01:30");
    for (instant, inside) in [
        ("2026-11-01T05:15:00Z", true),
        ("2026-11-01T05:45:00Z", true),
        ("2026-11-01T06:29:00Z", true),
        ("2026-11-01T06:30:00Z", false),
    ] {
        assert_eq!(until_half_past.contains(instant.parse().unwrap(), tz), inside, "{instant}");
    }
    // Wholly inside the skipped hour: not quiet at all that night.
    let vanished = quiet("02:10", "02:50");
    assert!(!vanished.contains(skip, tz) && !vanished.contains(skip + TimeDelta::minutes(20), tz));
}

#[test]
fn a_skipped_pause_joins_two_windows() {
    // Quiet all day but from 02:10 to 02:20, which the clock skips on this night.
    let hermit = quiet("02:20", "02:10");
    let tz = America::New_York;
    let skip: DateTime<Utc> = "2026-03-08T07:00:00Z".parse().unwrap();
    assert!(hermit.contains(skip, tz));
    let moved = hermit.adjust(skip, Deadline::Start(skip + TimeDelta::days(3)), tz);
    assert_eq!(moved.due, at("2026-03-09T02:10", tz));
    let moved = hermit.adjust(skip, Deadline::Start(skip), tz);
    assert_eq!(moved.due, at("2026-03-07T02:20", tz));
}

#[test]
fn the_second_look_before_sending() {
    let night = quiet("21:00", "08:00");
    let tz = Europe::London;
    let (evening, start) = (at("2026-06-10T21:00", tz), at("2026-06-11T08:05", tz));
    let after = |minutes| evening + TimeDelta::minutes(minutes);
    let appointment = Deadline::Start(start);
    // Moved to the evening before, and sent a moment later.
    assert_eq!(night.at_send(evening, evening + TimeDelta::seconds(2), appointment, tz), AtSend::Send);
    // Far too late for the evening, too early for the appointment to be announced by day: sent all the same.
    assert_eq!(night.at_send(evening, after(90), appointment, tz), AtSend::Send);
    // There is time in the morning.
    let at_noon = Deadline::Start(at("2026-06-11T12:00", tz));
    assert_eq!(night.at_send(evening, after(90), at_noon, tz), AtSend::WaitUntil(at("2026-06-11T08:00", tz)));
    // Quiet hours set after planning.
    assert_eq!(night.at_send(after(30), after(30), at_noon, tz), AtSend::WaitUntil(at("2026-06-11T08:00", tz)));
    assert_eq!(night.at_send(after(30), after(30), Deadline::UsefulUntil(after(60)), tz), AtSend::TooLate);
    assert_eq!(night.at_send(after(-60), after(-59), Deadline::UsefulUntil(after(60)), tz), AtSend::Send);
}

#[test]
fn a_left_out_date_does_no_harm() {
    let tz = Pacific::Apia;
    let night = quiet("21:00", "08:00");
    let midnight = at("2011-12-31T00:00", tz);
    let moved = night.adjust(midnight, Deadline::Start(midnight + TimeDelta::days(1)), tz);
    assert_eq!(local_of(moved.due, tz).to_string(), "2011-12-31 08:00:00");
}

fn any_quiet_hours() -> impl Strategy<Value = QuietHours> {
    (0..1440_u32, 1..1440_u32).prop_map(|(from, length)| {
        let time = |minute: u32| NaiveTime::from_hms_opt(minute / 60, minute % 60, 0).unwrap();
        QuietHours::new(time(from), time((from + length) % 1440)).unwrap()
    })
}

/// Instants of 2005 to 2040, half of them close to a clock change of their zone.
fn any_instant() -> impl Strategy<Value = (Tz, DateTime<Utc>)> {
    (0..chrono_tz::TZ_VARIANTS.len(), 1_104_537_600_i64..2_208_988_800, any::<bool>(), -200_i64..200).prop_map(
        |(zone, seconds, near, minutes)| {
            let tz = chrono_tz::TZ_VARIANTS[zone];
            let at = DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds);
            let offset = |at: DateTime<Utc>| local_of(at, tz) - at.naive_utc();
            let change = (0..200)
                .map(|days| at + TimeDelta::days(days))
                .find(|day| near && offset(*day) != offset(*day + TimeDelta::days(1)));
            let at = change.map_or(at, |day| {
                let hour = (0..24)
                    .map(|hours| day + TimeDelta::hours(hours))
                    .find(|hour| offset(*hour) != offset(*hour + TimeDelta::hours(1)));
                hour.unwrap_or(day) + TimeDelta::minutes(minutes)
            });
            (tz, at)
        },
    )
}

proptest! {
    #[test]
    fn the_result_is_never_inside(
        hours in any_quiet_hours(),
        (tz, due) in any_instant(),
        ahead in 0..3000_i64,
        appointment: bool,
    ) {
        let limit = due + TimeDelta::minutes(ahead);
        let deadline = if appointment { Deadline::Start(limit) } else { Deadline::UsefulUntil(limit) };
        let result = hours.adjust(due, deadline, tz);
        prop_assert!(!hours.contains(result.due, tz));
        prop_assert_eq!(hours.adjust(result.due, deadline, tz), Adjusted { due: result.due, moved: Moved::No });
        prop_assert_eq!(result.moved == Moved::No, result.due == due);
        match (result.moved, deadline) {
            (Moved::Later, Deadline::Start(start)) => {
                prop_assert!(result.due <= start - TimeDelta::minutes(15) && result.due > due);
            }
            (Moved::Later, Deadline::UsefulUntil(until)) => prop_assert!(result.due < until && result.due > due),
            (Moved::Earlier, _) => prop_assert!(result.due < due),
            (Moved::No, _) => {}
        }
        // Every instant between the old and the new due time is quiet: it went to the nearest edge, not further.
        let middle = due + (result.due - due) / 2;
        prop_assert!(result.moved == Moved::No || hours.contains(middle, tz));
        prop_assert!((result.due - due).abs() < TimeDelta::hours(49));
    }

    /// When the clock on the wall shows a quiet time, it is quiet.
    #[test]
    fn the_clock_is_believed(hours in any_quiet_hours(), (tz, at) in any_instant()) {
        let shown = local_of(at, tz).time();
        let (after, before) = (hours.from < shown, shown < hours.to);
        let reads_quiet = if hours.from < hours.to { after && before } else { after || before };
        prop_assert!(!reads_quiet || hours.contains(at, tz));
    }
}
