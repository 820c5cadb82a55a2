use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use cairn_shared::clock::Timestamp;
use cairn_shared::identity::{Carrier, second_factor};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::cookie;
use crate::extract::{Enrolling, ValidJson};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StepUpIn {
    /// For who has no second factor.
    #[validate(length(min = 1, max = 128, message = "1 to 128 characters"))]
    #[schema(min_length = 1, max_length = 128)]
    password: Option<String>,
    /// For who has a second factor: six digits of the app or a recovery code.
    #[validate(length(max = 64, message = "at most 64 characters"))]
    #[schema(max_length = 64, example = "287082")]
    code: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct StepUpOut {
    /// For sign-ins by token: use it from now on, the one from before has ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
    /// Until then operations that need a fresh proof of identity are open.
    expires_at: Timestamp,
}

/// Prove anew who you are, for what needs a fresh proof: changing the second factor, emergency access, exports. It lasts ten
/// minutes, and the sign-in gets a new token. For staff. A wrong code or password is 401 `invalid_credentials`, a missing
/// code 401 `second_factor_required`.
#[utoipa::path(post, path = "/v1/auth/step-up", operation_id = "step_up", tag = "identity", request_body = StepUpIn,
    responses((status = 200, body = StepUpOut), Problems))]
pub async fn step_up(
    State(state): State<AppState>,
    Enrolling(caller): Enrolling,
    ValidJson(input): ValidJson<StepUpIn>,
) -> Result<Response, Problem> {
    let (password, code) = (input.password.as_deref(), input.code.as_deref());
    let done = second_factor::step_up(&state.database, &state.passwords, &caller.scope, password, code).await?;
    let by_cookie = caller.authenticated.carrier == Carrier::Cookie;
    let token = (!by_cookie).then(|| done.token.0.clone());
    let mut response = Json(StepUpOut { token, expires_at: done.expires_at }).into_response();
    if by_cookie {
        cookie::set(response.headers_mut(), &done.token, false);
    }
    Ok(response)
}
