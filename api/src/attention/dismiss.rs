use axum::http::StatusCode;
use axum::response::Response;
use cairn_shared::attention;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::wire::ReasonOut;
use crate::extract::{ReaderLanguage, ValidJson, ValidPath, Write};
use crate::problem::{Problem, Problems};

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DismissalIn {
    #[schema(min_length = 1, max_length = 4000)]
    note: String,
}

/// Set a reason aside, and say why. What a client said about their safety is closed with an outcome instead: 409
/// `needs_closing`.
#[utoipa::path(post, path = "/v1/attention/{reason_id}/dismissal", operation_id = "dismiss_attention_reason",
    tag = "attention", params(("reason_id" = Uuid, Path)), request_body = DismissalIn,
    responses((status = 200, body = ReasonOut), Problems))]
pub async fn dismiss_attention_reason(
    write: Write,
    ReaderLanguage(language): ReaderLanguage,
    ValidPath(reason_id): ValidPath<Uuid>,
    ValidJson(input): ValidJson<DismissalIn>,
) -> Result<Response, Problem> {
    let mut tx = write.begin().await?;
    let view = attention::dismiss(&mut tx, reason_id, &input.note).await?;
    write.done(tx, StatusCode::OK, &ReasonOut::new(view, language)).await
}
