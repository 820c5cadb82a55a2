use axum::response::Response;
use cairn_shared::check_ins;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::wire::{CheckInFormOut, NewFormVersionIn};
use crate::extract::{ValidJson, Write};
use crate::problem::{Problem, Problems};

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCheckInFormIn {
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// Its first draft; versions can also be added later.
    version: Option<NewFormVersionIn>,
}

/// Make a form. For admins and supervisors.
#[utoipa::path(post, path = "/v1/check-in-forms", operation_id = "create_check_in_form", tag = "check-ins",
    request_body = NewCheckInFormIn, responses((status = 201, body = CheckInFormOut), Problems))]
pub async fn create_check_in_form(
    write: Write,
    ValidJson(input): ValidJson<NewCheckInFormIn>,
) -> Result<Response, Problem> {
    let mut tx = write.begin().await?;
    let id = check_ins::create_form(&mut tx, &input.name).await?;
    if let Some(content) = input.version {
        check_ins::add_version(&mut tx, id, content.into()).await?;
    }
    let form = check_ins::get_form(&tx, id).await?;
    write.created(tx, format!("/v1/check-in-forms/{id}"), &CheckInFormOut::from(form)).await
}
