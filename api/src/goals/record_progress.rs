use axum::response::Response;
use cairn_shared::clock::Timestamp;
use cairn_shared::goals::{self, Achievement, NewProgress};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::wire::GoalProgressOut;
use crate::extract::{ValidJson, ValidPath, Write};
use crate::problem::{Problem, Problems};

/// At least one of a value, a note, how it goes, and a step.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProgressIn {
    #[schema(minimum = -1_000_000_000, maximum = 1_000_000_000)]
    value: Option<f64>,
    /// Must be the unit of the goal's target.
    #[schema(max_length = 50)]
    unit: Option<String>,
    #[schema(min_length = 1, max_length = 2000)]
    note: Option<String>,
    achievement_status: Option<Achievement>,
    /// With `done`: a step of this goal.
    step_id: Option<Uuid>,
    done: Option<bool>,
    /// Now, when left out; not more than a year ago.
    recorded_at: Option<Timestamp>,
}

/// Record progress. For the client and their specialists.
#[utoipa::path(post, path = "/v1/goals/{goal_id}/progress", operation_id = "create_goal_progress", tag = "goals",
    params(("goal_id" = Uuid, Path)), request_body = ProgressIn,
    responses((status = 201, body = GoalProgressOut), Problems))]
pub async fn create_goal_progress(
    write: Write,
    ValidPath(goal_id): ValidPath<Uuid>,
    ValidJson(input): ValidJson<ProgressIn>,
) -> Result<Response, Problem> {
    let new = NewProgress {
        value: input.value,
        unit: input.unit,
        note: input.note,
        achievement_status: input.achievement_status,
        step_id: input.step_id,
        done: input.done,
        recorded_at: input.recorded_at,
    };
    let mut tx = write.begin().await?;
    let out = GoalProgressOut::from(goals::record_progress(&mut tx, goal_id, new).await?);
    write.created(tx, format!("/v1/goals/{goal_id}/progress"), &out).await
}
