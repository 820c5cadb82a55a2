use axum::extract::State;
use axum::http::StatusCode;
use cairn_shared::clock::Timestamp;
use cairn_shared::reminders::{Receipt, ReceiptEvent, record_receipt};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::extract::ValidJson;
use crate::problem::{Problem, Problems};
use crate::state::AppState;

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReceiptIn {
    delivery_id: Uuid,
    #[validate(length(max = 64, message = "at most 64 characters"))]
    #[schema(max_length = 64)]
    receipt_token: String,
    event: ReceiptEvent,
    at: Timestamp,
}

/// Report that a notification was shown, clicked or dismissed. The token from the push is the only proof; repeats are
/// harmless.
#[utoipa::path(post, path = "/v1/receipts", operation_id = "create_receipt", tag = "devices", security(()),
    request_body = ReceiptIn, responses((status = 204), Problems))]
pub async fn create_receipt(
    State(state): State<AppState>,
    ValidJson(input): ValidJson<ReceiptIn>,
) -> Result<StatusCode, Problem> {
    let receipt =
        Receipt { delivery_id: input.delivery_id, token: input.receipt_token, event: input.event, at: input.at };
    record_receipt(&state.database, &receipt).await?;
    Ok(StatusCode::NO_CONTENT)
}
