use cairn_shared::scope::Role;
use cairn_tests::{TestApp, both};
use serde_json::{Value, json};

async fn own_list(app: &TestApp, phone: &cairn_tests::Phone, query: &str) -> Value {
    app.get(format!("/v1/me/record-access{query}")).by(phone).await.expect(200)
}

both!(a_client_sees_who_looked_when_and_why, async |app| {
    let sam = app.staff(&[Role::Specialist, Role::Supervisor]).await;
    let ana = app.client(&sam).await;
    let phone = app.unsubscribed_phone(&sam, ana).await;
    app.get(format!("/v1/clients/{}", ana.id)).by(&sam).await.expect(200);
    app.get(format!("/v1/clients/{}", ana.id)).by(&phone).await.expect(200);
    let list = own_list(app, &phone, "").await;
    let items = list["items"].as_array().unwrap();
    assert_eq!(
        items[0],
        json!({
            "at": app.now(),
            "by": { "name": sam.name, "roles": ["specialist", "supervisor"] },
            "action": "read",
            "data_class": "client",
            "purpose": "treatment",
            "break_glass": false,
        })
    );
    let word = |item: &Value, name: &str| item[name].as_str().unwrap().to_owned();
    let seen: Vec<_> = items.iter().map(|item| [word(item, "action"), word(item, "data_class")].join(" ")).collect();
    let expected = ["read client", "create activation_code", "create assignment", "create client"];
    assert_eq!(seen, expected, "staff's doings only");
});

both!(nobody_sees_looks_at_another, async |app| {
    let (sam, rosa) = (app.specialist().await, app.specialist().await);
    let (ana, ben) = (app.client(&sam).await, app.client(&rosa).await);
    let phone = app.unsubscribed_phone(&sam, ana).await;
    app.get(format!("/v1/clients/{}", ben.id)).by(&rosa).await.expect(200);
    // One who was refused has not looked.
    app.get(format!("/v1/clients/{}", ana.id)).by(&rosa).await.refused(404);
    let text = own_list(app, &phone, "").await.to_string();
    assert!(text.contains(&sam.name) && !text.contains(&rosa.name), "{text}");
    app.get(format!("/v1/clients/{}/record-access", ben.id)).by(&phone).await.refused(404);
});

both!(staff_who_look_at_the_looks_are_seen_too, async |app| {
    let (sam, ada) = (app.specialist().await, app.staff(&[Role::Admin]).await);
    let ana = app.client(&sam).await;
    let phone = app.unsubscribed_phone(&sam, ana).await;
    let target = format!("/v1/clients/{}/record-access", ana.id);
    let seen = app.get(&target).by(&ada).await.expect(200);
    assert_eq!(seen["items"].as_array().unwrap().len(), 3);
    let list = own_list(app, &phone, "?limit=1").await;
    assert_eq!(list["items"][0]["by"]["name"], json!(ada.name));
    assert_eq!(list["items"][0]["data_class"], "record_access");
});

both!(pages_go_on_where_they_stopped_whatever_happens_meanwhile, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.unsubscribed_phone(&sam, ana).await;
    for cap in 1..=7 {
        app.patch(format!("/v1/clients/{}", ana.id), json!({ "daily_cap": cap })).by(&sam).await.expect(200);
    }
    let all = own_list(app, &phone, "").await["items"].as_array().unwrap().clone();
    let (mut cursor, mut found) = (String::new(), Vec::new());
    loop {
        let list = own_list(app, &phone, &format!("?limit=2{cursor}")).await;
        found.extend(list["items"].as_array().unwrap().clone());
        let Some(next) = list["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
        app.patch(format!("/v1/clients/{}", ana.id), json!({ "daily_cap": 9 })).by(&sam).await.expect(200);
    }
    assert_eq!(found, all);
    let foreign = app.get("/v1/me/sign-ins").by(&phone).await.expect(200);
    assert!(foreign["next_cursor"].is_null());
    let clients = app.get("/v1/me/record-access?cursor=Y2xpZW50cwow").by(&phone).await;
    assert_eq!(clients.refused(422), "invalid_cursor");
});
