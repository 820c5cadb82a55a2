use axum::http::StatusCode;
use axum::response::Response;
use cairn_shared::note_templates;
use uuid::Uuid;

use super::wire::NoteTemplateVersionOut;
use crate::extract::{ValidPath, Write};
use crate::problem::{Problem, Problems};

/// Offer a published version no more. Drafts that have it can still be signed.
#[utoipa::path(post, path = "/v1/note-template-versions/{template_version_id}/retire",
    operation_id = "retire_note_template_version", tag = "notes", params(("template_version_id" = Uuid, Path)),
    responses((status = 200, body = NoteTemplateVersionOut), Problems))]
pub async fn retire_note_template_version(
    write: Write,
    ValidPath(version_id): ValidPath<Uuid>,
) -> Result<Response, Problem> {
    let mut tx = write.begin().await?;
    let version = NoteTemplateVersionOut::new(note_templates::retire(&mut tx, version_id).await?)?;
    write.done(tx, StatusCode::OK, &version).await
}
