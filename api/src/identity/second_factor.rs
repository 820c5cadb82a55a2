use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use cairn_shared::clock::Timestamp;
use cairn_shared::identity::second_factor;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::extract::{Enrolling, Fresh, ValidJson};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

#[derive(Serialize, ToSchema)]
pub struct SecondFactorOut {
    /// Null without one.
    enrolled_at: Option<Timestamp>,
    /// Your organization asks everybody for one.
    required: bool,
    recovery_codes_left: u64,
}

/// How it stands with your second factor. For staff.
#[utoipa::path(get, path = "/v1/me/second-factor", operation_id = "get_my_second_factor", tag = "identity",
    responses((status = 200, body = SecondFactorOut), Problems))]
pub async fn get_my_second_factor(
    State(state): State<AppState>,
    Enrolling(caller): Enrolling,
) -> Result<Json<SecondFactorOut>, Problem> {
    let tx = state.database.begin_read(&caller.scope).await?;
    let found = second_factor::state(&tx).await?;
    tx.finish().await?;
    let second_factor::State { enrolled_at, required, recovery_codes_left } = found;
    Ok(Json(SecondFactorOut { enrolled_at, required, recovery_codes_left }))
}

#[derive(Serialize, ToSchema)]
pub struct EnrolmentOut {
    /// Base32, to be typed into an authenticator app. Shown once.
    secret: String,
    /// The same, to be shown as a QR code.
    otpauth_uri: String,
}

/// Begin to enrol an authenticator app (six digits every thirty seconds, RFC 6238). It counts once a code of it was given to
/// `/v1/me/second-factor/confirmation`, within 15 minutes; until then the one from before stays. Needs a fresh proof of
/// identity: 403 `step_up_required` otherwise.
#[utoipa::path(post, path = "/v1/me/second-factor", operation_id = "enrol_my_second_factor", tag = "identity",
    responses((status = 200, body = EnrolmentOut), Problems))]
pub async fn enrol_my_second_factor(
    State(state): State<AppState>,
    _: Fresh,
    Enrolling(caller): Enrolling,
) -> Result<Json<EnrolmentOut>, Problem> {
    let mut tx = state.database.begin_write(&caller.scope).await?;
    let begun = second_factor::begin(&mut tx).await?;
    tx.commit().await?;
    Ok(Json(EnrolmentOut { secret: begun.secret, otpauth_uri: begun.uri }))
}

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmationIn {
    /// What the app shows now.
    #[validate(length(max = 64, message = "at most 64 characters"))]
    #[schema(max_length = 64, example = "287082")]
    code: String,
}

#[derive(Serialize, ToSchema)]
pub struct RecoveryCodesOut {
    /// Ten, each good once in place of a code of the app. Shown once.
    pub recovery_codes: Vec<String>,
}

/// Put the new authenticator app in force with a first code of it. Your other sign-ins end.
#[utoipa::path(post, path = "/v1/me/second-factor/confirmation", operation_id = "confirm_my_second_factor",
    tag = "identity", request_body = ConfirmationIn, responses((status = 200, body = RecoveryCodesOut), Problems))]
pub async fn confirm_my_second_factor(
    State(state): State<AppState>,
    Enrolling(caller): Enrolling,
    ValidJson(input): ValidJson<ConfirmationIn>,
) -> Result<Json<RecoveryCodesOut>, Problem> {
    let mut tx = state.database.begin_write(&caller.scope).await?;
    let recovery_codes = second_factor::confirm(&mut tx, &input.code).await?;
    tx.commit().await?;
    Ok(Json(RecoveryCodesOut { recovery_codes }))
}

/// Give up your second factor, where your organization leaves you the choice. Your other sign-ins end. Needs a fresh proof
/// of identity.
#[utoipa::path(delete, path = "/v1/me/second-factor", operation_id = "delete_my_second_factor", tag = "identity",
    responses((status = 204), Problems))]
pub async fn delete_my_second_factor(
    State(state): State<AppState>,
    _: Fresh,
    Enrolling(caller): Enrolling,
) -> Result<StatusCode, Problem> {
    let mut tx = state.database.begin_write(&caller.scope).await?;
    second_factor::remove(&mut tx).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
