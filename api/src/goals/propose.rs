use axum::response::Response;
use cairn_shared::goals;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::wire::{GoalPatchIn, ProposalOut};
use crate::extract::{ValidJson, ValidPath, Write};
use crate::problem::{Problem, Problems};

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewProposalIn {
    /// At least one member.
    changes: GoalPatchIn,
    #[schema(max_length = 1000)]
    reason: Option<String>,
}

/// Propose a change of a goal to its client. For specialists; it takes the place of a proposal that was still open.
#[utoipa::path(post, path = "/v1/goals/{goal_id}/proposals", operation_id = "create_goal_proposal", tag = "goals",
    params(("goal_id" = Uuid, Path)), request_body = NewProposalIn,
    responses((status = 201, body = ProposalOut), Problems))]
pub async fn create_goal_proposal(
    write: Write,
    ValidPath(goal_id): ValidPath<Uuid>,
    ValidJson(input): ValidJson<NewProposalIn>,
) -> Result<Response, Problem> {
    let mut tx = write.begin().await?;
    let out = ProposalOut::from(goals::propose(&mut tx, goal_id, input.changes.into(), input.reason).await?);
    write.created(tx, format!("/v1/goals/{goal_id}/proposals"), &out).await
}
