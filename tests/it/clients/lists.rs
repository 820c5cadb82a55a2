use cairn_tests::both;
use serde_json::{Value, json};

fn names(list: &Value) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().map(|item| item["preferred_name"].as_str().unwrap()).collect()
}

both!(a_list_comes_in_pages_without_gaps_or_repeats, async |app| {
    let sam = app.specialist().await;
    for number in 0..7 {
        app.client_with(&sam, json!({ "preferred_name": format!("Client {number}") })).await;
        app.advance(cairn_tests::seconds(1));
    }
    let mut seen = Vec::new();
    let mut target = "/v1/clients?limit=3".to_owned();
    loop {
        let page = app.get(&target).by(&sam).await.expect(200);
        assert!(page["items"].as_array().unwrap().len() <= 3);
        seen.extend(names(&page).into_iter().map(str::to_owned));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        target = format!("/v1/clients?limit=3&cursor={cursor}");
    }
    assert_eq!(seen, (0..7).map(|number| format!("Client {number}")).collect::<Vec<_>>());
});

both!(a_search_finds_part_of_either_name_in_any_case, async |app| {
    let sam = app.specialist().await;
    app.client_with(&sam, json!({ "preferred_name": "Ana", "legal_name": "Ana Reyes" })).await;
    app.advance(cairn_tests::seconds(1));
    app.client_with(&sam, json!({ "preferred_name": "Bo", "legal_name": "Robert Stone" })).await;
    app.advance(cairn_tests::seconds(1));
    app.client_with(&sam, json!({ "preferred_name": "Éva" })).await;
    for (search, found) in [
        ("an", vec!["Ana"]),
        ("STONE", vec!["Bo"]),
        ("éV", vec!["Éva"]),
        ("zzz", vec![]),
        (" ", vec!["Ana", "Bo", "Éva"]),
    ] {
        let list = app.post("/v1/clients/search", json!({ "text": search })).by(&sam).await.expect(200);
        assert_eq!(names(&list), found, "{search}");
    }
});

both!(a_search_pages_on_where_it_stopped, async |app| {
    let sam = app.specialist().await;
    for number in 0..9 {
        let name = if number % 3 == 0 { "Match" } else { "Other" };
        app.client_with(&sam, json!({ "preferred_name": format!("{name} {number}") })).await;
        app.advance(cairn_tests::seconds(1));
    }
    let first = app.post("/v1/clients/search", json!({ "text": "match", "limit": 2 })).by(&sam).await.expect(200);
    assert_eq!(names(&first), ["Match 0", "Match 3"]);
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = app
        .post("/v1/clients/search", json!({ "text": "match", "limit": 2, "cursor": cursor }))
        .by(&sam)
        .await
        .expect(200);
    assert_eq!(names(&second), ["Match 6"]);
    assert_eq!(second["next_cursor"], Value::Null);
});

// A search must not find what the searcher does not see: it would tell by the finding.
both!(a_scheduler_cannot_search_for_legal_names, async |app| {
    let sam = app.specialist().await;
    app.client_with(&sam, json!({ "preferred_name": "Bo", "legal_name": "Robert Stone" })).await;
    let scheduler = app.scheduler().await;
    let list = app.post("/v1/clients/search", json!({ "text": "stone" })).by(&scheduler).await.expect(200);
    assert_eq!(names(&list), Vec::<&str>::new());
});

both!(everybody_sees_their_own_part, async |app| {
    let (sam, kim) = (app.specialist().await, app.specialist().await);
    app.client_with(&sam, json!({ "preferred_name": "Ana" })).await;
    app.client_with(&kim, json!({ "preferred_name": "Bo" })).await;
    let supervisor = app.staff(&[cairn_shared::scope::Role::Supervisor]).await;
    app.supervise(&supervisor, &kim).await;
    let scheduler = app.scheduler().await;
    for (who, expected) in
        [(&sam, vec!["Ana"]), (&kim, vec!["Bo"]), (&supervisor, vec!["Bo"]), (&scheduler, vec!["Ana", "Bo"])]
    {
        // Both were added in one moment, so either may come first.
        let list = app.get("/v1/clients").by(who).await.expect(200);
        let mut seen = names(&list);
        seen.sort_unstable();
        assert_eq!(seen, expected);
    }
});

both!(odd_pages_are_refused, async |app| {
    let sam = app.specialist().await;
    for (query, field) in [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=-1", "limit"),
        ("limit=x", "limit"),
        ("cursor=%25%25", "cursor"),
        ("page=2", "page"),
    ] {
        assert_eq!(app.get(format!("/v1/clients?{query}")).by(&sam).await.wrong_fields(), [field], "{query}");
    }
    // A cursor of another list.
    app.specialist().await;
    let staff = app.get("/v1/staff?limit=1").by(&sam).await.expect(200);
    let cursor = staff["next_cursor"].as_str().unwrap();
    assert_eq!(app.get(format!("/v1/clients?cursor={cursor}")).by(&sam).await.wrong_fields(), ["cursor"]);
});
