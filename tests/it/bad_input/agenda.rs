use cairn_tests::{both, logs};
use serde_json::{Value, json};

/// What is wrong with a new item, and the field that is named for it.
fn faults() -> Vec<(&'static str, Value, &'static str)> {
    vec![
        ("time_zone", json!("Mars/Olympus"), "time_zone"),
        ("time_zone", json!("EST"), "time_zone"),
        ("time_zone", json!("UTC+5"), "time_zone"),
        ("time_zone", json!(""), "time_zone"),
        ("starts_at_local", json!("2027-02-30T10:00"), "starts_at_local"),
        ("starts_at_local", json!("2027-03-02T24:00"), "starts_at_local"),
        ("starts_at_local", json!("2027-03-02T10:00:00Z"), "starts_at_local"),
        ("starts_at_local", json!("2027-03-02 10:00"), "starts_at_local"),
        ("starts_at_local", json!("1999-12-31T10:00"), "starts_at_local"),
        ("starts_at_local", json!(1_803_913_200), "starts_at_local"),
        ("recurrence", json!("FREQ=HOURLY"), "recurrence"),
        ("recurrence", json!("FREQ=MINUTELY;INTERVAL=90"), "recurrence"),
        ("recurrence", json!("FREQ=SECONDLY"), "recurrence"),
        ("recurrence", json!("FREQ=SOMETIMES"), "recurrence"),
        ("recurrence", json!("every tuesday"), "recurrence"),
        ("recurrence", json!(""), "recurrence"),
        ("recurrence", json!("FREQ=DAILY;COUNT=2;UNTIL=20270401"), "recurrence"),
        ("recurrence", json!("FREQ=DAILY;COUNT=0"), "recurrence"),
        ("recurrence", json!("FREQ=DAILY;INTERVAL=0"), "recurrence"),
        ("recurrence", json!("FREQ=WEEKLY;BYDAY=XX"), "recurrence"),
        ("recurrence", json!("FREQ=DAILY;BYHOUR=9,17"), "recurrence"),
        ("recurrence", json!("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"), "recurrence"),
        ("recurrence", json!("FREQ=DAILY;UNTIL=20270230"), "recurrence"),
        ("recurrence", json!("FREQ=DAILY;UNTIL=20200101"), "recurrence"),
        ("recurrence", json!(format!("FREQ=DAILY;BYMONTHDAY={}1", "1,".repeat(400))), "recurrence"),
        ("duration_minutes", json!(0), "duration_minutes"),
        ("duration_minutes", json!(-5), "duration_minutes"),
        ("duration_minutes", json!(10_081), "duration_minutes"),
        ("duration_minutes", json!(9_223_372_036_854_775_807_i64), "duration_minutes"),
        ("duration_minutes", json!(1e300), "duration_minutes"),
        ("reminders", json!([{ "minutes_before": -5 }]), "reminders[0].minutes_before"),
        ("reminders", json!([{ "minutes_before": 5 }, { "minutes_before": 40_321 }]), "reminders[1].minutes_before"),
        ("reminders", json!([{ "days_before": 0, "at": "10:01" }]), "reminders[0].days_before"),
        ("reminders", json!([{ "days_before": -1, "at": "09:00" }]), "reminders[0].days_before"),
        ("reminders", json!([{ "days_before": 29, "at": "09:00" }]), "reminders[0].days_before"),
        ("reminders", json!([{ "days_before": 1, "at": "9:00" }]), "reminders[0].at"),
        ("reminders", json!([{ "days_before": 1, "at": "25:00" }]), "reminders[0].at"),
        ("reminders", json!([{ "days_before": 1 }]), "reminders[0]"),
        ("reminders", json!([{ "minutes_before": 5, "sound": "loud" }]), "reminders[0]"),
        (
            "reminders",
            json!([{ "minutes_before": 5 }, { "minutes_before": 6 }, { "minutes_before": 7 }, { "minutes_before": 8 }, { "minutes_before": 9 }, { "minutes_before": 10 }]),
            "reminders",
        ),
        ("title", json!(""), "title"),
        ("title", json!("   "), "title"),
        ("title", json!("x".repeat(201)), "title"),
        ("title", json!("a\u{0}b"), "title"),
        ("title", json!("a\u{1b}[31mb"), "title"),
        ("title", json!(null), "title"),
        ("location", json!("x".repeat(501)), "location"),
        ("location", json!("a\u{0}b"), "location"),
        ("notes", json!("x".repeat(4001)), "notes"),
        ("notes", json!("a\u{0}b"), "notes"),
        ("kind", json!("party"), "kind"),
        ("staff_ids", json!(["not-an-id"]), "staff_ids[0]"),
        ("staff_ids", json!(["01928374-0000-7000-8000-000000000000"]), "staff_ids[0]"),
        (
            "staff_ids",
            json!((0..21).map(|n| format!("01928374-0000-7000-8000-{n:012}")).collect::<Vec<_>>()),
            "staff_ids",
        ),
        ("colour", json!("red"), "colour"),
    ]
}

both!(every_wrong_member_of_an_item_is_named_and_nothing_is_written, async |app| {
    logs::keep();
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let good = json!({
        "kind": "appointment",
        "title": "CanaryOfBadInput",
        "location": "CanaryOfBadPlace",
        "starts_at_local": "2027-03-02T10:00",
        "time_zone": "America/New_York",
        "duration_minutes": 30,
        "reminders": [],
    });
    let before = app.contents().await;
    for (member, value, field) in faults() {
        let mut body = good.clone();
        body[member] = value.clone();
        let answer = app.post(format!("/v1/clients/{}/agenda-items", ana.id), body).by(&sam).await;
        let fields = answer.wrong_fields();
        assert!(fields == [field], "{member}: {value:.80} names {fields:?}");
        let errors = answer.json["errors"].as_array().unwrap();
        assert!(errors.iter().all(|error| error["code"].is_string() && error["message"].is_string()));
        assert!(!answer.text().contains("Canary"), "the answer repeats nothing: {}", answer.text());
    }
    for member in ["kind", "title", "starts_at_local", "time_zone"] {
        let mut body = good.clone();
        body.as_object_mut().unwrap().remove(member);
        let answer = app.post(format!("/v1/clients/{}/agenda-items", ana.id), body).by(&sam).await;
        assert_eq!(answer.wrong_fields(), [member]);
    }
    app.assert_unchanged_since(&before).await;
    assert!(!logs::kept().contains("CanaryOfBad"), "the log holds what was sent");
});

both!(several_faults_are_told_together, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let body = json!({
        "kind": "routine",
        "title": "",
        "starts_at_local": "soon",
        "time_zone": "here",
        "recurrence": "often",
        "reminders": [{ "minutes_before": -1 }],
    });
    let answer = app.post(format!("/v1/clients/{}/agenda-items", ana.id), body).by(&sam).await;
    let mut fields = answer.wrong_fields();
    fields.sort_unstable();
    assert_eq!(fields, ["recurrence", "reminders[0].minutes_before", "starts_at_local", "time_zone", "title"]);
});

both!(an_item_is_for_1_to_200_different_clients, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let many: Vec<String> = (0..201).map(|n| format!("01928374-0000-7000-8000-{n:012}")).collect();
    for ids in [json!([]), json!([ana.id, ana.id]), json!(many), json!([ana.id, many[0]])] {
        let body = json!({ "client_ids": ids, "kind": "meeting", "title": "x", "starts_at_local": "2027-03-02T10:00", "time_zone": "UTC" });
        assert_eq!(app.post("/v1/agenda-items", body).by(&sam).await.wrong_fields(), ["client_ids"]);
    }
    assert_eq!(app.count("agenda_items").await, 0);
});

both!(ids_that_cannot_be_lead_nowhere, async |app| {
    let sam = app.specialist().await;
    for target in [
        "/v1/clients/x",
        "/v1/clients/%ff%fe",
        "/v1/clients/%00",
        "/v1/clients/01928374-0000-7000-8000-000000000000",
        "/v1/clients/../../etc/passwd",
        "/v1/agenda-items/1%27%20OR%201=1",
        "/v1/occurrences/x.20270302T1000",
        "/v1/occurrences/01928374-0000-7000-8000-000000000000.20270302T1000",
        "/v1/me/deliveries/x",
        "/v1/nothing",
    ] {
        if target.starts_with("/v1/me/")
            || target.contains("clients")
            || target.contains("agenda")
            || target.contains("occurrences")
        {
            assert_eq!(app.get(target).by(&sam).await.refused(404), "not_found", "{target}");
        }
    }
    assert_eq!(app.call("PUT", "/v1/clients").by(&sam).await.refused(405), "method_not_allowed");
});

both!(times_at_the_edge_of_the_calendar_do_no_harm, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    for (at, rule) in [
        ("2199-12-31T23:59", json!(null)),
        ("2199-12-31T23:59", json!("FREQ=YEARLY")),
        ("2000-01-01T00:00", json!("FREQ=DAILY;COUNT=9999")),
        ("2028-02-29T10:00", json!("FREQ=YEARLY")),
        ("2027-03-14T02:30", json!("FREQ=DAILY")),
    ] {
        let target = format!("/v1/clients/{}/agenda-items", ana.id);
        let body = json!({ "kind": "routine", "title": "x", "starts_at_local": at, "time_zone": "Pacific/Apia", "recurrence": rule, "reminders": [{ "minutes_before": 40_320 }] });
        app.post(target, body).by(&sam).await.expect(201);
    }
    for (from, to) in [("0001-01-01", "0001-01-02"), ("9999-12-30", "9999-12-31"), ("2011-12-29", "2012-01-01")] {
        let answer = app.get(format!("/v1/clients/{}/agenda?from={from}&to={to}", ana.id)).by(&sam).await;
        assert!([200, 422].contains(&answer.status), "{from}: {}", answer.text());
    }
    app.plan().await;
    app.deliver().await;
});
