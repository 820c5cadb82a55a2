use std::collections::BTreeMap;

use cairn_shared::note_templates::Part;
use cairn_shared::notes::{Activity, BodyPatch, GoalWork, Risk};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::extract::present;

/// A change of a draft. What is left out stays; `null` empties a text, an answer or the risk.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NoteBodyIn {
    /// By part: `purpose`, `check_in`, `follow_up`, `intervention`, `response`, `plan`; at most 20,000 characters each.
    #[schema(value_type = Object)]
    pub texts: BTreeMap<Part, Option<String>>,
    /// All of them anew. In the plan of care that was in force on the day.
    #[schema(max_items = 30)]
    pub goals: Option<Vec<GoalWork>>,
    /// All of them anew.
    #[schema(max_items = 40)]
    pub activities: Option<Vec<Activity>>,
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<Risk>)]
    pub risk: Option<Option<Risk>>,
    /// By item of the template.
    #[schema(value_type = Object)]
    pub answers: BTreeMap<String, Option<Value>>,
    /// Paths of parts that were filled in and are right: `goals`, `texts.follow_up`.
    #[schema(max_items = 100)]
    pub confirm: Vec<String>,
}

impl From<NoteBodyIn> for BodyPatch {
    fn from(input: NoteBodyIn) -> Self {
        let NoteBodyIn { texts, goals, activities, risk, answers, confirm } = input;
        Self { texts, goals, activities, risk, answers, confirm }
    }
}
