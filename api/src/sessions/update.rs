use axum::http::StatusCode;
use axum::response::Response;
use cairn_shared::clock::Timestamp;
use cairn_shared::sessions::{self, Modality, NonBillableReason, SessionPatch, State};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::wire::SessionOut;
use crate::extract::{IfMatch, ValidJson, ValidPath, Write, present};
use crate::problem::{Problem, Problems};

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SessionPatchIn {
    /// `no_show`, `cancelled`, or back to `finished` or `in_progress`.
    state: Option<State>,
    modality: Option<Modality>,
    #[schema(pattern = "^[0-9]{2}$")]
    place_of_service: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200)]
    setting: Option<Option<String>>,
    starts_at: Option<Timestamp>,
    ends_at: Option<Timestamp>,
    time_zone: Option<String>,
    #[schema(minimum = 0)]
    excluded_minutes: Option<i64>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<NonBillableReason>)]
    excluded_reason: Option<Option<NonBillableReason>>,
    billable: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<NonBillableReason>)]
    non_billable_reason: Option<Option<NonBillableReason>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, pattern = "^[A-Z0-9]{5}$")]
    service_code: Option<Option<String>>,
    #[schema(max_items = 4)]
    modifiers: Option<Vec<String>>,
}

/// Change a session of yours, until a note of it is signed (409 `session_signed`).
#[utoipa::path(patch, path = "/v1/sessions/{session_id}", operation_id = "update_session", tag = "sessions",
    params(("session_id" = Uuid, Path)), request_body = SessionPatchIn,
    responses((status = 200, body = SessionOut), Problems))]
pub async fn update_session(
    write: Write,
    ValidPath(id): ValidPath<Uuid>,
    IfMatch(version): IfMatch,
    ValidJson(input): ValidJson<SessionPatchIn>,
) -> Result<Response, Problem> {
    let patch = SessionPatch {
        state: input.state,
        modality: input.modality,
        place_of_service: input.place_of_service,
        setting: input.setting,
        starts_at: input.starts_at,
        ends_at: input.ends_at,
        time_zone: input.time_zone,
        excluded_minutes: input.excluded_minutes,
        excluded_reason: input.excluded_reason,
        billable: input.billable,
        non_billable_reason: input.non_billable_reason,
        service_code: input.service_code,
        modifiers: input.modifiers,
    };
    let mut tx = write.begin().await?;
    let session = sessions::update(&mut tx, id, version, patch).await?;
    write.done(tx, StatusCode::OK, &SessionOut::from(session)).await
}
