use cairn_shared::scope::Role;
use cairn_tests::{Client, Staff, TestApp, both, minutes};
use serde_json::{Value, json};

const REASON: &str = "Found outside, cannot say whom to call";

async fn client_status(app: &TestApp, by: &Staff, client: Client) -> u16 {
    app.get(format!("/v1/clients/{}", client.id)).by(by).await.status
}

fn why() -> Value {
    json!({ "reason": REASON, "purpose": "emergency" })
}

both!(it_opens_reading_for_an_hour_and_nothing_else, async |app| {
    let (sam, rosa) = (app.specialist().await, app.specialist().await);
    let (ana, ben) = (app.client(&sam).await, app.client(&sam).await);
    let item = app.appointment(&sam, ana, "2027-03-02T12:00", json!([])).await;
    let item = format!("/v1/agenda-items/{}", item["id"].as_str().unwrap());
    assert_eq!(client_status(app, &rosa, ana).await, 404);
    let target = format!("/v1/clients/{}/break-glass", ana.id);
    let opened = app.post(&target, why()).by(&rosa).await.expect(201);
    assert_eq!(opened["expires_at"], json!(app.now().plus(minutes(60))));
    assert_eq!(client_status(app, &rosa, ana).await, 200);
    assert_eq!(app.agenda(&rosa, ana, "2027-03-01", "2027-03-05").await.len(), 1);
    app.get(&item).by(&rosa).await.expect(200);
    app.get(format!("/v1/clients/{}/reminders", ana.id)).by(&rosa).await.expect(200);
    // To write is not to read.
    app.patch(format!("/v1/clients/{}", ana.id), json!({ "daily_cap": 1 })).by(&rosa).await.refused(403);
    app.patch(&item, json!({ "title": "Tea" })).by(&rosa).await.refused(403);
    app.delete(&item).by(&rosa).await.refused(403);
    app.call("POST", format!("/v1/clients/{}/activation-codes", ana.id)).by(&rosa).await.refused(403);
    // Neither is it for another client, nor for another person or sign-in.
    assert_eq!(client_status(app, &rosa, ben).await, 404);
    assert_eq!(client_status(app, &app.fresh(&rosa).await, ana).await, 404);
    assert_eq!(client_status(app, &app.specialist().await, ana).await, 404);
    for _ in 0..4 {
        app.advance(minutes(14));
        assert_eq!(client_status(app, &rosa, ana).await, 200);
    }
    app.advance(minutes(4));
    assert_eq!(client_status(app, &rosa, ana).await, 404, "the hour is over");
});

both!(it_needs_a_fresh_proof_a_reason_and_a_purpose, async |app| {
    let (sam, rosa) = (app.specialist().await, app.specialist().await);
    let ana = app.client(&sam).await;
    let target = format!("/v1/clients/{}/break-glass", ana.id);
    for (body, field) in [
        (json!({ "reason": "   because     ", "purpose": "emergency" }), "reason"),
        (json!({ "reason": "x".repeat(2001), "purpose": "emergency" }), "reason"),
        (json!({ "purpose": "emergency" }), "reason"),
        (json!({ "reason": REASON }), "purpose"),
        (json!({ "reason": REASON, "purpose": "curiosity" }), "purpose"),
    ] {
        assert_eq!(app.post(&target, body).by(&rosa).await.wrong_fields(), [field]);
    }
    app.advance(minutes(10));
    assert_eq!(app.post(&target, why()).by(&rosa).await.refused(403), "step_up_required");
    assert_eq!(app.count("break_glass").await, 0);
    assert_eq!(client_status(app, &rosa, ana).await, 404);
    let elsewhere = app.another_organization().await;
    let other = app.staff_of(elsewhere, &[Role::Admin]).await;
    app.post(&target, why()).by(&other).await.refused(404);
});

both!(everything_under_it_is_marked_and_the_client_sees_it, async |app| {
    let (sam, ada) = (app.specialist().await, app.staff(&[Role::Admin]).await);
    let (ana, ben) = (app.client(&sam).await, app.client(&sam).await);
    let phone = app.unsubscribed_phone(&sam, ana).await;
    let id = app.break_glass(&ada, ana).await.to_string();
    for _ in 0..2 {
        assert_eq!(client_status(app, &ada, ana).await, 200);
    }
    app.agenda(&ada, ana, "2027-03-01", "2027-03-02").await;
    let log = app.get(format!("/v1/audit-events?actor_id={}&limit=200", ada.id)).by(&ada).await.expect(200);
    let marked: Vec<String> = log["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|item| item["break_glass_id"] == json!(id))
        .map(|item| format!("{} {}", item["action"].as_str().unwrap(), item["object_type"].as_str().unwrap()))
        .collect();
    assert_eq!(
        marked,
        ["read agenda", "read client", "read client", "alert break_glass", "create break_glass"],
        "each look, not one a while"
    );
    let seen = app.get("/v1/me/record-access?limit=5").by(&phone).await.expect(200);
    for item in seen["items"].as_array().unwrap() {
        assert_eq!(item["break_glass"], true);
        assert_eq!(item["by"], json!({ "name": ada.name, "roles": ["admin"] }));
    }
    // Nobody else's rows are marked.
    app.get(format!("/v1/clients/{}", ben.id)).by(&sam).await.expect(200);
    assert_eq!(app.count_where("audit_events", "break_glass_id IS NOT NULL").await, 5);
    assert!(cairn_shared::audit::verify(&app.database, app.organization.id).await.unwrap().is_whole());
});

both!(who_works_with_the_client_anyhow_is_marked_as_well, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    app.get(format!("/v1/clients/{}", ana.id)).by(&sam).await.expect(200);
    app.break_glass(&sam, ana).await;
    app.get(format!("/v1/clients/{}", ana.id)).by(&sam).await.expect(200);
    let reads = "action = 'read' AND break_glass_id IS NOT NULL";
    assert_eq!(app.count_where("audit_events", reads).await, 1, "a look a moment ago does not hide it");
});

both!(somebody_else_reviews_it_once, async |app| {
    let (sam, rosa) = (app.specialist().await, app.specialist().await);
    let kim = app.staff(&[Role::Supervisor]).await;
    app.supervise(&kim, &sam).await;
    let (ada, other_supervisor) = (app.staff(&[Role::Admin]).await, app.staff(&[Role::Supervisor]).await);
    let ana = app.client(&sam).await;
    let id = app.break_glass(&rosa, ana).await;
    app.advance(minutes(1));
    let own = app.break_glass(&ada, ana).await;
    let list = async |by: &Staff, query: &str| {
        let list = app.get(format!("/v1/break-glass{query}")).by(by).await.expect(200);
        list["items"].as_array().unwrap().clone()
    };
    let seen = list(&kim, "").await;
    assert_eq!(seen.len(), 2);
    assert_eq!(seen, list(&ada, "?state=unreviewed").await);
    assert_eq!(seen[1]["id"], json!(id));
    assert_eq!(seen[1]["staff"], json!({ "id": rosa.id, "name": rosa.name }));
    assert_eq!((&seen[1]["client_id"], &seen[1]["review"]), (&json!(ana.id), &Value::Null));
    assert_eq!(seen[0]["purpose"], "emergency");
    assert_eq!(list(&other_supervisor, "").await, Vec::<Value>::new(), "not of a client whom they supervise");
    let review = async |by: &Staff, id: uuid::Uuid, body: Value| {
        app.post(format!("/v1/break-glass/{id}/review"), body).by(by).await
    };
    let fine = json!({ "outcome": "justified", "note": "Called me at once" });
    review(&other_supervisor, id, fine.clone()).await.refused(404);
    assert_eq!(review(&ada, own, fine.clone()).await.refused(403), "own_break_glass");
    assert_eq!(review(&kim, id, json!({ "outcome": "fine" })).await.wrong_fields(), ["outcome"]);
    let done = review(&kim, id, fine.clone()).await.expect(200);
    assert_eq!(
        done["review"],
        json!({ "by": { "id": kim.id, "name": kim.name }, "at": app.now(), "outcome": "justified", "note": "Called me at once" })
    );
    assert_eq!(review(&ada, id, fine).await.refused(409), "already_reviewed");
    assert_eq!(list(&kim, "").await.len(), 1);
    assert_eq!(list(&kim, "?state=reviewed").await, [done]);
    assert_eq!(app.get("/v1/break-glass?state=all").by(&kim).await.wrong_fields(), ["state"]);
});

both!(supervisors_of_the_client_and_admins_are_alerted, async |app| {
    let (sam, rosa) = (app.specialist().await, app.specialist().await);
    let (kim, other_supervisor) = (app.staff(&[Role::Supervisor]).await, app.staff(&[Role::Supervisor]).await);
    app.supervise(&kim, &sam).await;
    app.supervise(&other_supervisor, &rosa).await;
    let ana = app.client(&sam).await;
    let before = app.count("alerts").await;
    let id = app.break_glass(&rosa, ana).await;
    let ada = app.staff(&[Role::Admin]).await;
    let log = app.get("/v1/audit-events?action=alert").by(&ada).await.expect(200);
    let told: Vec<&Value> = log["items"][0]["detail"]["staff_ids"].as_array().unwrap().iter().collect();
    assert!(told.contains(&&json!(kim.id)) && !told.contains(&&json!(other_supervisor.id)), "{told:?}");
    assert!(!told.contains(&&json!(rosa.id)), "whoever did it knows");
    assert_eq!(app.count("alerts").await - before, i64::try_from(told.len()).unwrap());
    // Nothing is asked a second time, and the review ends it.
    assert_eq!(cairn_shared::alerts::escalate_due(&app.database).await.unwrap(), 0);
    app.advance(minutes(5));
    assert_eq!(cairn_shared::alerts::escalate_due(&app.database).await.unwrap(), 0);
    let target = format!("/v1/break-glass/{id}/review");
    app.post(target, json!({ "outcome": "justified" })).by(&kim).await.expect(200);
    assert_eq!(app.count_where("escalations", "state = 'settled'").await, 1);
});

both!(of_two_reviews_at_once_one_counts, async |app| {
    let (sam, rosa) = (app.specialist().await, app.specialist().await);
    let (ada, eve) = (app.staff(&[Role::Admin]).await, app.staff(&[Role::Admin]).await);
    let ana = app.client(&sam).await;
    let id = app.break_glass(&rosa, ana).await;
    let target = format!("/v1/break-glass/{id}/review");
    let (one, two) =
        futures::join!(async { app.post(&target, json!({ "outcome": "justified" })).by(&ada).await.status }, async {
            app.post(&target, json!({ "outcome": "not_justified" })).by(&eve).await.status
        });
    let mut both = [one, two];
    both.sort_unstable();
    assert_eq!(both, [200, 409]);
});

both!(its_reason_is_sealed, async |app| {
    let (sam, rosa, ada) = (app.specialist().await, app.specialist().await, app.staff(&[Role::Admin]).await);
    let ana = app.client(&sam).await;
    let id = app.break_glass(&rosa, ana).await;
    let body = json!({ "outcome": "not_justified", "note": "Lanterns" });
    app.post(format!("/v1/break-glass/{id}/review"), body).by(&ada).await.expect(200);
    let rows = app.rows_of("break_glass").await.join("\n").to_lowercase();
    for word in ["hospital", "Lanterns"] {
        assert!(!rows.contains(&word.to_lowercase()) && !rows.contains(&hex::encode(word)), "{word}");
    }
});
