//! Templates of notes in fixed versions, and the phrases that help to write.

mod add_version;
mod create;
mod get;
mod get_version;
mod list;
mod phrases;
mod publish;
mod retire;
mod wire;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::AppState;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(create::create_note_template, list::list_note_templates))
        .routes(routes!(get::get_note_template))
        .routes(routes!(add_version::create_note_template_version))
        .routes(routes!(get_version::get_note_template_version))
        .routes(routes!(publish::publish_note_template_version))
        .routes(routes!(retire::retire_note_template_version))
        .routes(routes!(phrases::list_note_phrases, phrases::create_note_phrase))
        .routes(routes!(phrases::delete_note_phrase))
}
