use axum::http::StatusCode;
use axum::response::Response;
use cairn_shared::calendars;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::wire::CalendarSettingsOut;
use crate::extract::{IfMatch, ValidJson, Write};
use crate::problem::{Problem, Problems};

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CalendarSettingsPatchIn {
    initials: Option<bool>,
}

/// Change what your organization allows its calendars to say. For admins. Feeds that are already out follow at once.
#[utoipa::path(patch, path = "/v1/calendar-settings", operation_id = "update_calendar_settings", tag = "calendars",
    request_body = CalendarSettingsPatchIn, responses((status = 200, body = CalendarSettingsOut), Problems))]
pub async fn update_calendar_settings(
    write: Write,
    IfMatch(version): IfMatch,
    ValidJson(input): ValidJson<CalendarSettingsPatchIn>,
) -> Result<Response, Problem> {
    let mut tx = write.begin().await?;
    let settings = calendars::update_settings(&mut tx, input.initials, version).await?;
    write.done(tx, StatusCode::OK, &CalendarSettingsOut::from(settings)).await
}
