use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use cairn_shared::devices;
use cairn_shared::identity::Carrier;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::cookie;
use super::wire::ClientOut;
use crate::extract::{Origin, ValidJson};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ActivateIn {
    /// Eight characters; case, spaces and hyphens do not matter.
    #[validate(length(max = 64, message = "at most 64 characters"))]
    #[schema(max_length = 64, example = "ABCD-EFGH")]
    code: String,
    #[schema(min_length = 1, max_length = 100)]
    device_name: String,
    #[serde(default)]
    deliver: Carrier,
}

#[derive(Serialize, ToSchema)]
pub struct ActivateOut {
    /// For `deliver: token`; send it as `Authorization: Bearer`.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
    client: ClientOut,
}

/// Turn an activation code into this phone's own credential. A wrong, used or expired code answers alike.
#[utoipa::path(post, path = "/v1/activate", operation_id = "activate", tag = "identity", security(()),
    request_body = ActivateIn, responses((status = 200, body = ActivateOut), Problems))]
pub async fn activate(
    State(state): State<AppState>,
    origin: Origin,
    ValidJson(input): ValidJson<ActivateIn>,
) -> Result<Response, Problem> {
    let activated =
        devices::activate(&state.database, &input.code, &input.device_name, input.deliver, origin.pair()).await?;
    let by_cookie = input.deliver == Carrier::Cookie;
    let token = (!by_cookie).then(|| activated.sign_in.token.0.clone());
    let client = ClientOut::new(activated.client, false);
    let mut response = Json(ActivateOut { token, client }).into_response();
    if by_cookie {
        cookie::set(response.headers_mut(), &activated.sign_in.token, true);
    }
    Ok(response)
}
