//! Calendars of other programs: files in, feeds out.

mod create_feed;
mod delete_feed;
mod get_feed;
mod get_import;
mod get_settings;
mod import_calendar;
mod import_client_calendar;
mod list_feeds;
mod pace;
mod update_settings;
mod wire;

use axum::extract::DefaultBodyLimit;
use cairn_shared::calendars::MAX_FILE;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use pace::FeedPace;

use crate::state::AppState;

pub fn routes() -> OpenApiRouter<AppState> {
    let files = OpenApiRouter::new()
        .routes(routes!(import_client_calendar::import_client_calendar))
        .routes(routes!(import_calendar::import_calendar))
        .layer(DefaultBodyLimit::max(MAX_FILE));
    files
        .routes(routes!(get_import::get_import))
        .routes(routes!(create_feed::create_calendar_feed, list_feeds::list_calendar_feeds))
        .routes(routes!(delete_feed::delete_calendar_feed))
        .routes(routes!(get_feed::get_calendar_feed))
        .routes(routes!(get_settings::get_calendar_settings, update_settings::update_calendar_settings))
}
