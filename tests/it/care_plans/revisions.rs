use cairn_tests::{both, days};
use serde_json::json;

use super::{Team, at};

both!(a_new_goal_in_force_needs_a_revision, async |app| {
    let team = Team::meet(app).await;
    let walk = team.goal(app, "Walk").await;
    let plan = team.in_force(app, &[&walk]).await;
    assert_eq!(plan["needs_revision"], false);
    // A proposal alone changes nothing; what the client agrees to does.
    let proposed = crate::goals::goal(app, &team.sam, team.ana, json!({ "title": "Cook" })).await;
    assert_eq!(team.plan(app, &plan).await["needs_revision"], false);
    let target = format!("/v1/goal-proposals/{}/decision", proposed["open_proposal_id"].as_str().unwrap());
    app.post(target, json!({ "decision": "accept" })).by(&team.phone).await.expect(200);
    let now = team.plan(app, &plan).await;
    assert_eq!((&now["needs_revision"], &now["content"]), (&json!(true), &plan["content"]), "never edited in place");

    app.advance(days(30));
    let team = Team { sam: app.fresh(&team.sam).await, supervisor: app.fresh(&team.supervisor).await, ..team };
    let draft = app.call("POST", format!("{}/revision", at(&plan))).by(&team.sam).await.expect(201);
    assert_eq!((&draft["state"], &draft["version_number"]), (&json!("draft"), &json!(2)));
    assert_eq!((&draft["replaces"], &draft["services"]), (&plan["id"], &plan["services"]));
    assert_eq!((&draft["effective_on"], &draft["expires_on"]), (&json!("2027-03-31"), &plan["expires_on"]));
    assert_eq!((&draft["goals"], &draft["needs_revision"]), (&plan["goals"], &json!(false)));
    let ids = json!({ "goal_ids": [walk["id"], proposed["id"]] });
    app.patch(at(&draft), ids).by(&team.sam).await.expect(200);
    team.submit(app, &draft).await;
    for who in ["professional", "client", "specialist"] {
        team.sign(app, &draft, who).await.expect(201);
    }
    assert_eq!(team.plan(app, &draft).await["needs_revision"], false);
    assert_eq!(team.plan(app, &plan).await["state"], "superseded");
    let old = app.call("POST", format!("{}/revision", at(&plan))).by(&team.sam).await;
    assert_eq!(old.refused(409), "superseded");
});

both!(what_needs_a_revision_and_what_does_not, async |app| {
    let team = Team::meet(app).await;
    let walk = team.goal(app, "Walk").await;
    let outside = team.own_goal(app, json!({ "title": "Sing" })).await;
    for (goal, change, needs) in [
        (&walk, json!({ "why": "Air" }), false),
        (&walk, json!({ "steps": [] }), false),
        (&walk, json!({ "lifecycle_status": "on_hold" }), false),
        (&outside, json!({ "title": "Hum" }), false),
        (&walk, json!({ "title": "Stroll" }), true),
        (&walk, json!({ "target": { "measure": "Walks", "value": 1, "unit": "walks" } }), true),
        (&walk, json!({ "lifecycle_status": "cancelled" }), true),
    ] {
        let again = json!({ "lifecycle_status": "active" });
        app.patch(crate::goals::at(&walk), again).by(&team.phone).await.expect(200);
        let plan = team.in_force(app, &[&walk]).await;
        app.patch(crate::goals::at(goal), change.clone()).by(&team.phone).await.expect(200);
        assert_eq!(team.plan(app, &plan).await["needs_revision"], needs, "{change}");
    }
    app.patch(crate::goals::at(&walk), json!({ "lifecycle_status": "active" })).by(&team.phone).await.expect(200);
    let plan = team.in_force(app, &[&walk]).await;
    team.own_goal(app, json!({ "title": "Paint" })).await;
    assert_eq!(team.plan(app, &plan).await["needs_revision"], true, "the client's own new goal");
    // Progress never does.
    let plan = team.in_force(app, &[&walk]).await;
    app.post(format!("{}/progress", crate::goals::at(&walk)), json!({ "value": 1 })).by(&team.phone).await.expect(201);
    assert_eq!(team.plan(app, &plan).await["needs_revision"], false);
});

both!(a_plan_that_nobody_signs_is_given_up_for_a_revision, async |app| {
    let team = Team::meet(app).await;
    let (walk, cook) = (team.goal(app, "Walk").await, team.goal(app, "Cook").await);
    let plan = team.draft(app, &[&walk, &cook]).await;
    team.submit(app, &plan).await;
    team.sign(app, &plan, "specialist").await.expect(201);
    app.patch(crate::goals::at(&cook), json!({ "lifecycle_status": "cancelled" })).by(&team.phone).await.expect(200);
    assert_eq!(team.plan(app, &plan).await["needs_revision"], true, "before the last one signs");
    let draft = app.call("POST", format!("{}/revision", at(&plan))).by(&team.sam).await.expect(201);
    assert_eq!(draft["signatures"], json!([]), "signatures are of other words");
    let goals = draft["goals"].as_array().unwrap();
    assert_eq!((goals.len(), &goals[0]["goal_id"]), (1, &walk["id"]), "what is not worked on is left out");
    assert_eq!(team.plan(app, &plan).await["state"], "superseded");
    assert_eq!(team.sign(app, &plan, "client").await.refused(409), "not_awaiting_signatures");
});
