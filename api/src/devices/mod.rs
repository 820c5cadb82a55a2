//! Phones: where reminders are pushed, and what phones report.

mod create_receipt;
mod get_delivery;
mod list_devices;
mod list_subscriptions;
mod public_key;
mod revoke_device;
mod subscribe;
mod unsubscribe;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::AppState;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(public_key::get_push_public_key))
        .routes(routes!(subscribe::create_push_subscription, list_subscriptions::list_push_subscriptions))
        .routes(routes!(unsubscribe::delete_push_subscription))
        .routes(routes!(create_receipt::create_receipt))
        .routes(routes!(get_delivery::get_my_delivery))
        .routes(routes!(list_devices::list_client_devices))
        .routes(routes!(revoke_device::revoke_client_device))
}
