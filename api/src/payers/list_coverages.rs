use axum::Json;
use axum::extract::State;
use cairn_shared::audit::{DataClass, note_read};
use cairn_shared::payers;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::wire::CoverageOut;
use crate::extract::{Caller, ValidPath};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

#[derive(Serialize, ToSchema)]
pub struct CoverageList {
    items: Vec<CoverageOut>,
    next_cursor: Option<String>,
}

/// Who pays and paid for a client's services, the earliest first.
#[utoipa::path(get, path = "/v1/clients/{client_id}/coverages", operation_id = "list_coverages", tag = "payers",
    params(("client_id" = Uuid, Path)), responses((status = 200, body = CoverageList), Problems))]
pub async fn list_coverages(
    State(state): State<AppState>,
    caller: Caller,
    ValidPath(client_id): ValidPath<Uuid>,
) -> Result<Json<CoverageList>, Problem> {
    let tx = state.database.begin_read(&caller.scope).await?;
    let items = payers::list_coverages(&tx, client_id).await?.into_iter().map(Into::into).collect();
    tx.finish().await?;
    note_read(&state.database, &caller.scope, DataClass::Coverage, &[client_id]).await?;
    Ok(Json(CoverageList { items, next_cursor: None }))
}
