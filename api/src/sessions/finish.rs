use axum::http::StatusCode;
use axum::response::Response;
use cairn_shared::clock::Timestamp;
use cairn_shared::sessions;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::wire::SessionOut;
use crate::extract::{ValidJson, ValidPath, Write};
use crate::problem::{Problem, Problems};

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FinishIn {
    /// To the minute; left out, now.
    ends_at: Option<Timestamp>,
}

/// End a session of yours that is in progress.
#[utoipa::path(post, path = "/v1/sessions/{session_id}/finish", operation_id = "finish_session", tag = "sessions",
    params(("session_id" = Uuid, Path)), request_body = FinishIn,
    responses((status = 200, body = SessionOut), Problems))]
pub async fn finish_session(
    write: Write,
    ValidPath(id): ValidPath<Uuid>,
    ValidJson(input): ValidJson<FinishIn>,
) -> Result<Response, Problem> {
    let mut tx = write.begin().await?;
    let session = sessions::finish(&mut tx, id, input.ends_at).await?;
    write.done(tx, StatusCode::OK, &SessionOut::from(session)).await
}
