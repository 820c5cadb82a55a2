use cairn_tests::{both, hours};
use serde_json::{Value, json};

async fn occurrence(
    app: &cairn_tests::TestApp,
    by: &cairn_tests::Staff,
    client: cairn_tests::Client,
    at: &str,
) -> String {
    let rules = json!([{ "minutes_before": 60 }]);
    let item = app.appointment(by, client, at, rules).await;
    let compact: String = at.chars().filter(|c| !"-:".contains(*c)).collect();
    format!("{}.{compact}", item["id"].as_str().unwrap())
}

fn told(answer: &Value) -> Vec<bool> {
    answer["items"].as_array().unwrap().iter().map(|row| row["will_be_told"].as_bool().unwrap()).collect()
}

both!(one_preview_says_who_will_be_told_and_then_exactly_that_is_done, async |app| {
    let (sam, scheduler) = (app.specialist().await, app.scheduler().await);
    let (ana, bo) = (app.client(&sam).await, app.client(&sam).await);
    let phone = app.phone(&sam, ana).await;
    let first = occurrence(app, &sam, ana, "2027-03-01T10:30").await;
    app.post(format!("/v1/occurrences/{first}/reminders"), json!({})).by(&sam).await.expect(202);
    app.deliver().await;
    assert_eq!(phone.inbox(app).len(), 1);
    let second = occurrence(app, &sam, bo, "2027-03-02T10:00").await;
    let body = json!({ "occurrence_ids": [first, second], "change": { "action": "move", "days": 1, "minutes": 30 } });
    let before = app.contents().await;
    let shown = app.post("/v1/agenda/changes", body.clone()).by(&scheduler).await.expect(200);
    app.assert_unchanged_since(&before).await;
    assert_eq!((&shown["done"], told(&shown)), (&json!(false), vec![true, false]));
    assert_eq!(shown["items"][0]["new_starts_at_local"], "2027-03-02T11:00");
    assert_eq!((&shown["items"][0]["reachable"], &shown["items"][1]["reachable"]), (&json!(true), &json!(false)));
    let mut agreed = body.clone();
    agreed["preview"] = shown["preview"].clone();
    let done = app.post("/v1/agenda/changes", agreed.clone()).by(&scheduler).await.expect(200);
    assert_eq!((&done["done"], &done["items"]), (&json!(true), &shown["items"]));
    let agenda = app.agenda(&scheduler, ana, "2027-03-01", "2027-03-10").await;
    assert_eq!(agenda[0]["starts_at_local"], "2027-03-02T11:00");
    app.deliver().await;
    assert_eq!(phone.inbox(app).len(), 2, "told of the move");
    assert_eq!(app.post("/v1/agenda/changes", agreed).by(&scheduler).await.refused(409), "preview_out_of_date");
});

both!(what_changed_since_it_was_shown_changes_nothing, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let (one, two) =
        (occurrence(app, &sam, ana, "2027-03-02T10:00").await, occurrence(app, &sam, ana, "2027-03-03T10:00").await);
    let mut body = json!({ "occurrence_ids": [one, two], "change": { "action": "cancel" } });
    let shown = app.post("/v1/agenda/changes", body.clone()).by(&sam).await.expect(200);
    body["preview"] = shown["preview"].clone();
    let item = two.split('.').next().unwrap();
    app.patch(format!("/v1/agenda-items/{item}"), json!({ "title": "Tea" })).by(&sam).await.expect(200);
    let before = app.contents().await;
    assert_eq!(app.post("/v1/agenda/changes", body.clone()).by(&sam).await.refused(409), "preview_out_of_date");
    app.assert_unchanged_since(&before).await;
    body["preview"] = Value::Null;
    let shown = app.post("/v1/agenda/changes", body.clone()).by(&sam).await.expect(200);
    body["preview"] = shown["preview"].clone();
    app.post("/v1/agenda/changes", body.clone()).by(&sam).await.expect(200);
    let agenda = app.agenda(&sam, ana, "2027-03-01", "2027-03-10").await;
    assert!(agenda.iter().all(|one| one["status"] == "cancelled"), "{agenda:?}");
    body["preview"] = Value::Null;
    assert_eq!(app.post("/v1/agenda/changes", body).by(&sam).await.refused(409), "cancelled");
});

both!(nobody_changes_what_is_not_theirs_or_has_begun, async |app| {
    let (sam, kim) = (app.specialist().await, app.specialist().await);
    let ana = app.client(&sam).await;
    let one = occurrence(app, &sam, ana, "2027-03-01T10:30").await;
    let body = json!({ "occurrence_ids": [one], "change": { "action": "cancel" } });
    app.post("/v1/agenda/changes", body.clone()).by(&kim).await.refused(404);
    let phone = app.phone(&sam, ana).await;
    app.post("/v1/agenda/changes", body.clone()).by(&phone).await.refused(403);
    for wrong in [
        json!({ "occurrence_ids": [], "change": { "action": "cancel" } }),
        json!({ "occurrence_ids": ["x"], "change": { "action": "cancel" } }),
        json!({ "occurrence_ids": [one], "change": { "action": "move" } }),
        json!({ "occurrence_ids": [one], "change": { "action": "move", "days": 400 } }),
        json!({ "occurrence_ids": [one], "change": { "action": "move", "days": i64::MIN } }),
        json!({ "occurrence_ids": [one], "change": { "action": "move", "minutes": i64::MIN } }),
        json!({ "occurrence_ids": [one], "change": { "action": "forget" } }),
    ] {
        app.post("/v1/agenda/changes", wrong).by(&sam).await.refused(422);
    }
    app.advance(hours(1));
    let sam = app.fresh(&sam).await;
    assert_eq!(app.post("/v1/agenda/changes", body).by(&sam).await.refused(409), "begun");
});
