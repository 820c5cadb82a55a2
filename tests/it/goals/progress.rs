use cairn_tests::{both, days, hours, minutes};
use serde_json::json;

use super::{accepted_goal, at, goal, text};

both!(progress_by_client_and_by_staff_adds_up, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.unsubscribed_phone(&sam, ana).await;
    let made = accepted_goal(app, &sam, &phone, ana, json!({})).await;
    let target = format!("{}/progress", at(&made));
    let first =
        app.post(&target, json!({ "value": 1, "unit": "walks", "note": "Short one" })).by(&phone).await.expect(201);
    assert_eq!((&first["recorded_by"], &first["staff"]), (&json!("client"), &json!(null)));
    assert_eq!(first["recorded_at"], json!(app.now()));
    let goal = app.get(at(&made)).by(&phone).await.expect(200);
    assert_eq!((&goal["lifecycle_status"], &goal["achievement_status"]), (&json!("active"), &json!("in_progress")));
    app.advance(hours(1));
    let sam = app.fresh(&sam).await;
    let body = json!({ "value": 2.5, "achievement_status": "improving" });
    let second = app.post(&target, body).by(&sam).await.expect(201);
    assert_eq!((&second["recorded_by"], &second["staff"]["name"]), (&json!("staff"), &json!(sam.name)));
    let goal = app.get(at(&made)).by(&phone).await.expect(200);
    let progress = &goal["progress"];
    assert_eq!((&progress["value"], &progress["count"]), (&json!(2.5), &json!(2)));
    assert!((progress["fraction"].as_f64().unwrap() - 2.5 / 3.0).abs() < 1e-12);
    assert_eq!((&progress["last_at"], &goal["achievement_status"]), (&json!(app.now()), &json!("improving")));
    let list = app.get(&target).by(&phone).await.expect(200);
    assert_eq!(list["items"], json!([second, first]), "newest first");
    let page = app.get(format!("{target}?limit=1")).by(&phone).await.expect(200);
    assert_eq!(page["items"], json!([second]));
    let rest = format!("{target}?limit=1&cursor={}", text(&page["next_cursor"]));
    assert_eq!(app.get(rest).by(&phone).await.expect(200), json!({ "items": [first], "next_cursor": null }));
});

// A phone without network sends what it has later. What is newer stays what counts.
both!(progress_that_arrives_late_keeps_its_time, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.unsubscribed_phone(&sam, ana).await;
    let made = goal(app, &phone, ana, json!({})).await;
    let target = format!("{}/progress", at(&made));
    app.post(&target, json!({ "value": 3, "achievement_status": "improving" })).by(&phone).await.expect(201);
    let yesterday = app.now().minus(days(1));
    let late = json!({ "value": 1, "achievement_status": "worsening", "recorded_at": yesterday });
    app.post(&target, late).by(&phone).await.expect(201);
    let goal = app.get(at(&made)).by(&phone).await.expect(200);
    assert_eq!(goal["progress"], json!({ "value": 3.0, "fraction": 1.0, "last_at": app.now(), "count": 2 }));
    assert_eq!(goal["achievement_status"], "improving");
    let list = app.get(&target).by(&phone).await.expect(200);
    assert_eq!(list["items"][1]["recorded_at"], json!(yesterday));
    // A word without a value does not hide the value.
    app.advance(minutes(1));
    app.post(&target, json!({ "note": "Tired" })).by(&phone).await.expect(201);
    assert_eq!(app.get(at(&made)).by(&phone).await.expect(200)["progress"]["value"], 3.0);
});

both!(progress_in_the_wrong_unit_is_refused_and_a_new_unit_begins_anew, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.unsubscribed_phone(&sam, ana).await;
    let made = goal(app, &phone, ana, json!({})).await;
    let target = format!("{}/progress", at(&made));
    app.post(&target, json!({ "value": 2 })).by(&phone).await.expect(201);
    let before = app.contents().await;
    let answer = app.post(&target, json!({ "value": 2, "unit": "miles" })).by(&phone).await;
    assert_eq!((answer.refused(422), answer.wrong_fields()), ("wrong_unit", vec!["unit"]));
    app.assert_unchanged_since(&before).await;
    let miles = json!({ "target": { "measure": "Miles in a week", "value": 5, "unit": "miles" } });
    let changed = app.patch(at(&made), miles).by(&phone).await.expect(200);
    assert_eq!(changed["progress"]["value"], json!(null), "two walks are not two miles");
    app.post(&target, json!({ "value": 2, "unit": "miles" })).by(&phone).await.expect(201);
    app.patch(at(&made), json!({ "target": null })).by(&phone).await.expect(200);
    let answer = app.post(&target, json!({ "value": 2 })).by(&phone).await;
    assert_eq!((answer.refused(422), answer.wrong_fields()), ("no_target", vec!["value"]));
});

both!(a_step_is_done_with_one_tap_and_undone_with_another, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.unsubscribed_phone(&sam, ana).await;
    let made = accepted_goal(app, &sam, &phone, ana, json!({ "target": null })).await;
    let step = format!("{}/steps/{}/done", at(&made), text(&made["steps"][0]["id"]));
    let done = app.post(&step, json!({ "done": true })).by(&phone).await.expect(200);
    assert_eq!(done["steps"][0]["done_at"], json!(app.now()));
    assert_eq!((&done["lifecycle_status"], &done["progress"]["fraction"]), (&json!("active"), &json!(0.5)));
    app.advance(hours(1));
    let again = app.post(&step, json!({ "done": true })).by(&phone).await.expect(200);
    assert_eq!(again, done, "the same again changes nothing");
    let undone = app.post(&step, json!({ "done": false })).by(&phone).await.expect(200);
    assert_eq!((&undone["steps"][0]["done_at"], &undone["progress"]["fraction"]), (&json!(null), &json!(0.0)));
    // The same through progress.
    let second = &made["steps"][1]["id"];
    let body = json!({ "step_id": second, "done": true, "note": "She said yes" });
    app.post(format!("{}/progress", at(&made)), body).by(&phone).await.expect(201);
    let goal = app.get(at(&made)).by(&phone).await.expect(200);
    assert_eq!(goal["steps"][1]["done_at"], json!(app.now()));
});

both!(only_what_is_agreed_and_alive_takes_progress, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.unsubscribed_phone(&sam, ana).await;
    let proposed = goal(app, &sam, ana, json!({})).await;
    let dropped = goal(app, &phone, ana, json!({})).await;
    app.patch(at(&dropped), json!({ "lifecycle_status": "cancelled" })).by(&phone).await.expect(200);
    let reached = goal(app, &phone, ana, json!({})).await;
    app.patch(at(&reached), json!({ "lifecycle_status": "completed" })).by(&phone).await.expect(200);
    for (goal, status) in [(&proposed, 409), (&dropped, 409), (&reached, 201)] {
        let body = json!({ "value": 3, "achievement_status": "sustaining" });
        let answer = app.post(format!("{}/progress", at(goal)), body).by(&phone).await;
        assert_eq!(answer.status, status, "{}", answer.text());
        let step = format!("{}/steps/{}/done", at(goal), text(&goal["steps"][0]["id"]));
        let answer = app.post(step, json!({ "done": true })).by(&phone).await;
        assert_eq!(answer.status, if status == 409 { 409 } else { 200 }, "{}", answer.text());
    }
    let reached = app.get(at(&reached)).by(&phone).await.expect(200);
    let statuses = (&reached["lifecycle_status"], &reached["achievement_status"]);
    assert_eq!(statuses, (&json!("completed"), &json!("sustaining")), "the two are kept apart");
});

both!(others_neither_see_nor_record, async |app| {
    let (sam, kim) = (app.specialist().await, app.specialist().await);
    let (ana, bo) = (app.client(&sam).await, app.client(&kim).await);
    let (phone, other) = (app.unsubscribed_phone(&sam, ana).await, app.unsubscribed_phone(&kim, bo).await);
    let made = goal(app, &phone, ana, json!({})).await;
    let step = format!("{}/steps/{}/done", at(&made), text(&made["steps"][0]["id"]));
    let before = app.contents().await;
    for who in [kim.as_ref(), other.as_ref()] {
        let who = &Who(who.clone());
        app.get(at(&made)).by(who).await.refused(404);
        app.get(format!("{}/progress", at(&made))).by(who).await.refused(404);
        app.post(format!("{}/progress", at(&made)), json!({ "value": 1 })).by(who).await.refused(404);
        app.post(&step, json!({ "done": true })).by(who).await.refused(404);
        app.patch(at(&made), json!({ "title": "x" })).by(who).await.refused(404);
        app.get(format!("/v1/clients/{}/goals", ana.id)).by(who).await.refused(404);
    }
    app.assert_unchanged_since(&before).await;
    // A step of one goal is none of another.
    let another = goal(app, &phone, ana, json!({})).await;
    let strange = format!("{}/steps/{}/done", at(&another), text(&made["steps"][0]["id"]));
    app.post(strange, json!({ "done": true })).by(&phone).await.refused(404);
});

struct Who(cairn_tests::Credential);

impl AsRef<cairn_tests::Credential> for Who {
    fn as_ref(&self) -> &cairn_tests::Credential {
        &self.0
    }
}
