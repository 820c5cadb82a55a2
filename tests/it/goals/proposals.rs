use cairn_shared::scope::Role;
use cairn_tests::{both, seconds};
use serde_json::json;

use super::{accepted_goal, at, decide, goal, text};

both!(a_client_accepts_or_declines_a_goal_once, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.unsubscribed_phone(&sam, ana).await;
    for (first, second, lifecycle, state) in
        [("accept", "decline", "accepted", "accepted"), ("decline", "accept", "cancelled", "declined")]
    {
        let made = goal(app, &sam, ana, json!({})).await;
        let proposal = text(&made["open_proposal_id"]);
        let target = format!("/v1/goal-proposals/{proposal}/decision");
        let body = json!({ "decision": first, "note": "I thought about it" });
        let decided = app.post(&target, body).by(&phone).await.expect(200);
        assert_eq!((&decided["state"], &decided["note"]), (&json!(state), &json!("I thought about it")));
        assert_eq!(decided["decided_at"], json!(app.now()));
        let goal = app.get(at(&made)).by(&sam).await.expect(200);
        assert_eq!((&goal["lifecycle_status"], &goal["open_proposal_id"]), (&json!(lifecycle), &json!(null)));
        let before = app.contents().await;
        for again in [first, second] {
            let answer = app.post(&target, json!({ "decision": again })).by(&phone).await;
            assert_eq!(answer.refused(409), "already_decided");
        }
        app.assert_unchanged_since(&before).await;
    }
});

// Two taps at the same moment, on two devices: one counts, the other hears so.
both!(two_decisions_at_once_are_one, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let (phone, tablet) = (app.unsubscribed_phone(&sam, ana).await, app.unsubscribed_phone(&sam, ana).await);
    for _ in 0..5 {
        let made = goal(app, &sam, ana, json!({})).await;
        let target = format!("/v1/goal-proposals/{}/decision", text(&made["open_proposal_id"]));
        let accept = async { app.post(&target, json!({ "decision": "accept" })).by(&phone).await };
        let decline = async { app.post(&target, json!({ "decision": "decline" })).by(&tablet).await };
        let (accepted, declined) = tokio::join!(accept, decline);
        let mut statuses = [accepted.status, declined.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409], "{} {}", accepted.text(), declined.text());
        let goal = app.get(at(&made)).by(&phone).await.expect(200);
        let expected = if accepted.status == 200 { "accepted" } else { "cancelled" };
        assert_eq!(goal["lifecycle_status"], expected);
    }
});

both!(a_change_is_made_when_the_client_accepts_it_and_not_before, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.unsubscribed_phone(&sam, ana).await;
    let made = goal(app, &phone, ana, json!({})).await;
    let shoes = text(&made["steps"][0]["id"]);
    app.post(format!("{}/steps/{shoes}/done", at(&made)), json!({ "done": true })).by(&phone).await.expect(200);
    let changes = json!({
        "why": null,
        "target": { "measure": "Walks in a week", "value": 5.5, "unit": "walks", "due": null },
        "steps": [{ "id": shoes, "title": "Find good shoes", "due": null }, { "title": "Buy a map", "due": null }],
        "lifecycle_status": "on_hold",
    });
    let body = json!({ "changes": changes, "reason": "It is cold" });
    let proposal = app.post(format!("{}/proposals", at(&made)), body).by(&sam).await.expect(201);
    assert_eq!(proposal["changes"], changes, "left out stays left out, emptied stays emptied");
    assert_eq!((&proposal["kind"], &proposal["reason"]), (&json!("change"), &json!("It is cold")));
    let unchanged = app.get(at(&made)).by(&phone).await.expect(200);
    assert_eq!((&unchanged["why"], &unchanged["open_proposal_id"]), (&made["why"], &proposal["id"]));

    decide(app, &phone, text(&proposal["id"]), "accept").await;
    let goal = app.get(at(&made)).by(&phone).await.expect(200);
    assert_eq!((&goal["why"], &goal["title"]), (&json!(null), &made["title"]));
    assert_eq!((&goal["target"]["value"], &goal["lifecycle_status"]), (&json!(5.5), &json!("on_hold")));
    assert_eq!((&goal["steps"][0]["id"], &goal["steps"][0]["title"]), (&json!(shoes), &json!("Find good shoes")));
    assert!(goal["steps"][0]["done_at"].is_string(), "what was done stays done");
    assert_eq!(goal["steps"][1]["title"], "Buy a map");
});

both!(declining_a_change_leaves_the_goal_as_it_is, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.unsubscribed_phone(&sam, ana).await;
    let made = goal(app, &phone, ana, json!({})).await;
    let body = json!({ "changes": { "title": "Run" } });
    let proposal = app.post(format!("{}/proposals", at(&made)), body).by(&sam).await.expect(201);
    decide(app, &phone, text(&proposal["id"]), "decline").await;
    let goal = app.get(at(&made)).by(&phone).await.expect(200);
    assert_eq!((&goal["title"], &goal["lifecycle_status"]), (&made["title"], &json!("active")));
});

both!(nobody_agrees_to_what_they_did_not_see, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.unsubscribed_phone(&sam, ana).await;
    let made = goal(app, &phone, ana, json!({})).await;
    let body = json!({ "changes": { "title": "Run" } });
    let proposal = app.post(format!("{}/proposals", at(&made)), body).by(&sam).await.expect(201);
    // Progress is no change of what the goal says.
    app.post(format!("{}/progress", at(&made)), json!({ "value": 1 })).by(&phone).await.expect(201);
    let changed = app.patch(at(&made), json!({ "title": "Swim" })).by(&phone).await.expect(200);
    let target = format!("/v1/goal-proposals/{}/decision", text(&proposal["id"]));
    let answer = app.post(&target, json!({ "decision": "accept" })).by(&phone).await;
    assert_eq!(answer.refused(409), "goal_changed");
    let title = text(&answer.json["title"]);
    assert!(title.ends_with(&format!("now {}", changed["version"])), "{title}");
    assert_eq!(app.get(at(&made)).by(&phone).await.expect(200)["title"], "Swim");
    app.post(&target, json!({ "decision": "decline" })).by(&phone).await.expect(200);
});

both!(a_later_proposal_takes_the_place_of_an_open_one, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.unsubscribed_phone(&sam, ana).await;
    let made = goal(app, &phone, ana, json!({})).await;
    let target = format!("{}/proposals", at(&made));
    let first = app.post(&target, json!({ "changes": { "title": "Run" } })).by(&sam).await.expect(201);
    app.advance(seconds(1));
    let second = app.post(&target, json!({ "changes": { "title": "Hop" } })).by(&sam).await.expect(201);
    app.advance(seconds(1));
    let list = app.get(&target).by(&phone).await.expect(200);
    let states: Vec<_> = list["items"].as_array().unwrap().iter().map(|one| (&one["id"], &one["state"])).collect();
    assert_eq!(states, [(&second["id"], &json!("open")), (&first["id"], &json!("superseded"))]);
    let late = format!("/v1/goal-proposals/{}/decision", text(&first["id"]));
    assert_eq!(app.post(late, json!({ "decision": "accept" })).by(&phone).await.refused(409), "already_decided");

    let new = goal(app, &sam, ana, json!({})).await;
    let waiting = format!("/v1/clients/{}/goal-proposals", ana.id);
    let open = app.get(format!("{waiting}?state=open")).by(&phone).await.expect(200);
    let ids: Vec<_> = open["items"].as_array().unwrap().iter().map(|one| &one["id"]).collect();
    assert_eq!(ids, [&new["open_proposal_id"], &second["id"]], "all that waits for the client, newest first");
    assert_eq!(app.get(waiting).by(&sam).await.expect(200)["items"].as_array().unwrap().len(), 3);
    let early = app.post(format!("{}/proposals", at(&new)), json!({ "changes": { "title": "x" } })).by(&sam).await;
    assert_eq!(early.refused(409), "undecided");
});

both!(only_the_author_takes_a_proposal_back, async |app| {
    let (sam, kim) = (app.specialist().await, app.specialist().await);
    let supervisor = app.staff(&[Role::Supervisor]).await;
    app.supervise(&supervisor, &sam).await;
    let ana = app.client(&sam).await;
    let phone = app.unsubscribed_phone(&sam, ana).await;
    let body = json!({ "staff_id": kim.id, "starts_on": "2027-03-01" });
    app.post(format!("/v1/clients/{}/assignments", ana.id), body).by(&supervisor).await.expect(201);
    let made = goal(app, &phone, ana, json!({})).await;
    let body = json!({ "changes": { "title": "Run" } });
    let proposal = app.post(format!("{}/proposals", at(&made)), body).by(&sam).await.expect(201);
    let target = format!("/v1/goal-proposals/{}/withdrawal", text(&proposal["id"]));
    assert_eq!(app.call("POST", &target).by(&kim).await.refused(403), "author_only");
    assert_eq!(app.call("POST", &target).by(&phone).await.refused(403), "author_only");
    assert_eq!(app.call("POST", &target).by(&sam).await.expect(200)["state"], "withdrawn");
    assert_eq!(app.call("POST", &target).by(&sam).await.refused(409), "already_decided");
    let goal_now = app.get(at(&made)).by(&phone).await.expect(200);
    assert_eq!((&goal_now["lifecycle_status"], &goal_now["open_proposal_id"]), (&json!("active"), &json!(null)));
    // With a goal that was only proposed, the goal goes too.
    let new = goal(app, &sam, ana, json!({})).await;
    let target = format!("/v1/goal-proposals/{}/withdrawal", text(&new["open_proposal_id"]));
    app.call("POST", &target).by(&sam).await.expect(200);
    assert_eq!(app.get(at(&new)).by(&phone).await.expect(200)["lifecycle_status"], "cancelled");
});

both!(who_decides_and_who_proposes, async |app| {
    let (sam, kim) = (app.specialist().await, app.specialist().await);
    let (ana, bo) = (app.client(&sam).await, app.client(&kim).await);
    let (phone, other) = (app.unsubscribed_phone(&sam, ana).await, app.unsubscribed_phone(&kim, bo).await);
    let made = accepted_goal(app, &sam, &phone, ana, json!({})).await;
    let proposals = format!("{}/proposals", at(&made));
    let body = json!({ "changes": { "title": "Run" } });
    let proposal = app.post(&proposals, body.clone()).by(&sam).await.expect(201);
    let decision = format!("/v1/goal-proposals/{}/decision", text(&proposal["id"]));
    let before = app.contents().await;
    assert_eq!(app.post(&proposals, body.clone()).by(&phone).await.refused(403), "staff_only");
    app.post(&proposals, body).by(&kim).await.refused(404);
    let accept = json!({ "decision": "accept" });
    assert_eq!(app.post(&decision, accept.clone()).by(&sam).await.refused(403), "client_decides");
    app.post(&decision, accept.clone()).by(&other).await.refused(404);
    app.post(&decision, accept).by(&kim).await.refused(404);
    app.get(&proposals).by(&other).await.refused(404);
    app.assert_unchanged_since(&before).await;
});

// The audit log says what happened and to what, and nothing that anybody wrote.
both!(what_happens_to_a_goal_is_in_the_log_without_its_words, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.unsubscribed_phone(&sam, ana).await;
    let made = accepted_goal(app, &sam, &phone, ana, json!({ "title": "CanaryGoal" })).await;
    app.post(format!("{}/progress", at(&made)), json!({ "value": 2, "note": "CanaryNote" }))
        .by(&phone)
        .await
        .expect(201);
    app.patch(at(&made), json!({ "why": "CanaryWhy" })).by(&phone).await.expect(200);
    let sql = "SELECT action || ' ' || object_type FROM audit_events 
        WHERE object_type LIKE 'goal%' AND action <> 'read' ORDER BY seq";
    let events = app.column(sql).await;
    let expected = [
        "create goal",
        "create goal_proposal",
        "decide goal_proposal",
        "update goal",
        "create goal_progress",
        "update goal",
    ];
    assert_eq!(events, expected);
    let details = app.column("SELECT detail FROM audit_events").await.join("\n");
    assert!(!details.contains("Canary"), "{details}");
    let nobodys = "SELECT action FROM audit_events WHERE object_type LIKE 'goal%' AND client_id IS NULL";
    assert_eq!(app.column(nobodys).await, Vec::<String>::new());
});
