use axum::http::StatusCode;
use axum::response::Response;
use cairn_shared::check_ins::{self, SchedulePatch, ScheduleState};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::wire::CheckInScheduleOut;
use crate::extract::{IfMatch, ValidJson, ValidPath, Write};
use crate::problem::{Problem, Problems};

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CheckInSchedulePatchIn {
    #[schema(pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    at: Option<String>,
    #[schema(max_length = 500)]
    recurrence: Option<String>,
    reminder: Option<bool>,
    /// `ended` ends it for good.
    state: Option<EndedState>,
}

#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EndedState {
    Ended,
}

/// Change a schedule from today on, or from tomorrow when today's time has passed. Members left out stay. Of what staff
/// scheduled, a client changes the time and the reminder.
#[utoipa::path(patch, path = "/v1/check-in-schedules/{schedule_id}", operation_id = "update_check_in_schedule",
    tag = "check-ins", params(("schedule_id" = Uuid, Path)), request_body = CheckInSchedulePatchIn,
    responses((status = 200, body = CheckInScheduleOut), Problems))]
pub async fn update_check_in_schedule(
    write: Write,
    ValidPath(schedule_id): ValidPath<Uuid>,
    IfMatch(version): IfMatch,
    ValidJson(input): ValidJson<CheckInSchedulePatchIn>,
) -> Result<Response, Problem> {
    let patch = SchedulePatch {
        at: input.at,
        recurrence: input.recurrence,
        reminder: input.reminder,
        state: input.state.map(|EndedState::Ended| ScheduleState::Ended),
    };
    let mut tx = write.begin().await?;
    let schedule = check_ins::update_schedule(&mut tx, schedule_id, version, patch).await?;
    write.done(tx, StatusCode::OK, &CheckInScheduleOut::from(schedule)).await
}
