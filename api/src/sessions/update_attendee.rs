use axum::http::StatusCode;
use axum::response::Response;
use cairn_shared::clock::Timestamp;
use cairn_shared::sessions::{self, Attendance, AttendeePatch, OtherPresent};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::wire::SessionOut;
use crate::extract::{IfMatch, ValidJson, ValidPath, Write, present};
use crate::problem::{Problem, Problems};

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AttendeePatchIn {
    attendance: Option<Attendance>,
    /// `null` for with the start.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Timestamp>)]
    arrived_at: Option<Option<Timestamp>>,
    /// `null` for until the end.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Timestamp>)]
    left_at: Option<Option<Timestamp>>,
    others_present: Option<Vec<OtherPresent>>,
}

/// Say of one client of a session of yours whether and when they were there. `If-Match` is the session's version.
#[utoipa::path(patch, path = "/v1/sessions/{session_id}/attendees/{client_id}",
    operation_id = "update_session_attendee", tag = "sessions",
    params(("session_id" = Uuid, Path), ("client_id" = Uuid, Path)), request_body = AttendeePatchIn,
    responses((status = 200, body = SessionOut), Problems))]
pub async fn update_session_attendee(
    write: Write,
    ValidPath((id, client_id)): ValidPath<(Uuid, Uuid)>,
    IfMatch(version): IfMatch,
    ValidJson(input): ValidJson<AttendeePatchIn>,
) -> Result<Response, Problem> {
    let patch = AttendeePatch {
        attendance: input.attendance,
        arrived_at: input.arrived_at,
        left_at: input.left_at,
        others_present: input.others_present,
    };
    let mut tx = write.begin().await?;
    let session = sessions::update_attendee(&mut tx, id, client_id, version, patch).await?;
    write.done(tx, StatusCode::OK, &SessionOut::from(session)).await
}
