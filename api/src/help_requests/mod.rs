//! A client asks for help; staff claim it and say how it ended.

mod claim;
mod close;
mod create;
mod get;
mod get_settings;
mod list;
mod update_settings;
mod wire;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::AppState;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(create::create_help_request, list::list_help_requests))
        .routes(routes!(get::get_help_request))
        .routes(routes!(claim::claim_help_request))
        .routes(routes!(close::close_help_request))
        .routes(routes!(get_settings::get_help_settings, update_settings::update_help_settings))
}
