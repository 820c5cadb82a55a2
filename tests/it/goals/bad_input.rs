use cairn_tests::{both, days, minutes};
use serde_json::{Value, json};

use super::{at, goal};

both!(what_is_wrong_with_a_goal_is_named_and_nothing_is_written, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.unsubscribed_phone(&sam, ana).await;
    let good = json!({ "title": "Walk", "life_area": "health" });
    let with = |name: &str, value: Value| {
        let mut body = good.clone();
        body[name] = value;
        body
    };
    let target_with = |value: Value, unit: &str| json!({ "measure": "Walks", "value": value, "unit": unit });
    let many: Vec<Value> = (0..51).map(|_| json!({ "title": "Step" })).collect();
    let before = app.contents().await;
    for (body, field) in [
        (json!({ "title": "Walk" }), "life_area"),
        (with("title", json!(" ")), "title"),
        (with("title", json!("x".repeat(201))), "title"),
        (with("title", json!("a\u{0}b")), "title"),
        (with("life_area", json!("money")), "life_area"),
        (with("target", target_with(json!(-1), "walks")), "target.value"),
        (with("target", target_with(json!(1e10), "walks")), "target.value"),
        (with("target", target_with(json!(1), "")), "target.unit"),
        (with("target", target_with(json!("three"), "walks")), "target.value"),
        (with("target", json!({ "measure": "Walks", "value": 1 })), "target.unit"),
        (with("target", json!({ "measure": "W", "value": 1, "unit": "w", "due": "2027-02-30" })), "target.due"),
        (with("steps", json!([{ "title": "" }])), "steps[0].title"),
        (with("steps", json!([{ "title": "x", "id": ana.id }])), "steps[0].id"),
        (with("steps", json!(many)), "steps"),
        (with("lifecycle_status", json!("active")), "lifecycle_status"),
    ] {
        let answer = app.post(format!("/v1/clients/{}/goals", ana.id), body.clone()).by(&phone).await;
        assert_eq!(answer.wrong_fields(), [field], "{body}");
    }
    app.assert_unchanged_since(&before).await;
});

both!(what_is_wrong_with_a_change_or_with_progress_is_named, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.unsubscribed_phone(&sam, ana).await;
    let made = goal(app, &phone, ana, json!({})).await;
    let step = &made["steps"][0]["id"];
    let before = app.contents().await;
    for (body, field) in [
        (json!({ "steps": [{ "id": ana.id, "title": "x" }] }), "steps[0].id"),
        (json!({ "steps": [{ "id": step, "title": "x" }, { "id": step, "title": "y" }] }), "steps[1].id"),
        (json!({ "lifecycle_status": "finished" }), "lifecycle_status"),
        (json!({ "achievement_status": "achieved" }), "achievement_status"),
        (json!({ "title": "" }), "title"),
    ] {
        assert_eq!(app.patch(at(&made), body.clone()).by(&phone).await.wrong_fields(), [field], "{body}");
        if field != "achievement_status" {
            let changes = json!({ "changes": body });
            let answer = app.post(format!("{}/proposals", at(&made)), changes).by(&sam).await;
            assert_eq!(answer.wrong_fields(), [format!("changes.{field}")]);
        }
    }
    let empty = app.post(format!("{}/proposals", at(&made)), json!({ "changes": {} })).by(&sam).await;
    assert_eq!(empty.wrong_fields(), ["changes"]);
    for (body, field) in [
        (json!({}), "value"),
        (json!({ "value": "two" }), "value"),
        (json!({ "value": 1e10 }), "value"),
        (json!({ "note": "" }), "note"),
        (json!({ "achievement_status": "good" }), "achievement_status"),
        (json!({ "step_id": step }), "done"),
        (json!({ "done": true }), "step_id"),
        (json!({ "step_id": ana.id, "done": true }), "step_id"),
        (json!({ "value": 1, "recorded_at": app.now().plus(minutes(6)) }), "recorded_at"),
        (json!({ "value": 1, "recorded_at": app.now().minus(days(367)) }), "recorded_at"),
    ] {
        let answer = app.post(format!("{}/progress", at(&made)), body.clone()).by(&phone).await;
        assert_eq!(answer.wrong_fields(), [field], "{body}");
    }
    app.assert_unchanged_since(&before).await;
});
