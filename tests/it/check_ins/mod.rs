mod answers;
mod fixed;
mod forms;
mod races;
mod reminding;
mod schedules;
mod scores;

use cairn_shared::scope::Role;
use cairn_tests::{Client, Credential, Staff, TestApp, id_of, id_of_phone};
use serde_json::{Value, json};
use uuid::Uuid;

/// The form that came with the program, as staff see it.
pub async fn shipped(app: &TestApp, by: &Staff, key: &str) -> Value {
    let list = app.get("/v1/check-in-forms").by(by).await.expect(200);
    let forms = list["items"].as_array().unwrap();
    forms.iter().find(|form| form["key"] == key).unwrap_or_else(|| panic!("no form {key}")).clone()
}

pub async fn admin(app: &TestApp) -> Staff {
    app.staff(&[Role::Admin]).await
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}"))
}

/// A daily schedule of a form at eight in the evening.
pub async fn daily(app: &TestApp, by: &impl AsRef<Credential>, client: Client, form: &Value) -> Value {
    let body = json!({
        "form_id": form["id"], "starts_on": "2027-03-01", "at": "20:00", "recurrence": "FREQ=DAILY",
    });
    app.post(format!("/v1/clients/{}/check-in-schedules", client.id), body).by(by).await.expect(201)
}

/// A check-in as a phone would send it now.
pub fn check_in(app: &TestApp, version: &Value, answers: Value) -> Value {
    json!({
        "id": id_of_phone(),
        "form_version_id": version,
        "answers": answers,
        "answered_at": app.now(),
    })
}

fn with(mut body: Value, name: &str, value: impl Into<Value>) -> Value {
    body[name] = value.into();
    body
}

pub async fn send(app: &TestApp, by: &impl AsRef<Credential>, client: Client, body: &Value) -> cairn_tests::Answer {
    app.post(format!("/v1/clients/{}/check-ins", client.id), body.clone()).by(by).await
}

/// A small form with one item of each type.
pub fn every_type() -> Value {
    let words = |text: &str| json!({ "en": text, "es": text });
    json!({
        "schema": {
            "type": "object",
            "properties": {
                "mood": { "type": "integer", "minimum": 0, "maximum": 10 },
                "energy": { "type": "integer", "minimum": 1, "maximum": 5 },
                "meal": { "enum": ["yes", "some", "no"] },
                "rested": { "type": "boolean" },
                "hours": { "type": "number", "minimum": 0, "maximum": 24 },
                "words": { "type": "string", "maxLength": 200 },
                "places": { "type": "array", "uniqueItems": true, "items": { "enum": ["home", "work", "park"] } },
            },
        },
        "ui_schema": {
            "items": [
                { "id": "mood", "type": "faces", "label": words("Mood") },
                { "id": "energy", "type": "scale", "label": words("Energy"), "min": 1, "max": 5 },
                { "id": "meal", "type": "choice", "label": words("Meal"), "choices": [
                    { "value": "yes", "label": words("Yes") }, { "value": "some", "label": words("Some") },
                    { "value": "no", "label": words("No") },
                ] },
                { "id": "rested", "type": "yes_no", "label": words("Rested") },
                { "id": "hours", "type": "number", "label": words("Hours"), "when": { "item": "rested", "equals": true } },
                { "id": "words", "type": "text", "label": words("In your words") },
                { "id": "places", "type": "multi", "label": words("Places"), "choices": [
                    { "value": "home", "label": words("Home") }, { "value": "work", "label": words("Work") },
                    { "value": "park", "label": words("Park") },
                ] },
            ],
        },
    })
}

/// Makes a form of these contents and publishes it; returns form and version.
pub async fn published(app: &TestApp, by: &Staff, content: &Value) -> (Uuid, Uuid) {
    let form = app.post("/v1/check-in-forms", json!({ "name": "Weekly look" })).by(by).await.expect(201);
    let form_id = id_of(&form);
    (form_id, next_version(app, by, form_id, content).await)
}

async fn next_version(app: &TestApp, by: &Staff, form_id: Uuid, content: &Value) -> Uuid {
    let target = format!("/v1/check-in-forms/{form_id}/versions");
    let version = id_of(&app.post(target, content.clone()).by(by).await.expect(201));
    app.call("POST", format!("/v1/form-versions/{version}/publish")).by(by).await.expect(200);
    version
}
