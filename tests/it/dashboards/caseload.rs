use cairn_shared::scope::Role;
use cairn_tests::{Backend, Client, Credential, Staff, TestApp, Wire, both};
use serde_json::{Value, json};

use super::{catch_up, check_in, reason};

async fn rows(app: &TestApp, by: &Staff, query: &str) -> Vec<Value> {
    let list = app.get(format!("/v1/dashboard/caseload{query}")).by(by).await.expect(200);
    list["items"].as_array().unwrap().clone()
}

async fn names(app: &TestApp, by: &Staff, query: &str) -> Vec<String> {
    let rows = rows(app, by, query).await;
    rows.iter().map(|row| row["client"]["preferred_name"].as_str().unwrap().to_owned()).collect()
}

async fn named(app: &TestApp, by: &Staff, name: &str) -> Client {
    app.client_with(by, json!({ "preferred_name": name })).await
}

both!(who_needs_somebody_first_stands_first, async |app| {
    let sam = app.specialist().await;
    let (ana, ben, carla) =
        (named(app, &sam, "Ana").await, named(app, &sam, "ben").await, named(app, &sam, "Carla").await);
    named(app, &sam, "Dev").await;
    reason(app, ana, "goal_due", 1, "2027-02-20T12:00:00Z").await;
    reason(app, ben, "check_ins_missed", 2, "2027-02-27T12:00:00Z").await;
    reason(app, carla, "appointment_missed", 2, "2027-02-25T12:00:00Z").await;
    reason(app, ana, "not_safe", 4, "2027-03-01T12:00:00Z").await;
    catch_up(app).await;
    assert_eq!(names(app, &sam, "").await, ["Ana", "Carla", "ben", "Dev"]);
    let first = &rows(app, &sam, "").await[0];
    assert_eq!(first["top_severity"], "urgent");
    let kinds: Vec<&Value> = first["reasons"].as_array().unwrap().iter().map(|reason| &reason["kind"]).collect();
    assert_eq!(kinds, ["not_safe", "goal_due"], "the most severe first");
    assert_eq!(first["reasons"][0]["explanation"]["params"], json!({ "days": 3 }));
    assert_eq!(rows(app, &sam, "").await[3]["top_severity"], Value::Null);

    app.appointment(&sam, ben, "2027-03-01T12:00", json!([])).await;
    app.appointment(&sam, carla, "2027-03-01T11:00", json!([])).await;
    assert_eq!(names(app, &sam, "?sort=next_appointment").await[..2], ["Carla", "ben"]);
    assert_eq!(names(app, &sam, "?sort=name").await, ["Ana", "ben", "Carla", "Dev"]);
    assert_eq!(names(app, &sam, "?reason=check_ins_missed").await, ["ben"]);
    assert_eq!(names(app, &sam, "?reason=unreachable").await, Vec::<String>::new());
    let refused = app.get("/v1/dashboard/caseload?reason=unheard_of").by(&sam).await.expect(422);
    assert_eq!(refused["errors"][0]["field"], "reason");
});

both!(moods_are_a_line_with_gaps, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    for (date, mood) in
        [("2027-02-15", Some(1)), ("2027-02-16", Some(2)), ("2027-02-28", None), ("2027-03-01", Some(7))]
    {
        check_in(app, ana, date, mood, None).await;
    }
    check_in(app, ana, "2027-03-01", Some(8), None).await;
    catch_up(app).await;
    let row = &rows(app, &sam, "").await[0];
    let mut line = vec![Value::Null; 14];
    (line[0], line[13]) = (json!(2.0), json!(7.5));
    assert_eq!(row["sparkline"], json!(line), "what is two weeks old has fallen out, and a gap is no zero");
    assert_eq!(row["last_check_in_at"], "2027-03-01T17:00:00.000Z");
});

both!(pages_follow_each_other_in_every_order, async |app| {
    let sam = app.specialist().await;
    for index in 0..7 {
        let client = named(app, &sam, &format!("Client {}", index % 3)).await;
        if index % 2 == 0 {
            reason(app, client, "goal_due", 1 + index % 3, "2027-02-20T12:00:00Z").await;
            app.appointment(&sam, client, &format!("2027-03-0{}T12:00", 2 + index % 4), json!([])).await;
        }
    }
    catch_up(app).await;
    for sort in ["attention", "name", "last_contact", "next_appointment"] {
        let whole: Vec<Value> = rows(app, &sam, &format!("?sort={sort}")).await;
        assert_eq!(whole.len(), 7);
        let (mut paged, mut cursor) = (Vec::new(), String::new());
        loop {
            let list =
                app.get(format!("/v1/dashboard/caseload?sort={sort}&limit=2{cursor}")).by(&sam).await.expect(200);
            paged.extend(list["items"].as_array().unwrap().clone());
            let Some(next) = list["next_cursor"].as_str() else { break };
            assert!(!next.contains("Client"), "a cursor is no place for a name");
            cursor = format!("&cursor={next}");
        }
        assert_eq!(paged, whole, "{sort}");
    }
});

both!(a_cursor_of_another_list_is_refused, async |app| {
    let sam = app.specialist().await;
    for _ in 0..3 {
        app.client(&sam).await;
    }
    let cursor = |list: Value| list["next_cursor"].as_str().unwrap().to_owned();
    let by_name = cursor(app.get("/v1/dashboard/caseload?sort=name&limit=1").by(&sam).await.expect(200));
    let clients = cursor(app.get("/v1/clients?limit=1").by(&sam).await.expect(200));
    for (query, cursor) in [
        ("", &clients),
        ("", &by_name),
        ("sort=name&reason=goal_due&", &by_name),
        ("sort=last_contact&", &by_name),
        ("", &"AAAA".to_owned()),
    ] {
        let target = format!("/v1/dashboard/caseload?{query}cursor={cursor}");
        assert_eq!(app.get(target).by(&sam).await.wrong_fields(), ["cursor"], "{query}");
    }
    app.get(format!("/v1/dashboard/caseload?sort=name&cursor={by_name}")).by(&sam).await.expect(200);
    // Whoever the cursor stands at may have left the list.
    app.sql("UPDATE assignments SET ends_on = '2027-02-01', starts_on = '2027-01-01' WHERE id = (SELECT id FROM assignments ORDER BY id LIMIT 1)")
        .await;
    app.get(format!("/v1/dashboard/caseload?sort=name&cursor={by_name}")).by(&sam).await.expect(200);
});

both!(a_supervisor_sees_the_team_and_one_of_it, async |app| {
    let (sam, rosa, lee) = (app.specialist().await, app.specialist().await, app.specialist().await);
    let kim = app.staff(&[Role::Supervisor]).await;
    app.supervise(&kim, &sam).await;
    app.supervise(&kim, &rosa).await;
    named(app, &sam, "Ana").await;
    named(app, &rosa, "Ben").await;
    named(app, &lee, "Carla").await;
    assert_eq!(names(app, &kim, "?sort=name").await, ["Ana", "Ben"]);
    assert_eq!(names(app, &kim, &format!("?staff_id={}", rosa.id)).await, ["Ben"]);
    assert_eq!(names(app, &kim, &format!("?staff_id={}", lee.id)).await, Vec::<String>::new());
    assert_eq!(names(app, &sam, "").await, ["Ana"]);
});

both!(looking_is_written_down_for_each_client, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    rows(app, &sam, "").await;
    rows(app, &sam, "?sort=name").await;
    let reads =
        app.column("SELECT object_id FROM audit_events WHERE action = 'read' AND object_type = 'summary'").await;
    assert_eq!(reads, [ana.id.to_string()]);
});

both!(sixty_clients_take_eight_statements_at_most, async |app| {
    if app.backend == Backend::Postgres {
        let sam = app.specialist().await;
        for index in 0..60 {
            let client = named(app, &sam, &format!("Client {index}")).await;
            if index % 4 == 0 {
                reason(app, client, "goal_due", 1 + index % 3, "2027-02-20T12:00:00Z").await;
            }
        }
        catch_up(app).await;
        let wire = Wire::lay(&app.url).await;
        let other = app.another_api_by(&wire.url, 3).await;
        let Credential::Token(token) = &sam.credential else { panic!("a token") };
        let ask = async |sort: &str| {
            let request = axum::http::Request::builder()
                .uri(format!("/v1/dashboard/caseload?limit=60&sort={sort}"))
                .header("authorization", format!("Bearer {token}"));
            let request = request.body(axum::body::Body::empty()).unwrap();
            let response = tower::ServiceExt::oneshot(other.router.clone(), request).await.unwrap();
            assert_eq!(response.status(), 200);
            let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
            let list: Value = serde_json::from_slice(&bytes).unwrap();
            assert_eq!(list["items"].as_array().unwrap().len(), 60);
        };
        for sort in ["attention", "name", "last_contact", "next_appointment"] {
            // The first look is written down, and keys are unwrapped.
            ask(sort).await;
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            wire.asked();
            ask(sort).await;
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            let asked = wire.asked();
            assert!((3..=8).contains(&asked), "{sort}: {asked} statements");
        }
        other.close().await;
    }
});
