use axum::http::StatusCode;
use axum::response::Response;
use cairn_shared::notes;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::wire::NoteOut;
use crate::extract::{Fresh, ValidJson, ValidPath, Write};
use crate::problem::{Problem, Problems};

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CosignatureIn {
    /// Your name, as it stands in the list of staff.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
}

/// Sign after the author, as a supervisor of theirs today. It needs a fresh proof of who you are.
#[utoipa::path(post, path = "/v1/notes/{note_id}/cosign", operation_id = "cosign_note", tag = "notes",
    params(("note_id" = Uuid, Path)), request_body = CosignatureIn, responses((status = 200, body = NoteOut), Problems))]
pub async fn cosign_note(
    _: Fresh,
    write: Write,
    ValidPath(note_id): ValidPath<Uuid>,
    ValidJson(input): ValidJson<CosignatureIn>,
) -> Result<Response, Problem> {
    let mut tx = write.begin().await?;
    let note = notes::cosign(&mut tx, note_id, &input.name).await?;
    write.done(tx, StatusCode::OK, &NoteOut::staff(note)).await
}
