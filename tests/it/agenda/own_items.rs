use cairn_tests::both;
use serde_json::json;

use super::id;

both!(clients_put_routines_and_to_dos_on_their_own_agenda, async |app| {
    let sam = app.specialist().await;
    let (ana, bo) = (app.client(&sam).await, app.client(&sam).await);
    let phone = app.unsubscribed_phone(&sam, ana).await;
    let target = format!("/v1/clients/{}/agenda-items", ana.id);
    let body = |kind: &str| json!({ "kind": kind, "title": "Walk", "starts_at_local": "2027-03-02T09:00", "time_zone": "client" });
    for kind in ["routine", "to_do"] {
        let made = app.post(&target, body(kind)).by(&phone).await.expect(201);
        assert_eq!(made["created_by"], "client");
        assert!(made.get("client_ids").is_none() && made.get("conflicts").is_none());
    }
    for kind in ["appointment", "meeting", "milestone"] {
        assert_eq!(app.post(&target, body(kind)).by(&phone).await.refused(403), "kind");
    }
    app.post(format!("/v1/clients/{}/agenda-items", bo.id), body("to_do")).by(&phone).await.refused(404);
    assert_eq!(app.count("agenda_items").await, 2);
    // Staff see it, and whose idea it was.
    let seen = app.agenda(&sam, ana, "2027-03-02", "2027-03-03").await;
    assert_eq!(seen[0]["created_by"], "client");
});

// A client's agenda is theirs to arrange, but an appointment is somebody else's promise too.
both!(clients_change_their_own_items_only, async |app| {
    let sam = app.specialist().await;
    let (ana, bo) = (app.client(&sam).await, app.client(&sam).await);
    let (phone, other) = (app.unsubscribed_phone(&sam, ana).await, app.unsubscribed_phone(&sam, bo).await);
    let own = app.item(&phone, ana, json!({ "kind": "to_do" })).await;
    let target = format!("/v1/agenda-items/{}", id(&own));
    app.patch(&target, json!({ "title": "Walk slowly" })).by(&phone).await.expect(200);
    app.patch(&target, json!({ "title": "x" })).by(&other).await.refused(404);
    app.delete(&target).by(&other).await.refused(404);
    app.delete(&target).by(&phone).await.expect(204);

    let theirs = app.appointment(&sam, ana, "2027-03-02T10:00", json!([])).await;
    let target = format!("/v1/agenda-items/{}", id(&theirs));
    app.patch(&target, json!({ "title": "x" })).by(&phone).await.refused(403);
    app.delete(&target).by(&phone).await.refused(403);
});
