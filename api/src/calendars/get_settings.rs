use axum::extract::State;
use axum::response::Response;
use cairn_shared::calendars;

use super::wire::CalendarSettingsOut;
use crate::extract::{Caller, tagged};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

/// What your organization allows its calendars to say. For staff.
#[utoipa::path(get, path = "/v1/calendar-settings", operation_id = "get_calendar_settings", tag = "calendars",
    responses((status = 200, body = CalendarSettingsOut), Problems))]
pub async fn get_calendar_settings(State(state): State<AppState>, caller: Caller) -> Result<Response, Problem> {
    let tx = state.database.begin_read(&caller.scope).await?;
    let settings = calendars::get_settings(&tx).await?;
    tx.finish().await?;
    let version = settings.version;
    Ok(tagged(&CalendarSettingsOut::from(settings), version))
}
