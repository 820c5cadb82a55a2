//! Sessions: meetings of specialist and client as they took place.

mod create;
mod finish;
mod get;
mod list;
mod update;
mod update_attendee;
mod void;
mod wire;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::AppState;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(create::create_session, list::list_sessions))
        .routes(routes!(get::get_session, update::update_session))
        .routes(routes!(finish::finish_session))
        .routes(routes!(void::void_session))
        .routes(routes!(update_attendee::update_session_attendee))
}
