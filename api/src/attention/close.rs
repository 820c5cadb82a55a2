use axum::http::StatusCode;
use axum::response::Response;
use cairn_shared::attention;
use cairn_shared::help_requests::HelpOutcome;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::wire::ReasonOut;
use crate::extract::{ReaderLanguage, ValidJson, ValidPath, Write};
use crate::problem::{Problem, Problems};

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClosingIn {
    outcome: HelpOutcome,
    #[schema(max_length = 4000)]
    note: Option<String>,
}

/// Close a reason with what came of it. A request for help is closed itself: 409 `settle_the_help_request`.
#[utoipa::path(post, path = "/v1/attention/{reason_id}/closing", operation_id = "close_attention_reason",
    tag = "attention", params(("reason_id" = Uuid, Path)), request_body = ClosingIn,
    responses((status = 200, body = ReasonOut), Problems))]
pub async fn close_attention_reason(
    write: Write,
    ReaderLanguage(language): ReaderLanguage,
    ValidPath(reason_id): ValidPath<Uuid>,
    ValidJson(input): ValidJson<ClosingIn>,
) -> Result<Response, Problem> {
    let mut tx = write.begin().await?;
    let view = attention::close(&mut tx, reason_id, input.outcome, input.note.as_deref()).await?;
    write.done(tx, StatusCode::OK, &ReasonOut::new(view, language)).await
}
