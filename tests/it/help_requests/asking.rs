use cairn_tests::{both, hours, id_of, minutes, moment};
use serde_json::json;

use super::log;

both!(asking_alerts_the_specialist_in_neutral_words_and_says_who_is_watching, async |app| {
    let sam = app.specialist().await;
    let stranger = app.specialist().await;
    let ana = app.client_with(&sam, json!({ "language": "es" })).await;
    let phone = app.phone(&sam, ana).await;
    let (desk, other) = (app.desk(&sam).await, app.desk(&stranger).await);

    let asked = app.post("/v1/help-requests", json!({ "message": "CanaryMessage" })).by(&phone).await.expect(201);
    assert_eq!((&asked["state"], &asked["staffed"]), (&json!("open"), &json!(false)));
    assert_eq!(asked["notice"], "Nadie mira esto de día y de noche. Si no puedes esperar, usa Ayuda ahora.");
    assert_eq!(moment(&asked["due_at"]), app.now().plus(minutes(15)));
    assert!(asked.get("client").is_none() && asked["note"].is_null(), "{asked}");

    app.deliver().await;
    let inbox = desk.inbox(app);
    assert_eq!((inbox.len(), other.posts(app).len(), phone.posts(app).len()), (1, 0, 0));
    let delivery = inbox[0]["notification"]["data"]["delivery_id"].as_str().unwrap();
    assert_eq!(
        inbox[0],
        json!({
            "web_push": 8030,
            "notification": {
                "title": "Something new for you",
                "body": "Open Cairn to see it",
                "lang": "en",
                "navigate": format!("https://cairn.test/staff/r/{delivery}"),
                "data": { "delivery_id": delivery, "receipt_token": inbox[0]["notification"]["data"]["receipt_token"] },
            },
        })
    );
    assert_eq!(desk.posts(app)[0].headers["urgency"], "high");
    let about = app.get(format!("/v1/me/alerts/{delivery}")).by(&sam).await.expect(200);
    assert_eq!((&about["help_request_id"], &about["client_id"]), (&asked["id"], &json!(ana.id)));
    assert!(about["attention_reason_id"].is_null());
    app.get(format!("/v1/me/alerts/{delivery}")).by(&stranger).await.refused(404);
    app.get(format!("/v1/me/alerts/{delivery}")).by(&phone).await.refused(404);

    let seen = app.get("/v1/help-requests").by(&sam).await.expect(200);
    assert_eq!(seen["items"][0]["message"], "CanaryMessage");
    assert_eq!(seen["items"][0]["client"]["preferred_name"], "Ana");
    assert_eq!(app.get("/v1/help-requests").by(&stranger).await.expect(200)["items"], json!([]));
    let reasons = app.get(format!("/v1/clients/{}/attention", ana.id)).by(&sam).await.expect(200);
    assert_eq!(reasons["items"][0]["kind"], "help_requested");
    assert_eq!(reasons["items"][0]["text"], "Asked for help");
    assert_eq!(reasons["items"][0]["subject"], json!({ "type": "help_request", "id": asked["id"] }));
    let said = log(app, "help_request").await;
    assert_eq!(said.iter().map(|(action, _)| action.as_str()).collect::<Vec<_>>(), ["create", "alert"]);
    assert!(!format!("{said:?}").contains("Canary"));
});

both!(the_same_id_is_one_request_and_another_clients_id_is_refused, async |app| {
    let sam = app.specialist().await;
    let (ana, bo) = (app.client(&sam).await, app.client(&sam).await);
    let (phone, other) = (app.phone(&sam, ana).await, app.phone(&sam, bo).await);
    let desk = app.desk(&sam).await;
    let body = json!({ "id": cairn_tests::id_of_phone(), "message": "Please call" });
    let first = app.post("/v1/help-requests", body.clone()).by(&phone).await.expect(201);
    let again = app.post("/v1/help-requests", body.clone()).by(&phone).await.expect(200);
    assert_eq!(first, again);
    assert_eq!(app.post("/v1/help-requests", body).by(&other).await.refused(409), "id_taken");
    app.deliver().await;
    assert_eq!((app.count("help_requests").await, desk.posts(app).len()), (1, 1));
});

both!(needing_help_with_something_on_the_agenda_asks_once, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.phone(&sam, ana).await;
    let desk = app.desk(&sam).await;
    let item = app.appointment(&sam, ana, "2027-03-02T12:00", json!([])).await;
    let occurrence = format!("{}.20270302T1200", id_of(&item));
    for _ in 0..2 {
        let target = format!("/v1/occurrences/{occurrence}/responses");
        app.post(target, json!({ "response": "help", "note": "now\u{0}" })).by(&phone).await.expect(200);
    }
    app.deliver().await;
    assert_eq!(desk.posts(app).len(), 1);
    let list = app.get("/v1/help-requests").by(&phone).await.expect(200);
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    assert_eq!(list["items"][0]["occurrence_id"], occurrence.as_str());
    // Closed and asked again, it is another request.
    let id = id_of(&list["items"][0]);
    app.post(format!("/v1/help-requests/{id}/close"), json!({ "outcome": "talked" })).by(&sam).await.expect(200);
    let target = format!("/v1/occurrences/{occurrence}/responses");
    app.post(target, json!({ "response": "help" })).by(&phone).await.expect(200);
    assert_eq!(app.count("help_requests").await, 2);
});

both!(a_character_that_nobody_typed_turns_no_one_away, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.phone(&sam, ana).await;
    let message = "I am\u{0} not ok\u{7f}\ncall me\u{92}";
    let asked = app.post("/v1/help-requests", json!({ "message": message })).by(&phone).await.expect(201);
    let seen = app.get(format!("/v1/help-requests/{}", id_of(&asked))).by(&sam).await.expect(200);
    assert_eq!(seen["message"], "I am not ok\ncall me");
    let only = app.post("/v1/help-requests", json!({ "message": "\u{0}\u{7}" })).by(&phone).await.expect(201);
    assert!(only["message"].is_null());
});

both!(bad_requests_are_refused_and_lists_continue, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.phone(&sam, ana).await;
    app.post("/v1/help-requests", json!({})).by(&sam).await.refused(403);
    let long = "x".repeat(2001);
    let answer = app.post("/v1/help-requests", json!({ "message": long })).by(&phone).await;
    assert_eq!(answer.wrong_fields(), ["message"]);
    for _ in 0..3 {
        app.post("/v1/help-requests", json!({})).by(&phone).await.expect(201);
        app.advance(minutes(1));
    }
    let mut seen = Vec::new();
    let mut target = "/v1/help-requests?limit=1".to_owned();
    loop {
        let page = app.get(&target).by(&phone).await.expect(200);
        seen.extend(page["items"].as_array().unwrap().iter().map(id_of));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        target = format!("/v1/help-requests?limit=1&cursor={cursor}");
    }
    let distinct: std::collections::HashSet<_> = seen.iter().collect();
    assert_eq!((seen.len(), distinct.len()), (3, 3));
    app.advance(hours(1));
});
