use axum::Json;
use axum::extract::State;
use axum::response::Response;
use cairn_shared::clock::Timestamp;
use cairn_shared::forms::Words;
use cairn_shared::note_templates::{self, Domain, NewPhrase, PhraseKind, PhraseView};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::extract::{Caller, ValidJson, ValidPath, Write};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewNotePhraseIn {
    kind: PhraseKind,
    domain: Domain,
    words: Words,
}

/// Words that help to write a note.
#[derive(Serialize, ToSchema)]
pub struct NotePhraseOut {
    id: Uuid,
    kind: PhraseKind,
    domain: Domain,
    words: Words,
    created_at: Timestamp,
}

impl From<PhraseView> for NotePhraseOut {
    fn from(view: PhraseView) -> Self {
        let PhraseView { id, kind, domain, words, created_at } = view;
        Self { id, kind, domain, words, created_at }
    }
}

#[derive(Serialize, ToSchema)]
pub struct NotePhraseList {
    items: Vec<NotePhraseOut>,
    next_cursor: Option<String>,
}

/// Phrases and tags by the four performance domains, all at once. For those who write notes, and who manage templates.
#[utoipa::path(get, path = "/v1/note-phrases", operation_id = "list_note_phrases", tag = "notes",
    responses((status = 200, body = NotePhraseList), Problems))]
pub async fn list_note_phrases(State(state): State<AppState>, caller: Caller) -> Result<Json<NotePhraseList>, Problem> {
    let tx = state.database.begin_read(&caller.scope).await?;
    let items = note_templates::list_phrases(&tx).await?.into_iter().map(Into::into).collect();
    tx.finish().await?;
    Ok(Json(NotePhraseList { items, next_cursor: None }))
}

/// Offer a phrase or a tag. For admins and supervisors.
#[utoipa::path(post, path = "/v1/note-phrases", operation_id = "create_note_phrase", tag = "notes",
    request_body = NewNotePhraseIn, responses((status = 201, body = NotePhraseOut), Problems))]
pub async fn create_note_phrase(
    write: Write,
    ValidJson(input): ValidJson<NewNotePhraseIn>,
) -> Result<Response, Problem> {
    let new = NewPhrase { kind: input.kind, domain: input.domain, words: input.words };
    let mut tx = write.begin().await?;
    let phrase = NotePhraseOut::from(note_templates::add_phrase(&mut tx, new).await?);
    write.created(tx, format!("/v1/note-phrases/{}", phrase.id), &phrase).await
}

/// Offer a phrase no more; notes that took it keep it.
#[utoipa::path(delete, path = "/v1/note-phrases/{phrase_id}", operation_id = "delete_note_phrase", tag = "notes",
    params(("phrase_id" = Uuid, Path)), responses((status = 204), Problems))]
pub async fn delete_note_phrase(write: Write, ValidPath(phrase_id): ValidPath<Uuid>) -> Result<Response, Problem> {
    let mut tx = write.begin().await?;
    note_templates::retire_phrase(&mut tx, phrase_id).await?;
    write.no_content(tx).await
}
