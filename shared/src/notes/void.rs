use serde_json::json;
use uuid::Uuid;

use super::body::check_words;
use super::draft::{self, template};
use super::load::{NoteView, find};
use super::prefill::from_voided;
use super::state::NoteState;
use crate::audit::AuditEvent;
use crate::clients;
use crate::db::ScopedTx;
use crate::error::{Error, FieldErrors, Result};
use crate::note_templates;
use crate::policy::Act;
use crate::sessions;

/// Says of a note that it counts no more, and why. It stays to be seen. By its author, or by a supervisor.
///
/// # Errors
/// `Conflict("note_voided")`.
pub async fn void(tx: &mut ScopedTx, note_id: Uuid, reason: &str) -> Result<NoteView> {
    let mut loaded = find(tx, note_id, Act::ReadNotes, true).await?;
    if loaded.require_author(tx).is_ok() {
        clients::authorize(tx, loaded.row.client_id, Act::WriteNotes).await?;
    } else {
        clients::authorize(tx, loaded.row.client_id, Act::CosignNotes).await?;
    }
    let mut errors = FieldErrors::default();
    if reason.trim().is_empty() {
        errors.add("reason", "required", "say why");
    }
    check_words(&mut errors, "reason", reason, 2000);
    errors.into_result()?;
    let was = loaded.state()?;
    if was == NoteState::Voided {
        return Err(Error::Conflict("note_voided", "this note was voided before".to_owned()));
    }
    NoteState::Voided.as_str().clone_into(&mut loaded.row.state);
    loaded.row.voided_at = Some(tx.now());
    loaded.row.voided_by = tx.scope().actor.id();
    let place = tx.place("notes", "void_reason", note_id);
    loaded.row.void_reason = Some(tx.seal(&loaded.key, &place, reason.trim()));
    loaded.save(tx).await?;
    if was.stands() {
        sessions::note_voided(tx, loaded.row.session_id).await?;
    }
    let event = AuditEvent::new("void", "note", note_id).client(loaded.row.client_id);
    tx.record(event.detail(json!({ "was": was })));
    loaded.view(tx).await
}

/// Begins the note that takes the place of a voided one, with all of its words to be confirmed: of the same session, or of
/// the one that was written down anew.
///
/// # Errors
/// `Conflict`: `not_voided`, or `note_exists` when it is replaced already.
pub async fn replace(tx: &mut ScopedTx, note_id: Uuid, session_id: Option<Uuid>) -> Result<NoteView> {
    let loaded = find(tx, note_id, Act::WriteNotes, true).await?;
    loaded.require_author(tx)?;
    if loaded.state()? != NoteState::Voided {
        return Err(Error::Conflict("not_voided", "void the note first, and say why".to_owned()));
    }
    let session = sessions::lock_for_note(tx, session_id.unwrap_or(loaded.row.session_id)).await?;
    if session.attendee(loaded.row.client_id).is_none() {
        return Err(Error::invalid("session_id", "not_an_attendee", "the client was not at this session"));
    }
    let version = match note_templates::published_version(tx, loaded.row.template_version_id).await? {
        Some(same) => same,
        None => template(tx, &session, None).await?,
    };
    let (body, _, _) = loaded.body(tx)?;
    let body = from_voided(note_id, body);
    let new = draft::insert(tx, &session, loaded.row.client_id, &version, &body, Some(note_id)).await?;
    new.view(tx).await
}
