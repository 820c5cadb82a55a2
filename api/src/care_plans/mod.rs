//! Plans of care and their signatures.

mod create;
mod get;
mod list;
mod revise;
mod sign;
mod submit;
mod update;
mod wire;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::AppState;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(create::create_care_plan, list::list_care_plans))
        .routes(routes!(get::get_care_plan, update::update_care_plan))
        .routes(routes!(submit::submit_care_plan))
        .routes(routes!(sign::sign_care_plan))
        .routes(routes!(revise::revise_care_plan))
}
