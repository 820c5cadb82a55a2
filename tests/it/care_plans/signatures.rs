use cairn_shared::scope::Role;
use cairn_tests::{both, days, minutes};
use serde_json::{Value, json};

use super::{Team, at};

both!(three_sign_in_whatever_order, async |app| {
    let team = Team::meet(app).await;
    let walk = team.goal(app, "Walk").await;
    let mut before: Option<Value> = None;
    for order in [
        ["client", "specialist", "professional"],
        ["client", "professional", "specialist"],
        ["specialist", "client", "professional"],
        ["specialist", "professional", "client"],
        ["professional", "client", "specialist"],
        ["professional", "specialist", "client"],
    ] {
        let plan = team.draft(app, &[&walk]).await;
        let submitted = team.submit(app, &plan).await;
        for (index, who) in order.into_iter().enumerate() {
            app.advance(minutes(1));
            let signed = team.sign(app, &plan, who).await.expect(201);
            assert_eq!(signed["state"], if index == 2 { "in_force" } else { "awaiting_signatures" }, "{order:?}");
            let expected = json!({
                "role": who, "name": format!("The {who}"), "signed_at": app.now(), "hash": submitted["content_hash"],
            });
            assert_eq!(signed["signatures"][index], expected);
            if let Some(before) = before.as_ref().filter(|_| index < 2) {
                assert_eq!(team.plan(app, before).await["state"], "in_force", "until the new one is");
            }
        }
        let now = team.plan(app, &plan).await;
        assert_eq!((&now["in_force_at"], &now["content_hash"]), (&json!(app.now()), &submitted["content_hash"]));
        if let Some(before) = &before {
            assert_eq!(now["replaces"], before["id"]);
            assert_eq!(team.plan(app, before).await["state"], "superseded");
        }
        before = Some(now);
    }
    let list = app.get(format!("/v1/clients/{}/care-plans", team.ana.id)).by(&team.supervisor).await.expect(200);
    let states: Vec<_> = list["items"].as_array().unwrap().iter().map(|plan| &plan["state"]).collect();
    assert_eq!(states, ["in_force", "superseded", "superseded", "superseded", "superseded", "superseded"]);
    assert_eq!(app.count_where("care_plans", "state = 'in_force'").await, 1);
});

both!(each_role_signs_once_and_only_what_is_fixed, async |app| {
    let team = Team::meet(app).await;
    let walk = team.goal(app, "Walk").await;
    let plan = team.draft(app, &[&walk]).await;
    assert_eq!(team.sign(app, &plan, "client").await.refused(409), "not_awaiting_signatures");
    team.submit(app, &plan).await;
    team.sign(app, &plan, "client").await.expect(201);
    let before = app.contents().await;
    assert_eq!(team.sign(app, &plan, "client").await.refused(409), "already_signed");
    let nameless = app.post(format!("{}/signatures", at(&plan)), json!({ "name": " " })).by(&team.sam).await;
    assert_eq!(nameless.wrong_fields(), ["name"]);
    // Nobody signs as what they are not.
    for role in ["client", "professional"] {
        let body = json!({ "name": "Sam", "role": role });
        let answer = app.post(format!("{}/signatures", at(&plan)), body).by(&team.sam).await;
        assert_eq!(answer.refused(403), "signer_role");
    }
    app.assert_unchanged_since(&before).await;
    team.sign(app, &plan, "specialist").await.expect(201);
    team.sign(app, &plan, "professional").await.expect(201);
    assert_eq!(team.sign(app, &plan, "client").await.refused(409), "not_awaiting_signatures");
});

both!(the_same_signature_twice_at_once_counts_once, async |app| {
    let team = Team::meet(app).await;
    let walk = team.goal(app, "Walk").await;
    let plan = team.draft(app, &[&walk]).await;
    team.submit(app, &plan).await;
    let (one, two) = tokio::join!(team.sign(app, &plan, "client"), team.sign(app, &plan, "client"));
    assert_eq!([one.status.min(two.status), one.status.max(two.status)], [201, 409], "{} {}", one.text(), two.text());
    let (one, two) = tokio::join!(team.sign(app, &plan, "specialist"), team.sign(app, &plan, "professional"));
    assert_eq!([one.status, two.status], [201, 201], "{} {}", one.text(), two.text());
    assert_eq!(team.plan(app, &plan).await["state"], "in_force");
});

both!(who_is_specialist_and_supervisor_says_as_what_and_signs_once, async |app| {
    let both_roles = app.staff(&[Role::Specialist, Role::Supervisor]).await;
    let kim = app.specialist().await;
    app.supervise(&both_roles, &kim).await;
    let ana = app.client(&both_roles).await;
    let phone = app.unsubscribed_phone(&both_roles, ana).await;
    let supervisor = app.staff(&[Role::Supervisor]).await;
    app.supervise(&supervisor, &both_roles).await;
    let shared = json!({ "staff_id": kim.id, "starts_on": "2027-03-01" });
    app.post(format!("/v1/clients/{}/assignments", ana.id), shared).by(&supervisor).await.expect(201);
    let team = Team { sam: both_roles, supervisor, ana, phone };
    let walk = team.goal(app, "Walk").await;
    let plan = team.draft(app, &[&walk]).await;
    team.submit(app, &plan).await;
    let target = format!("{}/signatures", at(&plan));
    assert_eq!(app.post(&target, json!({ "name": "Sam" })).by(&team.sam).await.wrong_fields(), ["role"]);
    let body = json!({ "name": "Sam", "role": "specialist" });
    app.post(&target, body).by(&team.sam).await.expect(201);
    let body = json!({ "name": "Sam", "role": "professional" });
    assert_eq!(app.post(&target, body).by(&team.sam).await.refused(409), "same_person");
    team.sign(app, &plan, "professional").await.expect(201);
});

both!(others_do_not_see_or_sign, async |app| {
    let team = Team::meet(app).await;
    let walk = team.goal(app, "Walk").await;
    let plan = team.draft(app, &[&walk]).await;
    team.submit(app, &plan).await;
    let kim = app.specialist().await;
    let scheduler = app.scheduler().await;
    let bo = app.client(&kim).await;
    let other = app.unsubscribed_phone(&kim, bo).await;
    let elsewhere = app.staff_of(app.another_organization().await, &[Role::Specialist]).await;
    let before = app.contents().await;
    let target = format!("{}/signatures", at(&plan));
    let body = json!({ "name": "Somebody" });
    for who in [&kim, &elsewhere] {
        app.post(&target, body.clone()).by(who).await.refused(404);
        app.get(at(&plan)).by(who).await.refused(404);
        app.patch(at(&plan), json!({})).by(who).await.refused(404);
        app.call("POST", format!("{}/revision", at(&plan))).by(who).await.refused(404);
    }
    app.post(&target, body.clone()).by(&other).await.refused(404);
    app.post(&target, body).by(&scheduler).await.refused(403);
    app.get(at(&plan)).by(&scheduler).await.refused(403);
    // The client and the supervisor sign, and write no plans.
    for answer in [
        app.patch(at(&plan), json!({})).by(&team.phone).await,
        app.patch(at(&plan), json!({})).by(&team.supervisor).await,
        app.call("POST", format!("{}/submit", at(&plan))).by(&team.phone).await,
        app.call("POST", format!("{}/revision", at(&plan))).by(&team.supervisor).await,
    ] {
        answer.refused(403);
    }
    app.assert_unchanged_since(&before).await;
});

both!(a_plan_ends_after_its_last_day, async |app| {
    let team = Team::meet(app).await;
    let walk = team.goal(app, "Walk").await;
    let plan = team.in_force(app, &[&walk]).await;
    for (later, state) in [(365, "in_force"), (1, "ended")] {
        // 29 February 2028 is its last day.
        app.advance(days(later));
        let seen = app.get(at(&plan)).by(&app.fresh(&team.sam).await).await.expect(200);
        assert_eq!(seen["state"], state);
    }
});
