mod check_ins;
mod computed;
mod dates;
mod rules;
mod safety;
mod settling;
mod trigger_words;

use cairn_shared::attention::{RaisedSafety, SafetyTrigger, raise_safety};
use cairn_shared::clients::authorize;
use cairn_shared::policy::Act;
use cairn_shared::scope::Actor;
use cairn_tests::{Client, Staff, TestApp};
use serde_json::Value;

/// What asks for attention of a client, as their specialist sees it.
async fn reasons(app: &TestApp, by: &Staff, client: Client) -> Vec<Value> {
    with_state(app, by, client, "").await
}

async fn with_state(app: &TestApp, by: &Staff, client: Client, query: &str) -> Vec<Value> {
    let by = app.fresh(by).await;
    let list = app.get(format!("/v1/clients/{}/attention{query}", client.id)).by(&by).await.expect(200);
    list["items"].as_array().unwrap().clone()
}

fn kinds(reasons: &[Value]) -> Vec<&str> {
    reasons.iter().map(|reason| reason["kind"].as_str().unwrap()).collect()
}

/// Opens a safety reason, as a check-in of the client does.
async fn not_safe(app: &TestApp, client: Client, trigger: SafetyTrigger) -> RaisedSafety {
    let mut scope = app.organization.scope();
    scope.zone = cairn_tests::ORGANIZATION_ZONE.parse().unwrap();
    scope.actor = Actor::Client { client_id: client.id, device_id: None };
    let mut tx = app.database.begin_write(&scope).await.unwrap();
    let row = authorize(&tx, client.id, Act::AnswerCheckIn).await.unwrap();
    let raised = raise_safety(&mut tx, &row, cairn_tests::id_of_phone(), trigger).await.unwrap();
    tx.commit().await.unwrap();
    raised
}
