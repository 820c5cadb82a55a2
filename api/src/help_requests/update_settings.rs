use axum::http::StatusCode;
use axum::response::Response;
use cairn_shared::help_requests::{self, SettingsPatch, StaffedHours};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::wire::HelpSettingsOut;
use crate::extract::{IfMatch, ValidJson, Write, present};
use crate::problem::{Problem, Problems};

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HelpSettingsPatchIn {
    #[schema(minimum = 1, maximum = 1440)]
    escalation_minutes: Option<i64>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Vec<StaffedHours>>, max_items = 21)]
    staffed_hours: Option<Option<Vec<StaffedHours>>>,
}

/// Change how your organization handles requests for help. For supervisors and admins.
#[utoipa::path(patch, path = "/v1/help-settings", operation_id = "update_help_settings", tag = "help requests",
    request_body = HelpSettingsPatchIn, responses((status = 200, body = HelpSettingsOut), Problems))]
pub async fn update_help_settings(
    write: Write,
    IfMatch(version): IfMatch,
    ValidJson(input): ValidJson<HelpSettingsPatchIn>,
) -> Result<Response, Problem> {
    let patch = SettingsPatch { escalation_minutes: input.escalation_minutes, staffed_hours: input.staffed_hours };
    let mut tx = write.begin().await?;
    let settings = help_requests::update_settings(&mut tx, patch, version).await?;
    write.done(tx, StatusCode::OK, &HelpSettingsOut::from(settings)).await
}
