//! Dates that were agreed on: of goals, and of the review of a plan of care.

use cairn_tests::{TestApp, both};
use serde_json::{Value, json};

use super::reasons;
use crate::care_plans::{Team, at as at_plan};
use crate::goals::at;

async fn of_kind(app: &TestApp, team: &Team, kind: &str) -> Vec<Value> {
    let mut found = reasons(app, &team.sam, team.ana).await;
    found.retain(|reason| reason["kind"] == kind);
    found
}

fn due(date: &str) -> Value {
    json!({ "target": { "measure": "Walks in a week", "value": 3, "unit": "walks", "due": date } })
}

both!(a_goals_date_is_announced_and_a_later_one_or_the_end_ends_it, async |app| {
    let team = Team::meet(app).await;
    let goal = team.own_goal(app, due("2027-03-20")).await;
    app.watch().await;
    app.travel_to("2027-03-17T03:59:59Z");
    app.watch().await;
    assert_eq!(of_kind(app, &team, "goal_due").await, Vec::<Value>::new());
    // Three days before, at midnight where the client is.
    app.travel_to("2027-03-17T04:00:00Z");
    assert_eq!(app.watch().await, 1);
    let found = of_kind(app, &team, "goal_due").await;
    assert_eq!((&found[0]["severity"], &found[0]["text"]), (&json!("low"), &json!("Date set for a goal: in 3 days")));
    assert_eq!(found[0]["subject"], json!({ "type": "goal", "id": goal["id"] }));
    app.patch(at(&goal), due("2027-04-20")).by(&team.phone).await.expect(200);
    app.watch().await;
    assert_eq!(of_kind(app, &team, "goal_due").await, Vec::<Value>::new());
    app.travel_to("2027-04-18T12:00:00Z");
    app.watch().await;
    assert_eq!(of_kind(app, &team, "goal_due").await.len(), 1, "announced again");
    app.patch(at(&goal), json!({ "lifecycle_status": "completed" })).by(&team.phone).await.expect(200);
    app.watch().await;
    assert_eq!(of_kind(app, &team, "goal_due").await, Vec::<Value>::new());
});

both!(the_review_of_a_plan_is_announced_and_weighs_more_when_it_is_late, async |app| {
    let team = Team::meet(app).await;
    let goal = team.own_goal(app, json!({})).await;
    let draft = team.draft(app, &[&goal]).await;
    let dated = json!({ "review_due_on": "2027-03-30" });
    app.patch(at_plan(&draft), dated).by(&team.sam).await.expect(200);
    app.travel_to("2027-03-15T12:00:00Z");
    app.watch().await;
    let team = Team { sam: app.fresh(&team.sam).await, supervisor: app.fresh(&team.supervisor).await, ..team };
    team.submit(app, &draft).await;
    for who in ["client", "specialist", "professional"] {
        team.sign(app, &draft, who).await.expect(201);
    }
    app.watch().await;
    assert_eq!(of_kind(app, &team, "plan_review_due").await, Vec::<Value>::new());
    app.travel_to("2027-03-16T04:00:00Z");
    app.watch().await;
    let found = of_kind(app, &team, "plan_review_due").await;
    assert_eq!(found[0]["text"], "Review of the plan of care is due in 14 days");
    assert_eq!((&found[0]["severity"], &found[0]["subject"]["id"]), (&json!("low"), &draft["id"]));
    // Set aside it comes back when it has grown more serious, and with the next plan it ends.
    let target = format!("/v1/attention/{}/dismissal", found[0]["id"].as_str().unwrap());
    let sam = app.fresh(&team.sam).await;
    app.post(target, json!({ "note": "We meet next week" })).by(&sam).await.expect(200);
    app.travel_to("2027-03-31T03:59:00Z");
    app.watch().await;
    assert_eq!(of_kind(app, &team, "plan_review_due").await, Vec::<Value>::new());
    app.travel_to("2027-03-31T04:00:00Z");
    app.watch().await;
    let found = of_kind(app, &team, "plan_review_due").await;
    assert_eq!(
        (&found[0]["severity"], &found[0]["text"]),
        (&json!("medium"), &json!("Review of the plan of care was due yesterday"))
    );
});
