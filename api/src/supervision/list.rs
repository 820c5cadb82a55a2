use axum::Json;
use axum::extract::State;
use cairn_shared::supervision;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::wire::SupervisionOut;
use crate::extract::{Caller, ValidPath};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

#[derive(Serialize, ToSchema)]
pub struct SupervisionList {
    items: Vec<SupervisionOut>,
    next_cursor: Option<String>,
}

/// Who supervises and supervised a member of staff, oldest first. For themselves, their supervisors and admins.
#[utoipa::path(get, path = "/v1/staff/{staff_id}/supervisions", operation_id = "list_supervisions", tag = "supervision",
    params(("staff_id" = Uuid, Path)), responses((status = 200, body = SupervisionList), Problems))]
pub async fn list_supervisions(
    State(state): State<AppState>,
    caller: Caller,
    ValidPath(staff_id): ValidPath<Uuid>,
) -> Result<Json<SupervisionList>, Problem> {
    let tx = state.database.begin_read(&caller.scope).await?;
    let items = supervision::list(&tx, staff_id).await?.into_iter().map(Into::into).collect();
    tx.finish().await?;
    Ok(Json(SupervisionList { items, next_cursor: None }))
}
