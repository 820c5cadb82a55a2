use axum::body::{Body, to_bytes};
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use cairn_shared::calendars::MAX_FILE;
use cairn_shared::idempotency::{self, KeyedRequest};
use cairn_shared::identity::Authenticated;
use cairn_shared::secrets::sha256;

use super::limits::BODY_LIMIT;
use crate::extract::json_response;
use crate::problem::Problem;
use crate::state::AppState;

/// Answers a repeated write from memory. The first answer was stored in the transaction of its work.
pub async fn idempotency(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let key = request.headers().get("idempotency-key").and_then(|value| value.to_str().ok()).map(str::to_owned);
    let authenticated = request.extensions().get::<Authenticated>().cloned();
    let (Some(key), Some(authenticated)) = (key, authenticated) else { return next.run(request).await };
    let Some(actor_id) = authenticated.actor.id().filter(|_| !request.method().is_safe()) else {
        return next.run(request).await;
    };
    if key.is_empty() || key.len() > 200 {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return Problem::field(status, "Idempotency-Key", "length", "1 to 200 characters").into_response();
    }
    let limit = match request.extensions().get::<MatchedPath>() {
        Some(route) if route.as_str().ends_with("/agenda/imports") => MAX_FILE,
        _ => BODY_LIMIT,
    };
    let (mut parts, body) = request.into_parts();
    let Ok(bytes) = to_bytes(body, limit).await else {
        return Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", "The body is too large").into_response();
    };
    let target = parts.uri.path_and_query().map_or("/", |target| target.as_str());
    let keyed = KeyedRequest { actor_id, route: format!("{} {target}", parts.method), key, body_hash: sha256(&bytes) };
    match idempotency::find(&state.database, &authenticated.scope(None, None), &keyed).await {
        Ok(Some(stored)) => {
            let status = StatusCode::from_u16(stored.status).unwrap_or(StatusCode::OK);
            let mut response = json_response(status, stored.body);
            response.headers_mut().insert("idempotency-replayed", HeaderValue::from_static("true"));
            response
        }
        Ok(None) => {
            parts.extensions.insert(keyed);
            next.run(Request::from_parts(parts, Body::from(bytes))).await
        }
        Err(error) => Problem::from(error).into_response(),
    }
}
