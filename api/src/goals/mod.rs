//! Goals: their steps, progress, and what staff propose.

mod create;
mod decide;
mod get;
mod list;
mod list_client_proposals;
mod list_progress;
mod list_proposals;
mod mark_step;
mod propose;
mod record_progress;
mod update;
mod wire;
mod withdraw;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::AppState;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(create::create_goal, list::list_goals))
        .routes(routes!(get::get_goal, update::update_goal))
        .routes(routes!(propose::create_goal_proposal, list_proposals::list_goal_proposals))
        .routes(routes!(list_client_proposals::list_client_goal_proposals))
        .routes(routes!(decide::decide_goal_proposal))
        .routes(routes!(withdraw::withdraw_goal_proposal))
        .routes(routes!(record_progress::create_goal_progress, list_progress::list_goal_progress))
        .routes(routes!(mark_step::mark_goal_step))
}
