use axum::extract::State;
use axum::response::Response;
use cairn_shared::audit::{DataClass, note_read};
use cairn_shared::clients::{self, Language};
use cairn_shared::db::ScopedTx;
use cairn_shared::notes;
use uuid::Uuid;

use super::wire::NoteOut;
use crate::extract::{Caller, ValidPath, tagged};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

/// One note. Clients see those that are signed, under headings in their language, and nothing of how they came about.
#[utoipa::path(get, path = "/v1/notes/{note_id}", operation_id = "get_note", tag = "notes",
    params(("note_id" = Uuid, Path)), responses((status = 200, body = NoteOut), Problems))]
pub async fn get_note(
    State(state): State<AppState>,
    caller: Caller,
    ValidPath(note_id): ValidPath<Uuid>,
) -> Result<Response, Problem> {
    let tx = state.database.begin_read(&caller.scope).await?;
    let note = notes::get(&tx, note_id).await?;
    let reader = if tx.scope().client_id().is_some() { Some(language(&tx).await?) } else { None };
    tx.finish().await?;
    note_read(&state.database, &caller.scope, DataClass::Notes, &[note.head.client_id]).await?;
    let version = note.head.version;
    let note = match reader {
        Some(language) => NoteOut::mine(note, language),
        None => NoteOut::staff(note),
    };
    Ok(tagged(&note, version))
}

/// In which language a note is read: a client's own.
pub async fn language(tx: &ScopedTx) -> Result<Language, Problem> {
    match tx.scope().client_id() {
        Some(client_id) => Ok(clients::get(tx, client_id).await?.language),
        None => Ok(Language::En),
    }
}
