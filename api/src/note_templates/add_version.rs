use axum::response::Response;
use cairn_shared::note_templates;
use uuid::Uuid;

use super::wire::{NewNoteTemplateVersionIn, NoteTemplateVersionOut};
use crate::extract::{ValidJson, ValidPath, Write};
use crate::problem::{Problem, Problems};

/// Draft the next version of a template. An item's id means one question for ever (409 `item_id_reused`).
#[utoipa::path(post, path = "/v1/note-templates/{template_id}/versions", operation_id = "create_note_template_version",
    tag = "notes", params(("template_id" = Uuid, Path)), request_body = NewNoteTemplateVersionIn,
    responses((status = 201, body = NoteTemplateVersionOut), Problems))]
pub async fn create_note_template_version(
    write: Write,
    ValidPath(template_id): ValidPath<Uuid>,
    ValidJson(input): ValidJson<NewNoteTemplateVersionIn>,
) -> Result<Response, Problem> {
    let mut tx = write.begin().await?;
    let version = NoteTemplateVersionOut::new(note_templates::add_version(&mut tx, template_id, input.into()).await?)?;
    write.created(tx, format!("/v1/note-template-versions/{}", version.id), &version).await
}
