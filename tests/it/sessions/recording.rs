use cairn_shared::scope::Role;
use cairn_tests::{both, hours, minutes, seconds};
use serde_json::json;

use super::{at, session};

both!(an_appointment_becomes_a_session_with_nothing_typed_twice, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let members = json!({ "starts_at_local": "2027-03-01T09:00", "duration_minutes": 50, "location": "The library" });
    let item = app.item(&sam, ana, members).await;
    let occurrence = format!("{}.20270301T0900", item["id"].as_str().unwrap());
    let body = json!({ "occurrence_id": occurrence, "state": "finished", "place_of_service": "99" });
    let made = app.post("/v1/sessions", body.clone()).by(&sam).await;
    assert!(made.header("location").is_some_and(|place| place.starts_with("/v1/sessions/")));
    let made = made.expect(201);
    assert_eq!(made["attendees"][0]["client_id"], json!(ana.id));
    assert_eq!(
        (&made["starts_at"], &made["ends_at"]),
        (&json!("2027-03-01T14:00:00.000Z"), &json!("2027-03-01T14:50:00.000Z"))
    );
    assert_eq!((&made["setting"], &made["time_zone"]), (&json!("The library"), &json!("America/New_York")));
    assert_eq!((&made["kind"], &made["service_date"]), (&json!("individual"), &json!("2027-03-01")));
    assert_eq!((&made["minutes"], &made["portions"]), (&json!(50), &json!([{ "date": "2027-03-01", "minutes": 50 }])));
    // The appointment knows that they came.
    let seen = app.get(format!("/v1/occurrences/{occurrence}")).by(&sam).await.expect(200);
    assert_eq!(seen["attendance"]["attendance"], "attended");
    let again = app.post("/v1/sessions", body).by(&sam).await;
    assert_eq!(again.refused(409), "occurrence_taken");
    let later = json!({
        "occurrence_id": occurrence, "place_of_service": "99",
        "starts_at": "2027-03-01T14:50:00Z", "ends_at": "2027-03-01T14:55:00Z",
    });
    let again = app.post("/v1/sessions", later.clone()).by(&sam).await;
    assert_eq!(again.refused(409), "occurrence_taken");
    assert_eq!(again.json["errors"][0]["field"], "occurrence_id");
    // What was an error frees it.
    app.post(format!("{}/void", at(&made)), json!({ "reason": "The wrong day" })).by(&sam).await.expect(200);
    app.post("/v1/sessions", later).by(&sam).await.expect(201);
});

both!(a_session_is_begun_and_finished_and_its_minutes_are_counted, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let begun = json!({ "starts_at": "2027-03-01T15:00:00Z", "ends_at": null });
    let made = session(app, &sam, &[ana], begun).await;
    assert_eq!((&made["state"], &made["ends_at"], &made["minutes"]), (&json!("in_progress"), &json!(null), &json!(0)));
    app.advance(minutes(38));
    app.advance(seconds(40));
    let sam = app.fresh(&sam).await;
    let done = app.post(format!("{}/finish", at(&made)), json!({})).by(&sam).await.expect(200);
    assert_eq!((&done["state"], &done["ends_at"]), (&json!("finished"), &json!("2027-03-01T15:38:00.000Z")));
    assert_eq!(done["minutes"], 38, "a minute that has only begun does not count");
    let again = app.post(format!("{}/finish", at(&made)), json!({})).by(&sam).await;
    assert_eq!(again.refused(409), "not_in_progress");
    let answer = app.get(at(&made)).by(&sam).await;
    assert_eq!(answer.header("etag"), Some("\"2\""));
    let patch = json!({ "excluded_minutes": 8, "excluded_reason": "pause", "setting": "Kitchen table" });
    let changed = app.patch(at(&made), patch).by(&sam).header("if-match", "\"2\"").await.expect(200);
    assert_eq!((&changed["minutes"], &changed["setting"]), (&json!(30), &json!("Kitchen table")));
    let late = app.patch(at(&made), json!({ "setting": null })).by(&sam).header("if-match", "\"2\"").await;
    assert_eq!(late.refused(412), "version_changed");
    let stored = app.rows_of("sessions").await.join("\n");
    assert!(stored.contains("finished") && !stored.contains("Kitchen"), "where they met is sealed");
});

both!(who_did_not_come_takes_nobodys_time, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let item = app.appointment(&sam, ana, "2027-03-01T09:00", json!([])).await;
    let occurrence = format!("{}.20270301T0900", item["id"].as_str().unwrap());
    let body = json!({ "occurrence_id": occurrence, "state": "no_show", "place_of_service": "11" });
    let made = app.post("/v1/sessions", body).by(&sam).await.expect(201);
    assert_eq!((&made["state"], &made["minutes"]), (&json!("no_show"), &json!(0)));
    assert_eq!(made["attendees"][0]["attendance"], "no_show");
    let seen = app.get(format!("/v1/occurrences/{occurrence}")).by(&sam).await.expect(200);
    assert_eq!(seen["attendance"]["attendance"], "no_show");
    // They came after all, and the hour is theirs again.
    let taken = session(app, &sam, &[ana], json!({})).await;
    let back = app.patch(at(&made), json!({ "state": "finished" })).by(&sam).await;
    assert_eq!(back.refused(409), "overlap");
    app.post(format!("{}/void", at(&taken)), json!({ "reason": "Twice" })).by(&sam).await.expect(200);
    let back = app.patch(at(&made), json!({ "state": "finished" })).by(&sam).await.expect(200);
    assert_eq!((&back["minutes"], &back["attendees"][0]["attendance"]), (&json!(60), &json!("present")));
    let refused = app.patch(at(&made), json!({ "state": "in_progress" })).by(&sam).await;
    assert_eq!(refused.refused(409), "invalid_transition");
});

both!(what_is_for_no_payer_says_why, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let made = session(app, &sam, &[ana], json!({ "non_billable_reason": "voicemail" })).await;
    assert_eq!((&made["billable"], &made["non_billable_reason"]), (&json!(false), &json!("voicemail")));
    let patch = json!({ "billable": true });
    assert_eq!(app.patch(at(&made), patch).by(&sam).await.wrong_fields(), ["non_billable_reason"]);
    let patch = json!({ "billable": true, "non_billable_reason": null });
    app.patch(at(&made), patch).by(&sam).await.expect(200);
});

both!(the_payers_first_fitting_code_is_filled_in, async |app| {
    let sam = app.specialist().await;
    let (ana, ben) = (app.client(&sam).await, app.client(&sam).await);
    for client in [ana, ben] {
        let coverage =
            json!({ "state": "ID", "payer": "medicaid", "program": "behavioral_health", "starts_on": "2027-01-01" });
        app.post(format!("/v1/clients/{}/coverages", client.id), coverage).by(&sam).await.expect(201);
    }
    let alone = session(app, &sam, &[ana], json!({})).await;
    assert_eq!((&alone["service_code"], &alone["modifiers"]), (&json!("H0038"), &json!([])));
    let times = json!({ "starts_at": "2027-03-01T13:00:00Z", "ends_at": "2027-03-01T14:00:00Z" });
    let group = session(app, &sam, &[ana, ben], times).await;
    assert_eq!((&group["service_code"], &group["modifiers"]), (&json!("H0038"), &json!(["HQ"])));
});

both!(lists_tell_each_what_is_theirs, async |app| {
    let (sam, kim) = (app.specialist().await, app.specialist().await);
    let (ana, ben) = (app.client(&sam).await, app.client(&kim).await);
    let phone = app.unsubscribed_phone(&sam, ana).await;
    let biller = app.staff(&[Role::Biller]).await;
    let own = session(app, &sam, &[ana], json!({ "setting": "Kitchen table" })).await;
    let other = session(app, &kim, &[ben], json!({})).await;
    let ids = |answer: serde_json::Value| -> Vec<serde_json::Value> {
        answer["items"].as_array().unwrap().iter().map(|item| item["id"].clone()).collect()
    };
    assert_eq!(ids(app.get("/v1/sessions").by(&sam).await.expect(200)), [own["id"].clone()]);
    assert_eq!(ids(app.get("/v1/sessions").by(&phone).await.expect(200)), [own["id"].clone()]);
    assert_eq!(ids(app.get("/v1/sessions").by(&biller).await.expect(200)).len(), 2);
    let target = format!("/v1/sessions?staff_id={}", kim.id);
    assert_eq!(ids(app.get(target).by(&biller).await.expect(200)), [other["id"].clone()]);
    assert!(ids(app.get("/v1/sessions?from=2027-03-02").by(&biller).await.expect(200)).is_empty());
    assert_eq!(ids(app.get("/v1/sessions?to=2027-03-02&state=finished").by(&biller).await.expect(200)).len(), 2);
    let first = app.get("/v1/sessions?limit=1").by(&biller).await.expect(200);
    let target = format!("/v1/sessions?limit=1&cursor={}", first["next_cursor"].as_str().unwrap());
    let second = app.get(target).by(&biller).await.expect(200);
    assert_eq!(second["next_cursor"], json!(null));
    assert_ne!(ids(first), ids(second));
    let seen = app.get(at(&own)).by(&biller).await;
    assert!(!seen.text().contains("Kitchen"), "billers need the place's code, not its words");
    assert_eq!(seen.expect(200)["place_of_service"], "11");
    assert_eq!(app.get(at(&own)).by(&phone).await.expect(200)["setting"], "Kitchen table");
    let target = format!("/v1/sessions?client_id={}", ben.id);
    app.get(target).by(&sam).await.refused(404);
});

both!(an_hour_is_an_hour_when_the_clocks_change, async |app| {
    app.travel_to("2027-03-15T15:00:00Z");
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    // 1:30 to 3:30 on the wall of New York, on the night on which two o'clock is three.
    let night = json!({ "starts_at": "2027-03-14T06:30:00Z", "ends_at": "2027-03-14T07:30:00Z" });
    let made = session(app, &sam, &[ana], night).await;
    assert_eq!(made["portions"], json!([{ "date": "2027-03-14", "minutes": 60 }]));
    // 23:40 to 0:25.
    let night = json!({ "starts_at": "2027-03-13T04:40:00Z", "ends_at": "2027-03-13T05:25:00Z" });
    let made = session(app, &sam, &[ana], night).await;
    assert_eq!(made["service_date"], "2027-03-12");
    let both = json!([{ "date": "2027-03-12", "minutes": 20 }, { "date": "2027-03-13", "minutes": 25 }]);
    assert_eq!((&made["portions"], &made["minutes"]), (&both, &json!(45)));
    let elsewhere = app.patch(at(&made), json!({ "time_zone": "America/Boise" })).by(&sam).await.expect(200);
    assert_eq!(elsewhere["portions"], json!([{ "date": "2027-03-12", "minutes": 45 }]), "there it is evening");
});

both!(every_write_is_in_the_clients_log, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let made = session(app, &sam, &[ana], json!({})).await;
    app.patch(at(&made), json!({ "place_of_service": "12" })).by(&sam).await.expect(200);
    app.post(format!("{}/void", at(&made)), json!({ "reason": "Not this one" })).by(&sam).await.expect(200);
    let rows =
        app.column("SELECT action || ' ' || detail FROM audit_events WHERE object_type = 'session' ORDER BY seq").await;
    assert_eq!(rows.len(), 3, "{rows:?}");
    assert!(rows[0].starts_with("create") && rows[1].contains("place_of_service") && rows[2].starts_with("void"));
    assert!(rows.iter().all(|row| !row.contains("Not this one")), "no words in the log");
    app.advance(hours(1));
    let sam = app.fresh(&sam).await;
    let again = app.post(format!("{}/void", at(&made)), json!({ "reason": "x" })).by(&sam).await;
    assert_eq!(again.refused(409), "entered_in_error");
    assert_eq!(
        app.patch(at(&made), json!({ "place_of_service": "11" })).by(&sam).await.refused(409),
        "invalid_transition"
    );
});
