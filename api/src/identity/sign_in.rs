use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use cairn_shared::identity::{self, Carrier};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::cookie;
use super::wire::UserOut;
use crate::extract::{Origin, ValidJson};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignInIn {
    #[validate(length(min = 1, max = 254, message = "1 to 254 characters"))]
    #[schema(min_length = 1, max_length = 254)]
    email: String,
    #[validate(length(min = 1, max = 128, message = "1 to 128 characters"))]
    #[schema(min_length = 1, max_length = 128)]
    password: String,
    /// Six digits of the authenticator app or a recovery code, where a second factor is enrolled.
    #[validate(length(max = 64, message = "at most 64 characters"))]
    #[schema(max_length = 64, example = "287082")]
    code: Option<String>,
    #[serde(default)]
    deliver: Carrier,
}

#[derive(Serialize, ToSchema)]
pub struct SignInOut {
    /// For `deliver: token`; send it as `Authorization: Bearer`.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
    user: UserOut,
}

/// Sign in as staff. Unknown address, wrong password and wrong code answer alike, 401 `invalid_credentials`; with the right
/// password and no code where one is needed it is 401 `second_factor_required`.
#[utoipa::path(post, path = "/v1/auth/sign-in", operation_id = "sign_in", tag = "identity", security(()),
    request_body = SignInIn, responses((status = 200, body = SignInOut), Problems))]
pub async fn sign_in(
    State(state): State<AppState>,
    origin: Origin,
    ValidJson(input): ValidJson<SignInIn>,
) -> Result<Response, Problem> {
    let (new, scope) = identity::sign_in(
        &state.database,
        &state.passwords,
        &input.email,
        &input.password,
        input.code.as_deref(),
        input.deliver,
        origin.pair(),
    )
    .await?;
    let tx = state.database.begin_read(&scope).await?;
    let user = identity::find_staff(&tx, scope.staff_id().unwrap_or_default()).await?;
    tx.finish().await?;
    let by_cookie = input.deliver == Carrier::Cookie;
    let token = (!by_cookie).then(|| new.token.0.clone());
    let mut response = Json(SignInOut { token, user: user.into() }).into_response();
    if by_cookie {
        cookie::set(response.headers_mut(), &new.token, false);
    }
    Ok(response)
}
