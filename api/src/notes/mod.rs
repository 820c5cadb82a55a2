//! Notes of sessions: drafts, signatures, additions, and what the client says to them.

mod add_addendum;
mod check;
mod cosign;
mod create;
mod get;
mod give_back;
mod group;
mod list;
mod mine;
mod my_words;
mod patch;
mod queue;
mod replace;
mod sign;
mod sign_session;
mod update;
mod void;
mod wire;

use axum::extract::DefaultBodyLimit;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::AppState;

/// What somebody pasted by mistake still gets an answer that names the field, and not only a closed door.
const BODY_LIMIT: usize = 8 * 1024 * 1024;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(create::create_note))
        .routes(routes!(group::write_group_notes))
        .routes(routes!(sign_session::sign_session_notes))
        .routes(routes!(list::list_notes))
        .routes(routes!(queue::list_cosign_queue))
        .routes(routes!(get::get_note, update::update_note))
        .routes(routes!(check::check_note))
        .routes(routes!(sign::sign_note))
        .routes(routes!(add_addendum::create_note_addendum))
        .routes(routes!(void::void_note))
        .routes(routes!(replace::replace_note))
        .routes(routes!(cosign::cosign_note))
        .routes(routes!(give_back::return_note))
        .routes(routes!(mine::list_my_notes))
        .routes(routes!(my_words::create_client_words))
        .routes(routes!(my_words::sign_note_as_client))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
}
