use axum::http::StatusCode;
use axum::response::Response;
use cairn_shared::notes;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::wire::NoteOut;
use crate::extract::{ValidJson, ValidPath, Write};
use crate::problem::{Problem, Problems};

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReturnNoteIn {
    #[schema(min_length = 1, max_length = 20_000)]
    comment: String,
}

/// Give a note back to its author with a comment, instead of signing it. What was signed stays; the author adds to it, which
/// puts it in the queue again, or voids it and writes another.
#[utoipa::path(post, path = "/v1/notes/{note_id}/return", operation_id = "return_note", tag = "notes",
    params(("note_id" = Uuid, Path)), request_body = ReturnNoteIn, responses((status = 200, body = NoteOut), Problems))]
pub async fn return_note(
    write: Write,
    ValidPath(note_id): ValidPath<Uuid>,
    ValidJson(input): ValidJson<ReturnNoteIn>,
) -> Result<Response, Problem> {
    let mut tx = write.begin().await?;
    let note = notes::give_back(&mut tx, note_id, &input.comment).await?;
    write.done(tx, StatusCode::OK, &NoteOut::staff(note)).await
}
