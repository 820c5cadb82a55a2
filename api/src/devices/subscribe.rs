use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use cairn_shared::devices::{self, NewSubscription};
use cairn_shared::error::{Error, FieldError};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::extract::{ReaderLanguage, ValidJson, Write};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

/// What the browser's `PushSubscription.toJSON()` gives; other members are ignored, for browsers add their own.
#[derive(Deserialize, Validate, ToSchema)]
pub struct SubscriptionIn {
    #[schema(max_length = 2048)]
    endpoint: String,
    keys: SubscriptionKeysIn,
}

#[derive(Deserialize, ToSchema)]
pub struct SubscriptionKeysIn {
    /// Uncompressed P-256 point, 65 bytes in base64url.
    p256dh: String,
    /// 16 bytes in base64url.
    auth: String,
}

#[derive(Serialize, ToSchema)]
pub struct SubscriptionCreated {
    id: Uuid,
}

/// Push to this browser: reminders to a client, alerts to staff. Sent again, it confirms that the browser is still there.
#[utoipa::path(post, path = "/v1/me/push-subscriptions", operation_id = "create_push_subscription", tag = "devices",
    request_body = SubscriptionIn,
    responses((status = 201, body = SubscriptionCreated), (status = 200, body = SubscriptionCreated), Problems))]
pub async fn create_push_subscription(
    State(state): State<AppState>,
    write: Write,
    ReaderLanguage(language): ReaderLanguage,
    ValidJson(input): ValidJson<SubscriptionIn>,
) -> Result<Response, Problem> {
    let (endpoint, keys) =
        state.push_endpoints.subscription(&input.endpoint, &input.keys.p256dh, &input.keys.auth).map_err(|faults| {
            let to_error = |fault: &devices::endpoint::SubscriptionError| {
                FieldError::new(fault.field(), "invalid_subscription", fault.reason())
            };
            Error::Invalid(faults.iter().map(to_error).collect())
        })?;
    let mut tx = write.begin().await?;
    let registered = devices::register(&mut tx, NewSubscription { endpoint, keys, language: Some(language) }).await?;
    let status = if registered.is_new { StatusCode::CREATED } else { StatusCode::OK };
    write.done(tx, status, &SubscriptionCreated { id: registered.id }).await
}
