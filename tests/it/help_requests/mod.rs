mod asking;
mod claiming;
mod crisis;
mod escalation;
mod settings;

use cairn_shared::scope::Role;
use cairn_tests::{Client, Phone, Staff, TestApp};
use serde_json::{Value, json};

/// Puts these on call for a month, in their order.
async fn on_call(app: &TestApp, staff: &[&Staff]) {
    let by = app.staff(&[Role::Admin]).await;
    let entries: Vec<Value> = (1..)
        .zip(staff)
        .map(|(position, who)| {
            json!({
                "staff_id": who.id,
                "starts_at": "2027-03-01T00:00:00Z",
                "ends_at": "2027-04-01T00:00:00Z",
                "position": position,
            })
        })
        .collect();
    app.call("PUT", "/v1/on-call").json(&json!({ "entries": entries })).by(&by).await.expect(200);
}

/// A phone whose client was looked at since: what is watched after it is what a test is about.
async fn watched_phone(app: &TestApp, specialist: &Staff, client: Client) -> Phone {
    let phone = app.phone(specialist, client).await;
    app.watch().await;
    phone
}

/// What the audit log says of one sort of thing, oldest first: action, and its detail.
async fn log(app: &TestApp, object_type: &str) -> Vec<(String, Value)> {
    let sql =
        format!("SELECT action || ' ' || detail FROM audit_events WHERE object_type = '{object_type}' ORDER BY seq");
    let rows = app.column(&sql).await;
    rows.iter()
        .map(|row| row.split_once(' ').unwrap())
        .map(|(action, detail)| (action.to_owned(), serde_json::from_str(detail).unwrap()))
        .collect()
}
