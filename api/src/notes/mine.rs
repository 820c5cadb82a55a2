use axum::Json;
use axum::extract::State;
use cairn_shared::audit::{DataClass, note_read};
use cairn_shared::db::PageRequest;
use cairn_shared::error::Error;
use cairn_shared::notes::{self, NoteFilter};
use serde::Deserialize;
use utoipa::IntoParams;

use super::get::language;
use super::wire::{NoteList, NoteOut};
use crate::extract::{Caller, ValidQuery};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

/// Whole notes are long: fewer of them make a page.
const USUAL: u64 = 20;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MyNotesQuery {
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    cursor: Option<String>,
}

/// What was written about you and signed, the newest meeting first. For clients.
#[utoipa::path(get, path = "/v1/me/notes", operation_id = "list_my_notes", tag = "notes",
    params(MyNotesQuery), responses((status = 200, body = NoteList), Problems))]
pub async fn list_my_notes(
    State(state): State<AppState>,
    caller: Caller,
    ValidQuery(query): ValidQuery<MyNotesQuery>,
) -> Result<Json<NoteList>, Problem> {
    let page = PageRequest::read(query.limit.or(Some(USUAL)), query.cursor.as_deref(), "notes")?;
    let client_id = caller.scope.client_id().ok_or(Error::Forbidden("role"))?;
    let tx = state.database.begin_read(&caller.scope).await?;
    let filter = NoteFilter { client_id: Some(client_id), ..NoteFilter::default() };
    let page = notes::list(&tx, &filter, &page).await?;
    let language = language(&tx).await?;
    let mut items = Vec::with_capacity(page.items.len());
    for head in &page.items {
        items.push(NoteOut::mine(notes::get(&tx, head.id).await?, language));
    }
    tx.finish().await?;
    note_read(&state.database, &caller.scope, DataClass::Notes, &[client_id]).await?;
    Ok(Json(NoteList { items, next_cursor: page.next_cursor }))
}
