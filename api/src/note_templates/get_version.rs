use axum::Json;
use axum::extract::State;
use cairn_shared::note_templates;
use uuid::Uuid;

use super::wire::NoteTemplateVersionOut;
use crate::extract::{Caller, ValidPath};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

/// One version of a template.
#[utoipa::path(get, path = "/v1/note-template-versions/{template_version_id}", operation_id = "get_note_template_version",
    tag = "notes", params(("template_version_id" = Uuid, Path)),
    responses((status = 200, body = NoteTemplateVersionOut), Problems))]
pub async fn get_note_template_version(
    State(state): State<AppState>,
    caller: Caller,
    ValidPath(version_id): ValidPath<Uuid>,
) -> Result<Json<NoteTemplateVersionOut>, Problem> {
    let tx = state.database.begin_read(&caller.scope).await?;
    let version = note_templates::get_version(&tx, version_id).await?;
    tx.finish().await?;
    Ok(Json(NoteTemplateVersionOut::new(version)?))
}
