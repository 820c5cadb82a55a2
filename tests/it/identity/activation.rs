use cairn_tests::{Client, Staff, TestApp, both, hours, minutes, seconds};
use serde_json::{Value, json};

async fn code(app: &TestApp, by: &Staff, client: Client) -> String {
    let made = app.call("POST", format!("/v1/clients/{}/activation-codes", client.id)).by(by).await.expect(201);
    made["code"].as_str().unwrap().to_owned()
}

fn body(code: &str) -> Value {
    json!({ "code": code, "device_name": "Ana's phone" })
}

both!(a_code_activates_one_phone_once, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let made = app.call("POST", format!("/v1/clients/{}/activation-codes", ana.id)).by(&sam).await.expect(201);
    assert_eq!(made["expires_at"], "2027-03-04T15:00:00.000Z", "72 hours");
    let code = made["code"].as_str().unwrap();
    let activated = app.post("/v1/activate", body(code)).await.expect(200);
    assert_eq!(activated["client"]["id"], json!(ana.id));
    let token = format!("Bearer {}", activated["token"].as_str().unwrap());
    let me = app.get("/v1/me").header("authorization", &token).await.expect(200);
    assert_eq!((&me["kind"], &me["client"]["id"]), (&json!("client"), &json!(ana.id)));
    let mine = app.get("/v1/me/sign-ins").header("authorization", &token).await.expect(200);
    assert_eq!(mine["items"][0]["device_name"], "Ana's phone");
    assert_eq!(app.post("/v1/activate", body(code)).await.refused(422), "invalid_code");
});

both!(wrong_used_and_old_codes_answer_alike, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let used = code(app, &sam, ana).await;
    app.post("/v1/activate", body(&used)).await.expect(200);
    let old = code(app, &sam, ana).await;
    app.advance(hours(72) + seconds(1));
    let mut answers = Vec::new();
    for (number, code) in [used.as_str(), &old, "AAAA-AAAA", "nonsense", "U"].into_iter().enumerate() {
        let answer = app.post("/v1/activate", body(code)).from(&format!("198.51.100.{number}")).await;
        assert_eq!(answer.wrong_fields(), ["code"]);
        let mut body = answer.json.clone();
        body["request_id"] = Value::Null;
        answers.push((answer.status, body));
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
});

both!(a_code_is_good_until_its_last_second, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let code = code(app, &sam, ana).await;
    app.advance(hours(72) - seconds(1));
    app.post("/v1/activate", body(&code)).await.expect(200);
});

both!(typing_is_forgiven, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    for change in [
        |code: &str| code.to_lowercase(),
        |code: &str| code.replace('-', ""),
        |code: &str| format!(" {} ", code.replace('-', " - ")),
        |code: &str| code.replace('0', "O").replace('1', "l"),
    ] {
        let typed = change(&code(app, &sam, ana).await);
        app.post("/v1/activate", body(&typed)).await.expect(200);
    }
});

both!(the_device_needs_a_name, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let code = code(app, &sam, ana).await;
    for name in ["", "   ", "a\u{0}b", &"x".repeat(101)] {
        let answer = app.post("/v1/activate", json!({ "code": code, "device_name": name })).await;
        assert_eq!(answer.wrong_fields(), ["device_name"], "{name:?}");
    }
    app.post("/v1/activate", body(&code)).await.expect(200);
});

both!(a_client_brings_their_other_browser_with_a_short_lived_code, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.unsubscribed_phone(&sam, ana).await;
    let made = app.call("POST", "/v1/me/activation-codes").by(&phone).await.expect(201);
    assert_eq!(made["expires_at"], "2027-03-01T15:10:00.000Z");
    app.post("/v1/activate", body(made["code"].as_str().unwrap())).await.expect(200);
    let late = app.call("POST", "/v1/me/activation-codes").by(&phone).await.expect(201);
    app.advance(minutes(10));
    assert_eq!(app.post("/v1/activate", body(late["code"].as_str().unwrap())).await.refused(422), "invalid_code");
    app.call("POST", "/v1/me/activation-codes").by(&app.fresh(&sam).await).await.refused(403);
});

both!(one_code_used_twice_at_once_makes_one_phone, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let code = code(app, &sam, ana).await;
    let tries = (0..4).map(|_| async { app.post("/v1/activate", body(&code)).await.status });
    let mut answers = futures::future::join_all(tries).await;
    answers.sort_unstable();
    assert_eq!(answers, [200, 422, 422, 422]);
    assert_eq!(app.count("devices").await, 1);
});
