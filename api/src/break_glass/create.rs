use axum::http::StatusCode;
use axum::response::Response;
use cairn_shared::break_glass::{self, EmergencyPurpose};
use cairn_shared::clock::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::extract::{Fresh, ValidJson, ValidPath, Write};
use crate::problem::{Problem, Problems};

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BreakGlassIn {
    /// Why it cannot wait; reviewers read it.
    #[schema(min_length = 10, max_length = 2000)]
    reason: String,
    purpose: EmergencyPurpose,
}

#[derive(Serialize, ToSchema)]
pub struct BreakGlassOpened {
    id: Uuid,
    /// It ends then, or with this sign-in.
    expires_at: Timestamp,
}

/// Open the record of a client whom you do not work with, for reading, for one hour. What you read meanwhile is logged
/// each time, supervisors and admins review it, and the client sees it. For specialists, supervisors and admins; needs a
/// fresh proof of identity: 403 `step_up_required` otherwise.
#[utoipa::path(post, path = "/v1/clients/{client_id}/break-glass", operation_id = "create_break_glass", tag = "record",
    params(("client_id" = Uuid, Path)), request_body = BreakGlassIn,
    responses((status = 201, body = BreakGlassOpened), Problems))]
pub async fn create_break_glass(
    _: Fresh,
    write: Write,
    ValidPath(client_id): ValidPath<Uuid>,
    ValidJson(input): ValidJson<BreakGlassIn>,
) -> Result<Response, Problem> {
    let mut tx = write.begin().await?;
    let opened = break_glass::open(&mut tx, client_id, &input.reason, input.purpose).await?;
    let out = BreakGlassOpened { id: opened.id, expires_at: opened.expires_at };
    write.done(tx, StatusCode::CREATED, &out).await
}
