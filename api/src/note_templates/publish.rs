use axum::http::StatusCode;
use axum::response::Response;
use cairn_shared::note_templates;
use uuid::Uuid;

use super::wire::NoteTemplateVersionOut;
use crate::extract::{ValidPath, Write};
use crate::problem::{Problem, Problems};

/// Publish a draft: from now on it does not change, and new notes are written with it. Drafts that were begun with the version
/// before can be signed as they are after a `safe` edit; after a `breaking` one their author moves them on.
#[utoipa::path(post, path = "/v1/note-template-versions/{template_version_id}/publish",
    operation_id = "publish_note_template_version", tag = "notes", params(("template_version_id" = Uuid, Path)),
    responses((status = 200, body = NoteTemplateVersionOut), Problems))]
pub async fn publish_note_template_version(
    write: Write,
    ValidPath(version_id): ValidPath<Uuid>,
) -> Result<Response, Problem> {
    let mut tx = write.begin().await?;
    let version = NoteTemplateVersionOut::new(note_templates::publish(&mut tx, version_id).await?)?;
    write.done(tx, StatusCode::OK, &version).await
}
