use axum::http::StatusCode;
use axum::response::Response;
use cairn_shared::notes;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::get::language;
use super::wire::NoteOut;
use crate::extract::{ValidJson, ValidPath, Write};
use crate::problem::{Problem, Problems};

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClientWordsIn {
    #[schema(min_length = 1, max_length = 20_000)]
    text: String,
}

/// Add your own words to a note about you. They stand beside those of its author from then on. For clients.
#[utoipa::path(post, path = "/v1/notes/{note_id}/client-words", operation_id = "create_client_words", tag = "notes",
    params(("note_id" = Uuid, Path)), request_body = ClientWordsIn, responses((status = 201, body = NoteOut), Problems))]
pub async fn create_client_words(
    write: Write,
    ValidPath(note_id): ValidPath<Uuid>,
    ValidJson(input): ValidJson<ClientWordsIn>,
) -> Result<Response, Problem> {
    let mut tx = write.begin().await?;
    let note = notes::add_client_words(&mut tx, note_id, &input.text).await?;
    let note = NoteOut::mine(note, language(&tx).await?);
    write.done(tx, StatusCode::CREATED, &note).await
}

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClientSignatureIn {
    /// Your name, as you sign.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
}

/// Sign a note about you, to say that you have read it. Nothing waits for that. For clients.
#[utoipa::path(post, path = "/v1/notes/{note_id}/client-signature", operation_id = "sign_note_as_client", tag = "notes",
    params(("note_id" = Uuid, Path)), request_body = ClientSignatureIn,
    responses((status = 201, body = NoteOut), Problems))]
pub async fn sign_note_as_client(
    write: Write,
    ValidPath(note_id): ValidPath<Uuid>,
    ValidJson(input): ValidJson<ClientSignatureIn>,
) -> Result<Response, Problem> {
    let mut tx = write.begin().await?;
    let note = notes::sign_as_client(&mut tx, note_id, &input.name).await?;
    let note = NoteOut::mine(note, language(&tx).await?);
    write.done(tx, StatusCode::CREATED, &note).await
}
