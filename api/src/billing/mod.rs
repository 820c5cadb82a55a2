//! What is ready to bill, and what is in the way.

mod list_readiness;
mod wire;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::AppState;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list_readiness::list_billing_readiness))
}
