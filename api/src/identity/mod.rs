//! Signing in and out, and what a person can see and do about themselves.

mod activate;
mod change_password;
pub mod cookie;
mod create_own_activation_code;
mod delete_sign_in;
mod list_sign_ins;
mod list_staff;
mod me;
mod renew_recovery_codes;
mod reset_second_factor;
mod second_factor;
mod sign_in;
mod sign_out;
mod step_up;
mod update_staff;
mod wire;

pub use wire::{ClientOut, QuietHoursWire};

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::AppState;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(sign_in::sign_in))
        .routes(routes!(sign_out::sign_out))
        .routes(routes!(me::get_me))
        .routes(routes!(list_sign_ins::list_my_sign_ins))
        .routes(routes!(delete_sign_in::delete_my_sign_in))
        .routes(routes!(activate::activate))
        .routes(routes!(create_own_activation_code::create_my_activation_code))
        .routes(routes!(list_staff::list_staff))
        .routes(routes!(update_staff::update_staff))
        .routes(routes!(change_password::change_my_password))
        .routes(routes!(step_up::step_up))
        .routes(routes!(
            second_factor::get_my_second_factor,
            second_factor::enrol_my_second_factor,
            second_factor::delete_my_second_factor
        ))
        .routes(routes!(second_factor::confirm_my_second_factor))
        .routes(routes!(renew_recovery_codes::renew_my_recovery_codes))
        .routes(routes!(reset_second_factor::reset_second_factor))
}
