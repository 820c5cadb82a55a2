use axum::http::StatusCode;
use axum::response::Response;
use cairn_shared::notes::{self, AddendumKind};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::wire::NoteOut;
use crate::extract::{Fresh, ValidJson, ValidPath, Write};
use crate::problem::{Problem, Problems};

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoteAddendumIn {
    /// `addendum` when left out.
    #[serde(default = "more")]
    kind: AddendumKind,
    #[schema(min_length = 1, max_length = 20_000)]
    text: String,
    /// Your name, as it stands in the list of staff.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
}

fn more() -> AddendumKind {
    AddendumKind::Addendum
}

/// Add to a signed note, as its author or a supervisor: it shows when and by whom it came, and changes nothing that was signed
/// (409 `not_signed` for a draft, `note_voided` for a voided note). It needs a fresh proof of who you are.
#[utoipa::path(post, path = "/v1/notes/{note_id}/addenda", operation_id = "create_note_addendum", tag = "notes",
    params(("note_id" = Uuid, Path)), request_body = NoteAddendumIn, responses((status = 201, body = NoteOut), Problems))]
pub async fn create_note_addendum(
    _: Fresh,
    write: Write,
    ValidPath(note_id): ValidPath<Uuid>,
    ValidJson(input): ValidJson<NoteAddendumIn>,
) -> Result<Response, Problem> {
    let mut tx = write.begin().await?;
    let note = notes::add_addendum(&mut tx, note_id, input.kind, &input.text, &input.name).await?;
    write.done(tx, StatusCode::CREATED, &NoteOut::staff(note)).await
}
