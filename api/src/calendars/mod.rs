//! Calendars of other programs.

mod get_import;
mod import_calendar;
mod import_client_calendar;
mod wire;

use axum::extract::DefaultBodyLimit;
use cairn_shared::calendars::MAX_FILE;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::AppState;

pub fn routes() -> OpenApiRouter<AppState> {
    let files = OpenApiRouter::new()
        .routes(routes!(import_client_calendar::import_client_calendar))
        .routes(routes!(import_calendar::import_calendar))
        .layer(DefaultBodyLimit::max(MAX_FILE));
    files.routes(routes!(get_import::get_import))
}
