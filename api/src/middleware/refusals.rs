use axum::extract::{FromRequestParts, MatchedPath, Request, State};
use axum::http::{StatusCode, Uri};
use axum::middleware::Next;
use axum::response::Response;
use cairn_shared::audit::note_refusal;
use uuid::Uuid;

use crate::extract::Enrolling;
use crate::state::AppState;

/// Logs what is refused to somebody who is signed in: an act that is not theirs, or a row that is not there for them.
pub async fn refusals(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let caller = Enrolling::from_request_parts(&mut parts, &state).await.ok().map(|found| found.0);
    let route = parts.extensions.get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let (operation, target) = match (&caller, route) {
        (Some(_), Some(route)) => (Some(format!("{} {route}", parts.method)), first_id(&parts.uri)),
        _ => (None, None),
    };
    let response = next.run(Request::from_parts(parts, body)).await;
    let refused = [StatusCode::FORBIDDEN, StatusCode::NOT_FOUND].contains(&response.status());
    if let (true, Some(caller), Some(operation)) = (refused, caller, operation) {
        let status = response.status().as_u16();
        if let Err(error) = note_refusal(&state.database, &caller.scope, &operation, target, status).await {
            tracing::warn!(%error, "a refusal is missing in the audit log");
        }
    }
    response
}

/// The first id in an address. Occurrences begin with their item's.
fn first_id(uri: &Uri) -> Option<Uuid> {
    uri.path().split('/').find_map(|part| part.split('.').next()?.parse().ok())
}
