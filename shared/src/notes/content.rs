//! What is signed: one canonical text that says everything, so that it needs no other row to be understood. Pure.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::body::{Activity, Body, Mark, Progress, Risk};
use super::facts::{ProfileFacts, SessionFacts, UnitsFacts};
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::note_templates::Part;
use crate::secrets::sha256;

/// Of the layout; another one gets another number.
pub const FORMAT: &str = "cairn-note/1";

/// All that is signed.
#[derive(Debug, Serialize)]
pub struct SignedContent<'a> {
    pub format: &'static str,
    pub id: Uuid,
    pub organization_id: Uuid,
    /// The voided note that this one takes the place of.
    pub replaces: Option<Uuid>,
    pub client: ClientFacts,
    pub author: AuthorFacts,
    pub session: &'a SessionFacts,
    pub care_plan: Option<PlanFacts>,
    pub profile: Profile<'a>,
    pub units: &'a UnitsFacts,
    pub template: TemplateFacts,
    pub goals: Vec<SignedGoal>,
    pub texts: &'a BTreeMap<Part, String>,
    pub activities: &'a [Activity],
    pub risk: Option<&'a Risk>,
    pub answers: &'a Map<String, Value>,
    /// What was filled in for the author, who then confirmed it.
    pub sources: BTreeMap<&'a str, &'a Mark>,
    pub late_entry: Option<LateEntry>,
    pub signed_at: Timestamp,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ClientFacts {
    pub id: Uuid,
    pub preferred_name: String,
    pub legal_name: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
pub struct AuthorFacts {
    pub id: Uuid,
    pub name: String,
    /// As held when the note was signed.
    pub credential: Value,
}

#[derive(Clone, Debug, Serialize)]
pub struct PlanFacts {
    pub id: Uuid,
    pub version_number: i64,
    pub content_hash: Option<String>,
}

#[derive(Debug, Serialize)]
pub struct Profile<'a> {
    pub id: Uuid,
    pub hash: &'a str,
}

impl<'a> From<&'a ProfileFacts> for Profile<'a> {
    fn from(profile: &'a ProfileFacts) -> Self {
        Self { id: profile.id, hash: &profile.hash }
    }
}

#[derive(Clone, Debug, Serialize)]
pub struct TemplateFacts {
    pub id: Uuid,
    pub version_id: Uuid,
    pub key: Option<String>,
    pub name: String,
    pub number: i64,
    pub content_hash: String,
}

/// A goal as the plan had it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedGoal {
    pub goal_id: Uuid,
    pub title: String,
    pub progress: Option<Progress>,
    pub comment: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
pub struct LateEntry {
    pub reason: String,
}

impl SignedContent<'_> {
    /// The text as canonical JSON (RFC 8785), and its SHA-256 in hexadecimal digits.
    pub fn freeze(&self) -> Result<(String, String)> {
        let text = serde_jcs::to_string(self).map_err(Error::internal)?;
        let hash = hash_of(&text);
        Ok((text, hash))
    }
}

pub fn hash_of(text: &str) -> String {
    hex::encode(sha256(text.as_bytes()))
}

/// What a signed text holds of what its author wrote.
#[derive(Debug, Deserialize)]
struct Written {
    goals: Vec<SignedGoal>,
    #[serde(flatten)]
    rest: Rest,
    sources: BTreeMap<String, Mark>,
}

#[derive(Debug, Deserialize)]
struct Rest {
    texts: BTreeMap<Part, String>,
    activities: Vec<Activity>,
    risk: Option<Risk>,
    answers: Map<String, Value>,
}

/// The author's part of a signed text, and its goals with their titles.
pub fn read_signed(text: &str) -> Result<(Body, Vec<SignedGoal>)> {
    let Written { goals, rest: Rest { texts, activities, risk, answers }, sources: marks } =
        serde_json::from_str(text).map_err(Error::internal)?;
    let work = goals.iter().map(|goal| super::body::GoalWork {
        goal_id: goal.goal_id,
        progress: goal.progress,
        comment: goal.comment.clone(),
    });
    Ok((Body { texts, goals: work.collect(), activities, risk, answers, marks }, goals))
}

/// How long the session of a signed text was.
pub fn minutes_of(text: &str) -> Option<i64> {
    serde_json::from_str::<Value>(text).ok()?["session"]["minutes"].as_i64()
}

/// An addition to a note, as it is hashed: it names the words that it is added to.
#[derive(Debug, Serialize, Deserialize)]
pub struct AddendumContent {
    pub format: String,
    pub note_id: Uuid,
    pub note_hash: String,
    pub number: i64,
    pub kind: super::state::AddendumKind,
    pub author_id: Uuid,
    /// As it was typed.
    pub name: String,
    pub text: String,
    pub at: Timestamp,
}

impl AddendumContent {
    pub const FORMAT: &'static str = "cairn-addendum/1";

    pub fn freeze(&self) -> Result<(String, String)> {
        let text = serde_jcs::to_string(self).map_err(Error::internal)?;
        let hash = hash_of(&text);
        Ok((text, hash))
    }
}

/// Do two names mean the same? Case and spaces do not count.
pub fn same_name(one: &str, other: &str) -> bool {
    let plain = |name: &str| name.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>();
    plain(one) == plain(other)
}

#[cfg(test)]
#[path = "content_tests.rs"]
mod tests;
