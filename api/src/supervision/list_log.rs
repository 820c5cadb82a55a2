use axum::Json;
use axum::extract::State;
use cairn_shared::db::PageRequest;
use cairn_shared::supervision;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::wire::SupervisionEntryOut;
use crate::extract::{Caller, ValidPath, ValidQuery};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SupervisionLogQuery {
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    cursor: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct SupervisionLog {
    items: Vec<SupervisionEntryOut>,
    next_cursor: Option<String>,
}

/// The supervisions of a member of staff, newest first. For themselves, their supervisors and admins.
#[utoipa::path(get, path = "/v1/staff/{staff_id}/supervision-log", operation_id = "list_supervision_log",
    tag = "supervision", params(("staff_id" = Uuid, Path), SupervisionLogQuery),
    responses((status = 200, body = SupervisionLog), Problems))]
pub async fn list_supervision_log(
    State(state): State<AppState>,
    caller: Caller,
    ValidPath(staff_id): ValidPath<Uuid>,
    ValidQuery(query): ValidQuery<SupervisionLogQuery>,
) -> Result<Json<SupervisionLog>, Problem> {
    let page = PageRequest::read(query.limit, query.cursor.as_deref(), "supervision-log")?;
    let tx = state.database.begin_read(&caller.scope).await?;
    let page = supervision::list_log(&tx, staff_id, &page).await?.map(SupervisionEntryOut::from);
    tx.finish().await?;
    Ok(Json(SupervisionLog { items: page.items, next_cursor: page.next_cursor }))
}
