//! What happens when, and how it went.

mod answers;
mod bulk;
mod calls;
mod cancelling;
mod capacity;
mod clocks;
mod editing;
mod lists;
mod own_items;
mod sharing;

use serde_json::Value;

/// The `YYYYMMDDTHHMM` part of every occurrence id.
fn originals(occurrences: &[Value]) -> Vec<&str> {
    occurrences.iter().map(|one| one["occurrence_id"].as_str().unwrap().split_once('.').unwrap().1).collect()
}

fn local_starts(occurrences: &[Value]) -> Vec<&str> {
    occurrences.iter().map(|one| one["starts_at_local"].as_str().unwrap()).collect()
}

fn id(item: &Value) -> &str {
    item["id"].as_str().unwrap()
}
