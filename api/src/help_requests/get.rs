use axum::Json;
use axum::extract::State;
use cairn_shared::audit::{DataClass, note_read};
use cairn_shared::help_requests;
use uuid::Uuid;

use super::wire::HelpRequestOut;
use crate::extract::{Caller, ValidPath};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

/// One request for help. Also for whoever was alerted to it.
#[utoipa::path(get, path = "/v1/help-requests/{help_request_id}", operation_id = "get_help_request",
    tag = "help requests", params(("help_request_id" = Uuid, Path)),
    responses((status = 200, body = HelpRequestOut), Problems))]
pub async fn get_help_request(
    State(state): State<AppState>,
    caller: Caller,
    ValidPath(id): ValidPath<Uuid>,
) -> Result<Json<HelpRequestOut>, Problem> {
    let tx = state.database.begin_read(&caller.scope).await?;
    let view = help_requests::get(&tx, id).await?;
    tx.finish().await?;
    note_read(&state.database, &caller.scope, DataClass::HelpRequests, &[view.client_id]).await?;
    Ok(Json(view.into()))
}
