//! What happens, as it happens: server-sent events over the organization's log.

mod feed;
mod follow;
mod hub;
mod stream;

pub use hub::{EventHub, Pace};

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::AppState;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(follow::follow_events))
}
