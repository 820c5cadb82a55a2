use axum::Json;
use axum::extract::State;
use cairn_shared::db::PageRequest;
use cairn_shared::note_templates;
use serde::Deserialize;
use utoipa::IntoParams;

use super::wire::NoteTemplateList;
use crate::extract::{Caller, ValidQuery};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct NoteTemplatesQuery {
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    cursor: Option<String>,
}

/// The templates of the organization, oldest first. For those who write notes, and who manage templates.
#[utoipa::path(get, path = "/v1/note-templates", operation_id = "list_note_templates", tag = "notes",
    params(NoteTemplatesQuery), responses((status = 200, body = NoteTemplateList), Problems))]
pub async fn list_note_templates(
    State(state): State<AppState>,
    caller: Caller,
    ValidQuery(query): ValidQuery<NoteTemplatesQuery>,
) -> Result<Json<NoteTemplateList>, Problem> {
    let page = PageRequest::read(query.limit, query.cursor.as_deref(), "note_templates")?;
    let tx = state.database.begin_read(&caller.scope).await?;
    let page = note_templates::list(&tx, &page).await?.map(Into::into);
    tx.finish().await?;
    Ok(Json(NoteTemplateList { items: page.items, next_cursor: page.next_cursor }))
}
