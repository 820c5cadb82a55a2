//! Where to turn in a crisis.

mod get;
mod put;
mod wire;

pub use wire::CrisisResourcesOut;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::AppState;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(get::get_crisis_resources, put::replace_crisis_resources))
}
