use axum::http::StatusCode;
use axum::response::Response;
use cairn_shared::help_requests::{self, HelpOutcome};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::wire::HelpRequestOut;
use crate::extract::{ValidJson, ValidPath, Write};
use crate::problem::{Problem, Problems};

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HelpClosingIn {
    outcome: HelpOutcome,
    #[schema(max_length = 4000)]
    note: Option<String>,
}

/// Say how a request for help ended.
#[utoipa::path(post, path = "/v1/help-requests/{help_request_id}/close", operation_id = "close_help_request",
    tag = "help requests", params(("help_request_id" = Uuid, Path)), request_body = HelpClosingIn,
    responses((status = 200, body = HelpRequestOut), Problems))]
pub async fn close_help_request(
    write: Write,
    ValidPath(id): ValidPath<Uuid>,
    ValidJson(input): ValidJson<HelpClosingIn>,
) -> Result<Response, Problem> {
    let mut tx = write.begin().await?;
    let view = help_requests::close(&mut tx, id, input.outcome, input.note.as_deref()).await?;
    write.done(tx, StatusCode::OK, &HelpRequestOut::from(view)).await
}
