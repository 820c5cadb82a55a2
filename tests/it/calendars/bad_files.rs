//! Files that were made to do harm, or by programs that mean well: each event is taken or listed with its reason, and
//! nothing else happens.

use cairn_tests::{TestApp, both};
use serde_json::{Value, json};

use super::{calendar, event, send};

/// Reasons by UID, for a file with one good event among the bad ones.
async fn left_out(app: &TestApp, events: &[String]) -> (Value, Vec<(String, String)>) {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let mut all = events.to_vec();
    all.push(event("good@x", &["SUMMARY:Good", "DTSTART;TZID=America/New_York:20270302T090000"]));
    let target = format!("/v1/clients/{}/agenda/imports", ana.id);
    let answer = send(app, &sam, &target, calendar(&all)).await.expect(200);
    let agenda = app.agenda(&sam, ana, "2027-03-01", "2027-04-20").await;
    assert!(agenda.iter().any(|one| one["title"] == "Good"), "the good one is there: {answer}");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let skipped = answer["skipped"].as_array().unwrap().iter();
    let mut reasons: Vec<_> = skipped.map(|skip| (text(&skip["uid"]), text(&skip["reason"]))).collect();
    reasons.sort_unstable();
    (answer, reasons)
}

both!(rules_that_never_end_or_never_begin, async |app| {
    let start = "DTSTART;TZID=America/New_York:20270302T090000";
    let parts: Vec<String> = (1..=366).map(|day| day.to_string()).collect();
    let huge = format!("RRULE:FREQ=YEARLY;BYYEARDAY={};BYHOUR=0,1,2;BYMINUTE=0,1;BYSECOND=0,1", parts.join(","));
    let (answer, reasons) = left_out(
        app,
        &[
            event("second@x", &[start, "RRULE:FREQ=SECONDLY"]),
            event("hours@x", &[start, "RRULE:FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11"]),
            event("huge@x", &[start, &huge]),
            event("zero@x", &[start, "RRULE:FREQ=DAILY;INTERVAL=0"]),
            event("many@x", &[start, "RRULE:FREQ=DAILY;COUNT=99999999999"]),
            event("never@x", &[start, "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"]),
            event("endless@x", &[start, "RRULE:FREQ=DAILY"]),
        ],
    )
    .await;
    let told: Vec<&str> = reasons.iter().map(|(uid, _)| uid.as_str()).collect();
    assert_eq!(told, ["hours@x", "huge@x", "many@x", "never@x", "second@x", "zero@x"], "{answer}");
    assert!(reasons.iter().all(|(_, reason)| reason == "unsupported_recurrence"), "{reasons:?}");
});

both!(one_uid_for_several_series, async |app| {
    let first = event("same@x", &["DTSTART:20270303T090000Z", "SUMMARY:First", "RRULE:FREQ=DAILY;COUNT=2"]);
    let second = event("same@x", &["DTSTART:20270305T090000Z", "SUMMARY:Second", "SEQUENCE:1"]);
    let (answer, reasons) = left_out(app, &[first, second]).await;
    assert_eq!((answer["imported"].as_i64(), reasons), (Some(2), vec![("same@x".into(), "uid_repeated".into())]));
});

both!(zones_that_loop_or_are_of_nowhere, async |app| {
    let zone = |name: &str, rule: &str| {
        let part = format!(
            "BEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0017\r\nTZOFFSETTO:+0031\r\n{rule}\r\nEND:STANDARD"
        );
        format!("BEGIN:VTIMEZONE\r\nTZID:{name}\r\n{part}\r\nEND:VTIMEZONE\r\n")
    };
    let own =
        "BEGIN:VTIMEZONE\r\nTZID:Self\r\nBEGIN:VTIMEZONE\r\nTZID:Self\r\nEND:VTIMEZONE\r\nEND:VTIMEZONE\r\n".to_owned();
    let (_, reasons) = left_out(
        app,
        &[
            zone("Loop", "RRULE:FREQ=SECONDLY"),
            zone("Daily", "RRULE:FREQ=DAILY"),
            own,
            event("loop@x", &["DTSTART;TZID=Loop:20270302T090000"]),
            event("daily@x", &["DTSTART;TZID=Daily:20270302T090000"]),
            event("self@x", &["DTSTART;TZID=Self:20270302T090000"]),
        ],
    )
    .await;
    let expected = ["daily@x", "loop@x", "self@x"].map(|uid| (uid.to_owned(), "unknown_time_zone".to_owned()));
    assert_eq!(reasons, expected);
});

both!(control_characters_do_no_harm, async |app| {
    let start = "DTSTART;TZID=America/New_York:20270303T090000";
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let target = format!("/v1/clients/{}/agenda/imports", ana.id);
    let file =
        calendar(&[event("odd@x", &[start, "SUMMARY:A\u{0}b\u{1b}[31mc\u{8}\u{7f}\\nd\u{202e}e", "LOCATION:\u{0}"])]);
    let answer = send(app, &sam, &target, file).await.expect(200);
    assert_eq!((&answer["imported"], &answer["skipped"]), (&json!(1), &json!([])));
    let agenda = app.agenda(&sam, ana, "2027-03-01", "2027-03-10").await;
    let title = agenda[0]["title"].as_str().unwrap();
    assert!(title.starts_with("Ab[31mc") && !title.contains(char::is_control), "{title:?}");
    assert_eq!(agenda[0]["location"], json!(null));
});

both!(a_hundred_thousand_events_are_refused_as_a_whole, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let target = format!("/v1/clients/{}/agenda/imports", ana.id);
    let before = app.contents().await;
    let answer = send(app, &sam, &target, calendar(&["BEGIN:VEVENT\r\nEND:VEVENT\r\n".repeat(100_000)])).await;
    assert_eq!((answer.wrong_fields(), &answer.json["errors"][0]["code"]), (vec!["body"], &json!("too_many_events")));
    app.assert_unchanged_since(&before).await;
});
