use axum::http::StatusCode;
use axum::response::Response;
use cairn_shared::goals;
use uuid::Uuid;

use super::wire::ProposalOut;
use crate::extract::{ValidPath, Write};
use crate::problem::{Problem, Problems};

/// Take an open proposal back. For whoever wrote it; a goal that was only proposed is dropped with it.
#[utoipa::path(post, path = "/v1/goal-proposals/{proposal_id}/withdrawal", operation_id = "withdraw_goal_proposal",
    tag = "goals", params(("proposal_id" = Uuid, Path)), responses((status = 200, body = ProposalOut), Problems))]
pub async fn withdraw_goal_proposal(
    write: Write,
    ValidPath(proposal_id): ValidPath<Uuid>,
) -> Result<Response, Problem> {
    let mut tx = write.begin().await?;
    let proposal = goals::withdraw(&mut tx, proposal_id).await?;
    write.done(tx, StatusCode::OK, &ProposalOut::from(proposal)).await
}
