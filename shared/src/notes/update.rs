use serde_json::json;
use uuid::Uuid;

use super::body::{Body, BodyPatch};
use super::load::{Loaded, NoteView, find};
use super::state::NoteState;
use crate::audit::AuditEvent;
use crate::db::ScopedTx;
use crate::error::{Error, FieldErrors, Result};
use crate::note_templates::{self, TemplateVersion};
use crate::policy::Act;

/// Takes over what the author wrote meanwhile, under the version that they saw. What is refused changes nothing, so the draft
/// is there as it was.
///
/// # Errors
/// `PreconditionFailed` when it was written elsewhere meanwhile; `Conflict("not_a_draft")` once it was signed.
pub async fn update(
    tx: &mut ScopedTx,
    note_id: Uuid,
    if_version: Option<i64>,
    template_version_id: Option<Uuid>,
    patch: BodyPatch,
) -> Result<NoteView> {
    let mut loaded = find(tx, note_id, Act::WriteNotes, true).await?;
    loaded.require_author(tx)?;
    require_version(&loaded, if_version)?;
    require_draft(&loaded)?;
    let template = match template_version_id.filter(|id| *id != loaded.row.template_version_id) {
        None => note_templates::open_version(tx, loaded.row.template_version_id).await?,
        Some(id) => note_templates::published_version(tx, id).await?.ok_or_else(|| {
            Error::invalid("template_version_id", "not_published", "no published version has this id")
        })?,
    };
    let (body, _, _) = loaded.body(tx)?;
    let body = changed(&template, body, patch)?;
    write(tx, &mut loaded, &template, &body).await?;
    loaded.view(tx).await
}

/// Two places may write the same draft, so each says which version it saw.
pub(super) fn require_version(loaded: &Loaded, if_version: Option<i64>) -> Result<()> {
    match if_version {
        None => Err(Error::invalid("If-Match", "required", "say which version of the draft you have seen")),
        Some(version) if version != loaded.row.version => Err(Error::PreconditionFailed),
        Some(_) => Ok(()),
    }
}

pub(super) fn require_draft(loaded: &Loaded) -> Result<()> {
    match loaded.state()? {
        NoteState::Draft => Ok(()),
        NoteState::Voided => Err(Error::Conflict("note_voided", "this note was voided".to_owned())),
        _ => {
            let message = "this note is signed: add to it, or void it and write another";
            Err(Error::Conflict("not_a_draft", message.to_owned()))
        }
    }
}

/// The draft after a change that is right.
pub(super) fn changed(template: &TemplateVersion, mut body: Body, patch: BodyPatch) -> Result<Body> {
    let mut errors = FieldErrors::default();
    patch.check(&template.content, &mut errors);
    for (index, path) in patch.confirm.iter().enumerate() {
        if !body.marks.contains_key(path) {
            errors.add(format!("confirm[{index}]"), "not_filled_in", "nothing was filled in there");
        }
    }
    errors.into_result()?;
    body.apply(patch);
    Ok(body)
}

pub(super) async fn write(
    tx: &mut ScopedTx,
    loaded: &mut Loaded,
    template: &TemplateVersion,
    body: &Body,
) -> Result<()> {
    loaded.row.content = loaded.seal_body(tx, body)?;
    loaded.row.template_version_id = template.id;
    loaded.save(tx).await?;
    let event = AuditEvent::new("update", "note", loaded.row.id).client(loaded.row.client_id);
    tx.record(event.detail(json!({ "version": loaded.row.version })));
    Ok(())
}
