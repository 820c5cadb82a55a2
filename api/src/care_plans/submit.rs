use axum::http::StatusCode;
use axum::response::Response;
use cairn_shared::care_plans;
use uuid::Uuid;

use super::wire::CarePlanOut;
use crate::extract::{IfMatch, ValidPath, Write};
use crate::problem::{Problem, Problems};

/// Fix the words of a draft, so that everybody signs the same: `content` and its hash never change again. It needs
/// goals that the client agreed to and that can be measured, and services.
#[utoipa::path(post, path = "/v1/care-plans/{plan_id}/submit", operation_id = "submit_care_plan", tag = "care_plans",
    params(("plan_id" = Uuid, Path),
        ("If-Match" = Option<String>, Header, description = "The version that you have seen, in quotes.")),
    responses((status = 200, body = CarePlanOut), Problems))]
pub async fn submit_care_plan(
    write: Write,
    ValidPath(plan_id): ValidPath<Uuid>,
    IfMatch(version): IfMatch,
) -> Result<Response, Problem> {
    let mut tx = write.begin().await?;
    let plan = care_plans::submit(&mut tx, plan_id, version).await?;
    write.done(tx, StatusCode::OK, &CarePlanOut::from(plan)).await
}
