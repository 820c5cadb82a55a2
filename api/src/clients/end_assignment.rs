use axum::http::StatusCode;
use axum::response::Response;
use cairn_shared::clients;
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::wire::{AssignmentOut, date};
use crate::extract::{ValidJson, ValidPath, Write};
use crate::problem::{Problem, Problems};

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignmentPatchIn {
    /// The last day, inclusive.
    #[serde(deserialize_with = "date")]
    #[schema(value_type = String, format = Date)]
    ends_on: NaiveDate,
}

/// Set the last day of an assignment.
#[utoipa::path(patch, path = "/v1/assignments/{assignment_id}", operation_id = "update_assignment", tag = "clients",
    params(("assignment_id" = Uuid, Path)), request_body = AssignmentPatchIn,
    responses((status = 200, body = AssignmentOut), Problems))]
pub async fn update_assignment(
    write: Write,
    ValidPath(id): ValidPath<Uuid>,
    ValidJson(input): ValidJson<AssignmentPatchIn>,
) -> Result<Response, Problem> {
    let mut tx = write.begin().await?;
    let assignment = clients::end_assignment(&mut tx, id, input.ends_on).await?;
    write.done(tx, StatusCode::OK, &AssignmentOut::from(assignment)).await
}
