use std::collections::HashMap;

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::LockType;
use sea_orm::{QueryOrder, QuerySelect};
use uuid::Uuid;

use super::content::TemplateContent;
use super::entity::{note_template, note_template_version};
use crate::clock::Timestamp;
use crate::db::{Page, PageRequest, ScopedTx};
use crate::error::{Error, Result};
use crate::forms::{Change, ChangeReason, VersionState, may_manage};
use crate::scope::Role;

/// A template with its versions, oldest first.
#[derive(Clone, Debug)]
pub struct TemplateView {
    pub id: Uuid,
    pub key: Option<String>,
    pub name: String,
    pub published_version_id: Option<Uuid>,
    pub created_at: Timestamp,
    pub versions: Vec<TemplateVersionView>,
}

/// A version as it is shown. The text is canonical JSON, to be passed on byte for byte.
#[derive(Clone, Debug)]
pub struct TemplateVersionView {
    pub id: Uuid,
    pub template_id: Uuid,
    pub number: i64,
    pub state: VersionState,
    pub content: String,
    pub content_hash: String,
    pub change: Option<Change>,
    pub change_reasons: Vec<ChangeReason>,
    pub created_at: Timestamp,
    pub published_at: Option<Timestamp>,
    pub retired_at: Option<Timestamp>,
}

impl TryFrom<note_template_version::Model> for TemplateVersionView {
    type Error = Error;

    fn try_from(row: note_template_version::Model) -> Result<Self> {
        let reasons = row.change_reasons.as_deref().map(serde_json::from_str).transpose().map_err(Error::internal)?;
        Ok(Self {
            id: row.id,
            template_id: row.template_id,
            number: row.number,
            state: VersionState::parse(&row.state).ok_or_else(|| Error::internal("an unknown state"))?,
            content: row.content,
            content_hash: row.content_hash,
            change: row.change.as_deref().and_then(Change::parse),
            change_reasons: reasons.unwrap_or_default(),
            created_at: row.created_at,
            published_at: row.published_at,
            retired_at: row.retired_at,
        })
    }
}

pub(super) fn may_read(tx: &ScopedTx) -> Result<()> {
    if tx.scope().has_role(Role::Specialist) { Ok(()) } else { may_manage(tx) }
}

/// The templates of the organization, oldest first. For those who write notes, and who manage them.
pub async fn list(tx: &ScopedTx, page: &PageRequest) -> Result<Page<TemplateView>> {
    may_read(tx)?;
    let mut query = note_template::Entity::find()
        .filter(note_template::COLUMN.organization_id.eq(tx.organization_id()))
        .order_by_asc(note_template::COLUMN.id)
        .limit(page.limit + 1);
    if let Some(after) = page.after.as_deref().and_then(|text| text.parse::<Uuid>().ok()) {
        query = query.filter(note_template::COLUMN.id.gt(after));
    }
    let templates = Page::cut(query.all(tx.conn()).await?, page, "note_templates", |row| row.id.to_string());
    let ids: Vec<Uuid> = templates.items.iter().map(|row| row.id).collect();
    let mut versions: HashMap<Uuid, Vec<TemplateVersionView>> = HashMap::new();
    for version in versions_of(tx, &ids).await? {
        versions.entry(version.template_id).or_default().push(version.try_into()?);
    }
    Ok(templates.map(|row| {
        let own = versions.remove(&row.id).unwrap_or_default();
        view(row, own)
    }))
}

/// One template.
pub async fn get(tx: &ScopedTx, template_id: Uuid) -> Result<TemplateView> {
    let row = find(tx, template_id).await?;
    may_read(tx)?;
    let versions = versions_of(tx, &[template_id]).await?;
    let versions = versions.into_iter().map(TryInto::try_into).collect::<Result<Vec<_>>>()?;
    Ok(view(row, versions))
}

/// One version.
pub async fn get_version(tx: &ScopedTx, version_id: Uuid) -> Result<TemplateVersionView> {
    let row = find_version(tx, version_id).await?;
    may_read(tx)?;
    row.try_into()
}

fn view(row: note_template::Model, versions: Vec<TemplateVersionView>) -> TemplateView {
    TemplateView {
        id: row.id,
        key: row.key,
        name: row.name,
        published_version_id: row.published_version_id,
        created_at: row.created_at,
        versions,
    }
}

pub(super) async fn find(tx: &ScopedTx, template_id: Uuid) -> Result<note_template::Model> {
    note_template::Entity::find_by_id(template_id)
        .filter(note_template::COLUMN.organization_id.eq(tx.organization_id()))
        .one(tx.conn())
        .await?
        .ok_or(Error::NotFound)
}

/// The template's row, locked so that versions are numbered and published one after another.
pub(super) async fn lock(tx: &ScopedTx, template_id: Uuid) -> Result<note_template::Model> {
    let mut query = note_template::Entity::find_by_id(template_id)
        .filter(note_template::COLUMN.organization_id.eq(tx.organization_id()));
    if tx.database().is_postgres() {
        query = query.lock(LockType::Update);
    }
    query.one(tx.conn()).await?.ok_or(Error::NotFound)
}

pub(super) async fn find_version(tx: &ScopedTx, version_id: Uuid) -> Result<note_template_version::Model> {
    note_template_version::Entity::find_by_id(version_id)
        .filter(note_template_version::COLUMN.organization_id.eq(tx.organization_id()))
        .one(tx.conn())
        .await?
        .ok_or(Error::NotFound)
}

async fn versions_of(tx: &ScopedTx, ids: &[Uuid]) -> Result<Vec<note_template_version::Model>> {
    let query = note_template_version::Entity::find()
        .filter(note_template_version::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(note_template_version::COLUMN.template_id.is_in(ids.iter().copied()))
        .order_by_asc(note_template_version::COLUMN.number);
    Ok(query.all(tx.conn()).await?)
}

/// A version that a note is written with.
#[derive(Clone, Debug)]
pub(crate) struct TemplateVersion {
    pub id: Uuid,
    pub template_id: Uuid,
    pub template_key: Option<String>,
    pub template_name: String,
    pub number: i64,
    pub content: TemplateContent,
    /// Since this version, an edit was published under which the note may ask for something else.
    pub outdated: bool,
}

/// Was a breaking edit published after this version?
async fn broke_since(tx: &ScopedTx, row: &note_template_version::Model) -> Result<bool> {
    let later = note_template_version::Entity::find()
        .filter(note_template_version::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(note_template_version::COLUMN.template_id.eq(row.template_id))
        .filter(note_template_version::COLUMN.number.gt(row.number))
        .filter(note_template_version::COLUMN.state.ne(VersionState::Draft.as_str()))
        .filter(note_template_version::COLUMN.change.eq(Change::Breaking.as_str()));
    Ok(later.count(tx.conn()).await? > 0)
}

/// The version that a note has.
pub(crate) async fn open_version(tx: &ScopedTx, version_id: Uuid) -> Result<TemplateVersion> {
    let row = find_version(tx, version_id).await?;
    let template = find(tx, row.template_id).await?;
    let outdated = if row.state == VersionState::Retired.as_str() { broke_since(tx, &row).await? } else { false };
    Ok(TemplateVersion {
        id: row.id,
        template_id: template.id,
        template_key: template.key,
        template_name: template.name,
        number: row.number,
        content: TemplateContent::stored(&row.content)?,
        outdated,
    })
}

/// A version that a new note may take: published, of this organization. `None` when there is none like it.
pub(crate) async fn published_version(tx: &ScopedTx, version_id: Uuid) -> Result<Option<TemplateVersion>> {
    match open_version(tx, version_id).await {
        Ok(version) => {
            let row = find_version(tx, version_id).await?;
            Ok((row.state == VersionState::Published.as_str()).then_some(version))
        }
        Err(Error::NotFound) => Ok(None),
        Err(other) => Err(other),
    }
}

/// What a note is written with when nobody chose: the published version of the template with this key.
pub(crate) async fn default_version(tx: &ScopedTx, key: &str) -> Result<Option<TemplateVersion>> {
    let template = note_template::Entity::find()
        .filter(note_template::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(note_template::COLUMN.key.eq(key))
        .one(tx.conn())
        .await?;
    match template.and_then(|template| template.published_version_id) {
        Some(id) => Ok(Some(open_version(tx, id).await?)),
        None => Ok(None),
    }
}
