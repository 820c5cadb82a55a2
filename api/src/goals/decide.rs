use axum::http::StatusCode;
use axum::response::Response;
use cairn_shared::goals::{self, Decision};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::wire::ProposalOut;
use crate::extract::{ValidJson, ValidPath, Write};
use crate::problem::{Problem, Problems};

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecisionIn {
    decision: Decision,
    #[schema(max_length = 1000)]
    note: Option<String>,
}

/// Accept or decline what staff propose. For its client, once. A goal that changed meanwhile answers 409 `goal_changed`
/// to an acceptance: look at it again first.
#[utoipa::path(post, path = "/v1/goal-proposals/{proposal_id}/decision", operation_id = "decide_goal_proposal",
    tag = "goals", params(("proposal_id" = Uuid, Path)), request_body = DecisionIn,
    responses((status = 200, body = ProposalOut), Problems))]
pub async fn decide_goal_proposal(
    write: Write,
    ValidPath(proposal_id): ValidPath<Uuid>,
    ValidJson(input): ValidJson<DecisionIn>,
) -> Result<Response, Problem> {
    let mut tx = write.begin().await?;
    let proposal = goals::decide(&mut tx, proposal_id, input.decision, input.note).await?;
    write.done(tx, StatusCode::OK, &ProposalOut::from(proposal)).await
}
