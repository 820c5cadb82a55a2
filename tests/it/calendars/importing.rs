use cairn_tests::both;
use serde_json::{Value, json};

use super::{calendar, event, send};

const WALK: &[&str] = &[
    "SUMMARY:Walk",
    "DTSTART;TZID=America/New_York:20270302T090000",
    "DURATION:PT45M",
    "RRULE:FREQ=DAILY;COUNT=4",
    "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT30M\r\nEND:VALARM",
];

fn counts(answer: &Value) -> [i64; 4] {
    ["imported", "updated", "unchanged", "cancelled"].map(|name| answer[name].as_i64().unwrap())
}

fn starts(agenda: &[Value]) -> Vec<&str> {
    let planned = agenda.iter().filter(|one| one["status"] == "planned");
    planned.map(|one| one["starts_at_local"].as_str().unwrap()).collect()
}

both!(a_second_time_changes_nothing_and_a_newer_file_updates_and_cancels, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let target = format!("/v1/clients/{}/agenda/imports", ana.id);
    let first = calendar(&[event("walk@x", WALK)]);
    assert_eq!(counts(&send(app, &sam, &target, first.clone()).await.expect(200)), [1, 0, 0, 0]);
    let agenda = app.agenda(&sam, ana, "2027-03-01", "2027-03-10").await;
    assert_eq!(starts(&agenda), ["2027-03-02T09:00", "2027-03-03T09:00", "2027-03-04T09:00", "2027-03-05T09:00"]);
    assert_eq!((&agenda[0]["title"], &agenda[0]["duration_minutes"]), (&json!("Walk"), &json!(45)));
    let reminders = app.reminders(&sam, ana).await;
    assert!(reminders.iter().all(|reminder| reminder["state"] == "planned") && !reminders.is_empty());

    let before = app.contents().await;
    assert_eq!(counts(&send(app, &sam, &target, first.clone()).await.expect(200)), [0, 0, 1, 0]);
    app.assert_unchanged_since(&before).await;

    let moved = [
        "SUMMARY:Walk",
        "SEQUENCE:1",
        "DTSTART;TZID=America/New_York:20270302T100000",
        "DURATION:PT45M",
        "RRULE:FREQ=DAILY;COUNT=4",
        "EXDATE;TZID=America/New_York:20270303T100000",
    ];
    assert_eq!(counts(&send(app, &sam, &target, calendar(&[event("walk@x", &moved)])).await.expect(200)), [0, 1, 0, 0]);
    let agenda = app.agenda(&sam, ana, "2027-03-01", "2027-03-10").await;
    assert_eq!(starts(&agenda), ["2027-03-02T10:00", "2027-03-04T10:00", "2027-03-05T10:00"]);
    assert!(app.reminders(&sam, ana).await.iter().all(|reminder| reminder["state"] != "planned"), "its alarm is gone");

    assert_eq!(
        counts(&send(app, &sam, &target, first).await.expect(200)),
        [0, 0, 1, 0],
        "an older file changes nothing"
    );
    let cancelled =
        event("walk@x", &["SEQUENCE:2", "STATUS:CANCELLED", "DTSTART;TZID=America/New_York:20270302T100000"]);
    assert_eq!(counts(&send(app, &sam, &target, calendar(&[cancelled])).await.expect(200)), [0, 0, 0, 1]);
    assert_eq!(starts(&app.agenda(&sam, ana, "2027-03-01", "2027-03-10").await), Vec::<&str>::new());
});

both!(a_dry_run_counts_and_changes_nothing, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let target = format!("/v1/clients/{}/agenda/imports?dry_run=true", ana.id);
    let before = app.contents().await;
    let answer = send(app, &sam, &target, calendar(&[event("walk@x", WALK)])).await.expect(200);
    assert_eq!(counts(&answer), [1, 0, 0, 0]);
    assert_eq!(answer["dry_run"], true, "so that nobody takes it for done");
    app.assert_unchanged_since(&before).await;
});

both!(events_without_an_alarm_remind_as_the_importer_says, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let target = format!("/v1/clients/{}/agenda/imports?reminder_minutes=60", ana.id);
    let silent = event("silent@x", &["SUMMARY:Tea", "DTSTART;TZID=America/New_York:20270302T120000"]);
    send(app, &sam, &target, calendar(&[event("walk@x", WALK), silent])).await.expect(200);
    let due: Vec<String> = app
        .reminders(&sam, ana)
        .await
        .iter()
        .map(|reminder| reminder["due_at"].as_str().unwrap()[..16].to_owned())
        .collect();
    assert!(due.contains(&"2027-03-02T13:30".to_owned()), "the alarm of the walk: {due:?}");
    assert!(due.contains(&"2027-03-02T16:00".to_owned()), "an hour before tea: {due:?}");
});

both!(what_is_left_out_is_listed_and_the_rest_is_there, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let target = format!("/v1/clients/{}/agenda/imports", ana.id);
    let file = calendar(&[
        event("walk@x", WALK),
        event("bomb@x", &["DTSTART:20270302T090000Z", "RRULE:FREQ=SECONDLY"]),
        event("mars@x", &["DTSTART;TZID=Mars/Olympus:20270302T090000"]),
        event("long@x", &["DTSTART:20270302T090000Z", &format!("SUMMARY:{}", "x".repeat(200_000))]),
        event("deep@x", &["DTSTART:20270302T090000Z", &"BEGIN:X\r\n".repeat(50), &"END:X\r\n".repeat(50)]),
    ]);
    let answer = send(app, &sam, &target, file).await.expect(200);
    assert_eq!(counts(&answer), [1, 0, 0, 0]);
    let mut skipped: Vec<(&str, &str)> = answer["skipped"]
        .as_array()
        .unwrap()
        .iter()
        .map(|skip| (skip["uid"].as_str().unwrap(), skip["reason"].as_str().unwrap()))
        .collect();
    skipped.sort_unstable();
    assert_eq!(
        skipped,
        [
            ("bomb@x", "unsupported_recurrence"),
            ("deep@x", "nested_too_deep"),
            ("long@x", "text_too_long"),
            ("mars@x", "unknown_time_zone")
        ]
    );
});

both!(files_that_are_no_calendar_leave_nothing, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let target = format!("/v1/clients/{}/agenda/imports", ana.id);
    let whole = calendar(&[event("walk@x", WALK)]);
    let before = app.contents().await;
    for (file, code) in [
        ("<!DOCTYPE html><html>Sign in to see this calendar</html>".to_owned(), "not_a_calendar"),
        (String::new(), "not_a_calendar"),
        (whole[..whole.len() - 30].to_owned(), "truncated"),
        (calendar(&["BEGIN:VEVENT\r\nEND:VEVENT\r\n".repeat(20_001)]), "too_many_events"),
    ] {
        let answer = send(app, &sam, &target, file).await;
        assert_eq!(answer.wrong_fields(), ["body"]);
        assert_eq!(answer.json["errors"][0]["code"], code);
    }
    send(app, &sam, &target, "x".repeat(10 * 1024 * 1024 + 1)).await.refused(413);
    let html = app.call("POST", target).by(&sam).header("content-type", "text/html").body(whole);
    html.await.refused(415);
    app.assert_unchanged_since(&before).await;
});

both!(a_file_under_a_key_is_read_once_however_large, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let target = format!("/v1/clients/{}/agenda/imports", ana.id);
    let filler = format!("X-FILLER:{}\r\n", "x".repeat(60)).repeat(8000);
    let file = format!("{filler}{}", calendar(&[event("walk@x", WALK)]));
    let first = send(app, &sam, &target, file.clone()).header("idempotency-key", "one").await.expect(200);
    let again = send(app, &sam, &target, file).header("idempotency-key", "one").await;
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!((counts(&first), counts(&again.expect(200))), ([1, 0, 0, 0], [1, 0, 0, 0]));
});

both!(a_date_moved_far_away_is_found_where_it_went, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let target = format!("/v1/clients/{}/agenda/imports", ana.id);
    let moved = event(
        "walk@x",
        &[
            "RECURRENCE-ID;TZID=America/New_York:20270303T090000",
            "DTSTART;TZID=America/New_York:20270420T110000",
            "SUMMARY:Late walk",
        ],
    );
    send(app, &sam, &target, calendar(&[event("walk@x", WALK), moved])).await.expect(200);
    let agenda = app.agenda(&sam, ana, "2027-04-15", "2027-04-25").await;
    assert_eq!((agenda.len(), &agenda[0]["title"]), (1, &json!("Late walk")));
    assert_eq!(starts(&agenda), ["2027-04-20T11:00"]);
});

both!(every_spelling_of_a_file_reads_alike, async |app| {
    let sam = app.specialist().await;
    let event = event("cafe@x", &["SUMMARY:Café", "DTSTART;TZID=Eastern Standard Time:20270302T090000"]);
    let text = calendar(&[event]);
    let latin: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let folded = text.replace("SUMMARY:Café", "SUMM\r\n ARY:Ca\r\n\tfé");
    for file in [
        text.clone().into_bytes(),
        format!("\u{feff}{text}").into_bytes(),
        text.replace("\r\n", "\n").into_bytes(),
        latin,
        folded.into_bytes(),
    ] {
        let ana = app.client(&sam).await;
        let target = format!("/v1/clients/{}/agenda/imports", ana.id);
        assert_eq!(counts(&send(app, &sam, &target, file).await.expect(200)), [1, 0, 0, 0]);
        let agenda = app.agenda(&sam, ana, "2027-03-01", "2027-03-10").await;
        assert_eq!(
            (&agenda[0]["title"], &agenda[0]["starts_at"]),
            (&json!("Café"), &json!("2027-03-02T14:00:00.000Z"))
        );
    }
});

both!(a_client_brings_their_own_calendar_and_what_was_cancelled_here_stays_so, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.phone(&sam, ana).await;
    let target = format!("/v1/clients/{}/agenda/imports", ana.id);
    send(app, &phone, &target, calendar(&[event("walk@x", WALK)])).await.expect(200);
    let agenda = app.agenda(&phone, ana, "2027-03-01", "2027-03-10").await;
    assert_eq!((&agenda[0]["kind"], &agenda[0]["created_by"]), (&json!("to_do"), &json!("client")));
    let item = agenda[0]["item_id"].as_str().unwrap();
    app.delete(format!("/v1/agenda-items/{item}")).by(&phone).await.expect(204);
    let newer = WALK.iter().map(|line| line.replace("Walk", "Long walk")).collect::<Vec<_>>();
    let newer: Vec<&str> = newer.iter().map(String::as_str).collect();
    let answer = send(app, &phone, &target, calendar(&[event("walk@x", &newer)])).await.expect(200);
    assert_eq!(answer["skipped"][0]["reason"], "cancelled_here");
    assert_eq!(starts(&app.agenda(&phone, ana, "2027-03-01", "2027-03-10").await), Vec::<&str>::new());
});
