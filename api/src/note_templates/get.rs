use axum::Json;
use axum::extract::State;
use cairn_shared::note_templates;
use uuid::Uuid;

use super::wire::NoteTemplateOut;
use crate::extract::{Caller, ValidPath};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

/// One template with its versions. For those who write notes, and who manage templates.
#[utoipa::path(get, path = "/v1/note-templates/{template_id}", operation_id = "get_note_template", tag = "notes",
    params(("template_id" = Uuid, Path)), responses((status = 200, body = NoteTemplateOut), Problems))]
pub async fn get_note_template(
    State(state): State<AppState>,
    caller: Caller,
    ValidPath(template_id): ValidPath<Uuid>,
) -> Result<Json<NoteTemplateOut>, Problem> {
    let tx = state.database.begin_read(&caller.scope).await?;
    let template = note_templates::get(&tx, template_id).await?;
    tx.finish().await?;
    Ok(Json(template.into()))
}
