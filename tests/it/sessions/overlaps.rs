use cairn_tests::{Backend, both};
use serde_json::json;

use super::{at, body, session};

both!(a_specialist_is_in_one_session_at_a_time, async |app| {
    let sam = app.specialist().await;
    let (ana, ben) = (app.client(&sam).await, app.client(&sam).await);
    let first = session(app, &sam, &[ana], json!({})).await;
    let before = app.contents().await;
    for (from, to) in [
        ("2027-03-01T14:49:00Z", "2027-03-01T14:55:00Z"),
        ("2027-03-01T13:30:00Z", "2027-03-01T14:01:00Z"),
        ("2027-03-01T14:10:00Z", "2027-03-01T14:20:00Z"),
        ("2027-03-01T13:00:00Z", "2027-03-01T14:59:00Z"),
    ] {
        let answer = app.post("/v1/sessions", body(&[ben], json!({ "starts_at": from, "ends_at": to }))).by(&sam).await;
        assert_eq!(answer.refused(409), "overlap", "{from}");
        assert_eq!(answer.json["errors"][0]["field"], "starts_at");
    }
    app.assert_unchanged_since(&before).await;
    // Touching ends do not overlap.
    session(app, &sam, &[ben], json!({ "starts_at": "2027-03-01T14:50:00Z", "ends_at": "2027-03-01T14:55:00Z" })).await;
    session(app, &sam, &[ben], json!({ "starts_at": "2027-03-01T13:00:00Z", "ends_at": "2027-03-01T14:00:00Z" })).await;
    let longer = app.patch(at(&first), json!({ "ends_at": "2027-03-01T14:51:00Z" })).by(&sam).await;
    assert_eq!(longer.refused(409), "overlap");
    // What goes on takes all the time after its start.
    let open = session(app, &sam, &[ana], json!({ "starts_at": "2027-03-01T14:56:00Z", "ends_at": null })).await;
    let times = json!({ "starts_at": "2027-03-01T14:58:00Z", "ends_at": "2027-03-01T14:59:00Z" });
    let answer = app.post("/v1/sessions", body(&[ben], times.clone())).by(&sam).await;
    assert_eq!(answer.refused(409), "overlap");
    app.post(format!("{}/finish", at(&open)), json!({ "ends_at": "2027-03-01T14:57:00Z" })).by(&sam).await.expect(200);
    session(app, &sam, &[ben], times).await;
});

// Whatever the program forgets, the database refuses.
both!(the_database_itself_keeps_sessions_apart, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let first = session(app, &sam, &[ana], json!({})).await;
    let other = json!({ "starts_at": "2027-03-01T13:00:00Z", "ends_at": "2027-03-01T13:30:00Z" });
    let other = session(app, &sam, &[ana], other).await;
    let quoted = |value: &serde_json::Value| match app.backend {
        Backend::Postgres => format!("'{}'", value.as_str().unwrap()),
        Backend::Sqlite => format!("X'{}'", value.as_str().unwrap().replace('-', "")),
    };
    let (first, other) = (quoted(&first["id"]), quoted(&other["id"]));
    let moved = format!(
        "UPDATE sessions SET starts_at = (SELECT starts_at FROM sessions WHERE id = {first}), \
         ends_at = (SELECT ends_at FROM sessions WHERE id = {first}) WHERE id = {other}"
    );
    let refused = app.try_sql(&moved).await.unwrap_err().to_string();
    assert!(refused.contains("sessions_no_overlap"), "{refused}");
    app.sql(&format!("UPDATE sessions SET state = 'no_show' WHERE id = {first}")).await;
    app.sql(&moved).await;
    let back = app.try_sql(&format!("UPDATE sessions SET state = 'finished' WHERE id = {first}")).await;
    assert!(back.unwrap_err().to_string().contains("sessions_no_overlap"));
});

both!(of_two_who_write_at_once_one_is_told, async |app| {
    let sam = app.specialist().await;
    let (ana, ben) = (app.client(&sam).await, app.client(&sam).await);
    let (first, second) =
        tokio::join!(async { app.post("/v1/sessions", body(&[ana], json!({}))).by(&sam).await }, async {
            app.post("/v1/sessions", body(&[ben], json!({}))).by(&sam).await
        },);
    let mut statuses = [first.status, second.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409], "{} {}", first.text(), second.text());
    assert_eq!(app.count_where("sessions", "1 = 1").await, 1);
});

both!(a_client_has_one_billable_service_at_a_time_unless_the_payer_allows_two, async |app| {
    let (sam, kim) = (app.specialist().await, app.specialist().await);
    let supervisor = app.staff(&[cairn_shared::scope::Role::Supervisor]).await;
    app.supervise(&supervisor, &sam).await;
    let admin = app.staff(&[cairn_shared::scope::Role::Admin]).await;
    let ana = app.client(&sam).await;
    let assignment = json!({ "staff_id": kim.id, "starts_on": "2027-03-01" });
    app.post(format!("/v1/clients/{}/assignments", ana.id), assignment).by(&supervisor).await.expect(201);
    session(app, &sam, &[ana], json!({ "service_code": "H0038" })).await;
    let second = body(&[ana], json!({ "service_code": "H2015", "starts_at": "2027-03-01T14:30:00Z" }));
    let answer = app.post("/v1/sessions", second.clone()).by(&kim).await;
    assert_eq!(answer.refused(409), "client_overlap");
    assert_eq!(answer.json["errors"][0]["field"], "starts_at");
    // Not billable it is nobody's loss.
    let mut social = second.clone();
    social["non_billable_reason"] = json!("social");
    let made = app.post("/v1/sessions", social).by(&kim).await.expect(201);
    let billed = app.patch(at(&made), json!({ "billable": true, "non_billable_reason": null })).by(&kim).await;
    assert_eq!(billed.refused(409), "client_overlap");
    // The client's payer pays for both at once.
    let rules = json!({ "allowed_overlaps": [["H0038", "H2015"]] });
    let profile = json!({
        "state": "ID", "payer": "harbor", "program": "any", "effective_from": "2027-01-01", "rules": rules,
    });
    app.post("/v1/payer-profiles", profile).by(&admin).await.expect(201);
    let coverage = json!({ "state": "ID", "payer": "harbor", "program": "any", "starts_on": "2027-01-01" });
    app.post(format!("/v1/clients/{}/coverages", ana.id), coverage).by(&sam).await.expect(201);
    app.patch(at(&made), json!({ "billable": true, "non_billable_reason": null })).by(&kim).await.expect(200);
});
