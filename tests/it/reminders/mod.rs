//! From agenda to phone: what is planned, sent, held back, missed.

mod asked_for;
mod changes;
mod held_back;
mod lateness;
mod planning;
mod push_answers;
mod receipts;
mod sending;
mod zones;

use cairn_tests::{Client, Staff, TestApp};
use serde_json::{Value, json};

/// State and reason of each of a client's reminders, by due time.
async fn states(app: &TestApp, by: &Staff, client: Client) -> Vec<(String, Option<String>)> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let all = app.reminders(by, client).await;
    all.iter().map(|reminder| (text(&reminder["state"]).unwrap(), text(&reminder["reason"]))).collect()
}

fn state(name: &str) -> (String, Option<String>) {
    (name.to_owned(), None)
}

fn state_for(name: &str, reason: &str) -> (String, Option<String>) {
    (name.to_owned(), Some(reason.to_owned()))
}

/// An hour before.
fn an_hour_before() -> Value {
    json!([{ "minutes_before": 60 }])
}
