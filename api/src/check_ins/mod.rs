//! Check-ins: forms, schedules, answers.

mod create_check_in;
mod create_form;
mod create_schedule;
mod create_version;
mod get_check_in;
mod get_form;
mod get_version;
mod list_check_ins;
mod list_forms;
mod list_schedules;
mod publish_version;
mod retire_version;
mod update_schedule;
mod wire;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::AppState;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(create_form::create_check_in_form, list_forms::list_check_in_forms))
        .routes(routes!(get_form::get_check_in_form))
        .routes(routes!(create_version::create_form_version))
        .routes(routes!(get_version::get_form_version))
        .routes(routes!(publish_version::publish_form_version))
        .routes(routes!(retire_version::retire_form_version))
        .routes(routes!(create_schedule::create_check_in_schedule, list_schedules::list_check_in_schedules))
        .routes(routes!(update_schedule::update_check_in_schedule))
        .routes(routes!(create_check_in::create_check_in, list_check_ins::list_check_ins))
        .routes(routes!(get_check_in::get_check_in))
}
