use axum::response::Response;
use cairn_shared::clients;
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::wire::{AssignmentOut, date, date_or_null};
use crate::extract::{ValidJson, ValidPath, Write};
use crate::problem::{Problem, Problems};

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignmentIn {
    staff_id: Uuid,
    #[serde(deserialize_with = "date")]
    #[schema(value_type = String, format = Date)]
    starts_on: NaiveDate,
    #[serde(default, deserialize_with = "date_or_null")]
    #[schema(value_type = Option<String>, format = Date)]
    ends_on: Option<NaiveDate>,
}

/// Assign a specialist to a client. For supervisors of the client's specialists.
#[utoipa::path(post, path = "/v1/clients/{client_id}/assignments", operation_id = "create_assignment", tag = "clients",
    params(("client_id" = Uuid, Path)), request_body = AssignmentIn,
    responses((status = 201, body = AssignmentOut), Problems))]
pub async fn create_assignment(
    write: Write,
    ValidPath(client_id): ValidPath<Uuid>,
    ValidJson(input): ValidJson<AssignmentIn>,
) -> Result<Response, Problem> {
    let mut tx = write.begin().await?;
    let assignment = clients::assign(&mut tx, client_id, input.staff_id, input.starts_on, input.ends_on).await?;
    let location = format!("/v1/assignments/{}", assignment.id);
    write.created(tx, location, &AssignmentOut::from(assignment)).await
}
