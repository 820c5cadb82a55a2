use cairn_shared::secrets::sha256;
use cairn_tests::{both, days};
use serde_json::{Value, json};

use super::{Team, at};

both!(a_draft_has_dates_goals_services_and_an_order, async |app| {
    let team = Team::meet(app).await;
    let (walk, cook) = (team.goal(app, "Walk").await, team.goal(app, "Cook").await);
    let plan = team.draft(app, &[&walk, &cook]).await;
    assert_eq!((&plan["version_number"], &plan["state"]), (&json!(1), &json!("draft")));
    assert_eq!((&plan["expires_on"], &plan["review_due_on"]), (&json!("2028-02-29"), &json!("2027-12-01")));
    assert_eq!((&plan["content"], &plan["replaces"], &plan["signatures"]), (&json!(null), &json!(null), &json!([])));
    let expected = json!({
        "goal_id": walk["id"], "title": "Walk", "measure": "Walks in a week", "value": 3.0, "unit": "walks",
        "due": "2027-06-01",
    });
    assert_eq!(plan["goals"][0], expected);
    let order = json!({
        "ordered_by": "Dr. Lee", "ordered_on": "2027-02-20", "valid_from": "2027-03-01", "valid_to": "2027-04-29",
    });
    let body = json!({
        "expires_on": "2027-08-31",
        "goal_ids": [cook["id"], walk["id"]],
        "service_order": order,
    });
    let changed = app.patch(at(&plan), body).header("if-match", "\"1\"").by(&team.sam).await.expect(200);
    assert_eq!((&changed["service_order"], &changed["services"]), (&order, &plan["services"]));
    assert_eq!((&changed["expires_on"], &changed["review_due_on"]), (&json!("2027-08-31"), &json!("2027-06-02")));
    let titles: Vec<&Value> = changed["goals"].as_array().unwrap().iter().map(|goal| &goal["title"]).collect();
    assert_eq!(titles, ["Cook", "Walk"]);
    let late = app.patch(at(&plan), json!({ "services": [] })).header("if-match", "\"1\"").by(&team.sam).await;
    assert_eq!(late.refused(412), "version_changed");
    let emptied =
        app.patch(at(&plan), json!({ "service_order": null, "goal_ids": [] })).by(&team.sam).await.expect(200);
    assert_eq!((&emptied["service_order"], &emptied["goals"]), (&json!(null), &json!([])));
    let seen = app.get(at(&plan)).by(&team.phone).await;
    assert_eq!(seen.header("etag"), Some("\"3\""));
    assert_eq!(seen.expect(200), emptied, "the client reads it too");
});

both!(one_plan_of_a_client_is_unfinished_at_a_time, async |app| {
    let team = Team::meet(app).await;
    let plan = team.draft(app, &[]).await;
    let target = format!("/v1/clients/{}/care-plans", team.ana.id);
    let before = app.contents().await;
    let second = app.post(&target, json!({ "effective_on": "2027-03-01" })).by(&team.sam).await;
    assert_eq!(second.refused(409), "plan_open");
    let again = app.call("POST", format!("{}/revision", at(&plan))).by(&team.sam).await;
    assert_eq!(again.refused(409), "still_a_draft");
    app.assert_unchanged_since(&before).await;
    // At the same moment, too.
    let bo = app.client(&team.sam).await;
    let begin = || async {
        let target = format!("/v1/clients/{}/care-plans", bo.id);
        app.post(target, json!({ "effective_on": "2027-03-01" })).by(&team.sam).await.status
    };
    let (one, two) = tokio::join!(begin(), begin());
    assert_eq!(one.min(two), 201);
    assert_eq!(one.max(two), 409);
});

both!(what_is_wrong_with_a_plan_is_named, async |app| {
    let team = Team::meet(app).await;
    let bo = app.client(&team.sam).await;
    let walk = team.goal(app, "Walk").await;
    let strange = crate::goals::goal(app, &team.sam, bo, json!({})).await;
    let target = format!("/v1/clients/{}/care-plans", team.ana.id);
    let with = |members: Value| {
        let mut body = json!({ "effective_on": "2027-03-01" });
        for (name, value) in members.as_object().unwrap() {
            body[name] = value.clone();
        }
        body
    };
    let order = |from: &str, to: &str, on: &str| json!({ "service_order": { "ordered_by": "Dr. Lee", "ordered_on": on, "valid_from": from, "valid_to": to } });
    let before = app.contents().await;
    for (members, field) in [
        (json!({ "effective_on": "2027-02-30" }), "effective_on"),
        (json!({ "expires_on": "2027-02-28" }), "expires_on"),
        (json!({ "expires_on": "2030-03-02" }), "expires_on"),
        (json!({ "review_due_on": "2027-02-28" }), "review_due_on"),
        (json!({ "expires_on": "2027-06-01", "review_due_on": "2027-06-02" }), "review_due_on"),
        (json!({ "goal_ids": [strange["id"]] }), "goal_ids[0]"),
        (json!({ "goal_ids": [walk["id"], walk["id"]] }), "goal_ids[1]"),
        (json!({ "services": [{ "service_type": "", "frequency": "weekly" }] }), "services[0].service_type"),
        (json!({ "services": [{ "service_type": "Peer support" }] }), "services[0].frequency"),
        (order("2027-03-02", "2027-03-01", "2027-03-01"), "service_order.valid_to"),
        (order("2027-03-01", "2027-03-31", "2027-04-01"), "service_order.ordered_on"),
        (json!({ "state": "in_force" }), "state"),
    ] {
        assert_eq!(app.post(&target, with(members.clone())).by(&team.sam).await.wrong_fields(), [field], "{members}");
    }
    app.assert_unchanged_since(&before).await;
});

both!(what_is_submitted_is_fixed_and_its_hash_covers_every_byte, async |app| {
    let team = Team::meet(app).await;
    let walk = team.goal(app, "Caminar \"más\"").await;
    let plan = team.draft(app, &[&walk]).await;
    // What counts is the goal as it is when the plan is submitted.
    app.patch(crate::goals::at(&walk), json!({ "title": "Caminar \"mucho\" más" })).by(&team.phone).await.expect(200);
    let stale = app.call("POST", format!("{}/submit", at(&plan))).header("if-match", "\"9\"").by(&team.sam).await;
    assert_eq!(stale.refused(412), "version_changed");
    let submitted = team.submit(app, &plan).await;
    assert_eq!(submitted["state"], "awaiting_signatures");
    let content = submitted["content"].as_str().unwrap();
    assert_eq!(submitted["content_hash"], hex::encode(sha256(content.as_bytes())));
    let read: Value = serde_json::from_str(content).unwrap();
    let sorted = ["client_id", "effective_on", "expires_on", "goals", "id", "replaces", "review_due_on", "services"];
    let places: Vec<usize> = sorted.iter().map(|name| content.find(&format!("\"{name}\":")).unwrap()).collect();
    assert!(places.is_sorted() && !content.contains("\": "), "canonical JSON: {content}");
    for member in ["id", "client_id", "version_number", "effective_on", "expires_on", "review_due_on", "services"] {
        assert_eq!(read[member], submitted[member], "{member}");
    }
    assert_eq!(read["goals"][0]["title"], "Caminar \"mucho\" más");
    assert_eq!(submitted["goals"][0]["title"], "Caminar \"mucho\" más");
    // Nothing of it changes any more, whatever happens to the goal.
    let before = app.contents().await;
    let late = app.patch(at(&plan), json!({ "services": [] })).by(&team.sam).await;
    assert_eq!(late.refused(409), "not_a_draft");
    let again = app.call("POST", format!("{}/submit", at(&plan))).by(&team.sam).await;
    assert_eq!(again.refused(409), "not_a_draft");
    app.assert_unchanged_since(&before).await;
    app.patch(crate::goals::at(&walk), json!({ "title": "Run" })).by(&team.phone).await.expect(200);
    let later = team.plan(app, &plan).await;
    assert_eq!((&later["content"], &later["goals"]), (&submitted["content"], &submitted["goals"]));
    assert_eq!(later["content_hash"], submitted["content_hash"]);
});

both!(a_plan_that_says_too_little_is_not_submitted, async |app| {
    let team = Team::meet(app).await;
    let plan = team.draft(app, &[]).await;
    let submit = || async { app.call("POST", format!("{}/submit", at(&plan))).by(&team.sam).await };
    assert_eq!(submit().await.refused(409), "goals_missing");
    let vague = team.own_goal(app, json!({ "target": null })).await;
    app.patch(at(&plan), json!({ "goal_ids": [vague["id"]] })).by(&team.sam).await.expect(200);
    assert_eq!(submit().await.refused(409), "goal_not_measurable");
    let proposed = crate::goals::goal(app, &team.sam, team.ana, json!({})).await;
    app.patch(at(&plan), json!({ "goal_ids": [proposed["id"]] })).by(&team.sam).await.expect(200);
    assert_eq!(submit().await.refused(409), "goal_not_agreed");
    let walk = team.goal(app, "Walk").await;
    app.patch(at(&plan), json!({ "goal_ids": [walk["id"]], "services": [] })).by(&team.sam).await.expect(200);
    assert_eq!(submit().await.refused(409), "services_missing");
    let services = json!([{ "service_type": "Peer support", "frequency": "weekly" }]);
    app.patch(at(&plan), json!({ "services": services, "expires_on": "2027-03-31" })).by(&team.sam).await.expect(200);
    app.advance(days(31));
    let late = app.call("POST", format!("{}/submit", at(&plan))).by(&app.fresh(&team.sam).await).await;
    assert_eq!(late.refused(409), "expired");
});
