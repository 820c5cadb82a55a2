use axum::response::Response;
use cairn_shared::check_ins::{self, NewSchedule};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::wire::CheckInScheduleOut;
use crate::clients::date;
use crate::extract::{ValidJson, ValidPath, Write};
use crate::problem::{Problem, Problems};

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCheckInScheduleIn {
    /// A form with a published version.
    form_id: Uuid,
    #[serde(deserialize_with = "date")]
    #[schema(value_type = String, format = Date)]
    starts_on: NaiveDate,
    /// Local time of day at which it is asked; it can be answered all day.
    #[schema(pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$", example = "20:00")]
    at: String,
    /// An IANA name; `client`, when left out, is the zone of the client, wherever they are.
    #[serde(default = "of_client")]
    time_zone: String,
    /// An RRULE (RFC 5545): DAILY, WEEKLY, MONTHLY or YEARLY. Without one it is asked once.
    #[schema(max_length = 500, example = "FREQ=DAILY")]
    recurrence: Option<String>,
    #[serde(default = "yes")]
    reminder: bool,
}

fn of_client() -> String {
    "client".to_owned()
}

fn yes() -> bool {
    true
}

/// Ask a client a form again and again. It stands on the agenda with kind `check_in`.
#[utoipa::path(post, path = "/v1/clients/{client_id}/check-in-schedules", operation_id = "create_check_in_schedule",
    tag = "check-ins", params(("client_id" = Uuid, Path)), request_body = NewCheckInScheduleIn,
    responses((status = 201, body = CheckInScheduleOut), Problems))]
pub async fn create_check_in_schedule(
    write: Write,
    ValidPath(client_id): ValidPath<Uuid>,
    ValidJson(input): ValidJson<NewCheckInScheduleIn>,
) -> Result<Response, Problem> {
    let new = NewSchedule {
        form_id: input.form_id,
        starts_on: input.starts_on,
        at: input.at,
        time_zone: input.time_zone,
        recurrence: input.recurrence,
        reminder: input.reminder,
    };
    let mut tx = write.begin().await?;
    let schedule = CheckInScheduleOut::from(check_ins::create_schedule(&mut tx, client_id, new).await?);
    let location = format!("/v1/check-in-schedules/{}", schedule.id);
    write.created(tx, location, &schedule).await
}
