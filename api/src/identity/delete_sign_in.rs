use axum::response::Response;
use cairn_shared::identity;
use uuid::Uuid;

use crate::extract::{ValidPath, Write};
use crate::problem::{Problem, Problems};

/// End one of your sign-ins.
#[utoipa::path(delete, path = "/v1/me/sign-ins/{sign_in_id}", operation_id = "delete_my_sign_in", tag = "identity",
    params(("sign_in_id" = Uuid, Path)), responses((status = 204), Problems))]
pub async fn delete_my_sign_in(write: Write, ValidPath(id): ValidPath<Uuid>) -> Result<Response, Problem> {
    let mut tx = write.begin().await?;
    identity::end_sign_in(&mut tx, id).await?;
    write.no_content(tx).await
}
