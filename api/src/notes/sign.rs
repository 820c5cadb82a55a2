use axum::http::StatusCode;
use axum::response::Response;
use cairn_shared::notes::{self, SigningInput};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::wire::SignedNoteOut;
use crate::extract::{Fresh, IfMatch, ValidJson, ValidPath, Write};
use crate::problem::{Problem, Problems};

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoteSigningIn {
    /// Your name, as it stands in the list of staff.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// Needed for a late entry.
    #[schema(max_length = 2000)]
    late_reason: Option<String>,
    /// Paths of parts that were filled in and are right: `goals`, `texts.follow_up`.
    #[serde(default)]
    #[schema(max_items = 100)]
    confirm: Vec<String>,
}

impl From<NoteSigningIn> for SigningInput {
    fn from(input: NoteSigningIn) -> Self {
        let NoteSigningIn { name, late_reason, confirm } = input;
        Self { name, late_reason, confirm }
    }
}

/// Sign a note of yours: from now on its words are fixed. It needs a fresh proof of who you are (`step_up_required`). All that
/// is missing is named at once, and the draft stays.
#[utoipa::path(post, path = "/v1/notes/{note_id}/sign", operation_id = "sign_note", tag = "notes",
    params(("note_id" = Uuid, Path),
        ("If-Match" = Option<String>, Header, description = "The version that you have seen, in quotes.")),
    request_body = NoteSigningIn, responses((status = 200, body = SignedNoteOut), Problems))]
pub async fn sign_note(
    _: Fresh,
    write: Write,
    ValidPath(note_id): ValidPath<Uuid>,
    IfMatch(version): IfMatch,
    ValidJson(input): ValidJson<NoteSigningIn>,
) -> Result<Response, Problem> {
    let mut tx = write.begin().await?;
    let signed = notes::sign(&mut tx, note_id, version, &input.into()).await?;
    write.done(tx, StatusCode::OK, &SignedNoteOut::from(signed)).await
}
