use axum::http::StatusCode;
use axum::response::Response;
use cairn_shared::goals;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::wire::GoalOut;
use crate::extract::{ValidJson, ValidPath, Write};
use crate::problem::{Problem, Problems};

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StepDoneIn {
    /// `false` takes it back.
    done: bool,
}

/// Mark a step as done, or as not done after all. The same again changes nothing.
#[utoipa::path(post, path = "/v1/goals/{goal_id}/steps/{step_id}/done", operation_id = "mark_goal_step", tag = "goals",
    params(("goal_id" = Uuid, Path), ("step_id" = Uuid, Path)), request_body = StepDoneIn,
    responses((status = 200, body = GoalOut), Problems))]
pub async fn mark_goal_step(
    write: Write,
    ValidPath((goal_id, step_id)): ValidPath<(Uuid, Uuid)>,
    ValidJson(input): ValidJson<StepDoneIn>,
) -> Result<Response, Problem> {
    let mut tx = write.begin().await?;
    let goal = goals::mark_step(&mut tx, goal_id, step_id, input.done).await?;
    write.done(tx, StatusCode::OK, &GoalOut::from(goal)).await
}
