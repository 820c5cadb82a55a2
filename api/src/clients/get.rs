use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use cairn_shared::audit::{DataClass, note_read};
use cairn_shared::clients;
use uuid::Uuid;

use super::wire::{ClientOut, sees_record};
use crate::extract::{Caller, ValidPath};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

/// One client.
#[utoipa::path(get, path = "/v1/clients/{client_id}", operation_id = "get_client", tag = "clients",
    params(("client_id" = Uuid, Path)), responses((status = 200, body = ClientOut), Problems))]
pub async fn get_client(
    State(state): State<AppState>,
    caller: Caller,
    ValidPath(client_id): ValidPath<Uuid>,
) -> Result<Response, Problem> {
    let tx = state.database.begin_read(&caller.scope).await?;
    let client = clients::get(&tx, client_id).await?;
    tx.finish().await?;
    note_read(&state.database, &caller.scope, DataClass::Client, &[client_id]).await?;
    let version = client.version;
    let mut response = Json(ClientOut::new(client, sees_record(&caller.scope))).into_response();
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{version}\"")) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    Ok(response)
}
