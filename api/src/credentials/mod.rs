//! What staff are certified to do, and until when.

mod create;
mod get;
mod list;
mod list_expiring;
mod update;
mod wire;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::AppState;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(create::create_credential, list::list_credentials))
        .routes(routes!(list_expiring::list_expiring_credentials))
        .routes(routes!(get::get_credential, update::update_credential))
}
