use axum::extract::State;
use axum::http::StatusCode;
use cairn_shared::identity;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use crate::extract::{Caller, ValidJson};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordIn {
    #[validate(length(min = 1, max = 128, message = "1 to 128 characters"))]
    #[schema(min_length = 1, max_length = 128)]
    current_password: String,
    /// A few unrelated words are better than rare signs.
    #[validate(length(min = 12, max = 128, message = "12 to 128 characters"))]
    #[schema(min_length = 12, max_length = 128)]
    new_password: String,
}

/// Change your own password. Your other sign-ins end. For staff.
#[utoipa::path(post, path = "/v1/me/password", operation_id = "change_my_password", tag = "identity",
    request_body = PasswordIn, responses((status = 204), Problems))]
pub async fn change_my_password(
    State(state): State<AppState>,
    caller: Caller,
    ValidJson(input): ValidJson<PasswordIn>,
) -> Result<StatusCode, Problem> {
    let (current, new) = (&input.current_password, &input.new_password);
    identity::change_password(&state.database, &state.passwords, &caller.scope, current, new).await?;
    Ok(StatusCode::NO_CONTENT)
}
