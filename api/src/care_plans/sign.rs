use axum::http::StatusCode;
use axum::response::Response;
use cairn_shared::care_plans::{self, SignerRole};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::wire::CarePlanOut;
use crate::extract::{ValidJson, ValidPath, Write};
use crate::problem::{Problem, Problems};

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignatureIn {
    /// Your name, as you sign.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// Only for those who could sign as specialist and as professional.
    role: Option<SignerRole>,
}

/// Sign a plan: its client, a specialist of the client, and a supervisor of such a specialist as the professional, in any
/// order, each once, three persons. With the third signature it is in force, and the one before is superseded.
#[utoipa::path(post, path = "/v1/care-plans/{plan_id}/signatures", operation_id = "sign_care_plan", tag = "care_plans",
    params(("plan_id" = Uuid, Path)), request_body = SignatureIn,
    responses((status = 201, body = CarePlanOut), Problems))]
pub async fn sign_care_plan(
    write: Write,
    ValidPath(plan_id): ValidPath<Uuid>,
    ValidJson(input): ValidJson<SignatureIn>,
) -> Result<Response, Problem> {
    let mut tx = write.begin().await?;
    let plan = care_plans::sign(&mut tx, plan_id, &input.name, input.role).await?;
    write.done(tx, StatusCode::CREATED, &CarePlanOut::from(plan)).await
}
