use cairn_shared::scope::Role;
use cairn_tests::{Staff, TestApp, both, id_of_phone};
use serde_json::{Value, json};

use super::{at, body, session};
use crate::credentials::credential;

both!(what_is_wrong_with_a_session_is_named_and_nothing_is_written, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let before = app.contents().await;
    let many: Vec<_> = (0..51).map(|_| id_of_phone()).collect();
    for (members, field) in [
        (json!({ "ends_at": "2027-03-01T13:59:00Z" }), "ends_at"),
        (json!({ "ends_at": "2027-03-01T14:00:00Z" }), "ends_at"),
        (json!({ "starts_at": "2027-02-28T10:00:00Z", "ends_at": "2027-03-01T12:00:00Z" }), "ends_at"),
        (json!({ "ends_at": "2027-03-01T16:00:00Z" }), "ends_at"),
        (json!({ "starts_at": "2027-03-01T16:00:00Z", "ends_at": null }), "starts_at"),
        (json!({ "starts_at": "2027-03-01T14:00:30Z" }), "starts_at"),
        (json!({ "starts_at": "2020-03-01T14:00:00Z", "ends_at": "2020-03-01T15:00:00Z" }), "starts_at"),
        (json!({ "starts_at": null }), "starts_at"),
        (json!({ "starts_at": "yesterday" }), "starts_at"),
        (json!({ "starts_at": "2027-03-01T14:00" }), "starts_at"),
        (json!({ "ends_at": null, "state": "finished" }), "ends_at"),
        (json!({ "state": "in_progress" }), "ends_at"),
        (json!({ "state": "entered_in_error" }), "state"),
        (json!({ "state": "planned" }), "state"),
        (json!({ "client_ids": [] }), "client_ids"),
        (json!({ "client_ids": [ana.id, ana.id] }), "client_ids"),
        (json!({ "client_ids": many }), "client_ids"),
        (json!({ "occurrence_id": "x" }), "occurrence_id"),
        (json!({ "occurrence_id": format!("{}.20270301T0900", id_of_phone()) }), "occurrence_id"),
        (json!({ "place_of_service": null }), "place_of_service"),
        (json!({ "place_of_service": "1" }), "place_of_service"),
        (json!({ "place_of_service": "office" }), "place_of_service"),
        (json!({ "modality": "telepathy" }), "modality"),
        (json!({ "setting": " " }), "setting"),
        (json!({ "setting": "x".repeat(201) }), "setting"),
        (json!({ "setting": "a\u{0}b" }), "setting"),
        (json!({ "time_zone": "Mars/Olympus" }), "time_zone"),
        (json!({ "excluded_minutes": 5 }), "excluded_reason"),
        (json!({ "excluded_minutes": 51, "excluded_reason": "pause" }), "excluded_minutes"),
        (json!({ "excluded_minutes": -1 }), "excluded_minutes"),
        (json!({ "excluded_reason": "pause" }), "excluded_reason"),
        (json!({ "billable": false }), "non_billable_reason"),
        (json!({ "billable": true, "non_billable_reason": "travel" }), "non_billable_reason"),
        (json!({ "service_code": "h0038" }), "service_code"),
        (json!({ "service_code": "H0038", "modifiers": ["HQQ"] }), "modifiers[0]"),
        (json!({ "service_code": "H0038", "modifiers": ["HQ", "HQ"] }), "modifiers[1]"),
        (json!({ "service_code": "H0038", "modifiers": ["A1", "A2", "A3", "A4", "A5"] }), "modifiers"),
        (json!({ "modifiers": ["HQ"] }), "modifiers"),
        (json!({ "others_present": ["my dog"] }), "others_present[0]"),
        (json!({ "minutes": 50 }), "minutes"),
        (json!({ "units": 4 }), "units"),
    ] {
        let answer = app.post("/v1/sessions", body(&[ana], members.clone())).by(&sam).await;
        assert_eq!(answer.wrong_fields(), [field], "{members}");
    }
    app.assert_unchanged_since(&before).await;
});

both!(a_change_cannot_be_what_a_new_session_could_not, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let made = session(app, &sam, &[ana], json!({})).await;
    let before = app.contents().await;
    for (members, field) in [
        (json!({ "ends_at": "2027-03-01T13:00:00Z" }), "ends_at"),
        (json!({ "starts_at": "2027-02-28T12:00:00Z" }), "ends_at"),
        (json!({ "ends_at": "2027-03-01T15:30:00Z" }), "ends_at"),
        (json!({ "excluded_minutes": 60, "excluded_reason": "travel" }), "excluded_minutes"),
        (json!({ "minutes": 60 }), "minutes"),
        (json!({ "client_ids": [ana.id] }), "client_ids"),
    ] {
        assert_eq!(app.patch(at(&made), members.clone()).by(&sam).await.wrong_fields(), [field], "{members}");
    }
    let empty = app.post(format!("{}/void", at(&made)), json!({ "reason": " " })).by(&sam).await;
    assert_eq!(empty.wrong_fields(), ["reason"]);
    app.assert_unchanged_since(&before).await;
});

both!(an_appointment_of_others_or_a_cancelled_one_makes_no_session, async |app| {
    let (sam, kim) = (app.specialist().await, app.specialist().await);
    let (ana, ben) = (app.client(&sam).await, app.client(&kim).await);
    let own = app.appointment(&sam, ana, "2027-03-01T08:00", json!([])).await;
    let theirs = app.appointment(&kim, ben, "2027-03-01T08:00", json!([])).await;
    let of = |item: &Value| format!("{}.20270301T0800", item["id"].as_str().unwrap());
    let start =
        |occurrence: String| json!({ "occurrence_id": occurrence, "state": "finished", "place_of_service": "11" });
    let answer = app.post("/v1/sessions", start(of(&theirs))).by(&sam).await;
    assert_eq!(answer.wrong_fields(), ["occurrence_id"]);
    let dan = app.client(&sam).await;
    let mut another = start(of(&own));
    another["client_ids"] = json!([dan.id]);
    assert_eq!(app.post("/v1/sessions", another).by(&sam).await.wrong_fields(), ["client_ids"]);
    let coming = app.appointment(&sam, ana, "2027-03-02T08:00", json!([])).await;
    let id = coming["id"].as_str().unwrap();
    app.delete(format!("/v1/agenda-items/{id}")).by(&sam).await.expect(204);
    let cancelled = body(&[ana], json!({ "occurrence_id": format!("{id}.20270302T0800") }));
    assert_eq!(app.post("/v1/sessions", cancelled).by(&sam).await.refused(409), "cancelled");
});

async fn admin(app: &TestApp) -> Staff {
    app.staff(&[Role::Admin]).await
}

both!(without_a_credential_that_holds_nothing_new_is_billed, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    session(app, &sam, &[ana], json!({ "starts_at": "2027-03-01T10:00:00Z", "ends_at": "2027-03-01T11:00:00Z" })).await;
    let admin = admin(app).await;
    credential(app, &admin, &sam, json!({ "expires_on": "2027-02-27" })).await;
    let answer = app.post("/v1/sessions", body(&[ana], json!({}))).by(&sam).await;
    assert_eq!(answer.wrong_fields(), ["billable"]);
    assert!(answer.text().contains("lapsed since 2027-02-28"), "{}", answer.text());
    // What was given is still written down, and before the end it was billable.
    let made = session(app, &sam, &[ana], json!({ "non_billable_reason": "other" })).await;
    let billed = json!({ "billable": true, "non_billable_reason": null });
    assert_eq!(app.patch(at(&made), billed.clone()).by(&sam).await.wrong_fields(), ["billable"]);
    session(app, &sam, &[ana], json!({ "starts_at": "2027-02-27T14:00:00Z", "ends_at": "2027-02-27T15:00:00Z" })).await;
    // Another state's credential holds.
    credential(app, &admin, &sam, json!({ "state": "NC", "issued_on": "2027-01-01" })).await;
    app.patch(at(&made), billed).by(&sam).await.expect(200);
});
