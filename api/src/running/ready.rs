use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use cairn_shared::db::LARGEST_SKEW_MS;
use serde::Serialize;
use utoipa::ToSchema;

use crate::state::AppState;

#[derive(Serialize, ToSchema)]
pub struct Readiness {
    /// `ready` or `not_ready`
    status: &'static str,
    checks: Vec<Check>,
    /// What somebody should see to, though the process works: `crisis_resources_due_for_review`.
    notices: Vec<&'static str>,
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
    // A worker whose clock is wrong sends too early or too late, and takes over what others are sending.
    if state.database.clock_skew().await.is_ok_and(|skew| skew.abs() > LARGEST_SKEW_MS) {
        checks.push(Check { name: "clock", ok: false });
    }
    if state.health.is_draining() {
        checks.push(Check { name: "accepting", ok: false });
    }
    let notices = if review_overdue(&state).await { vec!["crisis_resources_due_for_review"] } else { Vec::new() };
    let ready = checks.iter().all(|check| check.ok);
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(Readiness { status: if ready { "ready" } else { "not_ready" }, checks, notices }))
}

/// Asked of the database once an hour, for health is asked often.
async fn review_overdue(state: &AppState) -> bool {
    let now = state.database.env.clock.now();
    if let Some(known) = state.health.review_overdue(now) {
        return known;
    }
    let Ok(late) = cairn_shared::crisis::overdue(&state.database).await else { return false };
    state.health.remember_review(now, !late.is_empty());
    !late.is_empty()
}
