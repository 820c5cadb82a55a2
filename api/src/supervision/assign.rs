use axum::response::Response;
use cairn_shared::payers::SupervisorType;
use cairn_shared::supervision::{self, NewSupervision};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::wire::SupervisionOut;
use crate::extract::{ValidJson, Write};
use crate::problem::{Problem, Problems};

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SupervisionIn {
    supervisor_id: Uuid,
    staff_id: Uuid,
    /// As what they supervise.
    supervisor_type: Option<SupervisorType>,
    /// The first one is primary anyway.
    #[serde(default)]
    is_primary: bool,
}

/// Put a specialist under a supervisor, from today on. For admins.
#[utoipa::path(post, path = "/v1/supervisions", operation_id = "create_supervision", tag = "supervision",
    request_body = SupervisionIn, responses((status = 201, body = SupervisionOut), Problems))]
pub async fn create_supervision(write: Write, ValidJson(input): ValidJson<SupervisionIn>) -> Result<Response, Problem> {
    let new = NewSupervision {
        supervisor_id: input.supervisor_id,
        staff_id: input.staff_id,
        supervisor_type: input.supervisor_type,
        is_primary: input.is_primary,
    };
    let mut tx = write.begin().await?;
    let out = SupervisionOut::from(supervision::assign(&mut tx, new).await?);
    write.created(tx, format!("/v1/supervisions/{}", out.id), &out).await
}
