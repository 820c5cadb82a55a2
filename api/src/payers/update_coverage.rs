use axum::http::StatusCode;
use axum::response::Response;
use cairn_shared::payers;
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::wire::CoverageOut;
use crate::clients::date_or_null;
use crate::extract::{ValidJson, ValidPath, Write};
use crate::problem::{Problem, Problems};

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CoveragePatchIn {
    /// The last day; `null` for none.
    #[serde(deserialize_with = "date_or_null")]
    #[schema(value_type = Option<String>, format = Date, required = true)]
    ends_on: Option<NaiveDate>,
}

/// Set the last day of a coverage, or take it away.
#[utoipa::path(patch, path = "/v1/coverages/{coverage_id}", operation_id = "update_coverage", tag = "payers",
    params(("coverage_id" = Uuid, Path)), request_body = CoveragePatchIn,
    responses((status = 200, body = CoverageOut), Problems))]
pub async fn update_coverage(
    write: Write,
    ValidPath(id): ValidPath<Uuid>,
    ValidJson(input): ValidJson<CoveragePatchIn>,
) -> Result<Response, Problem> {
    let mut tx = write.begin().await?;
    let out = CoverageOut::from(payers::end_coverage(&mut tx, id, input.ends_on).await?);
    write.done(tx, StatusCode::OK, &out).await
}
