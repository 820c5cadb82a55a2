//! Sessions: how they are written down, what cannot be, and who is in two places.

mod bad_input;
mod groups;
mod invariants;
mod overlaps;
mod recording;

use cairn_tests::{Client, Staff, TestApp};
use serde_json::{Value, json};
use uuid::Uuid;

/// Fifty minutes in an office this morning, at nine in New York, unless `members` says otherwise.
pub async fn session(app: &TestApp, by: &Staff, clients: &[Client], members: Value) -> Value {
    app.post("/v1/sessions", body(clients, members)).by(by).await.expect(201)
}

pub fn body(clients: &[Client], members: Value) -> Value {
    let ids: Vec<Uuid> = clients.iter().map(|client| client.id).collect();
    let mut body = json!({
        "client_ids": ids,
        "place_of_service": "11",
        "starts_at": "2027-03-01T14:00:00Z",
        "ends_at": "2027-03-01T14:50:00Z",
    });
    for (name, value) in members.as_object().unwrap() {
        if value.is_null() {
            body.as_object_mut().unwrap().remove(name);
        } else {
            body[name] = value.clone();
        }
    }
    body
}

pub fn at(session: &Value) -> String {
    format!("/v1/sessions/{}", session["id"].as_str().unwrap())
}
