use sea_orm::entity::prelude::*;
use sea_orm::{IntoActiveModel, QueryOrder, Set};
use serde_json::json;
use uuid::Uuid;

use super::content::{NewTemplateContent, TemplateContent, compare};
use super::entity::{note_template, note_template_version};
use super::load::{TemplateVersionView, find_version, lock};
use crate::audit::AuditEvent;
use crate::db::ScopedTx;
use crate::error::{Error, FieldErrors, Result};
use crate::forms::{VersionState, may_manage, refuse_reused, used_with};
use crate::text::check_text;

/// Makes a template, without a version yet. For admins and supervisors.
pub async fn create(tx: &mut ScopedTx, name: &str) -> Result<Uuid> {
    may_manage(tx)?;
    let mut errors = FieldErrors::default();
    check_text(&mut errors, "name", name, 1, 200);
    errors.into_result()?;
    let id = tx.new_id();
    note_template::Model {
        id,
        organization_id: tx.organization_id(),
        key: None,
        name: name.trim().to_owned(),
        published_version_id: None,
        used_item_ids: String::new(),
        created_by: tx.scope().actor.id(),
        created_at: tx.now(),
    }
    .into_active_model()
    .reset_all()
    .insert(tx.conn())
    .await?;
    tx.record(AuditEvent::new("create", "note_template", id));
    Ok(id)
}

/// Adds a draft to a template.
///
/// # Errors
/// `Conflict("item_id_reused")` when an id would stand for another question than before.
pub async fn add_version(tx: &mut ScopedTx, template_id: Uuid, new: NewTemplateContent) -> Result<TemplateVersionView> {
    let template = lock(tx, template_id).await?;
    may_manage(tx)?;
    let content = TemplateContent::read(new)?;
    check_ids(&template, last_published(tx, template_id).await?.as_ref(), &content)?;
    let row = note_template_version::Model {
        id: tx.new_id(),
        organization_id: tx.organization_id(),
        template_id,
        number: last_number(tx, template_id).await? + 1,
        state: VersionState::Draft.as_str().to_owned(),
        content: content.text,
        content_hash: content.hash,
        change: None,
        change_reasons: None,
        created_by: tx.scope().actor.id(),
        created_at: tx.now(),
        published_at: None,
        retired_at: None,
    };
    row.clone().into_active_model().reset_all().insert(tx.conn()).await?;
    let detail = json!({ "version_id": row.id, "number": row.number });
    tx.record(AuditEvent::new("add_version", "note_template", template_id).detail(detail));
    row.try_into()
}

async fn last_number(tx: &ScopedTx, template_id: Uuid) -> Result<i64> {
    let newest = note_template_version::Entity::find()
        .filter(note_template_version::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(note_template_version::COLUMN.template_id.eq(template_id))
        .order_by_desc(note_template_version::COLUMN.number)
        .one(tx.conn())
        .await?;
    Ok(newest.map_or(0, |row| row.number))
}

/// The version that the next one is compared with.
async fn last_published(tx: &ScopedTx, template_id: Uuid) -> Result<Option<note_template_version::Model>> {
    let query = note_template_version::Entity::find()
        .filter(note_template_version::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(note_template_version::COLUMN.template_id.eq(template_id))
        .filter(note_template_version::COLUMN.state.ne(VersionState::Draft.as_str()))
        .order_by_desc(note_template_version::COLUMN.published_at)
        .order_by_desc(note_template_version::COLUMN.number);
    Ok(query.one(tx.conn()).await?)
}

/// An id means one question for ever.
fn check_ids(
    template: &note_template::Model,
    before: Option<&note_template_version::Model>,
    content: &TemplateContent,
) -> Result<()> {
    let Some(before) = before else { return Ok(()) };
    let before = TemplateContent::stored(&before.content)?;
    refuse_reused(&template.used_item_ids, before.items(), content.items())
}

/// Publishes a draft: from now on new notes are written with it, and it never changes again. Drafts that were begun with
/// the version before stay on it; after a breaking edit they are moved on by whoever writes them.
///
/// # Errors
/// `Conflict("not_a_draft")`.
pub async fn publish(tx: &mut ScopedTx, version_id: Uuid) -> Result<TemplateVersionView> {
    let mut template = lock(tx, find_version(tx, version_id).await?.template_id).await?;
    may_manage(tx)?;
    let mut row = find_version(tx, version_id).await?;
    if row.state != VersionState::Draft.as_str() {
        return Err(Error::Conflict("not_a_draft", "this version was published before".to_owned()));
    }
    let content = TemplateContent::stored(&row.content)?;
    let before = last_published(tx, template.id).await?;
    check_ids(&template, before.as_ref(), &content)?;
    if let Some(before) = before {
        let (change, reasons) = compare(&TemplateContent::stored(&before.content)?, &content);
        row.change = Some(change.as_str().to_owned());
        row.change_reasons = Some(serde_jcs::to_string(&reasons).map_err(Error::internal)?);
        if before.state == VersionState::Published.as_str() {
            set_retired(tx, before).await?;
        }
    }
    VersionState::Published.as_str().clone_into(&mut row.state);
    row.published_at = Some(tx.now());
    row.clone().into_active_model().reset_all().update(tx.conn()).await?;
    template.used_item_ids = used_with(&template.used_item_ids, content.items());
    template.published_version_id = Some(row.id);
    template.clone().into_active_model().reset_all().update(tx.conn()).await?;
    let detail = json!({ "version_id": row.id, "number": row.number, "change": row.change });
    tx.record(AuditEvent::new("publish", "note_template", template.id).detail(detail));
    row.try_into()
}

async fn set_retired(tx: &ScopedTx, row: note_template_version::Model) -> Result<note_template_version::Model> {
    let mut row = row.into_active_model();
    row.state = Set(VersionState::Retired.as_str().to_owned());
    row.retired_at = Set(Some(tx.now()));
    Ok(row.update(tx.conn()).await?)
}

/// Offers a published version no more.
///
/// # Errors
/// `Conflict("not_published")`.
pub async fn retire(tx: &mut ScopedTx, version_id: Uuid) -> Result<TemplateVersionView> {
    let template = lock(tx, find_version(tx, version_id).await?.template_id).await?;
    may_manage(tx)?;
    let row = find_version(tx, version_id).await?;
    if row.state != VersionState::Published.as_str() {
        return Err(Error::Conflict("not_published", "only a published version can be retired".to_owned()));
    }
    let template_id = template.id;
    let mut template = template.into_active_model();
    template.published_version_id = Set(None);
    template.update(tx.conn()).await?;
    let row = set_retired(tx, row).await?;
    let detail = json!({ "version_id": row.id, "number": row.number });
    tx.record(AuditEvent::new("retire", "note_template", template_id).detail(detail));
    row.try_into()
}
