//! Credentials of staff: what held when, and who is told of an end.

mod telling;

use cairn_shared::credentials::notice_expiring;
use cairn_shared::scope::Role;
use cairn_tests::{Staff, TestApp, both, days, id_of};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU32, Ordering};

/// A credential of Idaho since 2020, without an end, unless `members` says otherwise.
pub async fn credential(app: &TestApp, admin: &Staff, of: &Staff, members: Value) -> Value {
    static NUMBER: AtomicU32 = AtomicU32::new(1);
    let mut body = json!({
        "state": "ID",
        "type": "Peer support specialist",
        "number": format!("PSS-{}", NUMBER.fetch_add(1, Ordering::Relaxed)),
        "issuer": "The board",
        "issued_on": "2020-01-01",
    });
    for (name, value) in members.as_object().unwrap() {
        body[name] = value.clone();
    }
    app.post(format!("/v1/staff/{}/credentials", of.id), body).by(admin).await.expect(201)
}

both!(what_held_before_a_change_stays_as_it_was, async |app| {
    let (sam, admin) = (app.specialist().await, app.staff(&[Role::Admin]).await);
    let made = credential(app, &admin, &sam, json!({ "number": "SECRET-77", "expires_on": "2027-02-20" })).await;
    assert_eq!((&made["status"], &made["number"]), (&json!("lapsed"), &json!("SECRET-77")));
    assert_eq!(made["history"][0]["effective_on"], "2020-01-01");
    let target = format!("/v1/credentials/{}", id_of(&made));
    let answer = app.get(&target).by(&sam).await;
    assert_eq!(answer.header("etag"), Some("\"1\""));
    let renewal = json!({ "expires_on": "2028-02-20", "effective_on": "2027-02-25" });
    let renewed = app.patch(&target, renewal.clone()).by(&admin).header("if-match", "\"1\"").await.expect(200);
    assert_eq!((&renewed["status"], renewed["history"].as_array().unwrap().len()), (&json!("active"), 2));
    assert_eq!(
        app.patch(&target, renewal).by(&admin).header("if-match", "\"1\"").await.refused(412),
        "version_changed"
    );
    let tx = app.database.begin_read(&app.organization.scope()).await.unwrap();
    let held = async |date: &str| {
        let held = cairn_shared::credentials::held_on(&tx, sam.id, date.parse().unwrap()).await.unwrap();
        held.map(|held| (held.number, held.expires_on.map(|date| date.to_string())))
    };
    assert_eq!(held("2027-02-20").await, Some(("SECRET-77".to_owned(), Some("2027-02-20".to_owned()))));
    assert_eq!(held("2027-02-24").await, None, "the gap stays");
    assert_eq!(held("2027-02-25").await, Some(("SECRET-77".to_owned(), Some("2028-02-20".to_owned()))));
    tx.finish().await.unwrap();
    let suspended = app.patch(&target, json!({ "status": "suspended" })).by(&admin).await.expect(200);
    assert_eq!(
        (&suspended["status"], &suspended["history"][2]["effective_on"]),
        (&json!("suspended"), &json!("2027-03-01"))
    );
    let stored = app.rows_of("credentials").await.join("\n") + &app.rows_of("audit_events").await.join("\n");
    assert!(!stored.contains("SECRET"), "the number is sealed, and in no log");
});

both!(what_is_wrong_with_a_credential_is_named, async |app| {
    let (sam, admin) = (app.specialist().await, app.staff(&[Role::Admin]).await);
    let made = credential(app, &admin, &sam, json!({ "number": "ab-1" })).await;
    let before = app.contents().await;
    let good =
        json!({ "state": "ID", "type": "CPSS", "number": "2", "issuer": "The board", "issued_on": "2026-01-01" });
    for (name, value) in [
        ("state", json!("Idaho")),
        ("type", json!("")),
        ("number", json!("x".repeat(101))),
        ("issuer", json!(" ")),
        ("issued_on", json!("2027-03-02")),
        ("issued_on", json!("2027-02-30")),
        ("expires_on", json!("2025-12-31")),
        ("status", json!("active")),
    ] {
        let mut body = good.clone();
        body[name] = value;
        let answer = app.post(format!("/v1/staff/{}/credentials", sam.id), body).by(&admin).await;
        assert_eq!(answer.wrong_fields(), [name]);
    }
    let mut twice = good.clone();
    (twice["number"], twice["type"]) = (json!("AB-1"), json!("Peer support specialist"));
    let answer = app.post(format!("/v1/staff/{}/credentials", sam.id), twice).by(&admin).await;
    assert_eq!(answer.refused(409), "number_taken");
    let target = format!("/v1/credentials/{}", id_of(&made));
    for (body, field) in [
        (json!({ "effective_on": "2019-12-31" }), "effective_on"),
        (json!({ "effective_on": "2029-01-01" }), "effective_on"),
        (json!({ "expires_on": "2027-02-01" }), "expires_on"),
        (json!({ "status": "expired" }), "status"),
        (json!({ "number": "9" }), "number"),
    ] {
        assert_eq!(app.patch(&target, body.clone()).by(&admin).await.wrong_fields(), [field], "{body}");
    }
    app.assert_unchanged_since(&before).await;
});

both!(an_end_is_told_once_at_each_stage, async |app| {
    let (sam, kim) = (app.specialist().await, app.specialist().await);
    let (supervisor, admin) = (app.staff(&[Role::Supervisor]).await, app.staff(&[Role::Admin]).await);
    app.supervise(&supervisor, &sam).await;
    credential(app, &admin, &sam, json!({ "expires_on": "2027-05-31" })).await;
    credential(app, &admin, &kim, json!({ "expires_on": "2027-03-09" })).await;
    let told = async || app.count("credential_notices").await;
    assert_eq!(notice_expiring(&app.database).await.unwrap(), 1, "91 days are more than 90");
    assert_eq!(notice_expiring(&app.database).await.unwrap(), 0, "once");
    app.advance(days(1));
    assert_eq!(notice_expiring(&app.database).await.unwrap(), 2, "90 days, and 7");
    let mut at_last = 0;
    for _ in 0..100 {
        app.advance(days(1));
        at_last += notice_expiring(&app.database).await.unwrap();
    }
    assert_eq!((at_last, told().await), (6, 9), "60, 30, 14, 7 and 1 of one; 1 of the other");
    let stages = app.column("SELECT CAST(days_before AS TEXT) FROM credential_notices ORDER BY created_at, id").await;
    assert_eq!(stages.len(), 9);
    // Another process at the same moment writes nothing twice.
    let (one, other) = tokio::join!(notice_expiring(&app.database), notice_expiring(&app.database));
    assert_eq!(one.unwrap() + other.unwrap(), 0);
    let ends = |answer: Value| -> Vec<(Value, Value)> {
        let items = answer["items"].as_array().unwrap().clone();
        items.into_iter().map(|item| (item["staff_id"].clone(), item["days_left"].clone())).collect()
    };
    let (admin, supervisor) = (app.fresh(&admin).await, app.fresh(&supervisor).await);
    let all = ends(app.get("/v1/credentials/expiring").by(&admin).await.expect(200));
    assert_eq!(all, [(json!(kim.id), json!(-93)), (json!(sam.id), json!(-10))]);
    let supervised = ends(app.get("/v1/credentials/expiring").by(&supervisor).await.expect(200));
    assert_eq!(supervised, [(json!(sam.id), json!(-10))]);
    let item = app.get("/v1/credentials/expiring").by(&supervisor).await.expect(200)["items"][0].clone();
    assert_eq!(item["notices"].as_array().unwrap().len(), 6);
    let refused = app.get("/v1/credentials/expiring?within=367").by(&admin).await;
    assert_eq!(refused.wrong_fields(), ["within"]);
});
