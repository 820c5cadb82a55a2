use std::any::Any;
use std::time::Duration;

use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::problem::Problem;

/// The largest body of any request so far.
pub const BODY_LIMIT: usize = 256 * 1024;
const TIME_LIMIT: Duration = Duration::from_secs(25);

/// Gives up a request that takes too long. Longer than the database's own limits, so that those answer first.
pub async fn time_limit(request: Request, next: Next) -> Response {
    if let Ok(response) = tokio::time::timeout(TIME_LIMIT, next.run(request)).await {
        response
    } else {
        tracing::warn!("a request took too long");
        let mut response =
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, "timeout", "Busy; try again soon").into_response();
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        response
    }
}

/// What a client hears of a panic: nothing but the request's id. The message can hold anything, so it is not logged.
pub fn panic_answer(_: Box<dyn Any + Send + 'static>) -> Response {
    tracing::error!("a handler panicked");
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "Something went wrong here").into_response()
}
