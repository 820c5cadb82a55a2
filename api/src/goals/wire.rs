use cairn_shared::clock::Timestamp;
use cairn_shared::goals::{
    Achievement, GoalPatch, GoalView, LifeArea, Lifecycle, ProgressView, ProposalKind, ProposalState, ProposalView,
    StepInput, Target,
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::agenda::{Author, StaffOut, author};
use crate::clients::date_or_null;
use crate::extract::present;

/// What is aimed for: so much of something, by a date.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TargetWire {
    /// What is counted, in words.
    #[schema(min_length = 1, max_length = 200, example = "Walks in a week")]
    measure: String,
    #[schema(minimum = 0, maximum = 1_000_000_000, example = 3)]
    value: f64,
    #[schema(min_length = 1, max_length = 50, example = "walks")]
    unit: String,
    #[serde(default, deserialize_with = "date_or_null")]
    #[schema(value_type = Option<String>, format = Date)]
    due: Option<NaiveDate>,
}

impl From<TargetWire> for Target {
    fn from(wire: TargetWire) -> Self {
        Self { measure: wire.measure, value: wire.value, unit: wire.unit, due: wire.due }
    }
}

impl From<Target> for TargetWire {
    fn from(target: Target) -> Self {
        Self { measure: target.measure, value: target.value, unit: target.unit, due: target.due }
    }
}

/// A step of a goal; one that is there already is named by its id and keeps what was done of it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StepWire {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<Uuid>,
    #[schema(min_length = 1, max_length = 200)]
    title: String,
    #[serde(default, deserialize_with = "date_or_null")]
    #[schema(value_type = Option<String>, format = Date)]
    due: Option<NaiveDate>,
}

impl From<StepWire> for StepInput {
    fn from(wire: StepWire) -> Self {
        Self { id: wire.id, title: wire.title, due: wire.due }
    }
}

/// Members left out stay; `null` empties. `steps` is the whole list, in its order.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GoalPatchIn {
    #[schema(min_length = 1, max_length = 200)]
    title: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 2000)]
    why: Option<Option<String>>,
    life_area: Option<LifeArea>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<TargetWire>)]
    target: Option<Option<TargetWire>>,
    #[schema(max_items = 50)]
    steps: Option<Vec<StepWire>>,
    lifecycle_status: Option<Lifecycle>,
}

impl From<GoalPatchIn> for GoalPatch {
    fn from(input: GoalPatchIn) -> Self {
        Self {
            title: input.title,
            why: input.why,
            life_area: input.life_area,
            target: input.target.map(|target| target.map(Into::into)),
            steps: input.steps.map(|steps| steps.into_iter().map(Into::into).collect()),
            lifecycle_status: input.lifecycle_status,
        }
    }
}

/// What would change: only members that do are there.
#[derive(Serialize, ToSchema)]
pub struct GoalChangesOut {
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    why: Option<Option<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    life_area: Option<LifeArea>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<TargetWire>)]
    target: Option<Option<TargetWire>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    steps: Option<Vec<StepWire>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lifecycle_status: Option<Lifecycle>,
}

impl From<GoalPatch> for GoalChangesOut {
    fn from(patch: GoalPatch) -> Self {
        let steps = |steps: Vec<StepInput>| {
            steps.into_iter().map(|step| StepWire { id: step.id, title: step.title, due: step.due }).collect()
        };
        Self {
            title: patch.title,
            why: patch.why,
            life_area: patch.life_area,
            target: patch.target.map(|target| target.map(Into::into)),
            steps: patch.steps.map(steps),
            lifecycle_status: patch.lifecycle_status,
        }
    }
}

#[derive(Serialize, ToSchema)]
pub struct StepOut {
    id: Uuid,
    title: String,
    done_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = Date)]
    due: Option<NaiveDate>,
    /// The agenda item that holds a time for it.
    agenda_item_id: Option<Uuid>,
}

#[derive(Serialize, ToSchema)]
pub struct ProgressSummaryOut {
    /// The newest value, in the unit of the target.
    value: Option<f64>,
    /// 0 to 1, of the target or of the steps; `null` when there is nothing to go by.
    fraction: Option<f64>,
    last_at: Option<Timestamp>,
    /// How often progress was recorded.
    count: i64,
}

/// A goal.
#[derive(Serialize, ToSchema)]
pub struct GoalOut {
    pub id: Uuid,
    client_id: Uuid,
    title: String,
    why: Option<String>,
    life_area: LifeArea,
    lifecycle_status: Lifecycle,
    achievement_status: Option<Achievement>,
    target: Option<TargetWire>,
    steps: Vec<StepOut>,
    progress: ProgressSummaryOut,
    created_by: Author,
    /// A proposal that the client has not decided on.
    open_proposal_id: Option<Uuid>,
    version: i64,
    created_at: Timestamp,
}

impl From<GoalView> for GoalOut {
    fn from(view: GoalView) -> Self {
        let steps = view.steps.into_iter().map(|step| StepOut {
            id: step.id,
            title: step.title,
            done_at: step.done_at,
            due: step.due,
            agenda_item_id: step.agenda_item_id,
        });
        Self {
            id: view.id,
            client_id: view.client_id,
            title: view.title,
            why: view.why,
            life_area: view.life_area,
            lifecycle_status: view.lifecycle_status,
            achievement_status: view.achievement_status,
            target: view.target.map(Into::into),
            steps: steps.collect(),
            progress: ProgressSummaryOut {
                value: view.progress.value,
                fraction: view.progress.fraction,
                last_at: view.progress.last_at,
                count: view.progress.count,
            },
            created_by: author(view.created_by_client),
            open_proposal_id: view.open_proposal_id,
            version: view.version,
            created_at: view.created_at,
        }
    }
}

/// A goal, or a change of one, that staff propose to its client.
#[derive(Serialize, ToSchema)]
pub struct ProposalOut {
    pub id: Uuid,
    goal_id: Uuid,
    kind: ProposalKind,
    changes: GoalChangesOut,
    reason: Option<String>,
    state: ProposalState,
    proposed_by: StaffOut,
    created_at: Timestamp,
    decided_at: Option<Timestamp>,
    /// What the client said to it.
    note: Option<String>,
}

impl From<ProposalView> for ProposalOut {
    fn from(view: ProposalView) -> Self {
        let (id, name) = view.proposed_by;
        Self {
            id: view.id,
            goal_id: view.goal_id,
            kind: view.kind,
            changes: view.changes.into(),
            reason: view.reason,
            state: view.state,
            proposed_by: StaffOut { id, name },
            created_at: view.created_at,
            decided_at: view.decided_at,
            note: view.note,
        }
    }
}

#[derive(Serialize, ToSchema)]
pub struct ProposalList {
    pub items: Vec<ProposalOut>,
    pub next_cursor: Option<String>,
}

/// Progress that was recorded.
#[derive(Serialize, ToSchema)]
pub struct GoalProgressOut {
    pub id: Uuid,
    goal_id: Uuid,
    value: Option<f64>,
    note: Option<String>,
    achievement_status: Option<Achievement>,
    step_id: Option<Uuid>,
    /// Whether the step was done.
    done: Option<bool>,
    recorded_at: Timestamp,
    recorded_by: Author,
    /// Who of the staff wrote it down.
    staff: Option<StaffOut>,
    created_at: Timestamp,
}

impl From<ProgressView> for GoalProgressOut {
    fn from(view: ProgressView) -> Self {
        Self {
            id: view.id,
            goal_id: view.goal_id,
            value: view.value,
            note: view.note,
            achievement_status: view.achievement_status,
            step_id: view.step_id,
            done: view.step_done,
            recorded_at: view.recorded_at,
            recorded_by: author(view.by_client),
            staff: view.recorded_by.map(|(id, name)| StaffOut { id, name }),
            created_at: view.created_at,
        }
    }
}
