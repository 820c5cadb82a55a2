use axum::response::Response;
use cairn_shared::supervision::{self, NewSupervision};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::extract::{ValidJson, Write};
use crate::problem::{Problem, Problems};

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SupervisionIn {
    supervisor_id: Uuid,
    staff_id: Uuid,
}

#[derive(Serialize, ToSchema)]
pub struct SupervisionOut {
    id: Uuid,
    supervisor_id: Uuid,
    staff_id: Uuid,
}

/// Put a specialist under a supervisor, from today on. For admins.
#[utoipa::path(post, path = "/v1/supervisions", operation_id = "create_supervision", tag = "identity",
    request_body = SupervisionIn, responses((status = 201, body = SupervisionOut), Problems))]
pub async fn create_supervision(write: Write, ValidJson(input): ValidJson<SupervisionIn>) -> Result<Response, Problem> {
    let mut tx = write.begin().await?;
    let new = NewSupervision {
        supervisor_id: input.supervisor_id,
        staff_id: input.staff_id,
        supervisor_type: None,
        is_primary: false,
    };
    let id = supervision::assign(&mut tx, new).await?.id;
    let out = SupervisionOut { id, supervisor_id: input.supervisor_id, staff_id: input.staff_id };
    write.created(tx, format!("/v1/supervisions/{id}"), &out).await
}
