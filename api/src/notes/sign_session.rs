use axum::http::StatusCode;
use axum::response::Response;
use cairn_shared::notes;
use uuid::Uuid;

use super::sign::NoteSigningIn;
use super::wire::SignedNoteList;
use crate::extract::{Fresh, ValidJson, ValidPath, Write};
use crate::problem::{Problem, Problems};

/// Sign every draft of a session at once, as after a group: all of them, or none. What is missing is named with its note:
/// `notes.{client_id}.texts.response`. It needs a fresh proof of who you are.
#[utoipa::path(post, path = "/v1/sessions/{session_id}/notes/sign", operation_id = "sign_session_notes", tag = "notes",
    params(("session_id" = Uuid, Path)), request_body = NoteSigningIn,
    responses((status = 200, body = SignedNoteList), Problems))]
pub async fn sign_session_notes(
    _: Fresh,
    write: Write,
    ValidPath(session_id): ValidPath<Uuid>,
    ValidJson(input): ValidJson<NoteSigningIn>,
) -> Result<Response, Problem> {
    let mut tx = write.begin().await?;
    let signed = notes::sign_session(&mut tx, session_id, &input.into()).await?;
    let list = SignedNoteList { items: signed.into_iter().map(Into::into).collect() };
    write.done(tx, StatusCode::OK, &list).await
}
