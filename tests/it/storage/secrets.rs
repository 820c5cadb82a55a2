use std::process::Command;

use cairn_shared::db::DatabaseUrl;
use cairn_tests::{Browser, Credential, TestApp, both, hours};
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
    app.post("/v1/auth/sign-in", json!({ "email": "canary-guess@cairn.test", "password": "CanaryPassword" }))
        .from("198.51.100.77")
        .await
        .refused(401);
    let asked = app.post("/v1/help-requests", json!({ "message": "CanaryHelp" })).by(&phone).await.expect(201);
    let target = format!("/v1/help-requests/{}/close", asked["id"].as_str().unwrap());
    app.post(target, json!({ "outcome": "talked", "note": "CanaryClosing" })).by(&sam).await.expect(200);
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
        "CanaryHelp",
        "CanaryClosing",
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
