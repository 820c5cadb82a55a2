//! What asks for attention, in words, and what staff do about it.

mod acknowledge;
mod close;
mod dismiss;
mod get;
mod list;
mod list_of_client;
mod list_rules;
mod update_rule;
mod wire;

pub use wire::{ClientNameOut, PersonOut, ReasonOut};

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::AppState;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_of_client::list_client_attention))
        .routes(routes!(list::list_attention))
        .routes(routes!(get::get_attention_reason))
        .routes(routes!(acknowledge::acknowledge_attention_reason))
        .routes(routes!(dismiss::dismiss_attention_reason))
        .routes(routes!(close::close_attention_reason))
        .routes(routes!(list_rules::list_attention_rules))
        .routes(routes!(update_rule::update_attention_rule))
}
