use axum::Json;
use axum::extract::State;
use cairn_shared::audit::{DataClass, note_read};
use cairn_shared::db::PageRequest;
use cairn_shared::notes;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use super::wire::NoteHeadList;
use crate::extract::{Caller, ValidQuery};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CosignQueueQuery {
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    cursor: Option<String>,
}

/// Notes that wait for your signature as a supervisor of their author, oldest session first.
#[utoipa::path(get, path = "/v1/notes/cosign-queue", operation_id = "list_cosign_queue", tag = "notes",
    params(CosignQueueQuery), responses((status = 200, body = NoteHeadList), Problems))]
pub async fn list_cosign_queue(
    State(state): State<AppState>,
    caller: Caller,
    ValidQuery(query): ValidQuery<CosignQueueQuery>,
) -> Result<Json<NoteHeadList>, Problem> {
    let page = PageRequest::read(query.limit, query.cursor.as_deref(), "cosign-queue")?;
    let tx = state.database.begin_read(&caller.scope).await?;
    let page = notes::cosign_queue(&tx, &page).await?;
    tx.finish().await?;
    let mut clients: Vec<Uuid> = page.items.iter().map(|head| head.client_id).collect();
    clients.sort_unstable();
    clients.dedup();
    note_read(&state.database, &caller.scope, DataClass::Notes, &clients).await?;
    let page = page.map(Into::into);
    Ok(Json(NoteHeadList { items: page.items, next_cursor: page.next_cursor }))
}
