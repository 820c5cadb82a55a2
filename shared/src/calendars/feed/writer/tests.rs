use std::collections::HashMap;

use super::*;
use crate::agenda::entity::agenda_item;
use crate::agenda::{Kind, Override, Window, happenings, parse_local};
use crate::calendars::read_file;
use crate::calendars::series::Defaults;

fn local(text: &str) -> NaiveDateTime {
    parse_local(text).expect("a local time")
}

fn at(text: &str) -> Timestamp {
    Timestamp::from(local(text).and_utc())
}

fn schedule(start: &str, zone: Option<Tz>, rule: Option<&str>) -> Schedule {
    Schedule {
        id: Uuid::nil(),
        start: local(start),
        zone,
        duration_minutes: Some(45),
        recurrence: rule.map(|text| Recurrence::parse(text).expect("a rule")),
        reminders: Vec::new(),
        from: None,
        until: None,
    }
}

fn item(schedules: Vec<Schedule>, overrides: &[(&str, Override)]) -> Item {
    Item {
        row: agenda_item::Model {
            id: Uuid::from_u128(7),
            organization_id: Uuid::nil(),
            data_key_id: Uuid::nil(),
            kind: "appointment".to_owned(),
            created_by_kind: "staff".to_owned(),
            created_by: None,
            cancelled_at: None,
            version: 3,
            planned_until: Timestamp(0),
            created_at: at("2027-02-01T00:00"),
            changed_at: Some(at("2027-02-20T10:00")),
            goal_id: None,
            step_id: None,
        },
        kind: Kind::Appointment,
        schedule_rows: Vec::new(),
        schedules,
        occurrence_rows: HashMap::new(),
        overrides: overrides.iter().map(|(original, change)| (local(original), change.clone())).collect(),
        client_ids: Vec::new(),
        staff: Vec::new(),
    }
}

fn moved(to: &str) -> Override {
    Override { cancelled: false, moved_to: Some(local(to)), duration_minutes: None }
}

fn cancelled() -> Override {
    Override { cancelled: true, moved_to: None, duration_minutes: None }
}

fn text(item: &Item, zone: Tz) -> String {
    let mut writer = Writer::new(at("2027-03-01T00:00"));
    let mut said = |_, _| Ok(Said { summary: "Busy".to_owned(), location: None, busy: true });
    writer.add(item, zone, &mut said).expect("written");
    let head = Head { id: Uuid::from_u128(1), name: "Calendar", source: "https://cairn.test/feeds/x.ics" };
    writer.finish(&head)
}

/// Instants of what happens in the window, cancelled or not.
fn instants(schedules: &[Schedule], overrides: &HashMap<NaiveDateTime, Override>, zone: Tz) -> Vec<(Timestamp, bool)> {
    let window = Window { from: at("2026-09-01T00:00"), to: at("2027-12-31T00:00") };
    let mut found: Vec<_> = happenings(schedules, overrides, zone, window)
        .into_iter()
        .map(|happening| (happening.starts_at(), happening.cancelled))
        .collect();
    found.sort_unstable();
    found
}

/// What our own reader makes of the text. Programs that are not ours judge in `tests/conformance/calendars`.
fn read_back(text: &str, zone: Tz) -> Vec<(Timestamp, bool)> {
    let file = read_file(text.as_bytes(), zone, Defaults::default()).expect("a calendar");
    assert_eq!(file.skipped, [], "{text}");
    let mut found = Vec::new();
    for series in file.series {
        let schedules: Vec<Schedule> = series.lines.iter().map(|line| line.schedule.schedule(Uuid::nil())).collect();
        let overrides = series.changes.iter().map(|(original, change)| {
            let one = Override {
                cancelled: change.cancelled,
                moved_to: change.moved_to,
                duration_minutes: change.duration_minutes,
            };
            (*original, one)
        });
        found.extend(instants(&schedules, &overrides.collect(), zone));
    }
    found.sort_unstable();
    found
}

#[test]
fn what_is_written_happens_when_the_agenda_says() {
    let ny = Some(Tz::America__New_York);
    let mut later = schedule("2027-02-01T09:00", ny, Some("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH;COUNT=40"));
    later.from = Some(local("2027-03-10T00:00"));
    later.until = Some(local("2027-08-01T00:00"));
    let mut earlier = schedule("2027-02-01T08:00", ny, Some("FREQ=WEEKLY;BYDAY=MO"));
    earlier.until = Some(local("2027-03-10T00:00"));
    let all_day = Schedule {
        duration_minutes: Some(1440),
        ..schedule("2027-03-13T00:00", None, Some("FREQ=DAILY;UNTIL=20270320"))
    };
    for (zone, item) in [
        (
            Tz::UTC,
            item(
                vec![schedule("2027-03-01T02:30", ny, Some("FREQ=DAILY"))],
                &[("2027-03-20T02:30", moved("2027-03-20T15:00")), ("2027-03-21T02:30", cancelled())],
            ),
        ),
        (Tz::UTC, item(vec![schedule("2026-10-20T01:30", ny, Some("FREQ=DAILY;COUNT=30"))], &[])),
        (Tz::UTC, item(vec![earlier, later], &[("2027-03-01T08:00", cancelled())])),
        (Tz::America__Phoenix, item(vec![schedule("2027-03-01T09:00", None, Some("FREQ=MONTHLY;BYDAY=-1FR"))], &[])),
        (Tz::Europe__Berlin, item(vec![all_day], &[])),
        (
            Tz::UTC,
            item(
                vec![schedule("2027-03-05T09:00", Some(Tz::UTC), None)],
                &[("2027-03-05T09:00", moved("2027-04-05T10:00"))],
            ),
        ),
    ] {
        let text = text(&item, zone);
        assert_eq!(read_back(&text, zone), instants(&item.schedules, &item.overrides, zone), "{text}");
    }
}

#[test]
fn what_was_cancelled_is_shown_for_a_month_and_then_left_out() {
    let daily = || schedule("2027-01-01T09:00", Some(Tz::UTC), Some("FREQ=DAILY"));
    let mut one = item(vec![daily()], &[]);
    one.row.cancelled_at = Some(at("2027-02-10T00:00"));
    let bounded = text(&one, Tz::UTC);
    assert!(bounded.contains("UNTIL=20270209T235959Z") && !bounded.contains("STATUS:CANCELLED"), "{bounded}");
    let mut coming = item(vec![schedule("2027-03-05T09:00", Some(Tz::UTC), None)], &[]);
    coming.row.cancelled_at = Some(at("2027-02-10T00:00"));
    assert!(text(&coming, Tz::UTC).contains("STATUS:CANCELLED\r\n"));
    coming.row.cancelled_at = Some(at("2027-01-10T00:00"));
    assert!(!text(&coming, Tz::UTC).contains("BEGIN:VEVENT"));
}

#[test]
fn an_end_that_the_clock_shows_twice_is_told_by_its_length() {
    // The hour from one to two comes twice: 50 minutes after 01:15 the clock shows 01:05.
    let ny = Some(Tz::America__New_York);
    let text = text(
        &item(vec![Schedule { duration_minutes: Some(50), ..schedule("2027-11-07T01:15", ny, None) }], &[]),
        Tz::UTC,
    );
    assert!(text.contains("DURATION:PT50M\r\n") && !text.contains("DTEND"), "{text}");
}

#[test]
fn an_event_has_all_that_programs_ask_for() {
    let text = text(&item(vec![schedule("2027-03-05T09:00", Some(Tz::America__Denver), None)], &[]), Tz::UTC);
    for line in [
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n",
        "UID:00000000-0000-0000-0000-000000000007@cairn\r\nDTSTAMP:20270220T100000Z\r\nLAST-MODIFIED:20270220T100000Z\r\nSEQUENCE:2\r\n",
        "DTSTART;TZID=America/Denver:20270305T090000\r\nDTEND;TZID=America/Denver:20270305T094500\r\n",
        "SUMMARY:Busy\r\nCLASS:PRIVATE\r\nTRANSP:OPAQUE\r\nEND:VEVENT\r\n",
    ] {
        assert!(text.contains(line), "{line} in {text}");
    }
    assert!(!text.contains("METHOD") && text.matches("BEGIN:VTIMEZONE").count() == 1, "{text}");
}
