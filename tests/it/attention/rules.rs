use cairn_shared::scope::Role;
use cairn_tests::{both, days};
use serde_json::json;

use super::{kinds, reasons};

both!(rules_are_tuned_by_supervisors_and_hold_at_once, async |app| {
    let sam = app.specialist().await;
    let boss = app.staff(&[Role::Supervisor]).await;
    let ana = app.client(&sam).await;
    app.phone(&sam, ana).await;
    let list = app.get("/v1/attention-rules").by(&sam).await.expect(200);
    let rule = |kind: &str| list["items"].as_array().unwrap().iter().find(|rule| rule["kind"] == kind).unwrap().clone();
    assert_eq!(list["items"].as_array().unwrap().len(), 10);
    assert_eq!(
        rule("mood_below_baseline"),
        json!({
            "kind": "mood_below_baseline", "enabled": true, "tunable": true, "version": 1, "words": null,
            "parameters": { "at_least": 4, "days": 7, "drop": 3 },
        })
    );
    assert_eq!(rule("not_safe")["tunable"], false);

    app.advance(days(10));
    app.watch().await;
    assert_eq!(reasons(app, &sam, ana).await.len(), 0);
    let (sam, boss) = (app.fresh(&sam).await, app.fresh(&boss).await);
    let target = "/v1/attention-rules/unreachable";
    let body = json!({ "parameters": { "silent_days": 7 } });
    app.patch(target, body.clone()).by(&sam).await.refused(403);
    app.patch(target, body.clone()).by(&boss).header("if-match", "\"3\"").await.refused(412);
    let set = app.patch(target, body).by(&boss).header("if-match", "\"1\"").await.expect(200);
    assert_eq!((&set["parameters"]["silent_days"], &set["version"]), (&json!(7), &json!(2)));
    assert_eq!(app.watch().await, 1);
    assert_eq!(kinds(&reasons(app, &sam, ana).await), ["unreachable"]);
    app.patch(target, json!({ "enabled": false })).by(&boss).await.expect(200);
    assert_eq!(app.watch().await, 1);
    assert_eq!(reasons(app, &sam, ana).await.len(), 0);

    let cannot = app.patch("/v1/attention-rules/not_safe", json!({ "enabled": false })).by(&boss).await;
    assert_eq!(cannot.refused(409), "always_on");
    for (body, field) in [
        (json!({ "parameters": { "silent_days": 6 } }), "parameters.silent_days"),
        (json!({ "parameters": { "weight": 1 } }), "parameters.weight"),
    ] {
        assert_eq!(app.patch(target, body).by(&boss).await.wrong_fields(), [field]);
    }
    let body = json!({ "parameters": { "days": 5, "at_least": 6 } });
    let wrong = app.patch("/v1/attention-rules/mood_below_baseline", body).by(&boss).await;
    assert_eq!(wrong.wrong_fields(), ["parameters.at_least"], "five days have no six answers");
    app.patch("/v1/attention-rules/weather", json!({})).by(&boss).await.refused(404);
});

both!(rules_of_one_organization_are_not_those_of_another, async |app| {
    let boss = app.staff(&[Role::Supervisor]).await;
    app.patch("/v1/attention-rules/goal_due", json!({ "enabled": false })).by(&boss).await.expect(200);
    let elsewhere = app.another_organization().await;
    let other = app.staff_of(elsewhere, &[Role::Supervisor]).await;
    let list = app.get("/v1/attention-rules").by(&other).await.expect(200);
    assert!(list["items"].as_array().unwrap().iter().all(|rule| rule["enabled"] == true));
});
