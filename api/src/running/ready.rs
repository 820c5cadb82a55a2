use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use crate::state::AppState;

#[derive(Serialize, ToSchema)]
pub struct Readiness {
    /// `ready` or `not_ready`
    status: &'static str,
    checks: Vec<Check>,
}

#[derive(Serialize, ToSchema)]
pub struct Check {
    name: &'static str,
    ok: bool,
}

/// The process can do its work: the database answers, and every part of it moves.
#[utoipa::path(get, path = "/health/ready", operation_id = "get_readiness", tag = "running", security(()),
    responses((status = 200, body = Readiness), (status = 503, body = Readiness)))]
pub async fn ready(State(state): State<AppState>) -> (StatusCode, Json<Readiness>) {
    let mut checks = vec![Check { name: "database", ok: state.database.ping().await.is_ok() }];
    checks.extend(state.health.parts(state.database.env.clock.now()).into_iter().map(|(name, ok)| Check { name, ok }));
    if state.health.is_draining() {
        checks.push(Check { name: "accepting", ok: false });
    }
    let ready = checks.iter().all(|check| check.ok);
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(Readiness { status: if ready { "ready" } else { "not_ready" }, checks }))
}
