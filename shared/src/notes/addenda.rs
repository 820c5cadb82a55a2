use sea_orm::entity::prelude::*;
use sea_orm::{IntoActiveModel, QueryOrder};
use serde_json::json;
use uuid::Uuid;

use super::body::{MAX_TEXT, check_words};
use super::content::{AddendumContent, same_name};
use super::entity::note_addendum;
use super::load::{Loaded, NoteView, find};
use super::state::{AddendumKind, NoteState};
use crate::audit::AuditEvent;
use crate::clients;
use crate::db::ScopedTx;
use crate::error::{Error, FieldErrors, Result};
use crate::identity;
use crate::policy::Act;

/// Adds to a signed note: an addition shows when and by whom it came, and leaves all that was signed. By the author, or by a
/// supervisor.
///
/// # Errors
/// `Conflict`: `not_signed` for a draft, `note_voided`.
pub async fn add_addendum(
    tx: &mut ScopedTx,
    note_id: Uuid,
    kind: AddendumKind,
    text: &str,
    name: &str,
) -> Result<NoteView> {
    let mut loaded = find(tx, note_id, Act::ReadNotes, true).await?;
    if loaded.require_author(tx).is_ok() {
        clients::authorize(tx, loaded.row.client_id, Act::WriteNotes).await?;
    } else {
        clients::authorize(tx, loaded.row.client_id, Act::CosignNotes).await?;
    }
    let staff_id = tx.scope().staff_id().ok_or(Error::Forbidden("role"))?;
    let staff = identity::find_staff(tx, staff_id).await?;
    let mut errors = FieldErrors::default();
    if kind == AddendumKind::ClientWords {
        errors.add("kind", "not_yours", "these are the client's to write");
    }
    if !same_name(name, &staff.name) {
        errors.add("name", "differs", "type your name as it stands in the list of staff");
    }
    check_addition(&mut errors, text);
    errors.into_result()?;
    append(tx, &loaded, kind, text, name).await?;
    // Whoever was asked something has answered: it goes back to who asked.
    if loaded.row.returned_at.is_some() && loaded.require_author(tx).is_ok() {
        loaded.row.returned_at = None;
        loaded.save(tx).await?;
    }
    loaded.view(tx).await
}

pub(super) fn check_addition(errors: &mut FieldErrors, text: &str) {
    if text.trim().is_empty() {
        errors.add("text", "required", "say something");
    } else {
        check_words(errors, "text", text, MAX_TEXT);
    }
}

/// Writes the next addition of a note that stands.
pub(super) async fn append(
    tx: &mut ScopedTx,
    loaded: &Loaded,
    kind: AddendumKind,
    text: &str,
    name: &str,
) -> Result<()> {
    let hash = match (loaded.state()?, &loaded.row.content_hash) {
        (state, Some(hash)) if state.stands() => hash.clone(),
        (NoteState::Voided, _) => {
            let message = "this note was voided: what is to be told belongs in the note that takes its place";
            return Err(Error::Conflict("note_voided", message.to_owned()));
        }
        _ => return Err(Error::Conflict("not_signed", "this note is still a draft: change it instead".to_owned())),
    };
    let last = note_addendum::Entity::find()
        .filter(note_addendum::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(note_addendum::COLUMN.note_id.eq(loaded.row.id))
        .order_by_desc(note_addendum::COLUMN.number)
        .one(tx.conn())
        .await?;
    let number = last.map_or(0, |row| row.number) + 1;
    let author_id = tx.scope().actor.id().ok_or(Error::Forbidden("role"))?;
    let (content, content_hash) = AddendumContent {
        format: AddendumContent::FORMAT.to_owned(),
        note_id: loaded.row.id,
        note_hash: hash,
        number,
        kind,
        author_id,
        name: name.trim().to_owned(),
        text: text.trim().to_owned(),
        at: tx.now(),
    }
    .freeze()?;
    let id = tx.new_id();
    let row = note_addendum::Model {
        id,
        organization_id: tx.organization_id(),
        note_id: loaded.row.id,
        number,
        kind: kind.as_str().to_owned(),
        author_id,
        content: tx.seal(&loaded.key, &tx.place("note_addenda", "content", id), &content),
        content_hash: content_hash.clone(),
        created_at: tx.now(),
    };
    row.into_active_model().reset_all().insert(tx.conn()).await?;
    let detail = json!({ "number": number, "kind": kind, "content_hash": content_hash });
    tx.record(AuditEvent::new("add", "note", loaded.row.id).client(loaded.row.client_id).detail(detail));
    Ok(())
}
