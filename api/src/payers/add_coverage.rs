use axum::http::StatusCode;
use axum::response::Response;
use cairn_shared::payers::{self, NewCoverage, ProfileKey};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::wire::CoverageOut;
use crate::clients::{date, date_or_null};
use crate::extract::{ValidJson, ValidPath, Write};
use crate::problem::{Problem, Problems};

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CoverageIn {
    #[schema(pattern = "^([A-Z]{2}|any)$", example = "ID")]
    state: String,
    #[schema(pattern = "^[a-z0-9_]{1,60}$", example = "medicaid")]
    payer: String,
    #[schema(pattern = "^[a-z0-9_]{1,60}$", example = "behavioral_health")]
    program: String,
    #[serde(deserialize_with = "date")]
    #[schema(value_type = String, format = Date)]
    starts_on: NaiveDate,
    #[serde(default, deserialize_with = "date_or_null")]
    #[schema(value_type = Option<String>, format = Date)]
    ends_on: Option<NaiveDate>,
}

/// Write down who pays for a client's services; one at a time (409 `coverage_overlap`). For specialists of the client
/// and billers.
#[utoipa::path(post, path = "/v1/clients/{client_id}/coverages", operation_id = "create_coverage", tag = "payers",
    params(("client_id" = Uuid, Path)), request_body = CoverageIn,
    responses((status = 201, body = CoverageOut), Problems))]
pub async fn create_coverage(
    write: Write,
    ValidPath(client_id): ValidPath<Uuid>,
    ValidJson(input): ValidJson<CoverageIn>,
) -> Result<Response, Problem> {
    let key = ProfileKey { state: input.state, payer: input.payer, program: input.program };
    let new = NewCoverage { key, starts_on: input.starts_on, ends_on: input.ends_on };
    let mut tx = write.begin().await?;
    let out = CoverageOut::from(payers::add_coverage(&mut tx, client_id, new).await?);
    write.done(tx, StatusCode::CREATED, &out).await
}
