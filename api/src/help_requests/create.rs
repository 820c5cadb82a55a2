use axum::response::Response;
use cairn_shared::help_requests::{self, Ask};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::wire::HelpRequestOut;
use crate::extract::{ValidJson, Write};
use crate::problem::{Problem, Problems};

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HelpRequestIn {
    /// Made by the phone: what is sent twice is stored once.
    id: Option<Uuid>,
    #[schema(max_length = 2000)]
    message: Option<String>,
}

/// Ask for help: those who work with you are alerted at once. For clients. The same id again answers 200 with what is
/// there.
#[utoipa::path(post, path = "/v1/help-requests", operation_id = "create_help_request", tag = "help requests",
    request_body = HelpRequestIn,
    responses((status = 201, body = HelpRequestOut), (status = 200, body = HelpRequestOut), Problems))]
pub async fn create_help_request(
    write: Write,
    ValidJson(input): ValidJson<HelpRequestIn>,
) -> Result<Response, Problem> {
    let mut tx = write.begin().await?;
    let (id, is_new) = help_requests::ask(&mut tx, Ask { id: input.id, message: input.message }).await?;
    let view = HelpRequestOut::from(help_requests::get(&tx, id).await?);
    if is_new {
        return write.created(tx, format!("/v1/help-requests/{id}"), &view).await;
    }
    write.repeated(tx, &view).await
}
