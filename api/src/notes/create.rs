use axum::response::Response;
use cairn_shared::notes::{self, NewNote};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::wire::NoteOut;
use crate::extract::{ValidJson, ValidPath, Write};
use crate::problem::{Problem, Problems};

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewNoteIn {
    /// Needed for sessions of a group only.
    client_id: Option<Uuid>,
    /// A published version; left out, `girp`, and `group` for a group.
    template_version_id: Option<Uuid>,
}

/// Begin the note of a session, with what is known filled in: `marks` says where each such part came from; it counts once it
/// is confirmed. For the session's specialist. One note a session and client (409 `note_exists`).
#[utoipa::path(post, path = "/v1/sessions/{session_id}/notes", operation_id = "create_note", tag = "notes",
    params(("session_id" = Uuid, Path)), request_body = NewNoteIn, responses((status = 201, body = NoteOut), Problems))]
pub async fn create_note(
    write: Write,
    ValidPath(session_id): ValidPath<Uuid>,
    ValidJson(input): ValidJson<NewNoteIn>,
) -> Result<Response, Problem> {
    let new = NewNote { client_id: input.client_id, template_version_id: input.template_version_id };
    let mut tx = write.begin().await?;
    let note = NoteOut::staff(notes::create(&mut tx, session_id, new).await?);
    write.created(tx, note.location(), &note).await
}
