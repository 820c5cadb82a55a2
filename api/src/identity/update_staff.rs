use axum::http::StatusCode;
use axum::response::Response;
use cairn_shared::identity;
use cairn_shared::scope::Role;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::wire::UserOut;
use crate::extract::{ValidJson, ValidPath, Write};
use crate::problem::{Problem, Problems};

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StaffPatchIn {
    /// Whether they can sign in no longer. Disabling ends all their sign-ins.
    disabled: bool,
}

/// Let a member of staff in no longer, or again. For admins.
#[utoipa::path(patch, path = "/v1/staff/{staff_id}", operation_id = "update_staff", tag = "identity",
    params(("staff_id" = Uuid, Path)), request_body = StaffPatchIn,
    responses((status = 200, body = UserOut), Problems))]
pub async fn update_staff(
    write: Write,
    ValidPath(staff_id): ValidPath<Uuid>,
    ValidJson(input): ValidJson<StaffPatchIn>,
) -> Result<Response, Problem> {
    if !write.scope.has_role(Role::Admin) {
        return Err(cairn_shared::Error::Forbidden("role").into());
    }
    let mut tx = write.begin().await?;
    let view = identity::set_disabled(&mut tx, staff_id, input.disabled).await?;
    write.done(tx, StatusCode::OK, &UserOut::from(view)).await
}
