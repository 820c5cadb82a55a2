use axum::extract::State;
use axum::response::Response;
use cairn_shared::help_requests;

use super::wire::HelpSettingsOut;
use crate::extract::{Caller, tagged};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

/// How your organization handles requests for help. For staff.
#[utoipa::path(get, path = "/v1/help-settings", operation_id = "get_help_settings", tag = "help requests",
    responses((status = 200, body = HelpSettingsOut), Problems))]
pub async fn get_help_settings(State(state): State<AppState>, caller: Caller) -> Result<Response, Problem> {
    let tx = state.database.begin_read(&caller.scope).await?;
    let settings = help_requests::get_settings(&tx).await?;
    tx.finish().await?;
    let version = settings.version;
    Ok(tagged(&HelpSettingsOut::from(settings), version))
}
