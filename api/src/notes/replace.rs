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
pub struct ReplaceNoteIn {
    /// The session as it was written down anew, when the old one was wrong; else the same.
    session_id: Option<Uuid>,
}

/// Begin the note that takes the place of a voided one of yours, with all of its words to be confirmed.
#[utoipa::path(post, path = "/v1/notes/{note_id}/replacement", operation_id = "replace_note", tag = "notes",
    params(("note_id" = Uuid, Path)), request_body = ReplaceNoteIn, responses((status = 201, body = NoteOut), Problems))]
pub async fn replace_note(
    write: Write,
    ValidPath(note_id): ValidPath<Uuid>,
    ValidJson(input): ValidJson<ReplaceNoteIn>,
) -> Result<Response, Problem> {
    let mut tx = write.begin().await?;
    let note = NoteOut::staff(notes::replace(&mut tx, note_id, input.session_id).await?);
    write.created(tx, note.location(), &note).await
}
