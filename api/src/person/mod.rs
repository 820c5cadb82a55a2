//! The person: strengths, people who support them, and the plans that they write for themselves.

mod get_document;
mod get_profile;
mod list_versions;
mod put_document;
mod update_profile;
mod wire;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::AppState;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(get_profile::get_profile, update_profile::update_profile))
        .routes(routes!(get_document::get_plan_document, put_document::put_plan_document))
        .routes(routes!(list_versions::list_plan_document_versions))
}
