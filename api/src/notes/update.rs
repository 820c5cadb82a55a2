use axum::http::StatusCode;
use axum::response::Response;
use cairn_shared::notes;
use uuid::Uuid;

use super::patch::NotePatchIn;
use super::wire::NoteOut;
use crate::extract::{IfMatch, ValidJson, ValidPath, Write};
use crate::problem::{Problem, Problems};

/// Save a draft. `If-Match` is needed, so that two places that write the same draft never lose each other's words. What is
/// refused changes nothing.
#[utoipa::path(patch, path = "/v1/notes/{note_id}", operation_id = "update_note", tag = "notes",
    params(("note_id" = Uuid, Path),
        ("If-Match" = String, Header, description = "The version that you have seen, in quotes; another one answers 412.")),
    request_body = NotePatchIn, responses((status = 200, body = NoteOut), Problems))]
pub async fn update_note(
    write: Write,
    ValidPath(note_id): ValidPath<Uuid>,
    IfMatch(version): IfMatch,
    ValidJson(input): ValidJson<NotePatchIn>,
) -> Result<Response, Problem> {
    let (template_version_id, patch) = input.split();
    let mut tx = write.begin().await?;
    let note = notes::update(&mut tx, note_id, version, template_version_id, patch).await?;
    write.done(tx, StatusCode::OK, &NoteOut::staff(note)).await
}
