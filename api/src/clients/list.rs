use axum::Json;
use axum::extract::State;
use cairn_shared::audit::{DataClass, note_read};
use cairn_shared::clients;
use cairn_shared::db::PageRequest;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::wire::{ClientOut, sees_record};
use crate::extract::{Caller, ValidQuery};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ClientsQuery {
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    cursor: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct ClientList {
    items: Vec<ClientOut>,
    next_cursor: Option<String>,
}

/// The clients that you may see, oldest first.
#[utoipa::path(get, path = "/v1/clients", operation_id = "list_clients", tag = "clients", params(ClientsQuery),
    responses((status = 200, body = ClientList), Problems))]
pub async fn list_clients(
    State(state): State<AppState>,
    caller: Caller,
    ValidQuery(query): ValidQuery<ClientsQuery>,
) -> Result<Json<ClientList>, Problem> {
    let page = PageRequest::read(query.limit, query.cursor.as_deref(), "clients")?;
    list(&state, &caller, &page, None).await
}

/// One page of clients; with a text, of those whose name contains it.
pub(super) async fn list(
    state: &AppState,
    caller: &Caller,
    page: &PageRequest,
    text: Option<&str>,
) -> Result<Json<ClientList>, Problem> {
    if cairn_shared::policy::reaches(&caller.scope, cairn_shared::policy::Act::ReadClient).is_empty() {
        return Err(cairn_shared::Error::Forbidden("role").into());
    }
    let tx = state.database.begin_read(&caller.scope).await?;
    let page = clients::list(&tx, page, text).await?;
    tx.finish().await?;
    let ids: Vec<Uuid> = page.items.iter().map(|client| client.id).collect();
    note_read(&state.database, &caller.scope, DataClass::Client, &ids).await?;
    let sees_record = sees_record(&caller.scope);
    let page = page.map(|client| ClientOut::new(client, sees_record));
    Ok(Json(ClientList { items: page.items, next_cursor: page.next_cursor }))
}
