use cairn_tests::both;
use serde_json::{Value, json};

use super::{at, goal, text};

fn responses(item: &Value, original: &str) -> String {
    format!("/v1/occurrences/{}.{original}/responses", text(&item["id"]))
}

both!(done_on_the_agenda_does_the_step, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.unsubscribed_phone(&sam, ana).await;
    let made = goal(app, &phone, ana, json!({})).await;
    let step = text(&made["steps"][1]["id"]);
    for kind in ["to_do", "milestone"] {
        let members = json!({ "kind": kind, "goal_id": made["id"], "step_id": step });
        let item = app.item(&sam, ana, members).await;
        assert_eq!((&item["goal_id"], &item["step_id"]), (&made["id"], &json!(step)));
        let linked = app.get(at(&made)).by(&phone).await.expect(200);
        assert_eq!(linked["steps"][1]["agenda_item_id"], item["id"]);
        let seen = app.agenda(&phone, ana, "2027-03-02", "2027-03-03").await;
        assert!(seen.iter().any(|one| one["step_id"] == step && one["goal_id"] == made["id"]), "{seen:?}");
        app.post(responses(&item, "20270302T1000"), json!({ "response": "confirmed" })).by(&phone).await.expect(200);
        let goal = app.get(at(&made)).by(&phone).await.expect(200);
        assert_eq!(goal["steps"][1]["done_at"], json!(null), "meaning to is not doing");
        app.post(responses(&item, "20270302T1000"), json!({ "response": "done" })).by(&phone).await.expect(200);
        let goal = app.get(at(&made)).by(&phone).await.expect(200);
        assert_eq!(goal["steps"][1]["done_at"], json!(app.now()));
        let undo = format!("{}/steps/{step}/done", at(&made));
        app.post(undo, json!({ "done": false })).by(&phone).await.expect(200);
        // Cancelled, it holds no time any more.
        app.delete(format!("/v1/agenda-items/{}", text(&item["id"]))).by(&sam).await.expect(204);
        let goal = app.get(at(&made)).by(&phone).await.expect(200);
        assert_eq!(goal["steps"][1]["agenda_item_id"], json!(null));
    }
});

both!(one_day_of_a_series_does_not_do_the_step, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.unsubscribed_phone(&sam, ana).await;
    let made = goal(app, &phone, ana, json!({})).await;
    let members = json!({ "kind": "routine", "step_id": made["steps"][0]["id"], "recurrence": "FREQ=DAILY" });
    let item = app.item(&phone, ana, members).await;
    assert_eq!(item["goal_id"], made["id"], "the step names its goal");
    app.post(responses(&item, "20270302T1000"), json!({ "response": "done" })).by(&phone).await.expect(200);
    assert_eq!(app.get(at(&made)).by(&phone).await.expect(200)["steps"][0]["done_at"], json!(null));
});

both!(an_answer_counts_though_the_goal_has_gone_on, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.unsubscribed_phone(&sam, ana).await;
    let made = goal(app, &phone, ana, json!({})).await;
    let members = |step: usize| json!({ "kind": "to_do", "step_id": made["steps"][step]["id"] });
    let (first, second) = (app.item(&sam, ana, members(0)).await, app.item(&sam, ana, members(1)).await);
    let kept = json!({ "steps": [{ "id": made["steps"][1]["id"], "title": "Ask Mia" }] });
    app.patch(at(&made), kept).by(&phone).await.expect(200);
    let answer = json!({ "response": "done" });
    app.post(responses(&first, "20270302T1000"), answer.clone()).by(&phone).await.expect(200);
    app.patch(at(&made), json!({ "lifecycle_status": "cancelled" })).by(&phone).await.expect(200);
    let seen = app.post(responses(&second, "20270302T1000"), answer).by(&phone).await.expect(200);
    assert_eq!(seen["response"]["response"], "done");
    assert_eq!(app.get(at(&made)).by(&phone).await.expect(200)["steps"][0]["done_at"], json!(null));
});

both!(an_item_is_a_part_of_a_goal_of_its_one_client, async |app| {
    let sam = app.specialist().await;
    let (ana, bo) = (app.client(&sam).await, app.client(&sam).await);
    let (phone, other) = (app.unsubscribed_phone(&sam, ana).await, app.unsubscribed_phone(&sam, bo).await);
    let scheduler = app.scheduler().await;
    let (made, another) = (goal(app, &phone, ana, json!({})).await, goal(app, &other, bo, json!({})).await);
    let proposed = goal(app, &sam, ana, json!({})).await;
    let step = &made["steps"][0]["id"];
    let before = app.contents().await;
    let item = |members: Value| {
        let mut body = json!({
            "kind": "to_do", "title": "Walk", "starts_at_local": "2027-03-02T09:00", "time_zone": "client",
        });
        for (name, value) in members.as_object().unwrap() {
            body[name] = value.clone();
        }
        body
    };
    let target = format!("/v1/clients/{}/agenda-items", ana.id);
    for (members, field, code) in [
        (json!({ "goal_id": another["id"] }), "goal_id", "unknown_goal"),
        (json!({ "goal_id": ana.id }), "goal_id", "unknown_goal"),
        (json!({ "step_id": another["steps"][0]["id"] }), "goal_id", "unknown_goal"),
        (json!({ "step_id": ana.id }), "step_id", "unknown_step"),
        (json!({ "goal_id": made["id"], "step_id": another["steps"][0]["id"] }), "step_id", "unknown_step"),
    ] {
        let answer = app.post(&target, item(members.clone())).by(&sam).await;
        assert_eq!((answer.refused(422), answer.wrong_fields()), (code, vec![field]), "{members}");
    }
    let group = item(json!({ "client_ids": [ana.id, bo.id], "kind": "meeting", "goal_id": made["id"] }));
    assert_eq!(app.post("/v1/agenda-items", group).by(&sam).await.refused(422), "one_client");
    let early = app.post(&target, item(json!({ "goal_id": proposed["id"] }))).by(&sam).await;
    assert_eq!(early.refused(409), "not_in_progress");
    // Schedulers keep the agenda and know no goals.
    app.post(&target, item(json!({ "step_id": step }))).by(&scheduler).await.refused(403);
    app.assert_unchanged_since(&before).await;
    let made = app.post(&target, item(json!({ "step_id": step }))).by(&sam).await.expect(201);
    let seen = app.get(format!("/v1/agenda-items/{}", text(&made["id"]))).by(&scheduler).await.expect(200);
    assert_eq!((&seen["goal_id"], &seen["step_id"]), (&json!(null), &json!(null)));
    let seen = app.agenda(&scheduler, ana, "2027-03-02", "2027-03-03").await;
    assert_eq!((&seen[0]["goal_id"], &seen[0]["step_id"]), (&json!(null), &json!(null)));
});
