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
pub struct VoidNoteIn {
    #[schema(min_length = 1, max_length = 2000)]
    reason: String,
}

/// Say of a note that it counts no more, as its author or a supervisor. It stays to be seen. It needs a fresh proof of who you
/// are.
#[utoipa::path(post, path = "/v1/notes/{note_id}/void", operation_id = "void_note", tag = "notes",
    params(("note_id" = Uuid, Path)), request_body = VoidNoteIn, responses((status = 200, body = NoteOut), Problems))]
pub async fn void_note(
    _: Fresh,
    write: Write,
    ValidPath(note_id): ValidPath<Uuid>,
    ValidJson(input): ValidJson<VoidNoteIn>,
) -> Result<Response, Problem> {
    let mut tx = write.begin().await?;
    let note = notes::void(&mut tx, note_id, &input.reason).await?;
    write.done(tx, StatusCode::OK, &NoteOut::staff(note)).await
}
