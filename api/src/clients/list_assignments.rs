use axum::Json;
use axum::extract::State;
use cairn_shared::clients;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::wire::AssignmentOut;
use crate::extract::{Caller, ValidPath};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

#[derive(Serialize, ToSchema)]
pub struct AssignmentList {
    items: Vec<AssignmentOut>,
    next_cursor: Option<String>,
}

/// Who works and worked with a client.
#[utoipa::path(get, path = "/v1/clients/{client_id}/assignments", operation_id = "list_assignments", tag = "clients",
    params(("client_id" = Uuid, Path)), responses((status = 200, body = AssignmentList), Problems))]
pub async fn list_assignments(
    State(state): State<AppState>,
    caller: Caller,
    ValidPath(client_id): ValidPath<Uuid>,
) -> Result<Json<AssignmentList>, Problem> {
    let tx = state.database.begin_read(&caller.scope).await?;
    let items = clients::list_assignments(&tx, client_id).await?.into_iter().map(Into::into).collect();
    tx.finish().await?;
    Ok(Json(AssignmentList { items, next_cursor: None }))
}
