use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::state::AppState;

#[derive(Serialize, ToSchema)]
pub struct PublicKeyOut {
    /// The `applicationServerKey`: an uncompressed P-256 point in base64url (RFC 8292).
    public_key: String,
}

/// The key that a browser subscribes with.
#[utoipa::path(get, path = "/v1/push/public-key", operation_id = "get_push_public_key", tag = "devices", security(()),
    responses((status = 200, body = PublicKeyOut)))]
pub async fn get_push_public_key(State(state): State<AppState>) -> Json<PublicKeyOut> {
    Json(PublicKeyOut { public_key: state.vapid_public_key.to_string() })
}
