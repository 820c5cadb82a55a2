//! Payers' rules as dated data, and who pays for whom.

mod add_coverage;
mod add_profile;
mod get_profile;
mod list_coverages;
mod list_profiles;
mod update_coverage;
mod wire;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::AppState;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(add_profile::create_payer_profile, list_profiles::list_payer_profiles))
        .routes(routes!(get_profile::get_payer_profile))
        .routes(routes!(add_coverage::create_coverage, list_coverages::list_coverages))
        .routes(routes!(update_coverage::update_coverage))
}
