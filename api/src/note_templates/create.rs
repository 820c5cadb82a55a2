use axum::response::Response;
use cairn_shared::note_templates;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::wire::{NewNoteTemplateVersionIn, NoteTemplateOut};
use crate::extract::{ValidJson, Write};
use crate::problem::{Problem, Problems};

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewNoteTemplateIn {
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// Its first draft; versions can also be added later.
    version: Option<NewNoteTemplateVersionIn>,
}

/// Make a template of notes. For admins and supervisors.
#[utoipa::path(post, path = "/v1/note-templates", operation_id = "create_note_template", tag = "notes",
    request_body = NewNoteTemplateIn, responses((status = 201, body = NoteTemplateOut), Problems))]
pub async fn create_note_template(
    write: Write,
    ValidJson(input): ValidJson<NewNoteTemplateIn>,
) -> Result<Response, Problem> {
    let mut tx = write.begin().await?;
    let id = note_templates::create(&mut tx, &input.name).await?;
    if let Some(content) = input.version {
        note_templates::add_version(&mut tx, id, content.into()).await?;
    }
    let template = note_templates::get(&tx, id).await?;
    write.created(tx, format!("/v1/note-templates/{id}"), &NoteTemplateOut::from(template)).await
}
