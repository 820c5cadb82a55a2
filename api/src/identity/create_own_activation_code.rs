use axum::http::StatusCode;
use axum::response::Response;
use cairn_shared::devices;

use crate::clients::ActivationCodeOut;
use crate::extract::Write;
use crate::problem::{Problem, Problems};

/// A code for the client's own other browser, good for ten minutes.
#[utoipa::path(post, path = "/v1/me/activation-codes", operation_id = "create_my_activation_code", tag = "identity",
    responses((status = 201, body = ActivationCodeOut), Problems))]
pub async fn create_my_activation_code(write: Write) -> Result<Response, Problem> {
    let mut tx = write.begin().await?;
    let code = devices::issue_own_code(&mut tx).await?;
    write.done(tx, StatusCode::CREATED, &ActivationCodeOut::from(code)).await
}
