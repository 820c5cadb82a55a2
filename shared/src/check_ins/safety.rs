//! What rules read from answers: how somebody feels, and whether somebody has to be there for them now. Pure.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::form::{Content, MOOD, SAFE};
use super::scoring::{Instrument, whole};
use crate::forms::ItemType;

/// How soon somebody has to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[schema(as = SafetySeverity)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The same day.
    High,
    /// At once.
    Urgent,
}

impl Severity {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Urgent => "urgent",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::High, Self::Urgent].into_iter().find(|severity| severity.as_str() == text)
    }
}

/// What stands in clear beside sealed answers. What was not answered is absent, never 0 and never "safe".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    pub mood: Option<i64>,
    pub safe: Option<bool>,
    /// PHQ-9's ninth item: thoughts of death or self-harm, 0 (not at all) to 3 (nearly every day).
    pub item9: Option<i64>,
    /// One of the organization's words stands in what was written.
    pub words: bool,
    pub severity: Option<Severity>,
}

/// What was written in the person's own words.
pub fn texts<'a>(content: &Content, answers: &'a Map<String, Value>) -> Vec<&'a str> {
    let items = content.ui.items.iter().filter(|item| item.kind == ItemType::Text);
    items.filter_map(|item| answers.get(&item.id)?.as_str()).filter(|text| !text.trim().is_empty()).collect()
}

/// Reads the flags of valid answers; `words` says whether one of the organization's words was found in them.
pub fn flags(content: &Content, answers: &Map<String, Value>, words: bool) -> Flags {
    let mood = answers.get(MOOD).and_then(whole);
    let safe = answers.get(SAFE).and_then(Value::as_bool);
    let of_phq9 = content.scoring.is_some_and(|scoring| scoring.instrument == Instrument::Phq9);
    let item9 = answers.get("q9").and_then(whole).filter(|_| of_phq9);
    let severity = match (safe, item9) {
        // Asked about right now.
        (Some(false), _) | (_, Some(2..)) => Some(Severity::Urgent),
        (_, Some(1)) => Some(Severity::High),
        // Words add a look, and take none away.
        _ if words => Some(Severity::High),
        _ => None,
    };
    Flags { mood, safe, item9, words, severity }
}
