use sea_orm::IntoActiveModel;
use sea_orm::entity::prelude::*;
use serde_json::json;
use uuid::Uuid;

use super::body::Body;
use super::entity::note;
use super::load::{Loaded, NoteView};
use super::prefill::prefill;
use super::sources;
use super::state::NoteState;
use crate::audit::AuditEvent;
use crate::clients;
use crate::db::ScopedTx;
use crate::error::{Error, Result, is_unique_violation};
use crate::note_templates::{self, TemplateVersion};
use crate::policy::Act;
use crate::sessions::{self, Kind, SessionView};

/// A note that is begun.
#[derive(Clone, Copy, Debug, Default)]
pub struct NewNote {
    /// Needed for sessions of a group only.
    pub client_id: Option<Uuid>,
    /// A published version; the usual template when left out.
    pub template_version_id: Option<Uuid>,
}

/// Begins the note of a session, with what is known filled in.
///
/// # Errors
/// `Conflict("note_exists")` when this session has a note of this client already.
pub async fn create(tx: &mut ScopedTx, session_id: Uuid, new: NewNote) -> Result<NoteView> {
    let session = sessions::lock_for_note(tx, session_id).await?;
    let client_id = attendee(&session, new.client_id)?;
    let template = template(tx, &session, new.template_version_id).await?;
    let body = prefill(&sources::known(tx, &session, client_id).await?, &template.content);
    let loaded = insert(tx, &session, client_id, &template, &body, None).await?;
    loaded.view(tx).await
}

fn attendee(session: &SessionView, wanted: Option<Uuid>) -> Result<Uuid> {
    match (wanted, &session.attendees[..]) {
        (None, [only]) if session.attendee_count == 1 => Ok(only.client_id),
        (None, _) => Err(Error::invalid("client_id", "required", "say whose note of this group")),
        (Some(id), all) if all.iter().any(|attendee| attendee.client_id == id) => Ok(id),
        (Some(_), _) => Err(Error::invalid("client_id", "not_an_attendee", "nobody with this id was at this session")),
    }
}

/// The version that was chosen, or the usual one for this kind of session.
pub(super) async fn template(tx: &ScopedTx, session: &SessionView, wanted: Option<Uuid>) -> Result<TemplateVersion> {
    let field = "template_version_id";
    if let Some(id) = wanted {
        let found = note_templates::published_version(tx, id).await?;
        return found.ok_or_else(|| Error::invalid(field, "not_published", "no published version has this id"));
    }
    let key = if session.kind == Kind::Group { "group" } else { "girp" };
    note_templates::default_version(tx, key)
        .await?
        .ok_or_else(|| Error::invalid(field, "required", "the usual template is not offered any more: choose one"))
}

/// Writes a draft.
pub(super) async fn insert(
    tx: &mut ScopedTx,
    session: &SessionView,
    client_id: Uuid,
    template: &TemplateVersion,
    body: &Body,
    replaces: Option<Uuid>,
) -> Result<Loaded> {
    let client = clients::authorize(tx, client_id, Act::WriteNotes).await?;
    let key = tx.data_key(client.data_key_id).await?;
    let id = tx.new_id();
    let text = serde_jcs::to_string(body).map_err(Error::internal)?;
    let row = note::Model {
        id,
        organization_id: tx.organization_id(),
        session_id: session.id,
        client_id,
        author_id: session.specialist_id,
        template_version_id: template.id,
        state: NoteState::Draft.as_str().to_owned(),
        content: tx.seal(&key, &tx.place("notes", "content", id), &text),
        content_hash: None,
        service_date: session.service_date.to_string(),
        starts_at: session.starts_at,
        late_entry: false,
        replaces_note_id: replaces,
        signed_at: None,
        returned_at: None,
        voided_at: None,
        voided_by: None,
        void_reason: None,
        version: 1,
        created_at: tx.now(),
        updated_at: tx.now(),
    };
    row.clone().into_active_model().reset_all().insert(tx.conn()).await.map_err(|error| {
        if is_unique_violation(&error) {
            let message = "this session has a note of this client already: go on with that one, or void it first";
            Error::Conflict("note_exists", message.to_owned())
        } else {
            error.into()
        }
    })?;
    let detail = json!({ "session_id": session.id, "template_version_id": template.id, "replaces": replaces });
    tx.record(AuditEvent::new("create", "note", id).client(client_id).detail(detail));
    Ok(Loaded { row, key, client })
}
