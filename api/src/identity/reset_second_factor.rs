use axum::response::Response;
use cairn_shared::identity::second_factor;
use cairn_shared::scope::Role;
use uuid::Uuid;

use crate::extract::{Fresh, ValidPath, Write};
use crate::problem::{Problem, Problems};

/// Take away somebody's second factor, for when phone and recovery codes are lost. All their sign-ins end; they sign in
/// with their password and enrol anew. For admins, and not for one's own. Needs a fresh proof of identity.
#[utoipa::path(post, path = "/v1/staff/{staff_id}/second-factor-reset", operation_id = "reset_second_factor",
    tag = "identity", params(("staff_id" = Uuid, Path)), responses((status = 204), Problems))]
pub async fn reset_second_factor(
    _: Fresh,
    write: Write,
    ValidPath(staff_id): ValidPath<Uuid>,
) -> Result<Response, Problem> {
    if !write.scope.has_role(Role::Admin) {
        return Err(cairn_shared::Error::Forbidden("role").into());
    }
    let mut tx = write.begin().await?;
    second_factor::reset(&mut tx, staff_id).await?;
    write.no_content(tx).await
}
