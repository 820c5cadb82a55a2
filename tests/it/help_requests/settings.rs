use cairn_shared::scope::Role;
use cairn_tests::{both, minutes, moment};
use serde_json::json;

both!(hours_and_minutes_are_the_organizations, async |app| {
    let sam = app.specialist().await;
    let boss = app.staff(&[Role::Supervisor]).await;
    let ana = app.client(&sam).await;
    let phone = app.phone(&sam, ana).await;
    let usual = app.get("/v1/help-settings").by(&sam).await;
    assert_eq!(usual.header("etag"), Some("\"1\""));
    assert_eq!(usual.expect(200), json!({ "escalation_minutes": 15, "staffed_hours": null, "version": 1 }));
    // It is Monday, ten in the morning in New York.
    let office = json!([{ "days": ["mo", "tu"], "from": "09:00", "to": "17:00" }]);
    let body = json!({ "escalation_minutes": 5, "staffed_hours": office });
    app.patch("/v1/help-settings", body.clone()).by(&sam).await.refused(403);
    app.patch("/v1/help-settings", body.clone()).by(&boss).header("if-match", "\"7\"").await.refused(412);
    let set = app.patch("/v1/help-settings", body).by(&boss).header("if-match", "\"1\"").await.expect(200);
    assert_eq!((&set["staffed_hours"], &set["version"]), (&office, &json!(2)));
    let asked = app.post("/v1/help-requests", json!({})).by(&phone).await.expect(201);
    assert_eq!(moment(&asked["due_at"]), app.now().plus(minutes(5)));
    assert_eq!(asked["staffed"], true);
    assert_ne!(asked["notice"], "", "and says so");
    app.travel_to("2027-03-01T22:30:00Z");
    let asked = app.post("/v1/help-requests", json!({})).by(&phone).await.expect(201);
    assert_eq!(asked["staffed"], false);
    let boss = app.fresh(&boss).await;
    for (body, field) in [
        (json!({ "escalation_minutes": 0 }), "escalation_minutes"),
        (json!({ "staffed_hours": [{ "days": [], "from": "09:00", "to": "17:00" }] }), "staffed_hours[0].days"),
        (json!({ "staffed_hours": [{ "days": ["mo"], "from": "9:00", "to": "17:00" }] }), "staffed_hours[0].from"),
    ] {
        assert_eq!(app.patch("/v1/help-settings", body).by(&boss).await.wrong_fields(), [field]);
    }
    let emptied = app.patch("/v1/help-settings", json!({ "staffed_hours": null })).by(&boss).await.expect(200);
    assert_eq!((&emptied["staffed_hours"], &emptied["escalation_minutes"]), (&json!(null), &json!(5)));
});

both!(the_on_call_list_is_put_as_a_whole, async |app| {
    let sam = app.specialist().await;
    let admin = app.staff(&[Role::Admin]).await;
    let elsewhere = app.another_organization().await;
    let stranger = app.staff_of(elsewhere, &[Role::Specialist]).await;
    let entry = |staff_id: uuid::Uuid, position: i64| {
        json!({
            "staff_id": staff_id, "starts_at": "2027-03-01T00:00:00.000Z", "ends_at": "2027-03-08T00:00:00.000Z",
            "position": position,
        })
    };
    let put = |body: serde_json::Value| app.call("PUT", "/v1/on-call").json(&body);
    let body = json!({ "entries": [entry(sam.id, 2)] });
    put(body.clone()).by(&sam).await.refused(403);
    let set = put(body.clone()).by(&admin).header("if-match", "\"1\"").await.expect(200);
    assert_eq!((&set["entries"], &set["version"]), (&body["entries"], &json!(2)));
    put(body.clone()).by(&admin).header("if-match", "\"1\"").await.refused(412);
    let seen = app.get("/v1/on-call").by(&sam).await;
    assert_eq!(seen.header("etag"), Some("\"2\""));
    assert_eq!(seen.json["entries"], body["entries"]);
    let mut backwards = entry(sam.id, 1);
    backwards["ends_at"] = json!("2027-02-01T00:00:00Z");
    for (entry, field) in [
        (entry(stranger.id, 1), "entries[0].staff_id"),
        (entry(admin.id, 1), "entries[0].staff_id"),
        (entry(sam.id, 0), "entries[0].position"),
        (backwards, "entries[0].ends_at"),
    ] {
        assert_eq!(put(json!({ "entries": [entry] })).by(&admin).await.wrong_fields(), [field]);
    }
    assert_eq!(put(json!({ "entries": [] })).by(&admin).await.expect(200)["entries"], json!([]));
});

both!(browsers_of_staff_register_confirm_and_leave, async |app| {
    let (sam, kim) = (app.specialist().await, app.specialist().await);
    let desk = app.desk(&sam).await;
    let list = app.get("/v1/me/push-subscriptions").by(&sam).await.expect(200);
    assert_eq!(list["items"][0]["id"], json!(desk.subscription));
    let body = desk.browser.subscription(&format!("{}{}", app.push.origin(), desk.path));
    let again = app.post("/v1/me/push-subscriptions", body.clone()).by(&sam).await.expect(200);
    assert_eq!(again["id"], json!(desk.subscription));
    assert_eq!(app.count_where("devices", "staff_id IS NOT NULL").await, 1);
    // A shared browser belongs to whoever registered it last.
    app.post("/v1/me/push-subscriptions", body).by(&kim).await.expect(201);
    assert_eq!(app.get("/v1/me/push-subscriptions").by(&sam).await.expect(200)["items"], json!([]));
    let own = app.get("/v1/me/push-subscriptions").by(&kim).await.expect(200);
    let target = format!("/v1/me/push-subscriptions/{}", own["items"][0]["id"].as_str().unwrap());
    app.delete(&*target).by(&sam).await.refused(404);
    app.delete(&*target).by(&kim).await.expect(204);
});

both!(alerts_speak_the_language_of_the_browser, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.phone(&sam, ana).await;
    let (browser, path) = (cairn_tests::Browser::new(), "/push/spanish");
    let body = browser.subscription(&format!("{}{path}", app.push.origin()));
    app.post("/v1/me/push-subscriptions", body).by(&sam).header("accept-language", "es-US").await.expect(201);
    app.post("/v1/help-requests", json!({})).by(&phone).await.expect(201);
    app.deliver().await;
    let post = app.push.posts().into_iter().find(|post| post.path == path).unwrap();
    let shown: serde_json::Value = serde_json::from_slice(&browser.open(&post.body).unwrap().0).unwrap();
    assert_eq!(shown["notification"]["title"], "Hay algo nuevo para ti");
    assert_eq!(shown["notification"]["lang"], "es");
});
