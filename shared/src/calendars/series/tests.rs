use std::collections::HashMap;

use super::*;
use crate::agenda::{Override, Window, happenings, parse_local};
use crate::calendars::blocks::{Block, cut};
use crate::calendars::event::read;
use crate::clock::Timestamp;

const NONE: Defaults = Defaults { reminder_minutes: None };

fn import(events: &str) -> (Vec<Series>, Vec<Skip>) {
    let text = format!("BEGIN:VCALENDAR\nVERSION:2.0\n{events}\nEND:VCALENDAR\n");
    let blocks = cut(&text).expect("a calendar");
    let zones = Zones::read(&blocks.zones, Tz::America__New_York);
    let mut by_uid: BTreeMap<String, Vec<Event>> = BTreeMap::new();
    let mut skipped = Vec::new();
    for (_, block) in blocks.events {
        match block {
            Block::Event(text) => match read(&text) {
                Ok(event) => by_uid.entry(event.uid.clone()).or_default().push(event),
                Err(skip) => skipped.push(skip),
            },
            Block::Refused { uid, reason } => skipped.push(Skip::new(uid.as_deref(), reason, "")),
        }
    }
    let series = by_uid.into_values().filter_map(|events| build(events, &zones, NONE, &mut skipped)).collect();
    (series, skipped)
}

fn one(event: &str) -> Series {
    let (mut series, skipped) = import(event);
    assert_eq!(skipped, [], "nothing is left out");
    series.pop().expect("one series")
}

/// Starts from 2027-03-01 on for two weeks, as New York's clock shows them.
fn starts(series: &Series) -> Vec<String> {
    let schedules: Vec<Schedule> = series.lines.iter().map(|line| line.schedule.schedule(Uuid::nil())).collect();
    let overrides: HashMap<NaiveDateTime, Override> = series
        .changes
        .iter()
        .map(|(original, change)| {
            let Change { cancelled, moved_to, duration_minutes, .. } = change.clone();
            (*original, Override { cancelled, moved_to, duration_minutes })
        })
        .collect();
    let at = |text: &str| Timestamp::from(parse_local(text).expect("a time").and_utc());
    let window = Window { from: at("2027-03-01T00:00"), to: at("2027-03-15T00:00") };
    happenings(&schedules, &overrides, Tz::America__New_York, window)
        .into_iter()
        .filter(|happening| !happening.cancelled)
        .map(|happening| local_of(happening.start.at, Tz::America__New_York).format("%d %H:%M").to_string())
        .collect()
}

fn event(lines: &str) -> String {
    let lines: Vec<String> = lines.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect();
    format!("BEGIN:VEVENT\nUID:a@x\nSUMMARY:Walk\n{}\nEND:VEVENT", lines.join("\n"))
}

#[test]
fn a_series_keeps_its_wall_clock() {
    let series = one(&event(
        "DTSTART;TZID=America/New_York:20270306T093000
         DTEND;TZID=America/New_York:20270306T101500
         RRULE:FREQ=WEEKLY;BYDAY=SA,MO;UNTIL=20270313T235959Z",
    ));
    assert_eq!(starts(&series), ["06 09:30", "08 09:30", "13 09:30"]);
    assert_eq!(series.lines[0].schedule.duration_minutes, Some(45));
}

#[test]
fn dates_out_dates_in_and_moved_dates() {
    let master = event(
        "DTSTART;TZID=America/New_York:20270301T100000
         DURATION:PT1H
         RRULE:FREQ=DAILY;COUNT=6
         EXDATE;TZID=America/New_York:20270302T100000,20270305T100000
         RDATE:20270310T150000Z",
    );
    let moved = event(
        "RECURRENCE-ID;TZID=America/New_York:20270303T100000
         DTSTART:20270303T200000Z
         DURATION:PT2H
         SEQUENCE:2",
    );
    let cancelled = event(
        "RECURRENCE-ID:20270304T150000Z
         DTSTART;TZID=America/New_York:20270304T100000
         STATUS:CANCELLED",
    );
    let series = one(&[master, moved, cancelled].join("\n"));
    assert_eq!(starts(&series), ["01 10:00", "03 15:00", "06 10:00", "10 10:00"]);
    assert_eq!(series.sequence, 2);
    let moved = &series.changes[&parse_local("2027-03-03T10:00").expect("a time")];
    assert_eq!(moved.duration_minutes, Some(120));
}

#[test]
fn this_and_future() {
    let master = event(
        "DTSTART;TZID=America/New_York:20270301T100000
         DURATION:PT1H
         RRULE:FREQ=WEEKLY;BYDAY=MO,WE;COUNT=5
         EXDATE;TZID=America/New_York:20270310T100000",
    );
    let later = event(
        "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=America/New_York:20270308T100000
         DTSTART;TZID=America/New_York:20270309T113000
         DURATION:PT30M",
    );
    let series = one(&[master, later].join("\n"));
    // The third is a day and a half hour later, the fourth is taken out, the fifth (16 March) lies outside the window.
    assert_eq!(starts(&series), ["01 10:00", "03 10:00", "09 11:30"]);
    assert_eq!(series.lines[1].schedule.duration_minutes, Some(30));
    let ended = event(
        "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=America/New_York:20270308T100000
         DTSTART;TZID=America/New_York:20270308T100000
         STATUS:CANCELLED",
    );
    let daily = event("DTSTART;TZID=America/New_York:20270305T100000\nRRULE:FREQ=DAILY;COUNT=5");
    assert_eq!(starts(&one(&[daily, ended].join("\n"))), ["05 10:00", "06 10:00", "07 10:00"], "nor the day after");
}

#[test]
fn added_dates_go_along_with_what_follows() {
    let master = event(
        "DTSTART;TZID=America/New_York:20270301T100000
         RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=2
         RDATE;TZID=America/New_York:20270303T100000,20270309T100000,20270310T100000
         EXDATE;TZID=America/New_York:20270310T100000",
    );
    let later = event(
        "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=America/New_York:20270308T100000
         DTSTART;TZID=America/New_York:20270308T113000",
    );
    let series = one(&[master, later].join("\n"));
    assert_eq!(starts(&series), ["01 10:00", "03 10:00", "08 11:30", "09 11:30"]);
}

#[test]
fn a_changed_date_that_the_newer_series_leaves_out_stays_out() {
    let master = event("DTSTART:20270304T080000\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE:20270305T080000\nSEQUENCE:3");
    let changed = |sequence: u32, date: &str| {
        event(&format!("RECURRENCE-ID:{date}T080000\nDTSTART:{date}T150000\nSEQUENCE:{sequence}"))
    };
    let of = |events: &[String]| starts(&one(&events.join("\n")));
    assert_eq!(of(&[master.clone(), changed(2, "20270305")]), ["04 08:00", "06 08:00"]);
    assert_eq!(of(&[master.clone(), changed(4, "20270305")]), ["04 08:00", "05 15:00", "06 08:00"]);
    assert_eq!(of(&[master, changed(2, "20270309")]), ["04 08:00", "06 08:00"], "no longer a date of it");
}

#[test]
fn whole_days_and_floating_times_follow_the_client() {
    let day = one(&event("DTSTART;VALUE=DATE:20270304\nDTEND;VALUE=DATE:20270306"));
    assert_eq!((day.lines[0].schedule.zone, day.lines[0].schedule.duration_minutes), (None, Some(2 * 24 * 60)));
    assert_eq!(starts(&day), ["04 00:00"]);
    let floating = one(&event("DTSTART:20270304T080000"));
    assert_eq!((floating.lines[0].schedule.zone, floating.lines[0].schedule.duration_minutes), (None, None));
}

#[test]
fn alarms_become_reminders() {
    let alarm = |trigger: &str| format!("BEGIN:VALARM\nACTION:DISPLAY\n{trigger}\nEND:VALARM");
    let of = |triggers: &[&str]| {
        let alarms: Vec<String> = triggers.iter().map(|trigger| alarm(trigger)).collect();
        let base = "DTSTART;TZID=America/New_York:20270304T080000\nDURATION:PT1H";
        let series = one(&event(&format!("{base}\n{}", alarms.join("\n"))));
        series.lines[0].schedule.reminders.iter().map(|rule| rule.key()).collect::<Vec<_>>()
    };
    assert_eq!(of(&["TRIGGER:-PT15M", "TRIGGER:-P1D", "TRIGGER:-PT15M"]), ["m15", "m1440"]);
    assert_eq!(of(&["TRIGGER;RELATED=END:-PT90M"]), ["m30"]);
    assert_eq!(of(&["TRIGGER;VALUE=DATE-TIME:20270304T120000Z"]), ["m60"]);
    assert_eq!(of(&["TRIGGER:PT5M"]), Vec::<String>::new());
    assert_eq!(of(&["TRIGGER:PT0S"]), ["m0"]);
    let six: Vec<String> = (1..=6).map(|n| format!("TRIGGER:-PT{n}M")).collect();
    assert_eq!(of(&six.iter().map(String::as_str).collect::<Vec<_>>()).len(), 5);
}

#[test]
fn what_is_left_out_says_why() {
    let reason = |lines: &str| {
        let (series, skipped) = import(&event(lines));
        assert!(series.is_empty(), "{lines}");
        skipped[0].reason.clone()
    };
    assert_eq!(reason("DTSTART;TZID=Mars/Olympus:20270304T080000"), "unknown_time_zone");
    assert_eq!(reason("DTSTART:20270304T080000\nRRULE:FREQ=SECONDLY"), "unsupported_recurrence");
    for rule in ["FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;COUNT=4294967297", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"] {
        assert_eq!(reason(&format!("DTSTART:20270304T080000\nRRULE:{rule}")), "unsupported_recurrence");
    }
    assert_eq!(reason("DTSTART:20270304T080000\nRRULE:FREQ=DAILY\nRRULE:FREQ=WEEKLY"), "several_rules");
    assert_eq!(reason("DTSTART:20270304T080000\nDTEND:20270304T070000"), "end_before_start");
    assert_eq!(reason("DTSTART:20270304T080000\nDURATION:P30D"), "too_long");
    assert_eq!(reason("DESCRIPTION:no start"), "no_start");
    assert_eq!(reason("DTSTART:17530304T080000"), "out_of_range");
    assert_eq!(reason(&format!("DTSTART:20270304T080000\nDESCRIPTION:{}", "x".repeat(200_000))), "text_too_long");
    let dates = "EXDATE:20270305T080000\n".repeat(2001);
    assert_eq!(reason(&format!("DTSTART:20270304T080000\nRRULE:FREQ=DAILY\n{dates}")), "too_many_dates");
}

#[test]
fn an_older_event_of_the_same_uid_gives_way() {
    let older = event("DTSTART:20270304T080000\nSEQUENCE:1");
    let newer = event("DTSTART:20270305T080000\nSEQUENCE:2");
    let (series, skipped) = import(&[newer, older].join("\n"));
    assert_eq!(starts(&series[0]), ["05 08:00"]);
    assert_eq!(skipped[0].reason, "uid_repeated");
}

#[test]
fn invitations_without_their_series_stand_alone() {
    let first = event("RECURRENCE-ID:20270304T130000Z\nDTSTART:20270304T130000Z");
    let second = event("RECURRENCE-ID:20270305T130000Z\nDTSTART:20270305T150000Z");
    assert_eq!(starts(&one(&[first, second].join("\n"))), ["04 08:00", "05 10:00"]);
}

#[test]
fn nothing_of_a_long_title_is_lost() {
    let title = "word ".repeat(100);
    let text = event("DTSTART:20270304T080000").replace("SUMMARY:Walk", &format!("SUMMARY:{title}"));
    let texts = &one(&text).lines[0].texts;
    assert_eq!(texts.title.chars().count(), 200);
    assert_eq!(texts.notes.as_deref(), Some(title.trim()));
}

#[test]
fn people_are_found_by_their_addresses() {
    let series = one(&event(
        "DTSTART:20270304T080000
         ORGANIZER;CN=Sam:mailto:Sam@Example.org
         ATTENDEE;CN=\"Ana, M\";PARTSTAT=ACCEPTED:MAILTO:ana@example.org
         ATTENDEE:urn:uuid:5",
    ));
    assert_eq!(series.people, ["ana@example.org", "sam@example.org"]);
}
