use axum::response::Response;
use cairn_shared::check_ins;
use uuid::Uuid;

use super::wire::{FormVersionOut, NewFormVersionIn};
use crate::extract::{ValidJson, ValidPath, Write};
use crate::problem::{Problem, Problems};

/// Add a draft to a form. Ids of items that were published with another meaning are refused with 409 `item_id_reused`.
#[utoipa::path(post, path = "/v1/check-in-forms/{form_id}/versions", operation_id = "create_form_version",
    tag = "check-ins", params(("form_id" = Uuid, Path)), request_body = NewFormVersionIn,
    responses((status = 201, body = FormVersionOut), Problems))]
pub async fn create_form_version(
    write: Write,
    ValidPath(form_id): ValidPath<Uuid>,
    ValidJson(input): ValidJson<NewFormVersionIn>,
) -> Result<Response, Problem> {
    let mut tx = write.begin().await?;
    let version = FormVersionOut::new(check_ins::add_version(&mut tx, form_id, input.into()).await?)?;
    let location = format!("/v1/form-versions/{}", version.id);
    write.created(tx, location, &version).await
}
