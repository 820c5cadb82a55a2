use axum::http::StatusCode;
use axum::response::Response;
use cairn_shared::goals;
use uuid::Uuid;

use super::wire::{GoalOut, GoalPatchIn};
use crate::extract::{IfMatch, ValidJson, ValidPath, Write};
use crate::problem::{Problem, Problems};

/// Change a goal. Members left out stay; `null` empties; `steps` is the whole list. For its client; staff change only
/// what they proposed and nobody has decided on, and propose everything else (403 `proposal_needed`).
#[utoipa::path(patch, path = "/v1/goals/{goal_id}", operation_id = "update_goal", tag = "goals",
    params(("goal_id" = Uuid, Path)), request_body = GoalPatchIn,
    responses((status = 200, body = GoalOut), Problems))]
pub async fn update_goal(
    write: Write,
    ValidPath(goal_id): ValidPath<Uuid>,
    IfMatch(version): IfMatch,
    ValidJson(input): ValidJson<GoalPatchIn>,
) -> Result<Response, Problem> {
    let mut tx = write.begin().await?;
    let goal = goals::update(&mut tx, goal_id, version, input.into()).await?;
    write.done(tx, StatusCode::OK, &GoalOut::from(goal)).await
}
