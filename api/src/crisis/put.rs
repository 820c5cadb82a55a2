use axum::http::StatusCode;
use axum::response::Response;
use cairn_shared::crisis::{self, Resource};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::wire::CrisisResourcesOut;
use crate::clients::date;
use crate::extract::{IfMatch, ValidJson, Write};
use crate::problem::{Problem, Problems};

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CrisisResourcesIn {
    #[schema(min_items = 1, max_items = 20)]
    items: Vec<Resource>,
    /// Within the coming two years.
    #[serde(deserialize_with = "date")]
    #[schema(value_type = String, format = Date)]
    review_due_on: NaiveDate,
}

/// Put a new version of your organization's list in place. For admins.
#[utoipa::path(put, path = "/v1/crisis-resources", operation_id = "replace_crisis_resources", tag = "crisis resources",
    request_body = CrisisResourcesIn, responses((status = 200, body = CrisisResourcesOut), Problems))]
pub async fn replace_crisis_resources(
    write: Write,
    IfMatch(version): IfMatch,
    ValidJson(input): ValidJson<CrisisResourcesIn>,
) -> Result<Response, Problem> {
    let mut tx = write.begin().await?;
    let list = crisis::publish(&mut tx, input.items, input.review_due_on, version).await?;
    write.done(tx, StatusCode::OK, &CrisisResourcesOut::from(list)).await
}
