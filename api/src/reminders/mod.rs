//! What was planned, sent, shown and answered.

mod list;
mod wire;

pub use wire::{ReminderList, ReminderOut, ReminderSummaryOut};

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::AppState;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list::list_reminders))
}
