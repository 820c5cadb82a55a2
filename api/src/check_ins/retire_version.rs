use axum::http::StatusCode;
use axum::response::Response;
use cairn_shared::check_ins;
use uuid::Uuid;

use super::wire::FormVersionOut;
use crate::extract::{ValidPath, Write};
use crate::problem::{Problem, Problems};

/// Ask a published version no more. Answers that were given meanwhile come in for 14 days.
#[utoipa::path(post, path = "/v1/form-versions/{form_version_id}/retire", operation_id = "retire_form_version",
    tag = "check-ins", params(("form_version_id" = Uuid, Path)), responses((status = 200, body = FormVersionOut), Problems))]
pub async fn retire_form_version(write: Write, ValidPath(version_id): ValidPath<Uuid>) -> Result<Response, Problem> {
    let mut tx = write.begin().await?;
    let version = FormVersionOut::new(check_ins::retire(&mut tx, version_id).await?)?;
    write.done(tx, StatusCode::OK, &version).await
}
