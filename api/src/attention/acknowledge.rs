use axum::http::StatusCode;
use axum::response::Response;
use cairn_shared::attention;
use uuid::Uuid;

use super::wire::ReasonOut;
use crate::extract::{ReaderLanguage, ValidPath, Write};
use crate::problem::{Problem, Problems};

/// Take a reason on: nobody else is alerted any more. Somebody else's answers 409 `already_acknowledged`.
#[utoipa::path(post, path = "/v1/attention/{reason_id}/acknowledgement", operation_id = "acknowledge_attention_reason",
    tag = "attention", params(("reason_id" = Uuid, Path)), responses((status = 200, body = ReasonOut), Problems))]
pub async fn acknowledge_attention_reason(
    write: Write,
    ReaderLanguage(language): ReaderLanguage,
    ValidPath(reason_id): ValidPath<Uuid>,
) -> Result<Response, Problem> {
    let mut tx = write.begin().await?;
    let view = attention::acknowledge(&mut tx, reason_id).await?;
    write.done(tx, StatusCode::OK, &ReasonOut::new(view, language)).await
}
