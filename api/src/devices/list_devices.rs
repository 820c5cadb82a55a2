use axum::Json;
use axum::extract::State;
use cairn_shared::audit::{DataClass, note_read};
use cairn_shared::clock::Timestamp;
use cairn_shared::devices;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::extract::{Caller, ValidPath};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

#[derive(Serialize, ToSchema)]
pub struct DeviceOut {
    id: Uuid,
    name: String,
    created_at: Timestamp,
}

#[derive(Serialize, ToSchema)]
pub struct DeviceList {
    items: Vec<DeviceOut>,
    next_cursor: Option<String>,
}

/// The phones that act as a client. For those who may activate one.
#[utoipa::path(get, path = "/v1/clients/{client_id}/devices", operation_id = "list_client_devices", tag = "devices",
    params(("client_id" = Uuid, Path)), responses((status = 200, body = DeviceList), Problems))]
pub async fn list_client_devices(
    State(state): State<AppState>,
    caller: Caller,
    ValidPath(client_id): ValidPath<Uuid>,
) -> Result<Json<DeviceList>, Problem> {
    let tx = state.database.begin_read(&caller.scope).await?;
    let views = devices::list_devices(&tx, client_id).await?;
    tx.finish().await?;
    note_read(&state.database, &caller.scope, DataClass::Client, &[client_id]).await?;
    let items =
        views.into_iter().map(|view| DeviceOut { id: view.id, name: view.name, created_at: view.created_at }).collect();
    Ok(Json(DeviceList { items, next_cursor: None }))
}
