//! Who looked at what and did what.

mod list_events;
mod record_access;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::AppState;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_events::list_audit_events))
        .routes(routes!(record_access::list_my_record_access))
        .routes(routes!(record_access::list_record_access))
}
