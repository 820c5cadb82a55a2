//! A change of a draft, alone or as part of a group. What is left out stays; `null` empties a text, an answer or the risk.

use std::collections::BTreeMap;

use cairn_shared::clock::Timestamp;
use cairn_shared::note_templates::Part;
use cairn_shared::notes::{Activity, BodyPatch, GoalWork, GroupPart, Risk};
use cairn_shared::sessions::Attendance;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::extract::present;

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NotePatchIn {
    /// Moves the draft to another published version. What it does not ask for stays, and is named when the note is signed.
    template_version_id: Option<Uuid>,
    /// By part: `purpose`, `check_in`, `follow_up`, `intervention`, `response`, `plan`; at most 20,000 characters each.
    #[serde(default)]
    #[schema(value_type = Object)]
    texts: BTreeMap<Part, Option<String>>,
    /// All of them anew. In the plan of care that was in force on the day.
    #[schema(max_items = 30)]
    goals: Option<Vec<GoalWork>>,
    /// All of them anew.
    #[schema(max_items = 40)]
    activities: Option<Vec<Activity>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Risk>)]
    risk: Option<Option<Risk>>,
    /// By item of the template.
    #[serde(default)]
    #[schema(value_type = Object)]
    answers: BTreeMap<String, Option<Value>>,
    /// Paths of parts that were filled in and are right: `goals`, `texts.follow_up`.
    #[serde(default)]
    #[schema(max_items = 100)]
    confirm: Vec<String>,
}

impl NotePatchIn {
    pub fn split(self) -> (Option<Uuid>, BodyPatch) {
        let Self { template_version_id, texts, goals, activities, risk, answers, confirm } = self;
        (template_version_id, BodyPatch { texts, goals, activities, risk, answers, confirm })
    }
}

/// What a group shares: it stands in everybody's note, and names nobody.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GroupNoteSharedIn {
    /// By part: `purpose`, `check_in`, `follow_up`, `intervention`, `response`, `plan`; at most 20,000 characters each.
    #[serde(default)]
    #[schema(value_type = Object)]
    texts: BTreeMap<Part, Option<String>>,
    /// All of them anew. In the plan of care that was in force on the day.
    #[schema(max_items = 30)]
    goals: Option<Vec<GoalWork>>,
    /// All of them anew.
    #[schema(max_items = 40)]
    activities: Option<Vec<Activity>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Risk>)]
    risk: Option<Option<Risk>>,
    /// By item of the template.
    #[serde(default)]
    #[schema(value_type = Object)]
    answers: BTreeMap<String, Option<Value>>,
    /// Paths of parts that were filled in and are right: `goals`, `texts.follow_up`.
    #[serde(default)]
    #[schema(max_items = 100)]
    confirm: Vec<String>,
}

impl From<GroupNoteSharedIn> for BodyPatch {
    fn from(input: GroupNoteSharedIn) -> Self {
        let GroupNoteSharedIn { texts, goals, activities, risk, answers, confirm } = input;
        Self { texts, goals, activities, risk, answers, confirm }
    }
}

/// One person's part of a group; it names nobody else of it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GroupNotePartIn {
    attendance: Option<Attendance>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Timestamp>)]
    arrived_at: Option<Option<Timestamp>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Timestamp>)]
    left_at: Option<Option<Timestamp>>,
    /// By part: `purpose`, `check_in`, `follow_up`, `intervention`, `response`, `plan`; at most 20,000 characters each.
    #[serde(default)]
    #[schema(value_type = Object)]
    texts: BTreeMap<Part, Option<String>>,
    /// All of them anew. In the plan of care that was in force on the day.
    #[schema(max_items = 30)]
    goals: Option<Vec<GoalWork>>,
    /// All of them anew.
    #[schema(max_items = 40)]
    activities: Option<Vec<Activity>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Risk>)]
    risk: Option<Option<Risk>>,
    /// By item of the template.
    #[serde(default)]
    #[schema(value_type = Object)]
    answers: BTreeMap<String, Option<Value>>,
    /// Paths of parts that were filled in and are right: `goals`, `texts.follow_up`.
    #[serde(default)]
    #[schema(max_items = 100)]
    confirm: Vec<String>,
}

impl From<GroupNotePartIn> for GroupPart {
    fn from(input: GroupNotePartIn) -> Self {
        let GroupNotePartIn { attendance, arrived_at, left_at, texts, goals, activities, risk, answers, confirm } =
            input;
        Self { own: BodyPatch { texts, goals, activities, risk, answers, confirm }, attendance, arrived_at, left_at }
    }
}
