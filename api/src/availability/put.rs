use axum::http::StatusCode;
use axum::response::Response;
use cairn_shared::availability::{self, NewAvailability, TimeOff, WorkingHours};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::wire::AvailabilityOut;
use crate::extract::{IfMatch, ValidJson, ValidPath, Write};
use crate::problem::{Problem, Problems};

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AvailabilityIn {
    /// An IANA name such as `America/Boise`.
    time_zone: String,
    #[schema(max_items = 50)]
    hours: Vec<WorkingHours>,
    #[serde(default)]
    #[schema(max_items = 200)]
    time_off: Vec<TimeOff>,
}

/// Write down when a member of staff works, in place of what was there: for themselves, schedulers and admins.
#[utoipa::path(put, path = "/v1/staff/{staff_id}/availability", operation_id = "put_availability",
    tag = "availability", params(("staff_id" = Uuid, Path), ("If-Match" = Option<String>, Header)),
    request_body = AvailabilityIn, responses((status = 200, body = AvailabilityOut), Problems))]
pub async fn put_availability(
    write: Write,
    ValidPath(staff_id): ValidPath<Uuid>,
    IfMatch(version): IfMatch,
    ValidJson(input): ValidJson<AvailabilityIn>,
) -> Result<Response, Problem> {
    let mut tx = write.begin().await?;
    let new = NewAvailability { time_zone: input.time_zone, hours: input.hours, time_off: input.time_off };
    let out = AvailabilityOut::from(availability::put_availability(&mut tx, staff_id, version, new).await?);
    write.done(tx, StatusCode::OK, &out).await
}
