use axum::http::StatusCode;
use axum::response::Response;
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
pub struct VoidSessionIn {
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

/// Say that a session of yours was entered in error. It stays to be seen, and counts for nothing.
#[utoipa::path(post, path = "/v1/sessions/{session_id}/void", operation_id = "void_session", tag = "sessions",
    params(("session_id" = Uuid, Path)), request_body = VoidSessionIn,
    responses((status = 200, body = SessionOut), Problems))]
pub async fn void_session(
    write: Write,
    ValidPath(id): ValidPath<Uuid>,
    ValidJson(input): ValidJson<VoidSessionIn>,
) -> Result<Response, Problem> {
    let mut tx = write.begin().await?;
    let session = sessions::void(&mut tx, id, &input.reason).await?;
    write.done(tx, StatusCode::OK, &SessionOut::from(session)).await
}
