//! Goals: who sets them, how they move, what is recorded, and what staff may only propose.

mod agenda_link;
mod bad_input;
mod progress;
mod proposals;
mod setting;

use cairn_tests::{Client, Credential, TestApp};
use serde_json::{Value, json};

/// Sets a goal: three walks a week and two steps, unless `members` says otherwise.
pub async fn goal(app: &TestApp, by: &impl AsRef<Credential>, client: Client, members: Value) -> Value {
    let mut body = json!({
        "title": "Walk in the park",
        "why": "It clears my head",
        "life_area": "health",
        "target": { "measure": "Walks in a week", "value": 3, "unit": "walks", "due": "2027-06-01" },
        "steps": [{ "title": "Find my shoes" }, { "title": "Ask Mia along", "due": "2027-03-05" }],
    });
    for (name, value) in members.as_object().unwrap() {
        body[name] = value.clone();
    }
    app.post(format!("/v1/clients/{}/goals", client.id), body).by(by).await.expect(201)
}

/// A goal that staff proposed and its client accepted.
pub async fn accepted_goal(
    app: &TestApp,
    by: &impl AsRef<Credential>,
    phone: &impl AsRef<Credential>,
    client: Client,
    members: Value,
) -> Value {
    let proposed = goal(app, by, client, members).await;
    decide(app, phone, text(&proposed["open_proposal_id"]), "accept").await;
    app.get(at(&proposed)).by(phone).await.expect(200)
}

async fn decide(app: &TestApp, phone: &impl AsRef<Credential>, proposal: &str, decision: &str) -> Value {
    let target = format!("/v1/goal-proposals/{proposal}/decision");
    app.post(target, json!({ "decision": decision })).by(phone).await.expect(200)
}

pub fn at(goal: &Value) -> String {
    format!("/v1/goals/{}", text(&goal["id"]))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}"))
}
