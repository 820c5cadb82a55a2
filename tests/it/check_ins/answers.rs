use cairn_shared::check_ins;
use cairn_tests::{both, days, hours, id_of, id_of_phone, minutes};
use serde_json::{Value, json};

use super::{admin, check_in, daily, every_type, next_version, published, send, shipped, text, with};

both!(a_check_in_is_stored_and_read_again, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.unsubscribed_phone(&sam, ana).await;
    let (_, version) = published(app, &admin(app).await, &every_type()).await;
    let answers = json!({
        "mood": 6, "energy": 2, "meal": "some", "rested": false, "hours": 6.5,
        "words": "A walk — with “Bo”, ñandú \u{1F33F}", "places": ["park", "home"],
    });
    let mut sent = send(app, &phone, ana, &check_in(app, &json!(version), answers.clone())).await.expect(201);
    assert_eq!(sent.as_object_mut().unwrap().remove("crisis_resources"), Some(json!(null)));
    assert_eq!(sent["answers"], answers);
    assert_eq!((&sent["local_date"], &sent["recorded_by"]), (&json!("2027-03-01"), &json!("client")));
    assert_eq!((&sent["score"], &sent["safety"], &sent["language"]), (&json!(null), &json!(null), &json!("en")));
    assert_eq!((&sent["answered_at"], &sent["received_at"]), (&json!(app.now()), &json!(app.now())));
    let seen = app.get(format!("/v1/check-ins/{}", id_of(&sent))).by(&sam).await.expect(200);
    assert_eq!(seen, sent);
    let list = app.get(format!("/v1/clients/{}/check-ins", ana.id)).by(&phone).await.expect(200);
    assert_eq!(list["items"], json!([sent]));
    assert_eq!(app.column("SELECT CAST(mood AS TEXT) FROM check_ins").await, ["6"]);
    assert!(!app.contents().await.rows("check_ins").iter().any(|row| row.contains("ñandú") || row.contains("some")));
});

both!(missing_is_not_zero, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.unsubscribed_phone(&sam, ana).await;
    let version = shipped(app, &sam, "daily").await["published_version_id"].clone();
    let sent = send(app, &phone, ana, &check_in(app, &version, json!({}))).await.expect(201);
    assert_eq!((&sent["answers"], &sent["safety"]), (&json!({}), &json!(null)));
    assert_eq!(
        app.count_where("check_ins", "mood IS NULL AND safe_state IS NULL AND safety_severity IS NULL").await,
        1
    );
    send(app, &phone, ana, &check_in(app, &version, json!({ "mood": 0 }))).await.expect(201);
    assert_eq!(app.count_where("check_ins", "mood = 0").await, 1);
    let tx = app.database.begin_read(&app.organization.scope()).await.unwrap();
    assert_eq!(check_ins::latest(&tx, ana.id).await.unwrap().unwrap().local_date, "2027-03-01");
    assert_eq!(check_ins::recent(&tx, ana.id, "2027-03-01".parse().unwrap()).await.unwrap().len(), 2);
    assert!(check_ins::recent(&tx, ana.id, "2027-03-02".parse().unwrap()).await.unwrap().is_empty());
    tx.finish().await.unwrap();
});

both!(sent_twice_it_is_stored_once, async |app| {
    let sam = app.specialist().await;
    let (ana, bo) = (app.client(&sam).await, app.client(&sam).await);
    let (phone, bos) = (app.unsubscribed_phone(&sam, ana).await, app.unsubscribed_phone(&sam, bo).await);
    let form = shipped(app, &sam, "daily").await;
    let schedule = daily(app, &sam, ana, &form).await;
    let version = &form["published_version_id"];
    let body = with(check_in(app, version, json!({ "mood": 6, "safe": true })), "schedule_id", schedule["id"].clone());
    let first = send(app, &phone, ana, &body).await.expect(201);
    app.advance(hours(2));
    let before = app.contents().await;
    // Other spellings of the same values are the same answers.
    let again = with(body.clone(), "answers", json!({ "safe": true, "mood": 6.0 }));
    for body in [&body, &again] {
        let second = send(app, &phone, ana, body).await;
        assert_eq!((second.status, &second.json), (200, &first));
    }
    let other = with(body.clone(), "answers", json!({ "mood": 7 }));
    assert_eq!(send(app, &phone, ana, &other).await.refused(409), "id_taken");
    let later = with(body.clone(), "answered_at", json!(app.now()));
    assert_eq!(send(app, &phone, ana, &later).await.refused(409), "id_taken");
    let stolen = with(check_in(app, version, json!({})), "id", body["id"].clone());
    let before = {
        app.assert_unchanged_since(&before).await;
        app.contents().await
    };
    let _ = &before;
    assert_eq!(send(app, &bos, bo, &stolen).await.refused(409), "id_taken");
    assert_eq!(app.count("check_ins").await, 1);
    assert_eq!(app.count_where("audit_events", "object_type = 'check_in'").await, 1);
});

both!(a_schedule_has_one_check_in_a_day, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.unsubscribed_phone(&sam, ana).await;
    let form = shipped(app, &sam, "daily").await;
    let schedule = daily(app, &sam, ana, &form).await;
    let of = |answers: Value| {
        with(check_in(app, &form["published_version_id"], answers), "schedule_id", schedule["id"].clone())
    };
    let first = send(app, &phone, ana, &of(json!({ "mood": 6 }))).await.expect(201);
    let second = send(app, &phone, ana, &of(json!({ "mood": 3 }))).await;
    assert_eq!(second.refused(409), "already_answered");
    assert_eq!(second.json["errors"][0]["message"], first["id"]);
    // Without a schedule somebody can check in as often as they like.
    send(app, &phone, ana, &check_in(app, &form["published_version_id"], json!({ "mood": 3 }))).await.expect(201);
    app.advance(days(1));
    send(app, &phone, ana, &of(json!({ "mood": 3 }))).await.expect(201);
});

both!(late_answers_keep_their_time, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.unsubscribed_phone(&sam, ana).await;
    let form = shipped(app, &sam, "daily").await;
    let schedule = daily(app, &sam, ana, &form).await;
    app.advance(days(10));
    let of = |at: cairn_shared::Timestamp| {
        let body = check_in(app, &form["published_version_id"], json!({ "mood": 4 }));
        with(with(body, "answered_at", json!(at)), "schedule_id", schedule["id"].clone())
    };
    // Eleven at night in New York is the next day in UTC.
    let evening = app.now().minus(days(3)).plus(hours(13));
    let late = send(app, &phone, ana, &of(evening)).await.expect(201);
    assert_eq!((&late["answered_at"], &late["received_at"]), (&json!(evening), &json!(app.now())));
    assert_eq!(late["local_date"], "2027-03-08");
    assert!(text(&late["occurrence_id"]).ends_with(".20270308T2000"));
    for (at, code) in
        [(app.now().minus(days(14)).minus(minutes(1)), "too_old"), (app.now().plus(minutes(6)), "in_the_future")]
    {
        let answer = send(app, &phone, ana, &of(at)).await;
        assert_eq!((answer.wrong_fields(), answer.refused(422)), (vec!["answered_at"], code));
    }
    send(app, &phone, ana, &of(app.now().minus(days(14)).plus(minutes(1)))).await.expect(201);
    send(app, &phone, ana, &of(app.now().plus(minutes(4)))).await.expect(201);
});

both!(a_check_in_can_be_about_one_of_the_last_days, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.unsubscribed_phone(&sam, ana).await;
    let form = shipped(app, &sam, "daily").await;
    let schedule = daily(app, &sam, ana, &form).await;
    app.advance(days(7));
    for (date, status) in
        [("2027-03-08", 201), ("2027-03-05", 201), ("2027-03-04", 422), ("2027-03-09", 422), ("2027-03-05", 409)]
    {
        let body = check_in(app, &form["published_version_id"], json!({ "mood": 4 }));
        let body = with(with(body, "local_date", date), "schedule_id", schedule["id"].clone());
        let answer = send(app, &phone, ana, &body).await;
        assert_eq!(answer.status, status, "{date}: {}", answer.text());
        if status == 201 {
            assert_eq!((&answer.json["local_date"], &answer.json["answered_at"]), (&json!(date), &json!(app.now())));
        }
    }
});

both!(answers_that_break_their_schema_change_nothing, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.unsubscribed_phone(&sam, ana).await;
    let admin = admin(app).await;
    let (form, version) = published(app, &admin, &every_type()).await;
    let draft = app.post(format!("/v1/check-in-forms/{form}/versions"), every_type()).by(&admin).await.expect(201);
    let schedule = daily(app, &sam, ana, &shipped(app, &sam, "daily").await).await;
    let before = app.contents().await;
    for (answers, field) in [
        (json!({ "mood": 11 }), "answers.mood"),
        (json!({ "mood": "6" }), "answers.mood"),
        (json!({ "mood": null }), "answers.mood"),
        (json!({ "energy": 2.5 }), "answers.energy"),
        (json!({ "meal": "maybe" }), "answers.meal"),
        (json!({ "rested": 1 }), "answers.rested"),
        (json!({ "hours": -1 }), "answers.hours"),
        (json!({ "words": "x".repeat(201) }), "answers.words"),
        (json!({ "places": ["home", "home"] }), "answers.places"),
        (json!({ "places": "home" }), "answers.places"),
        (json!({ "colour": "blue" }), "answers.colour"),
        (json!([]), "answers"),
    ] {
        let answer = send(app, &phone, ana, &check_in(app, &json!(version), answers.clone())).await;
        assert_eq!(answer.wrong_fields(), [field], "{answers}");
    }
    let good = check_in(app, &json!(version), json!({ "mood": 1 }));
    for (body, field) in [
        (with(good.clone(), "form_version_id", json!(id_of_phone())), "form_version_id"),
        (with(good.clone(), "form_version_id", draft["id"].clone()), "form_version_id"),
        (with(good.clone(), "schedule_id", json!(id_of_phone())), "schedule_id"),
        (with(good.clone(), "schedule_id", schedule["id"].clone()), "form_version_id"),
        (with(good.clone(), "language", "fr"), "language"),
        (with(good.clone(), "id", "mine"), "id"),
        (with(good.clone(), "mood", 4), "mood"),
        (with(good.clone(), "local_date", "2027-02-30"), "local_date"),
    ] {
        assert_eq!(send(app, &phone, ana, &body).await.wrong_fields(), [field], "{body}");
    }
    app.assert_unchanged_since(&before).await;
});

both!(a_retired_version_is_taken_for_two_weeks, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.unsubscribed_phone(&sam, ana).await;
    let admin = admin(app).await;
    let (form, version) = published(app, &admin, &every_type()).await;
    next_version(app, &admin, form, &every_type()).await;
    app.advance(days(14));
    send(app, &phone, ana, &check_in(app, &json!(version), json!({ "mood": 6 }))).await.expect(201);
    app.advance(minutes(1));
    let before = app.contents().await;
    let late = send(app, &phone, ana, &check_in(app, &json!(version), json!({ "mood": 6 }))).await;
    assert_eq!((late.wrong_fields(), late.refused(422)), (vec!["form_version_id"], "version_retired"));
    app.assert_unchanged_since(&before).await;
});

both!(staff_write_down_what_they_were_told, async |app| {
    let sam = app.specialist().await;
    let ana = app.client_with(&sam, json!({ "language": "es" })).await;
    let version = shipped(app, &sam, "daily").await["published_version_id"].clone();
    let sent = send(app, &sam, ana, &check_in(app, &version, json!({ "mood": 6 }))).await.expect(201);
    assert_eq!((&sent["recorded_by"], &sent["language"]), (&json!("staff"), &json!("es")));
});

both!(the_list_is_cut_by_day_and_form_and_paged, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.unsubscribed_phone(&sam, ana).await;
    let (daily, gad) = (shipped(app, &sam, "daily").await, shipped(app, &sam, "gad7").await);
    for day in 0..6 {
        let body = check_in(app, &daily["published_version_id"], json!({ "mood": day }));
        send(app, &phone, ana, &body).await.expect(201);
        let body = check_in(app, &gad["published_version_id"], json!({ "q1": 1 }));
        send(app, &phone, ana, &body).await.expect(201);
        app.advance(days(1));
    }
    let list =
        async |query: &str| app.get(format!("/v1/clients/{}/check-ins?{query}", ana.id)).by(&phone).await.expect(200);
    let moods = |list: &Value| -> Vec<Value> {
        list["items"].as_array().unwrap().iter().map(|item| item["answers"]["mood"].clone()).collect()
    };
    let some = list(&format!("from=2027-03-02&to=2027-03-05&form_id={}", text(&daily["id"]))).await;
    assert_eq!(moods(&some), [json!(3), json!(2), json!(1)]);
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = list(&format!("limit=5{cursor}")).await;
        seen.extend(page["items"].as_array().unwrap().iter().map(|item| text(&item["id"]).to_owned()));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    let whole = list("limit=200").await;
    let all: Vec<_> = whole["items"].as_array().unwrap().iter().map(|item| text(&item["id"]).to_owned()).collect();
    assert_eq!((seen.len(), &seen), (12, &all));
    let foreign = app.get(format!("/v1/clients/{}/check-ins?cursor=YWdlbmRhCng", ana.id)).by(&phone).await;
    assert_eq!(foreign.wrong_fields(), ["cursor"]);
});
