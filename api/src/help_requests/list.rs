use axum::Json;
use axum::extract::State;
use cairn_shared::audit::{DataClass, note_read};
use cairn_shared::db::PageRequest;
use cairn_shared::help_requests::{self, HelpRequestFilter, HelpState};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use super::wire::{HelpRequestList, HelpRequestOut};
use crate::extract::{Caller, ValidQuery};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct HelpRequestsQuery {
    client_id: Option<Uuid>,
    state: Option<HelpState>,
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    cursor: Option<String>,
}

/// Requests for help, newest first: your own, or those of the clients that you work with or supervise, and those that you
/// were alerted to.
#[utoipa::path(get, path = "/v1/help-requests", operation_id = "list_help_requests", tag = "help requests",
    params(HelpRequestsQuery), responses((status = 200, body = HelpRequestList), Problems))]
pub async fn list_help_requests(
    State(state): State<AppState>,
    caller: Caller,
    ValidQuery(query): ValidQuery<HelpRequestsQuery>,
) -> Result<Json<HelpRequestList>, Problem> {
    let page = PageRequest::read(query.limit, query.cursor.as_deref(), "help_requests")?;
    let filter = HelpRequestFilter { client_id: query.client_id, state: query.state };
    let tx = state.database.begin_read(&caller.scope).await?;
    let page = help_requests::list(&tx, &filter, &page).await?;
    tx.finish().await?;
    let mut ids: Vec<Uuid> = page.items.iter().map(|view| view.client_id).collect();
    ids.sort_unstable();
    ids.dedup();
    note_read(&state.database, &caller.scope, DataClass::HelpRequests, &ids).await?;
    let page = page.map(HelpRequestOut::from);
    Ok(Json(HelpRequestList { items: page.items, next_cursor: page.next_cursor }))
}
