//! Clients and their caseload.

mod assign;
mod create;
mod end_assignment;
mod get;
mod issue_activation_code;
mod list;
mod list_assignments;
mod search;
mod update;
mod wire;

pub use wire::{ActivationCodeOut, date, date_or_null, present_date};

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::AppState;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(create::create_client, list::list_clients))
        .routes(routes!(search::search_clients))
        .routes(routes!(get::get_client, update::update_client))
        .routes(routes!(issue_activation_code::create_activation_code))
        .routes(routes!(assign::create_assignment, list_assignments::list_assignments))
        .routes(routes!(end_assignment::update_assignment))
}
