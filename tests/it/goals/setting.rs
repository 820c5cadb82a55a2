use cairn_shared::scope::Role;
use cairn_tests::both;
use serde_json::json;

use super::{accepted_goal, at, decide, goal, text};

both!(a_client_sets_a_goal_and_it_is_active_at_once, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.unsubscribed_phone(&sam, ana).await;
    let made = goal(app, &phone, ana, json!({})).await;
    assert_eq!(made["lifecycle_status"], "active");
    assert_eq!(made["achievement_status"], "in_progress");
    assert_eq!((&made["created_by"], &made["open_proposal_id"]), (&json!("client"), &json!(null)));
    assert_eq!(made["steps"][1]["due"], "2027-03-05");
    assert_eq!(made["progress"], json!({ "value": null, "fraction": 0.0, "last_at": null, "count": 0 }));
    let answer = app.get(at(&made)).by(&sam).await;
    assert_eq!(answer.header("etag"), Some("\"1\""));
    assert_eq!(answer.expect(200), made, "staff see the same");
    assert_eq!(app.count_where("goal_proposals", "1 = 1").await, 0);
});

both!(goals_are_listed_by_status_and_in_pages, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.unsubscribed_phone(&sam, ana).await;
    let mut ids = Vec::new();
    for number in 0..5 {
        let made = goal(app, &phone, ana, json!({ "title": format!("Goal {number}"), "steps": [] })).await;
        ids.push(text(&made["id"]).to_owned());
        app.advance(cairn_tests::seconds(1));
    }
    let target = format!("/v1/goals/{}", ids[1]);
    app.patch(target, json!({ "lifecycle_status": "on_hold" })).by(&phone).await.expect(200);
    let list = format!("/v1/clients/{}/goals", ana.id);
    let seen = |answer: serde_json::Value| -> Vec<String> {
        answer["items"].as_array().unwrap().iter().map(|goal| text(&goal["id"]).to_owned()).collect()
    };
    assert_eq!(seen(app.get(&list).by(&sam).await.expect(200)), ids);
    assert_eq!(seen(app.get(format!("{list}?lifecycle_status=on_hold")).by(&sam).await.expect(200)), [ids[1].clone()]);
    let first = app.get(format!("{list}?limit=2")).by(&sam).await.expect(200);
    let cursor = text(&first["next_cursor"]).to_owned();
    let second = app.get(format!("{list}?limit=3&cursor={cursor}")).by(&sam).await.expect(200);
    assert_eq!(second["next_cursor"], json!(null));
    assert_eq!([seen(first), seen(second)].concat(), ids);
    // A cursor of another list is refused.
    let answer = app.get(format!("/v1/clients/{}/care-plans?cursor={cursor}", ana.id)).by(&sam).await;
    assert_eq!(answer.wrong_fields(), ["cursor"]);
});

both!(a_client_changes_what_the_goal_says_and_steps_keep_what_was_done, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.unsubscribed_phone(&sam, ana).await;
    let made = goal(app, &phone, ana, json!({})).await;
    let (shoes, mia) = (text(&made["steps"][0]["id"]), text(&made["steps"][1]["id"]));
    app.post(format!("{}/steps/{mia}/done", at(&made)), json!({ "done": true })).by(&phone).await.expect(200);
    let body = json!({
        "title": "  Walk by the river ",
        "why": null,
        "life_area": "community",
        "steps": [{ "id": mia, "title": "Ask Mia and Joe" }, { "title": "Find the way" }],
    });
    let changed = app.patch(at(&made), body).by(&phone).await.expect(200);
    assert_eq!((&changed["title"], &changed["why"]), (&json!("Walk by the river"), &json!(null)));
    assert_eq!(changed["life_area"], "community");
    assert_eq!(changed["target"], made["target"], "what is left out stays");
    assert_eq!(changed["steps"].as_array().unwrap().len(), 2);
    assert_eq!((&changed["steps"][0]["id"], &changed["steps"][0]["title"]), (&json!(mia), &json!("Ask Mia and Joe")));
    assert!(changed["steps"][0]["done_at"].is_string() && changed["steps"][1]["done_at"].is_null());
    assert_eq!(changed["steps"][0]["due"], json!(null), "a step is given whole");
    assert_eq!(changed["progress"]["fraction"], 0.5);
    assert_eq!(app.get(at(&made)).by(&phone).await.expect(200), changed);
    assert_eq!(app.count_where("goal_steps", "1 = 1").await, 2, "{shoes} is gone");
    // Without a target the steps alone count; without both, nothing is known.
    let changed = app.patch(at(&made), json!({ "target": null, "steps": [] })).by(&phone).await.expect(200);
    assert_eq!((&changed["target"], &changed["progress"]["fraction"]), (&json!(null), &json!(null)));
});

both!(a_goal_moves_as_goals_do_and_no_other_way, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.unsubscribed_phone(&sam, ana).await;
    let made = goal(app, &phone, ana, json!({})).await;
    for (to, status, achievement) in [
        ("on_hold", 200, "in_progress"),
        ("accepted", 409, ""),
        ("proposed", 409, ""),
        ("active", 200, "in_progress"),
        ("completed", 200, "achieved"),
        ("on_hold", 409, ""),
        ("active", 200, "in_progress"),
        ("cancelled", 200, "in_progress"),
        ("completed", 409, ""),
        ("entered_in_error", 200, "in_progress"),
        ("active", 409, ""),
    ] {
        let answer = app.patch(at(&made), json!({ "lifecycle_status": to })).by(&phone).await;
        if status == 409 {
            assert_eq!(answer.refused(409), "invalid_transition", "{to}");
        } else {
            let goal = answer.expect(200);
            assert_eq!((&goal["lifecycle_status"], &goal["achievement_status"]), (&json!(to), &json!(achievement)));
        }
    }
});

both!(a_change_of_another_version_is_refused, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.unsubscribed_phone(&sam, ana).await;
    let made = goal(app, &phone, ana, json!({})).await;
    app.patch(at(&made), json!({ "why": "Sleep" })).header("if-match", "\"1\"").by(&phone).await.expect(200);
    let before = app.contents().await;
    let late = app.patch(at(&made), json!({ "why": "Air" })).header("if-match", "\"1\"").by(&phone).await;
    assert_eq!(late.refused(412), "version_changed");
    app.assert_unchanged_since(&before).await;
});

both!(what_staff_set_is_proposed_and_theirs_to_change_until_the_client_decides, async |app| {
    let (sam, kim) = (app.specialist().await, app.specialist().await);
    let supervisor = app.staff(&[Role::Supervisor]).await;
    app.supervise(&supervisor, &sam).await;
    let ana = app.client(&sam).await;
    let phone = app.unsubscribed_phone(&sam, ana).await;
    let body = json!({ "staff_id": kim.id, "starts_on": "2027-03-01" });
    app.post(format!("/v1/clients/{}/assignments", ana.id), body).by(&supervisor).await.expect(201);

    let made = goal(app, &sam, ana, json!({})).await;
    assert_eq!((&made["lifecycle_status"], &made["created_by"]), (&json!("proposed"), &json!("staff")));
    assert_eq!(made["achievement_status"], json!(null));
    let changed = app.patch(at(&made), json!({ "title": "Walk slowly" })).by(&sam).await.expect(200);
    let proposal = app.get(format!("{}/proposals", at(&made))).by(&phone).await.expect(200)["items"][0].clone();
    assert_eq!((&proposal["kind"], &proposal["state"]), (&json!("new"), &json!("open")));
    assert_eq!(proposal["changes"]["title"], "Walk slowly", "the proposal says what the goal says");
    assert_eq!(proposal["changes"]["steps"][0]["id"], changed["steps"][0]["id"]);
    assert_eq!(proposal["proposed_by"], json!({ "id": sam.id, "name": sam.name }));

    // Not another's, not the client's before they decide, and nobody's after that.
    let other = app.patch(at(&made), json!({ "title": "x" })).by(&kim).await;
    assert_eq!(other.refused(403), "proposal_needed");
    let client = app.patch(at(&made), json!({ "title": "x" })).by(&phone).await;
    assert_eq!(client.refused(409), "undecided");
    decide(app, &phone, text(&made["open_proposal_id"]), "accept").await;
    let late = app.patch(at(&made), json!({ "title": "x" })).by(&sam).await;
    assert_eq!(late.refused(403), "proposal_needed");
    let own = accepted_goal(app, &sam, &phone, ana, json!({})).await;
    assert_eq!(own["lifecycle_status"], "accepted");
});

both!(an_author_takes_a_proposed_goal_back, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.unsubscribed_phone(&sam, ana).await;
    let made = goal(app, &sam, ana, json!({})).await;
    let changed = app.patch(at(&made), json!({ "lifecycle_status": "entered_in_error" })).by(&sam).await.expect(200);
    assert_eq!(changed["open_proposal_id"], json!(null));
    let proposals = app.get(format!("{}/proposals", at(&made))).by(&phone).await.expect(200);
    assert_eq!(proposals["items"][0]["state"], "withdrawn");
    let made = goal(app, &sam, ana, json!({})).await;
    let accepted = app.patch(at(&made), json!({ "lifecycle_status": "active" })).by(&sam).await;
    assert_eq!(accepted.refused(409), "invalid_transition", "only the client makes it theirs");
});
