use cairn_tests::{both, days, hours, id_of_phone};
use serde_json::{Value, json};

use super::{admin, check_in, daily, every_type, send, shipped, text, with};

both!(a_schedule_stands_on_the_agenda, async |app| {
    let sam = app.specialist().await;
    let scheduler = app.scheduler().await;
    let ana = app.client(&sam).await;
    let phone = app.unsubscribed_phone(&sam, ana).await;
    let form = shipped(app, &sam, "phq9").await;
    let schedule = daily(app, &sam, ana, &form).await;
    assert_eq!(
        (&schedule["state"], &schedule["reminder"], &schedule["at"]),
        (&json!("active"), &json!(true), &json!("20:00"))
    );
    assert_eq!((&schedule["created_by"], &schedule["time_zone"]), (&json!("staff"), &json!("client")));
    assert_eq!(
        (&schedule["form_name"], &schedule["form_version_id"]),
        (&json!("PHQ-9"), &form["published_version_id"])
    );
    let agenda = app.agenda(&phone, ana, "2027-03-01", "2027-03-04").await;
    assert_eq!(agenda.len(), 3);
    assert_eq!((&agenda[0]["kind"], &agenda[0]["title"]), (&json!("check_in"), &json!("Check-in")));
    assert_eq!(agenda[0]["check_in_schedule_id"], schedule["id"]);
    // Schedulers keep the agenda; what a client is asked is not for them.
    let seen = app.agenda(&scheduler, ana, "2027-03-01", "2027-03-02").await.remove(0);
    assert_eq!((&seen["check_in_schedule_id"], &seen["form_id"]), (&json!(null), &json!(null)));
    assert!(!seen.to_string().contains("PHQ"));
    let list = app.get(format!("/v1/clients/{}/check-in-schedules", ana.id)).by(&phone).await.expect(200);
    assert_eq!(list["items"], json!([schedule]));
    // Only its schedule changes it.
    let item = format!("/v1/agenda-items/{}", text(&schedule["item_id"]));
    assert_eq!(app.patch(&item, json!({ "title": "x" })).by(&sam).await.refused(409), "belongs_to_a_schedule");
    assert_eq!(app.delete(&item).by(&sam).await.refused(409), "belongs_to_a_schedule");
    let own = json!({ "kind": "check_in", "title": "x", "starts_at_local": "2027-03-02T10:00", "time_zone": "client" });
    let made = app.post(format!("/v1/clients/{}/agenda-items", ana.id), own).by(&sam).await;
    assert_eq!(made.wrong_fields(), ["kind"]);
});

both!(a_client_chooses_time_and_reminder, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.phone(&sam, ana).await;
    let schedule = daily(app, &sam, ana, &shipped(app, &sam, "daily").await).await;
    let target = format!("/v1/check-in-schedules/{}", text(&schedule["id"]));
    let starts = async || -> Vec<String> {
        let agenda = app.agenda(&phone, ana, "2027-03-01", "2027-03-05").await;
        agenda.iter().map(|one| text(&one["starts_at_local"]).to_owned()).collect()
    };
    // Ten in the morning: today's has not come yet.
    let changed = app.patch(&target, json!({ "at": "18:30" })).by(&phone).header("if-match", "\"1\"").await.expect(200);
    assert_eq!((&changed["at"], &changed["version"]), (&json!("18:30"), &json!(2)));
    let expected = ["2027-03-01T18:30", "2027-03-02T18:30", "2027-03-03T18:30", "2027-03-04T18:30"];
    assert_eq!(starts().await, expected);
    assert_eq!(
        app.patch(&target, json!({ "at": "18:00" })).by(&phone).header("if-match", "\"1\"").await.refused(412),
        "version_changed"
    );
    // Seven in the evening: today's has been, and there is no second one.
    app.advance(hours(9));
    app.deliver().await;
    app.patch(&target, json!({ "at": "21:00" })).by(&phone).await.expect(200);
    let expected = ["2027-03-01T18:30", "2027-03-02T21:00", "2027-03-03T21:00", "2027-03-04T21:00"];
    assert_eq!(starts().await, expected);
    app.patch(&target, json!({ "reminder": false })).by(&phone).await.expect(200);
    let planned = app.reminders(&sam, ana).await.into_iter().filter(|one| one["state"] == "planned").count();
    assert_eq!(planned, 0);
    for patch in [json!({ "state": "ended" }), json!({ "recurrence": "FREQ=WEEKLY" })] {
        assert_eq!(app.patch(&target, patch).by(&phone).await.refused(403), "made_by_staff");
    }
    for (patch, field) in
        [(json!({ "at": "25:00" }), "at"), (json!({ "at": "9:00" }), "at"), (json!({ "form_id": 1 }), "form_id")]
    {
        assert_eq!(app.patch(&target, patch).by(&phone).await.wrong_fields(), [field]);
    }
});

both!(clients_schedule_for_themselves_what_they_like, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.unsubscribed_phone(&sam, ana).await;
    let schedule = daily(app, &phone, ana, &shipped(app, &sam, "daily").await).await;
    assert_eq!(schedule["created_by"], "client");
    let target = format!("/v1/check-in-schedules/{}", text(&schedule["id"]));
    let ended = app.patch(&target, json!({ "state": "ended" })).by(&phone).await.expect(200);
    assert_eq!((&ended["state"], &ended["ended_at"]), (&json!("ended"), &json!(app.now())));
    assert_eq!(app.patch(&target, json!({ "at": "10:00" })).by(&phone).await.refused(409), "ended");
    assert!(app.agenda(&phone, ana, "2027-03-01", "2027-03-05").await.is_empty());
});

both!(what_was_answered_before_the_end_still_comes_in, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.unsubscribed_phone(&sam, ana).await;
    let form = shipped(app, &sam, "daily").await;
    let schedule = daily(app, &sam, ana, &form).await;
    app.advance(days(1));
    let sam = app.fresh(&sam).await;
    let target = format!("/v1/check-in-schedules/{}", text(&schedule["id"]));
    app.patch(target, json!({ "state": "ended" })).by(&sam).await.expect(200);
    let ended = app.now();
    app.advance(days(1));
    let at = |moment: cairn_shared::Timestamp| {
        let body = check_in(app, &form["published_version_id"], json!({ "mood": 6 }));
        with(with(body, "schedule_id", schedule["id"].clone()), "answered_at", json!(moment))
    };
    send(app, &phone, ana, &at(ended.minus(hours(3)))).await.expect(201);
    assert_eq!(send(app, &phone, ana, &at(app.now())).await.refused(409), "schedule_ended");
});

both!(a_weekly_form_answered_a_day_late_is_done, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.unsubscribed_phone(&sam, ana).await;
    let form = shipped(app, &sam, "gad7").await;
    let body = json!({ "form_id": form["id"], "starts_on": "2027-03-01", "at": "09:00", "recurrence": "FREQ=WEEKLY;BYDAY=MO" });
    let schedule = app.post(format!("/v1/clients/{}/check-in-schedules", ana.id), body).by(&sam).await.expect(201);
    app.advance(days(1));
    let body = check_in(app, &form["published_version_id"], json!({ "q1": 1 }));
    let sent = send(app, &phone, ana, &with(body, "schedule_id", schedule["id"].clone())).await.expect(201);
    assert_eq!(sent["local_date"], "2027-03-02");
    assert!(text(&sent["occurrence_id"]).ends_with(".20270301T0900"));
    let seen = app.agenda(&phone, ana, "2027-03-01", "2027-03-02").await.remove(0);
    assert_eq!(seen["response"]["response"], "done");
});

both!(odd_schedules_are_refused, async |app| {
    let sam = app.specialist().await;
    let admin = admin(app).await;
    let ana = app.client(&sam).await;
    let form = shipped(app, &sam, "daily").await;
    let bare =
        app.post("/v1/check-in-forms", json!({ "name": "Ours", "version": every_type() })).by(&admin).await.expect(201);
    let good = json!({ "form_id": form["id"], "starts_on": "2027-03-01", "at": "20:00" });
    let before = app.contents().await;
    let target = format!("/v1/clients/{}/check-in-schedules", ana.id);
    for (name, value, field) in [
        ("form_id", json!(id_of_phone()), "form_id"),
        ("form_id", bare["id"].clone(), "form_id"),
        ("starts_on", json!("2027-02-30"), "starts_on"),
        ("starts_on", json!("1970-01-01"), "starts_on"),
        ("at", json!("24:00"), "at"),
        ("time_zone", json!("Mars/Olympus"), "time_zone"),
        ("recurrence", json!("FREQ=SECONDLY"), "recurrence"),
        ("colour", json!(1), "colour"),
    ] {
        let answer = app.post(&target, with(good.clone(), name, value)).by(&sam).await;
        assert!(answer.wrong_fields().contains(&field), "{name}: {}", answer.text());
    }
    app.assert_unchanged_since(&before).await;
    for _ in 0..20 {
        app.post(&target, good.clone()).by(&sam).await.expect(201);
    }
    assert_eq!(app.post(&target, good.clone()).by(&sam).await.refused(409), "too_many_schedules");
    let list: Value = app.get(&target).by(&sam).await.expect(200);
    assert_eq!(list["items"].as_array().unwrap().len(), 20);
});
