use cairn_shared::scope::Role;
use cairn_tests::{Staff, TestApp, both, days};
use serde_json::{Value, json};

async fn find(app: &TestApp, by: &Staff, query: &str) -> Vec<Value> {
    let list = app.get(format!("/v1/audit-events?{query}")).by(by).await.expect(200);
    list["items"].as_array().unwrap().clone()
}

both!(filters_narrow_and_everything_that_is_found_fits, async |app| {
    let (sam, rosa, ada) = (app.specialist().await, app.specialist().await, app.staff(&[Role::Admin]).await);
    let (ana, ben) = (app.client(&sam).await, app.client(&rosa).await);
    app.get(format!("/v1/clients/{}", ana.id)).by(&sam).await.expect(200);
    app.get(format!("/v1/clients/{}", ben.id)).by(&rosa).await.expect(200);
    let all = find(app, &ada, "limit=200").await;
    let numbers: Vec<i64> = all.iter().map(|item| item["seq"].as_i64().unwrap()).collect();
    let newest = i64::try_from(numbers.len()).unwrap();
    assert_eq!(numbers, (1..=newest).rev().collect::<Vec<_>>(), "all of it, newest first");
    let read = json!({
        "seq": all[1]["seq"],
        "at": app.now(),
        "actor": { "kind": "staff", "id": sam.id, "name": sam.name, "roles": ["specialist"] },
        "action": "read",
        "object_type": "client",
        "object_id": ana.id.to_string(),
        "client_id": ana.id,
        "purpose": "treatment",
        "outcome": "success",
        "break_glass_id": null,
        "ip": null,
        "detail": {},
    });
    let mut found = all[1].clone();
    for member in ["sign_in_id", "request_id"] {
        assert!(found[member].is_string());
        found.as_object_mut().unwrap().remove(member);
    }
    assert_eq!(found, read);
    for (query, member, value) in [
        (format!("actor_id={}", sam.id), "/actor/id", json!(sam.id)),
        (format!("client_id={}", ben.id), "/client_id", json!(ben.id)),
        ("action=read".to_owned(), "/action", json!("read")),
        ("object_type=client".to_owned(), "/object_type", json!("client")),
        (format!("client_id={}&action=create&object_type=client", ana.id), "/object_id", json!(ana.id)),
    ] {
        let some = find(app, &ada, &query).await;
        assert!(!some.is_empty() && some.len() < all.len(), "{query}");
        assert!(some.iter().all(|item| item.pointer(member) == Some(&value)), "{query}: {some:?}");
    }
    assert_eq!(find(app, &ada, "outcome=denied").await, Vec::<Value>::new());
});

both!(what_was_refused_is_found, async |app| {
    let (sam, ada) = (app.specialist().await, app.staff(&[Role::Admin]).await);
    let mut tx = app.database.begin_write(&app.organization.scope()).await.unwrap();
    tx.record(cairn_shared::audit::AuditEvent::new("read", "client", sam.id).denied());
    tx.commit().await.unwrap();
    let found = find(app, &ada, "outcome=denied").await;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["object_id"], json!(sam.id));
});

both!(days_are_the_organizations_own, async |app| {
    let (sam, ada) = (app.specialist().await, app.staff(&[Role::Admin]).await);
    app.client(&sam).await;
    // 1 March in New York ends at five in the morning in London.
    app.travel_to("2027-03-02T04:59:59Z");
    let sam = app.fresh(&sam).await;
    app.client(&sam).await;
    app.travel_to("2027-03-02T05:00:00Z");
    app.client(&sam).await;
    app.advance(days(1));
    let ada = app.fresh(&ada).await;
    let made = async |query: &str| find(app, &ada, &format!("action=create&object_type=client&{query}")).await.len();
    assert_eq!(made("from=2027-03-01&to=2027-03-02").await, 2);
    assert_eq!(made("from=2027-03-02").await, 1);
    assert_eq!(made("to=2027-03-02").await, 2);
    assert_eq!(made("from=2027-03-01&to=2027-03-03").await, 3);
    assert_eq!(made("from=2027-03-04").await, 0);
    assert_eq!(made("from=2027-03-02&to=2027-03-01").await, 0);
});

both!(a_search_is_itself_in_the_log_and_pages_stay_where_they_are, async |app| {
    let (sam, ada) = (app.specialist().await, app.staff(&[Role::Admin]).await);
    let ana = app.client(&sam).await;
    let phone = app.unsubscribed_phone(&sam, ana).await;
    let before = find(app, &ada, "limit=200").await;
    let (mut cursor, mut paged) = (String::new(), Vec::new());
    loop {
        // Each page adds a row, which comes before all that is still to be listed.
        let list = app.get(format!("/v1/audit-events?limit=3{cursor}")).by(&ada).await.expect(200);
        paged.extend(list["items"].as_array().unwrap().clone());
        let Some(next) = list["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(paged[0]["action"], "search");
    assert_eq!(paged[1..], before);
    find(app, &ada, &format!("client_id={}&action=read", ana.id)).await;
    let newest = find(app, &ada, "action=search&limit=1").await;
    assert_eq!(newest[0]["object_type"], "audit_event");
    assert_eq!(newest[0]["detail"]["action"], "read");
    assert_eq!(newest[0]["client_id"], json!(ana.id));
    let seen = app.get("/v1/me/record-access?limit=1").by(&phone).await.expect(200);
    assert_eq!(seen["items"][0]["action"], "search", "who looks for a client's rows is seen by the client");
});

both!(what_people_wrote_is_not_in_it, async |app| {
    let (sam, ada) = (app.specialist().await, app.staff(&[Role::Admin]).await);
    let ana = app.client_with(&sam, json!({ "preferred_name": "Marigold" })).await;
    app.appointment(&sam, ana, "2027-03-02T12:00", json!([])).await;
    app.patch(format!("/v1/clients/{}", ana.id), json!({ "preferred_name": "Snapdragon" })).by(&sam).await.expect(200);
    let text = json!(find(app, &ada, "limit=200").await).to_string();
    for word in ["Marigold", "Snapdragon", "Coffee"] {
        assert!(!text.contains(word), "{word}");
    }
});

both!(odd_filters_are_named, async |app| {
    let ada = app.staff(&[Role::Admin]).await;
    for (query, field) in [
        ("from=2027-02-30", "from"),
        ("to=yesterday", "to"),
        ("actor_id=me", "actor_id"),
        ("action=Read%25", "action"),
        ("object_type=", "object_type"),
        ("outcome=%27%20OR%201=1", "outcome"),
        ("limit=0", "limit"),
        ("cursor=x", "cursor"),
        ("who=sam", "who"),
    ] {
        assert_eq!(app.get(format!("/v1/audit-events?{query}")).by(&ada).await.wrong_fields(), [field], "{query}");
    }
});
