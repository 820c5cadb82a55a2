use axum::http::StatusCode;
use axum::response::Response;
use cairn_shared::agenda::{self, Attendance, OccurrenceId};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::wire::OccurrenceOut;
use crate::extract::{ValidJson, ValidPath, Write};
use crate::problem::{Problem, Problems};

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AttendanceIn {
    attendance: Attendance,
    /// Whose, when the item has several clients.
    client_id: Option<Uuid>,
}

/// Record whether a client came. For staff.
#[utoipa::path(post, path = "/v1/occurrences/{occurrence_id}/attendance", operation_id = "record_attendance",
    tag = "agenda", params(("occurrence_id" = String, Path)), request_body = AttendanceIn,
    responses((status = 200, body = OccurrenceOut), Problems))]
pub async fn record_attendance(
    write: Write,
    ValidPath(id): ValidPath<String>,
    ValidJson(input): ValidJson<AttendanceIn>,
) -> Result<Response, Problem> {
    let id: OccurrenceId = id.parse()?;
    let mut tx = write.begin().await?;
    let view = agenda::record_attendance(&mut tx, id, input.client_id, input.attendance).await?;
    write.done(tx, StatusCode::OK, &OccurrenceOut::from(view)).await
}
