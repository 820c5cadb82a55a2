//! When members of staff work, and where in it there is still room.

mod get;
mod list_slots;
mod put;
mod wire;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::AppState;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(get::get_availability, put::put_availability))
        .routes(routes!(list_slots::list_free_slots))
}
