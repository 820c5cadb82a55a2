use axum::response::Response;
use cairn_shared::care_plans;
use uuid::Uuid;

use super::wire::CarePlanOut;
use crate::extract::{ValidPath, Write};
use crate::problem::{Problem, Problems};

/// Begin the next version of a plan, as a draft with its services and those of its goals that are still worked on. One
/// that awaits signatures is given up for it; one in force stays so until the new one is signed.
#[utoipa::path(post, path = "/v1/care-plans/{plan_id}/revision", operation_id = "revise_care_plan", tag = "care_plans",
    params(("plan_id" = Uuid, Path)), responses((status = 201, body = CarePlanOut), Problems))]
pub async fn revise_care_plan(write: Write, ValidPath(plan_id): ValidPath<Uuid>) -> Result<Response, Problem> {
    let mut tx = write.begin().await?;
    let out = CarePlanOut::from(care_plans::revise(&mut tx, plan_id).await?);
    write.created(tx, format!("/v1/care-plans/{}", out.id), &out).await
}
