use axum::http::StatusCode;
use axum::response::Response;
use cairn_shared::help_requests;
use uuid::Uuid;

use super::wire::HelpRequestOut;
use crate::extract::{ValidPath, Write};
use crate::problem::{Problem, Problems};

/// Take a request over: nobody else is alerted any more. Somebody else's answers 409 `already_claimed`.
#[utoipa::path(post, path = "/v1/help-requests/{help_request_id}/claim", operation_id = "claim_help_request",
    tag = "help requests", params(("help_request_id" = Uuid, Path)),
    responses((status = 200, body = HelpRequestOut), Problems))]
pub async fn claim_help_request(write: Write, ValidPath(id): ValidPath<Uuid>) -> Result<Response, Problem> {
    let mut tx = write.begin().await?;
    let view = help_requests::claim(&mut tx, id).await?;
    write.done(tx, StatusCode::OK, &HelpRequestOut::from(view)).await
}
