//! The agenda: items, occurrences, answers, attendance.

mod cancel_item;
mod change_occurrences;
mod create_client_item;
mod create_item;
mod get_item;
mod get_occurrence;
mod list_agenda;
mod list_calls;
mod list_client_agenda;
mod record_attendance;
mod respond;
mod send_reminders;
mod update_item;
mod wire;

pub use list_agenda::AgendaRowOut;
pub use wire::{Author, OccurrenceOut, StaffOut, author};

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::AppState;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(create_item::create_agenda_item))
        .routes(routes!(create_client_item::create_client_agenda_item))
        .routes(routes!(get_item::get_agenda_item, update_item::update_agenda_item, cancel_item::cancel_agenda_item))
        .routes(routes!(list_client_agenda::list_client_agenda))
        .routes(routes!(list_agenda::list_agenda))
        .routes(routes!(get_occurrence::get_occurrence))
        .routes(routes!(respond::create_response))
        .routes(routes!(record_attendance::record_attendance))
        .routes(routes!(send_reminders::send_reminders))
        .routes(routes!(change_occurrences::change_occurrences))
        .routes(routes!(list_calls::list_calls))
}
