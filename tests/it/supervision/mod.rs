//! Supervision: one primary supervisor, a log that both sign, and what is due.

use cairn_shared::scope::Role;
use cairn_tests::{both, days, id_of};
use serde_json::{Value, json};

use crate::sessions::{at, session};

both!(whoever_is_supervised_has_one_primary_supervisor, async |app| {
    let (sam, admin) = (app.specialist().await, app.staff(&[Role::Admin]).await);
    let (kim, lee) = (app.staff(&[Role::Supervisor]).await, app.staff(&[Role::Supervisor]).await);
    let put = async |supervisor: &cairn_tests::Staff, members: Value| {
        let mut body = json!({ "supervisor_id": supervisor.id, "staff_id": sam.id });
        for (name, value) in members.as_object().unwrap() {
            body[name] = value.clone();
        }
        app.post("/v1/supervisions", body).by(&admin).await.expect(201)
    };
    let own = json!({ "supervisor_id": kim.id, "staff_id": kim.id });
    assert_eq!(app.post("/v1/supervisions", own).by(&admin).await.wrong_fields(), ["supervisor_id"]);
    let first = put(&kim, json!({ "supervisor_type": "licensed_mental_health" })).await;
    assert_eq!((&first["is_primary"], &first["starts_on"]), (&json!(true), &json!("2027-03-01")));
    let second = put(&lee, json!({})).await;
    assert_eq!(second["is_primary"], false);
    let primaries = async || {
        let list = app.get(format!("/v1/staff/{}/supervisions", sam.id)).by(&sam).await.expect(200);
        let items = list["items"].as_array().unwrap().clone();
        items.iter().filter(|item| item["is_primary"] == true).map(|item| item["id"].clone()).collect::<Vec<_>>()
    };
    let target = |supervision: &Value| format!("/v1/supervisions/{}", id_of(supervision));
    app.patch(target(&second), json!({ "is_primary": true })).by(&admin).await.expect(200);
    assert_eq!(primaries().await, [second["id"].clone()]);
    let none = app.patch(target(&second), json!({ "is_primary": false })).by(&admin).await;
    assert_eq!(none.wrong_fields(), ["is_primary"]);
    app.patch(target(&second), json!({ "ends_on": "2027-03-01" })).by(&admin).await.expect(200);
    assert_eq!(primaries().await, [first["id"].clone()], "the other one takes over");
    let early = app.patch(target(&first), json!({ "ends_on": "2027-02-28" })).by(&admin).await;
    assert_eq!(early.wrong_fields(), ["ends_on"]);
    // The last one stays while a session waits for its note.
    let ana = app.client(&sam).await;
    let made = session(app, &sam, &[ana], json!({})).await;
    let last = app.patch(target(&first), json!({ "ends_on": "2027-03-01" })).by(&admin).await;
    assert_eq!(last.refused(409), "open_sessions");
    app.post(format!("{}/void", at(&made)), json!({ "reason": "Nobody was there" })).by(&sam).await.expect(200);
    app.patch(target(&first), json!({ "ends_on": "2027-03-01" })).by(&admin).await.expect(200);
    assert!(primaries().await.is_empty());
});

both!(supervision_counts_when_both_have_signed, async |app| {
    let sam = app.specialist().await;
    let (kim, lee) = (app.staff(&[Role::Supervisor]).await, app.staff(&[Role::Supervisor]).await);
    app.supervise(&kim, &sam).await;
    let log = format!("/v1/staff/{}/supervision-log", sam.id);
    let entry =
        |held_on: &str| json!({ "held_on": held_on, "minutes": 50, "mode": "observation", "topics": "Boundaries" });
    app.post(&log, entry("2027-03-01")).by(&lee).await.refused(403);
    for (body, field) in [
        (entry("2027-03-02"), "held_on"),
        (entry("2027-02-28"), "held_on"),
        (json!({ "held_on": "2027-03-01", "minutes": 0, "mode": "group" }), "minutes"),
        (json!({ "held_on": "2027-03-01", "minutes": 50, "mode": "email" }), "mode"),
        (json!({ "held_on": "2027-03-01", "minutes": 50, "mode": "group", "topics": "" }), "topics"),
    ] {
        assert_eq!(app.post(&log, body.clone()).by(&kim).await.wrong_fields(), [field], "{body}");
    }
    let due = async || {
        let list = app.get("/v1/supervision/due").by(&kim).await.expect(200);
        assert_eq!(list["items"].as_array().unwrap().len(), 1, "{list}");
        list["items"][0].clone()
    };
    let before = due().await;
    assert_eq!((&before["due_on"], &before["last_held_on"]), (&json!("2027-03-31"), &json!(null)));
    let made = app.post(&log, entry("2027-03-01")).by(&kim).await.expect(201);
    assert_eq!(made["staff_signed_at"], json!(null));
    let waiting = due().await;
    assert_eq!((&waiting["unsigned_entries"], &waiting["observations_this_year"]), (&json!(1), &json!(0)));
    let signature = format!("/v1/supervision-log/{}/signature", id_of(&made));
    assert_eq!(app.call("POST", &signature).by(&kim).await.refused(403), "not_yours");
    app.call("POST", &signature).by(&sam).await.expect(200);
    assert_eq!(app.call("POST", &signature).by(&sam).await.refused(409), "already_signed");
    let after = due().await;
    assert_eq!((&after["last_held_on"], &after["observations_this_year"]), (&json!("2027-03-01"), &json!(1)));
    assert_eq!((&after["due_on"], &after["overdue"]), (&json!("2027-03-31"), &json!(false)));
    let stored = app.rows_of("supervision_log").await.join("\n");
    assert!(!stored.contains("Boundaries"), "what was talked about is sealed");
    app.advance(days(31));
    let kim = app.fresh(&kim).await;
    let list = app.get("/v1/supervision/due").by(&kim).await.expect(200);
    assert_eq!(list["items"][0]["overdue"], true);
});
