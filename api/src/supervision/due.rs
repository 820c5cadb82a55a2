use axum::Json;
use axum::extract::State;
use cairn_shared::supervision;
use serde::Serialize;
use utoipa::ToSchema;

use super::wire::SupervisionDueOut;
use crate::extract::Caller;
use crate::problem::{Problem, Problems};
use crate::state::AppState;

#[derive(Serialize, ToSchema)]
pub struct SupervisionDueList {
    items: Vec<SupervisionDueOut>,
    next_cursor: Option<String>,
}

/// When those whom you look after are to be supervised next, soonest first: all staff for admins, else you and whom you
/// supervise.
#[utoipa::path(get, path = "/v1/supervision/due", operation_id = "list_supervision_due", tag = "supervision",
    responses((status = 200, body = SupervisionDueList), Problems))]
pub async fn list_supervision_due(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<Json<SupervisionDueList>, Problem> {
    let tx = state.database.begin_read(&caller.scope).await?;
    let items = supervision::due(&tx).await?.into_iter().map(Into::into).collect();
    tx.finish().await?;
    Ok(Json(SupervisionDueList { items, next_cursor: None }))
}
