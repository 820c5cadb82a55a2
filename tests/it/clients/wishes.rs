use cairn_tests::both;
use serde_json::{Value, json};

both!(a_new_client_has_sensible_wishes_and_their_specialist, async |app| {
    let sam = app.specialist().await;
    let body = json!({ "preferred_name": "  Ana ", "legal_name": "Ana Maria Reyes", "time_zone": "America/Boise", "strengths": "Patient" });
    let answer = app.post("/v1/clients", body).by(&sam).await;
    let location = answer.header("location").unwrap().to_owned();
    let made = answer.expect(201);
    assert_eq!(
        made,
        json!({
            "id": made["id"],
            "preferred_name": "Ana",
            "legal_name": "Ana Maria Reyes",
            "strengths": "Patient",
            "time_zone": "America/Boise",
            "language": "en",
            "quiet_hours": { "from": "21:00", "to": "08:00" },
            "daily_cap": null,
            "notification_detail": "none",
            "paused_until": null,
            "has_device": false,
            "version": 1,
            "created_at": "2027-03-01T15:00:00.000Z",
        })
    );
    assert_eq!(app.get(location).by(&sam).await.expect(200), made);
});

both!(a_change_has_three_states, async |app| {
    let sam = app.specialist().await;
    let ana = app
        .client_with(
            &sam,
            json!({ "legal_name": "Ana Reyes", "daily_cap": 3, "quiet_hours": { "from": "21:00", "to": "08:00" } }),
        )
        .await;
    let target = format!("/v1/clients/{}", ana.id);
    let changed = app.patch(&target, json!({ "daily_cap": 5 })).by(&sam).await.expect(200);
    assert_eq!((&changed["daily_cap"], &changed["legal_name"]), (&json!(5), &json!("Ana Reyes")), "left out stays");
    let changed = app
        .patch(&target, json!({ "daily_cap": null, "quiet_hours": null, "legal_name": null }))
        .by(&sam)
        .await
        .expect(200);
    assert_eq!((&changed["daily_cap"], &changed["quiet_hours"]), (&Value::Null, &Value::Null), "null empties");
    assert!(changed.get("legal_name").is_none());
    assert_eq!(changed["version"], 3);
    let read = app.get(&target).by(&sam).await.expect(200);
    assert_eq!(read, changed);
    // What cannot be empty is not emptied.
    let kept = app.patch(&target, json!({ "preferred_name": null })).by(&sam).await;
    assert!(kept.status == 422 || kept.json["preferred_name"] == "Ana", "{}", kept.text());
});

both!(who_changes_an_old_version_hears_of_it, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let target = format!("/v1/clients/{}", ana.id);
    let read = app.get(&target).by(&sam).await;
    let tag = read.header("etag").unwrap().to_owned();
    assert_eq!(tag, "\"1\"");
    app.patch(&target, json!({ "daily_cap": 2 })).by(&sam).header("if-match", &tag).await.expect(200);
    let stale = app.patch(&target, json!({ "daily_cap": 9 })).by(&sam).header("if-match", &tag).await;
    assert_eq!(stale.refused(412), "version_changed");
    assert_eq!(app.get(&target).by(&sam).await.expect(200)["daily_cap"], 2);
    app.patch(&target, json!({ "daily_cap": 9 })).by(&sam).header("if-match", "*").await.expect(200);
    app.patch(&target, json!({ "daily_cap": 9 })).by(&sam).header("if-match", "W/nonsense").await.refused(412);
});

both!(clients_set_their_own_wishes_and_nothing_else, async |app| {
    let sam = app.specialist().await;
    let ana = app.client_with(&sam, json!({ "legal_name": "Ana Reyes", "strengths": "Patient" })).await;
    let phone = app.unsubscribed_phone(&sam, ana).await;
    let target = format!("/v1/clients/{}", ana.id);
    let wishes = json!({
        "preferred_name": "Anita",
        "time_zone": "Europe/Madrid",
        "language": "es",
        "quiet_hours": { "from": "22:30", "to": "07:00" },
        "daily_cap": 4,
        "notification_detail": "title",
        "paused_until": "2027-03-05T00:00:00Z",
    });
    let changed = app.patch(&target, wishes.clone()).by(&phone).await.expect(200);
    for (name, value) in wishes.as_object().unwrap() {
        let expected = if name == "paused_until" { &json!("2027-03-05T00:00:00.000Z") } else { value };
        assert_eq!(&changed[name], expected, "{name}");
    }
    assert!(changed.get("legal_name").is_none() && changed.get("strengths").is_none(), "staff's own words");
    for member in ["legal_name", "strengths"] {
        assert_eq!(app.patch(&target, json!({ member: "x" })).by(&phone).await.refused(403), "staff_only_member");
    }
    let seen = app.get(&target).by(&sam).await.expect(200);
    assert_eq!((&seen["legal_name"], &seen["strengths"]), (&json!("Ana Reyes"), &json!("Patient")));
});

both!(schedulers_see_no_legal_names_and_no_strengths, async |app| {
    let sam = app.specialist().await;
    let ana = app.client_with(&sam, json!({ "legal_name": "Reyes-Canary", "strengths": "Patient-Canary" })).await;
    let scheduler = app.scheduler().await;
    for target in [format!("/v1/clients/{}", ana.id), "/v1/clients".to_owned()] {
        let answer = app.get(target).by(&scheduler).await;
        assert!(answer.status == 200 && !answer.text().contains("Canary"), "{}", answer.text());
    }
});

both!(what_is_wrong_is_named_member_by_member, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let before = app.contents().await;
    let target = format!("/v1/clients/{}", ana.id);
    for (member, value, field) in [
        ("time_zone", json!("Mars/Olympus"), "time_zone"),
        ("time_zone", json!("EST"), "time_zone"),
        ("time_zone", json!("america/new_york"), "time_zone"),
        ("time_zone", json!(5), "time_zone"),
        ("preferred_name", json!(""), "preferred_name"),
        ("preferred_name", json!("x".repeat(201)), "preferred_name"),
        ("preferred_name", json!("a\u{0}b"), "preferred_name"),
        ("strengths", json!("x".repeat(4001)), "strengths"),
        ("language", json!("fr"), "language"),
        ("daily_cap", json!(0), "daily_cap"),
        ("daily_cap", json!(51), "daily_cap"),
        ("daily_cap", json!(1.5), "daily_cap"),
        ("quiet_hours", json!({ "from": "21:00" }), "quiet_hours.to"),
        ("quiet_hours", json!({ "from": "21:00", "to": "25:00" }), "quiet_hours.to"),
        ("quiet_hours", json!({ "from": "9:00", "to": "10:00" }), "quiet_hours.from"),
        ("quiet_hours", json!({ "from": "21:00", "to": "21:00" }), "quiet_hours"),
        ("notification_detail", json!("everything"), "notification_detail"),
        ("paused_until", json!("tomorrow"), "paused_until"),
        ("nickname", json!("x"), "nickname"),
        ("version", json!(7), "version"),
        ("organization_id", json!(ana.id), "organization_id"),
    ] {
        let answer = app.patch(&target, json!({ member: value })).by(&sam).await;
        assert_eq!(answer.wrong_fields(), [field], "{member}: {value}");
        let mut body = json!({ "preferred_name": "Bo", "time_zone": "America/New_York" });
        body[member] = value.clone();
        assert_eq!(app.post("/v1/clients", body).by(&sam).await.wrong_fields(), [field], "{member}: {value}");
    }
    app.assert_unchanged_since(&before).await;
});

both!(all_that_is_wrong_is_said_at_once, async |app| {
    let sam = app.specialist().await;
    let body = json!({ "preferred_name": " ", "time_zone": "Nowhere", "daily_cap": 99, "quiet_hours": { "from": "x", "to": "08:00" } });
    let answer = app.post("/v1/clients", body).by(&sam).await;
    let mut fields = answer.wrong_fields();
    fields.sort_unstable();
    assert_eq!(fields, ["daily_cap", "preferred_name", "quiet_hours.from", "time_zone"]);
});
