use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use cairn_shared::identity;

use super::cookie;
use crate::extract::Enrolling;
use crate::problem::{Problem, Problems};
use crate::state::AppState;

/// End this sign-in. On a client's phone it also ends the device: nothing is pushed to it any more.
#[utoipa::path(post, path = "/v1/auth/sign-out", operation_id = "sign_out", tag = "identity",
    responses((status = 204), Problems))]
pub async fn sign_out(State(state): State<AppState>, Enrolling(caller): Enrolling) -> Result<Response, Problem> {
    let mut tx = state.database.begin_write(&caller.scope).await?;
    identity::end_sign_in(&mut tx, caller.authenticated.sign_in_id).await?;
    tx.commit().await?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    cookie::clear(response.headers_mut());
    Ok(response)
}
