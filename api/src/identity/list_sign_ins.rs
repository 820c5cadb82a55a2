use axum::Json;
use axum::extract::State;
use cairn_shared::clock::Timestamp;
use cairn_shared::{devices, identity};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::extract::Caller;
use crate::problem::{Problem, Problems};
use crate::state::AppState;

#[derive(Serialize, ToSchema)]
pub struct SignInItem {
    id: Uuid,
    device_name: Option<String>,
    created_at: Timestamp,
    last_used_at: Timestamp,
    /// The one that this request was made with.
    current: bool,
}

#[derive(Serialize, ToSchema)]
pub struct SignInList {
    items: Vec<SignInItem>,
    next_cursor: Option<String>,
}

/// Your living sign-ins, newest first.
#[utoipa::path(get, path = "/v1/me/sign-ins", operation_id = "list_my_sign_ins", tag = "identity",
    responses((status = 200, body = SignInList), Problems))]
pub async fn list_my_sign_ins(State(state): State<AppState>, caller: Caller) -> Result<Json<SignInList>, Problem> {
    let tx = state.database.begin_read(&caller.scope).await?;
    let rows = identity::list_sign_ins(&tx).await?;
    let device_ids: Vec<Uuid> = rows.iter().filter_map(|row| row.device_id).collect();
    let names = devices::names_of_devices(&tx, &device_ids).await?;
    tx.finish().await?;
    let items = rows
        .into_iter()
        .map(|row| SignInItem {
            id: row.id,
            device_name: row.device_id.and_then(|id| names.get(&id).cloned()),
            created_at: row.created_at,
            last_used_at: row.last_used_at,
            current: row.id == caller.authenticated.sign_in_id,
        })
        .collect();
    Ok(Json(SignInList { items, next_cursor: None }))
}
