use axum::http::StatusCode;
use axum::response::Response;
use cairn_shared::payers::SupervisorType;
use cairn_shared::supervision::{self, SupervisionPatch};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::wire::SupervisionOut;
use crate::clients::present_date;
use crate::extract::{ValidJson, ValidPath, Write, present};
use crate::problem::{Problem, Problems};

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SupervisionPatchIn {
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<SupervisorType>)]
    supervisor_type: Option<Option<SupervisorType>>,
    /// `true` makes it the primary one instead of the one that was.
    is_primary: Option<bool>,
    /// The last day; `null` for none.
    #[serde(default, deserialize_with = "present_date")]
    #[schema(value_type = Option<String>, format = Date)]
    ends_on: Option<Option<NaiveDate>>,
}

/// Change or end a supervision. With the end of the primary one the oldest of the others is primary; the last one is not
/// ended while sessions wait for a signed note (409 `open_sessions`). For admins.
#[utoipa::path(patch, path = "/v1/supervisions/{supervision_id}", operation_id = "update_supervision",
    tag = "supervision", params(("supervision_id" = Uuid, Path)), request_body = SupervisionPatchIn,
    responses((status = 200, body = SupervisionOut), Problems))]
pub async fn update_supervision(
    write: Write,
    ValidPath(id): ValidPath<Uuid>,
    ValidJson(input): ValidJson<SupervisionPatchIn>,
) -> Result<Response, Problem> {
    let patch = SupervisionPatch {
        supervisor_type: input.supervisor_type,
        is_primary: input.is_primary,
        ends_on: input.ends_on,
    };
    let mut tx = write.begin().await?;
    let view = supervision::update(&mut tx, id, patch).await?;
    write.done(tx, StatusCode::OK, &SupervisionOut::from(view)).await
}
