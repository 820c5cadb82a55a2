use cairn_shared::scope::Role;
use cairn_tests::{both, days};
use serde_json::{Value, json};

fn list() -> Value {
    json!([{
        "id": "warm_line", "action": "call", "address": "208-555-0100",
        "name": { "en": "Our line", "es": "Nuestra línea" }, "hint": { "en": "Evenings.", "es": "Por la noche." },
    }])
}

both!(where_to_turn_is_there_for_everybody_from_the_start, async |app| {
    let answer = app.get("/v1/crisis-resources").await;
    assert_eq!(answer.header("etag"), Some("\"1\""));
    let list = answer.expect(200);
    let seen: Vec<(&str, &str)> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| (item["action"].as_str().unwrap(), item["address"].as_str().unwrap()))
        .collect();
    for wanted in [
        ("call", "988"),
        ("text", "988"),
        ("open", "https://988lifeline.org/chat/"),
        ("text", "838255"),
        ("call", "911"),
    ] {
        assert!(seen.contains(&wanted), "{wanted:?} in {seen:?}");
    }
    assert!(!list.to_string().contains("press 3"));
    assert!(list["review_due_on"].as_str().unwrap() > "2027-01-01");
});

both!(an_organization_sets_its_own_and_versions_stay, async |app| {
    let sam = app.specialist().await;
    let admin = app.staff(&[Role::Admin]).await;
    let ana = app.client(&sam).await;
    let phone = app.phone(&sam, ana).await;
    let put = |body: Value| app.call("PUT", "/v1/crisis-resources").json(&body);
    let body = json!({ "items": list(), "review_due_on": "2027-09-01" });
    put(body.clone()).by(&sam).await.refused(403);
    put(body.clone()).await.refused(401);
    let set = put(body.clone()).by(&admin).header("if-match", "\"1\"").await.expect(200);
    assert_eq!((&set["version"], &set["items"]), (&json!(2), &list()));
    put(body).by(&admin).header("if-match", "\"1\"").await.refused(412);
    assert_eq!(app.get("/v1/crisis-resources").by(&phone).await.expect(200), set);
    assert_eq!(app.get("/v1/crisis-resources").await.expect(200), set, "the only organization there is");
    put(json!({ "items": list(), "review_due_on": "2027-10-01" })).by(&admin).await.expect(200);
    assert_eq!(app.count("crisis_resources").await, 3, "those before are kept");

    let elsewhere = app.another_organization().await;
    assert_eq!(app.get("/v1/crisis-resources").await.expect(200)["version"], 1, "of two, neither is meant");
    let own = format!("/v1/crisis-resources?organization_id={}", app.organization.id);
    assert_eq!(app.get(own).await.expect(200)["version"], 3);
    for other in [elsewhere.id, uuid::Uuid::nil()] {
        let target = format!("/v1/crisis-resources?organization_id={other}");
        assert_eq!(app.get(target).await.expect(200)["version"], 1);
    }
    let stranger = app.staff_of(elsewhere, &[Role::Admin]).await;
    assert_eq!(app.get("/v1/crisis-resources").by(&stranger).await.expect(200)["version"], 1);
});

both!(what_would_not_help_is_refused, async |app| {
    let admin = app.staff(&[Role::Admin]).await;
    let put = |body: Value| app.call("PUT", "/v1/crisis-resources").json(&body).by(&admin);
    let with = |change: &dyn Fn(&mut Value)| {
        let mut items = list();
        change(&mut items[0]);
        json!({ "items": items, "review_due_on": "2027-09-01" })
    };
    for (body, field) in [
        (json!({ "items": [], "review_due_on": "2027-09-01" }), "items"),
        (json!({ "items": list(), "review_due_on": "2027-03-01" }), "review_due_on"),
        (json!({ "items": list(), "review_due_on": "2040-03-01" }), "review_due_on"),
        (with(&|item| item["address"] = json!("javascript:alert(1)")), "items[0].address"),
        (with(&|item| item["id"] = json!("Warm Line")), "items[0].id"),
        (with(&|item| item["name"]["es"] = json!("")), "items[0].name.es"),
    ] {
        assert_eq!(put(body).await.wrong_fields(), [field]);
    }
    assert_eq!(app.count("crisis_resources").await, 1);
});

both!(an_organization_begins_with_the_list_as_a_row_of_its_own, async |app| {
    let row = "SELECT version || ' ' || review_due_on FROM crisis_resources";
    assert_eq!(app.column(row).await, ["1 2027-11-01"]);
    // One that is older than the list gets it at the next start, once.
    app.sql("DELETE FROM crisis_resources").await;
    assert_eq!(app.get("/v1/crisis-resources").await.expect(200)["version"], 1, "never without");
    for _ in 0..2 {
        cairn_shared::crisis::ship_to_all(&app.database).await.unwrap();
        assert_eq!(app.column(row).await, ["1 2027-11-01"]);
    }
    let admin = app.staff(&[Role::Admin]).await;
    let body = json!({ "items": list(), "review_due_on": "2027-09-01" });
    app.call("PUT", "/v1/crisis-resources").json(&body).by(&admin).await.expect(200);
    cairn_shared::crisis::ship_to_all(&app.database).await.unwrap();
    assert_eq!(app.get("/v1/crisis-resources").await.expect(200)["version"], 2);
});

both!(a_review_that_is_due_is_told_to_operators, async |app| {
    let admin = app.staff(&[Role::Admin]).await;
    let body = json!({ "items": list(), "review_due_on": "2027-03-02" });
    app.call("PUT", "/v1/crisis-resources").json(&body).by(&admin).await.expect(200);
    let ready = app.get("/health/ready").await.expect(200);
    assert_eq!(ready["notices"], json!([]));
    app.advance(days(1));
    assert_eq!(app.get("/health/ready").await.expect(200)["notices"], json!([]), "it is the day itself");
    app.advance(days(1));
    let ready = app.get("/health/ready").await.expect(200);
    assert_eq!((&ready["notices"], &ready["status"]), (&json!(["crisis_resources_due_for_review"]), &json!("ready")));
    assert_eq!(cairn_shared::crisis::overdue(&app.database).await.unwrap(), [app.organization.id]);
});
