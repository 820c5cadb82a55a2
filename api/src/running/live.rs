use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

#[derive(Serialize, ToSchema)]
pub struct Liveness {
    /// `alive`
    status: &'static str,
}

/// The process runs.
#[utoipa::path(get, path = "/health/live", operation_id = "get_liveness", tag = "running", security(()),
    responses((status = 200, body = Liveness)))]
pub async fn live() -> Json<Liveness> {
    Json(Liveness { status: "alive" })
}
