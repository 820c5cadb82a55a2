//! Emergency access to a client's record, and its review.

mod create;
mod list;
mod review;
mod wire;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::AppState;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(create::create_break_glass))
        .routes(routes!(list::list_break_glass))
        .routes(routes!(review::review_break_glass))
}
