use axum::Json;
use axum::extract::State;
use cairn_shared::audit::{DataClass, note_read};
use cairn_shared::db::PageRequest;
use cairn_shared::notes::{self, NoteFilter, NoteState};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use super::wire::NoteHeadList;
use crate::clients::date_or_null;
use crate::extract::{Caller, ValidQuery};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct NotesQuery {
    /// Days of the sessions.
    #[serde(default, deserialize_with = "date_or_null")]
    #[param(value_type = Option<String>, format = Date)]
    from: Option<NaiveDate>,
    /// Exclusive.
    #[serde(default, deserialize_with = "date_or_null")]
    #[param(value_type = Option<String>, format = Date)]
    to: Option<NaiveDate>,
    client_id: Option<Uuid>,
    author_id: Option<Uuid>,
    session_id: Option<Uuid>,
    state: Option<NoteState>,
    /// Whether a supervisor gave it back and waits for the author's answer.
    returned: Option<bool>,
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    cursor: Option<String>,
}

/// Notes within your reach, the newest session first, without their words.
#[utoipa::path(get, path = "/v1/notes", operation_id = "list_notes", tag = "notes",
    params(NotesQuery), responses((status = 200, body = NoteHeadList), Problems))]
pub async fn list_notes(
    State(state): State<AppState>,
    caller: Caller,
    ValidQuery(query): ValidQuery<NotesQuery>,
) -> Result<Json<NoteHeadList>, Problem> {
    let page = PageRequest::read(query.limit, query.cursor.as_deref(), "notes")?;
    let filter = NoteFilter {
        from: query.from,
        to: query.to,
        client_id: query.client_id,
        author_id: query.author_id,
        session_id: query.session_id,
        state: query.state,
        returned: query.returned,
    };
    let tx = state.database.begin_read(&caller.scope).await?;
    let page = notes::list(&tx, &filter, &page).await?;
    tx.finish().await?;
    let mut clients: Vec<Uuid> = page.items.iter().map(|head| head.client_id).collect();
    clients.sort_unstable();
    clients.dedup();
    note_read(&state.database, &caller.scope, DataClass::Notes, &clients).await?;
    let page = page.map(Into::into);
    Ok(Json(NoteHeadList { items: page.items, next_cursor: page.next_cursor }))
}
