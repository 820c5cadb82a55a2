use axum::http::StatusCode;
use axum::response::Response;
use cairn_shared::devices;
use uuid::Uuid;

use super::wire::ActivationCodeOut;
use crate::extract::{ValidPath, Write};
use crate::problem::{Problem, Problems};

/// A code that activates one phone of the client, once, within 72 hours. For specialists of the client.
#[utoipa::path(post, path = "/v1/clients/{client_id}/activation-codes", operation_id = "create_activation_code",
    tag = "clients", params(("client_id" = Uuid, Path)),
    responses((status = 201, body = ActivationCodeOut), Problems))]
pub async fn create_activation_code(write: Write, ValidPath(client_id): ValidPath<Uuid>) -> Result<Response, Problem> {
    let mut tx = write.begin().await?;
    let code = devices::issue_code(&mut tx, client_id).await?;
    write.done(tx, StatusCode::CREATED, &ActivationCodeOut::from(code)).await
}
