//! What is refused is in the audit log too, and nobody can fill the log by asking.

use cairn_shared::audit::verify;
use cairn_tests::{TestApp, both, minutes};
use serde_json::json;
use uuid::Uuid;

const DENIED: &str = "outcome = 'denied'";

async fn denied(app: &TestApp) -> Vec<String> {
    app.column(
        "SELECT action || ' ' || object_type || ' ' || detail FROM audit_events WHERE outcome = 'denied' ORDER BY seq",
    )
    .await
}

both!(an_act_beyond_ones_reach_is_logged_once_a_quarter_of_an_hour, async |app| {
    let (sam, kim) = (app.specialist().await, app.specialist().await);
    let ana = app.client(&sam).await;
    let target = format!("/v1/clients/{}", ana.id);
    app.get(&target).by(&sam).await.expect(200);
    assert_eq!(app.count_where("audit_events", DENIED).await, 0);
    app.get(&target).by(&kim).await.refused(404);
    let line = r#"refuse request {"operation":"GET /v1/clients/{client_id}","status":404}"#;
    assert_eq!(denied(app).await, [line]);
    let ids = app.column("SELECT object_id FROM audit_events WHERE outcome = 'denied'").await;
    assert_eq!(ids, [ana.id.to_string()]);
    // Trying many ids writes no more.
    for _ in 0..20 {
        app.get(format!("/v1/clients/{}", Uuid::from_u128(7))).by(&kim).await.refused(404);
    }
    assert_eq!(app.count_where("audit_events", DENIED).await, 1);
    app.post("/v1/supervisions", json!({ "supervisor_id": kim.id, "staff_id": sam.id })).by(&kim).await.refused(403);
    assert_eq!(app.count_where("audit_events", DENIED).await, 2, "another operation");
    app.advance(minutes(8));
    app.get("/v1/me").by(&kim).await.expect(200);
    app.advance(minutes(8));
    app.get(&target).by(&kim).await.refused(404);
    assert_eq!(app.count_where("audit_events", DENIED).await, 3, "a quarter of an hour later");
    // Who is not signed in leaves nothing.
    app.get(&target).await.refused(401);
    assert_eq!(app.count_where("audit_events", DENIED).await, 3);
    assert!(verify(&app.database, app.organization.id).await.unwrap().is_whole());
});

both!(a_wrong_password_is_logged_without_the_address_and_as_often_as_the_brake_allows, async |app| {
    let sam = app.specialist().await;
    let attempt = async |email: &str, from: usize| {
        let body = json!({ "email": email, "password": "wrong wrong wrong" });
        app.post("/v1/auth/sign-in", body).from(&format!("198.51.100.{from}")).await.status
    };
    for from in 0..30 {
        assert!([401, 429].contains(&attempt(&sam.email, from).await));
        assert_eq!(attempt("nobody@cairn.test", from).await, if from < 10 { 401 } else { 429 });
    }
    // The rows are written beside the answers.
    for _ in 0..100 {
        if app.count_where("audit_events", DENIED).await >= 10 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(denied(app).await, vec!["sign_in staff {}"; 10], "ten tries were judged, the others had to wait");
    let rows = app.column("SELECT object_id || ' ' || actor_kind || ' ' || detail FROM audit_events").await;
    assert!(rows.contains(&format!("{} system {{}}", sam.id)));
    assert!(rows.iter().all(|row| !row.contains('@')), "{rows:?}");
});
