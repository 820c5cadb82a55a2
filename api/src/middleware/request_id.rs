use axum::extract::{MatchedPath, Request, State};
use axum::http::HeaderValue;
use axum::middleware::Next;
use axum::response::Response;
use cairn_shared::random;
use tracing::Instrument;

use crate::state::AppState;

tokio::task_local! {
    static CURRENT: String;
}

/// The id of a request: ours, never the sender's, so that it cannot carry anything into the log.
#[derive(Clone)]
pub struct RequestId(pub String);

/// The id of the request that this task works on.
pub fn current_request_id() -> Option<String> {
    CURRENT.try_with(Clone::clone).ok()
}

/// Gives the request an id, a span with its route's template (never its path), one log line and its metrics.
pub async fn observe(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let env = &state.database.env;
    let started = std::time::Instant::now();
    let id = random::id(env.clock.now(), &*env.random).to_string();
    let route = request.extensions().get::<MatchedPath>().map_or("unmatched", MatchedPath::as_str).to_owned();
    let method = request.method().clone();
    request.extensions_mut().insert(RequestId(id.clone()));
    let span = tracing::info_span!("request", request_id = %id, method = %method, route = %route);
    let work = CURRENT.scope(id.clone(), next.run(request)).instrument(span.clone());
    let mut response = work.await;
    let elapsed = started.elapsed();
    let status = response.status().as_u16();
    span.in_scope(|| tracing::debug!(status, elapsed_ms = elapsed.as_secs_f64() * 1000.0, "answered"));
    state.metrics.observe_request(method.as_str(), &route, status, elapsed.as_secs_f64());
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert("x-request-id", value);
    }
    response
}
