use serde_json::json;
use uuid::Uuid;

use super::addenda::{append, check_addition};
use super::load::{NoteView, find};
use super::sign::insert_signature;
use super::state::{AddendumKind, SignerRole};
use crate::audit::AuditEvent;
use crate::db::ScopedTx;
use crate::error::{Error, FieldErrors, Result};
use crate::policy::Act;
use crate::text::check_text;

/// The client's own words to a note about them, beside those of its author.
pub async fn add_client_words(tx: &mut ScopedTx, note_id: Uuid, text: &str) -> Result<NoteView> {
    let loaded = find(tx, note_id, Act::AnswerNotes, true).await?;
    let mut errors = FieldErrors::default();
    check_addition(&mut errors, text);
    errors.into_result()?;
    let name =
        loaded.key.open(&tx.place("clients", "preferred_name", loaded.client.id), &loaded.client.preferred_name)?;
    append(tx, &loaded, AddendumKind::ClientWords, text, &name).await?;
    loaded.view(tx).await
}

/// The client signs that they have read it. Nothing waits for that.
///
/// # Errors
/// `Conflict`: `already_signed`, `note_voided`.
pub async fn sign_as_client(tx: &mut ScopedTx, note_id: Uuid, name: &str) -> Result<NoteView> {
    let mut loaded = find(tx, note_id, Act::AnswerNotes, true).await?;
    let mut errors = FieldErrors::default();
    check_text(&mut errors, "name", name, 1, 200);
    errors.into_result()?;
    if !loaded.state()?.stands() {
        return Err(Error::Conflict("note_voided", "this note was voided".to_owned()));
    }
    loaded.body(tx)?;
    insert_signature(tx, &loaded, SignerRole::Client, name).await?;
    loaded.save(tx).await?;
    let detail = json!({ "role": SignerRole::Client, "content_hash": loaded.row.content_hash });
    tx.record(AuditEvent::new("sign", "note", note_id).client(loaded.row.client_id).detail(detail));
    loaded.view(tx).await
}
