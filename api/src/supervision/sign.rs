use axum::http::StatusCode;
use axum::response::Response;
use cairn_shared::supervision;
use uuid::Uuid;

use super::wire::SupervisionEntryOut;
use crate::extract::{Fresh, ValidPath, Write};
use crate::problem::{Problem, Problems};

/// Sign a supervision that your supervisor wrote down.
#[utoipa::path(post, path = "/v1/supervision-log/{entry_id}/signature", operation_id = "sign_supervision_entry",
    tag = "supervision", params(("entry_id" = Uuid, Path)),
    responses((status = 200, body = SupervisionEntryOut), Problems))]
pub async fn sign_supervision_entry(
    _: Fresh,
    write: Write,
    ValidPath(id): ValidPath<Uuid>,
) -> Result<Response, Problem> {
    let mut tx = write.begin().await?;
    let entry = supervision::sign(&mut tx, id).await?;
    write.done(tx, StatusCode::OK, &SupervisionEntryOut::from(entry)).await
}
