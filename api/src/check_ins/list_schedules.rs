use axum::Json;
use axum::extract::State;
use cairn_shared::audit::{DataClass, note_read};
use cairn_shared::check_ins;
use uuid::Uuid;

use super::wire::CheckInScheduleList;
use crate::extract::{Caller, ValidPath};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

/// What a client is asked and when, oldest first; the list is always whole.
#[utoipa::path(get, path = "/v1/clients/{client_id}/check-in-schedules", operation_id = "list_check_in_schedules",
    tag = "check-ins", params(("client_id" = Uuid, Path)), responses((status = 200, body = CheckInScheduleList), Problems))]
pub async fn list_check_in_schedules(
    State(state): State<AppState>,
    caller: Caller,
    ValidPath(client_id): ValidPath<Uuid>,
) -> Result<Json<CheckInScheduleList>, Problem> {
    let tx = state.database.begin_read(&caller.scope).await?;
    let schedules = check_ins::list_schedules(&tx, client_id).await?;
    tx.finish().await?;
    note_read(&state.database, &caller.scope, DataClass::CheckIns, &[client_id]).await?;
    Ok(Json(CheckInScheduleList { items: schedules.into_iter().map(Into::into).collect(), next_cursor: None }))
}
