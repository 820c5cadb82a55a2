use std::process::Command;

use cairn_shared::db::DatabaseUrl;
use cairn_tests::{Browser, Client, Credential, Phone, Staff, TestApp, both, hours};
use serde_json::json;

/// Every byte that the database keeps.
fn bytes(app: &TestApp) -> Vec<u8> {
    match &app.url {
        DatabaseUrl::Sqlite(path) => {
            let mut all = std::fs::read(path).unwrap();
            for ending in ["-wal", "-shm"] {
                all.extend(std::fs::read(format!("{}{ending}", path.display())).unwrap_or_default());
            }
            all
        }
        DatabaseUrl::Postgres(url) => {
            let mut found: Vec<_> = std::fs::read_dir("/usr/lib/postgresql")
                .map(|entries| entries.flatten().map(|entry| entry.path().join("bin/pg_dump")).collect())
                .unwrap_or_default();
            found.sort();
            let program = found.pop().unwrap_or_else(|| "pg_dump".into());
            let dump = Command::new(program).arg(url).output().expect("pg_dump runs");
            assert!(dump.status.success(), "{}", String::from_utf8_lossy(&dump.stderr));
            dump.stdout
        }
    }
}

fn contains(hay: &[u8], needle: &[u8]) -> bool {
    hay.windows(needle.len()).any(|window| window.eq_ignore_ascii_case(needle))
}

/// What client and specialist write of goals and plans, answers kept under a key included.
async fn write_goals_and_plans(app: &TestApp, sam: &Staff, phone: &Phone, ana: Client) {
    let target = json!({ "measure": "CanaryMeasure", "value": 3, "unit": "CanaryUnit" });
    let steps = json!([{ "title": "CanaryStep" }]);
    let body =
        json!({ "title": "CanaryGoal", "why": "CanaryWhy", "life_area": "home", "target": target, "steps": steps });
    let goals = format!("/v1/clients/{}/goals", ana.id);
    let goal = app.post(goals, body).by(phone).header("idempotency-key", "goal").await.expect(201);
    let at = format!("/v1/goals/{}", goal["id"].as_str().unwrap());
    app.post(format!("{at}/progress"), json!({ "value": 1, "note": "CanaryProgress" })).by(phone).await.expect(201);
    let body = json!({ "changes": { "title": "CanaryChange" }, "reason": "CanaryReason" });
    let proposal = app.post(format!("{at}/proposals"), body).by(sam).await.expect(201);
    let decision = json!({ "decision": "accept", "note": "CanaryDecision" });
    let decide = format!("/v1/goal-proposals/{}/decision", proposal["id"].as_str().unwrap());
    app.post(decide, decision).by(phone).await.expect(200);
    let body = json!({
        "effective_on": "2027-03-01",
        "goal_ids": [goal["id"]],
        "services": [{ "service_type": "CanaryService", "frequency": "CanaryFrequency" }],
        "service_order": {
            "ordered_by": "CanaryDoctor", "ordered_on": "2027-03-01", "valid_from": "2027-03-01", "valid_to": "2027-05-01",
        },
    });
    let plan = app.post(format!("/v1/clients/{}/care-plans", ana.id), body).by(sam).await.expect(201);
    let plan = format!("/v1/care-plans/{}", plan["id"].as_str().unwrap());
    app.call("POST", format!("{plan}/submit")).by(sam).await.expect(200);
    app.post(format!("{plan}/signatures"), json!({ "name": "CanarySignature" })).by(phone).await.expect(201);
    let people = json!([{ "name": "CanarySister", "relation": "CanaryRelation", "phone": "CanaryPhone" }]);
    let body = json!({ "strengths": ["CanaryStrong"], "support_network": people, "stage_of_recovery": "CanaryStage" });
    app.patch(format!("/v1/clients/{}/profile", ana.id), body).by(phone).await.expect(200);
    for (kind, key, text) in [("wellness", "daily", "CanaryWellness"), ("safety", "coping", "CanarySafety")] {
        let body = json!({ "sections": [{ "key": key, "text": text, "shared": true }] });
        app.call("PUT", format!("/v1/clients/{}/plans/{kind}", ana.id)).json(&body).by(phone).await.expect(200);
    }
}

both!(what_people_write_and_what_opens_doors_is_nowhere_in_the_database, async |app| {
    let sam = app.specialist().await;
    let ana = app
        .client_with(
            &sam,
            json!({
                "preferred_name": "CanaryPreferred",
                "legal_name": "CanaryLegal",
                "strengths": "CanaryStrengths",
                "notification_detail": "title",
            }),
        )
        .await;
    let code = app
        .call("POST", format!("/v1/clients/{}/activation-codes", ana.id))
        .by(&sam)
        .header("idempotency-key", "code")
        .await
        .expect(201);
    let code = code["code"].as_str().unwrap().to_owned();
    let activated = app.post("/v1/activate", json!({ "code": code, "device_name": "CanaryDevice" })).await.expect(200);
    let token = activated["token"].as_str().unwrap().to_owned();
    let authorization = format!("Bearer {token}");
    let subscription = Browser::new().subscription(&format!("{}/CanaryEndpoint", app.push.origin()));
    app.post("/v1/me/push-subscriptions", subscription.clone())
        .header("authorization", &authorization)
        .await
        .expect(201);
    let phone = app.phone(&sam, ana).await;
    let item = app
        .item(
            &sam,
            ana,
            json!({
                "title": "CanaryTitle",
                "location": "CanaryLocation",
                "notes": "CanaryNotes",
                "starts_at_local": "2027-03-01T12:00",
                "recurrence": "FREQ=DAILY",
                "reminders": [{ "minutes_before": 60 }],
            }),
        )
        .await;
    let id = item["id"].as_str().unwrap();
    let one = format!("/v1/agenda-items/{id}?scope=this&occurrence_id={id}.20270302T1200");
    app.patch(one, json!({ "title": "CanaryOwnTitle", "location": "CanaryOwnPlace", "notes": "CanaryOwnNotes" }))
        .by(&sam)
        .await
        .expect(200);
    let answer = json!({ "response": "help", "note": "CanaryAnswer" });
    app.post(format!("/v1/occurrences/{id}.20270301T1200/responses"), answer)
        .by(&phone)
        .header("idempotency-key", "answer")
        .await
        .expect(200);
    app.group(&sam, &[ana], json!({ "title": "CanaryGroup" })).await;
    write_goals_and_plans(app, &sam, &phone, ana).await;
    app.post("/v1/auth/sign-in", json!({ "email": "canary-guess@cairn.test", "password": "CanaryPassword" }))
        .from("198.51.100.77")
        .await
        .refused(401);
    app.advance(hours(1));
    app.deliver().await;
    let receipt = phone.inbox(app)[0]["notification"]["data"]["receipt_token"].as_str().unwrap().to_owned();
    let Credential::Token(staff_token) = &sam.credential else { panic!("a token") };

    let mut planted: Vec<String> = [
        "CanaryPreferred",
        "CanaryLegal",
        "CanaryStrengths",
        "CanaryDevice",
        "CanaryEndpoint",
        "CanaryTitle",
        "CanaryLocation",
        "CanaryNotes",
        "CanaryOwnTitle",
        "CanaryOwnPlace",
        "CanaryOwnNotes",
        "CanaryAnswer",
        "CanaryGroup",
        "CanaryGoal",
        "CanaryWhy",
        "CanaryMeasure",
        "CanaryUnit",
        "CanaryStep",
        "CanaryChange",
        "CanaryReason",
        "CanaryDecision",
        "CanaryProgress",
        "CanaryService",
        "CanaryFrequency",
        "CanaryDoctor",
        "CanarySignature",
        "CanaryStrong",
        "CanarySister",
        "CanaryRelation",
        "CanaryPhone",
        "CanaryStage",
        "CanaryWellness",
        "CanarySafety",
        "CanaryPassword",
        "canary-guess@cairn.test",
    ]
    .map(str::to_owned)
    .to_vec();
    planted.extend([sam.email.clone(), sam.name.clone(), token, staff_token.clone(), receipt, phone.path.clone()]);
    planted.extend([code.clone(), code.replace('-', "")]);
    planted.extend(["p256dh", "auth"].map(|key| subscription["keys"][key].as_str().unwrap().to_owned()));
    let all = bytes(app);
    assert!(contains(&all, b"Harbor Recovery"), "the search finds what is there");
    for secret in planted {
        assert!(!contains(&all, secret.as_bytes()), "{secret} stands in the database");
        assert!(!contains(&all, hex::encode(&secret).as_bytes()), "{secret} stands in the database as bytes");
    }
});

both!(a_value_copied_to_another_row_does_not_open, async |app| {
    let sam = app.specialist().await;
    let (ana, _) = (app.client(&sam).await, app.client(&sam).await);
    app.sql(
        "UPDATE clients SET preferred_name = (SELECT c.preferred_name FROM clients c WHERE c.id <> clients.id LIMIT 1)",
    )
    .await;
    assert_eq!(app.get(format!("/v1/clients/{}", ana.id)).by(&sam).await.refused(500), "internal");
});
