//! What staff see at a glance: caseload, day, progress, numbers.

mod caseload;
mod day;
mod numbers;
mod progress;
mod saved_views;
mod sheet;
mod wire;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::AppState;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(caseload::get_caseload))
        .routes(routes!(day::get_day))
        .routes(routes!(numbers::get_organization_numbers))
        .routes(routes!(progress::get_progress))
        .routes(routes!(saved_views::create_saved_view, saved_views::list_saved_views))
        .routes(routes!(saved_views::delete_saved_view))
}
