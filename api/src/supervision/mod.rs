//! Supervision: who supervises whom, what was talked about, and what is due.

mod assign;
mod due;
mod list;
mod list_log;
mod record;
mod sign;
mod update;
mod wire;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::AppState;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(assign::create_supervision))
        .routes(routes!(update::update_supervision))
        .routes(routes!(list::list_supervisions))
        .routes(routes!(record::create_supervision_entry, list_log::list_supervision_log))
        .routes(routes!(sign::sign_supervision_entry))
        .routes(routes!(due::list_supervision_due))
}
