//! Forms and their versions: drafted, published once, retired; never rewritten.

use std::collections::HashMap;

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::LockType;
use sea_orm::{ActiveModelTrait, IntoActiveModel, QueryOrder, QuerySelect, Set};
use serde_json::json;
use uuid::Uuid;

use super::change::classify;
use super::entity::{check_in, check_in_form, check_in_form_version, check_in_schedule};
use super::form::{Content, NewContent, Scoring};
use super::scoring::Instrument;
use crate::audit::AuditEvent;
use crate::clock::Timestamp;
use crate::db::{Page, PageRequest, ScopedTx};
use crate::error::{Error, FieldErrors, Result};
use crate::forms::{Change, ChangeReason, VersionState, may_manage, refuse_reused, used_with};
use crate::scope::{Actor, Role};
use crate::text::check_line;

/// A form with its versions, oldest first.
#[derive(Clone, Debug)]
pub struct FormView {
    pub id: Uuid,
    pub key: Option<String>,
    pub name: String,
    pub published_version_id: Option<Uuid>,
    pub created_at: Timestamp,
    pub versions: Vec<VersionView>,
}

/// A version as it is shown. The texts are canonical JSON, to be passed on byte for byte.
#[derive(Clone, Debug)]
pub struct VersionView {
    pub id: Uuid,
    pub form_id: Uuid,
    pub number: i64,
    pub state: VersionState,
    pub schema_text: String,
    pub ui_text: String,
    pub scoring: Option<Scoring>,
    pub languages: Vec<String>,
    pub content_hash: Vec<u8>,
    pub change: Option<Change>,
    pub change_reasons: Vec<ChangeReason>,
    pub created_at: Timestamp,
    pub published_at: Option<Timestamp>,
    pub retired_at: Option<Timestamp>,
}

impl TryFrom<check_in_form_version::Model> for VersionView {
    type Error = Error;

    fn try_from(row: check_in_form_version::Model) -> Result<Self> {
        let reasons = row.change_reasons.as_deref().map(serde_json::from_str).transpose().map_err(Error::internal)?;
        Ok(Self {
            id: row.id,
            form_id: row.form_id,
            number: row.number,
            state: VersionState::parse(&row.state).ok_or_else(|| Error::internal("an unknown state"))?,
            scoring: scoring_of(&row)?,
            schema_text: row.schema,
            ui_text: row.ui_schema,
            languages: row.languages.split(',').map(ToOwned::to_owned).collect(),
            content_hash: row.content_hash,
            change: row.change.as_deref().and_then(Change::parse),
            change_reasons: reasons.unwrap_or_default(),
            created_at: row.created_at,
            published_at: row.published_at,
            retired_at: row.retired_at,
        })
    }
}

fn scoring_of(row: &check_in_form_version::Model) -> Result<Option<Scoring>> {
    match (&row.instrument, row.scorer_version) {
        (Some(instrument), Some(version)) => {
            let instrument = Instrument::parse(instrument).ok_or_else(|| Error::internal("an unknown instrument"))?;
            Ok(Some(Scoring { instrument, version }))
        }
        _ => Ok(None),
    }
}

/// The contents of a stored version.
pub(super) fn content_of(row: &check_in_form_version::Model) -> Result<Content> {
    Content::stored(&row.schema, &row.ui_schema, scoring_of(row)?)
}

/// Who works with forms sees all of them; a client only what they are or were asked.
fn sees_all(tx: &ScopedTx) -> bool {
    let scope = tx.scope();
    matches!(scope.actor, Actor::System(_))
        || [Role::Admin, Role::Supervisor, Role::Specialist].iter().any(|role| scope.has_role(*role))
}

fn staff_reads(tx: &ScopedTx) -> Result<()> {
    if sees_all(tx) { Ok(()) } else { Err(Error::Forbidden("role")) }
}

/// Makes a form, without a version yet.
pub async fn create_form(tx: &mut ScopedTx, name: &str) -> Result<Uuid> {
    may_manage(tx)?;
    insert_form(tx, name, None).await
}

pub(super) async fn insert_form(tx: &mut ScopedTx, name: &str, key: Option<&str>) -> Result<Uuid> {
    let name = name.trim();
    let mut errors = FieldErrors::default();
    check_line(&mut errors, "name", name, 1, 200);
    errors.into_result()?;
    let id = tx.new_id();
    check_in_form::ActiveModel {
        id: Set(id),
        organization_id: Set(tx.organization_id()),
        key: Set(key.map(ToOwned::to_owned)),
        name: Set(name.to_owned()),
        published_version_id: Set(None),
        used_item_ids: Set(String::new()),
        created_by: Set(tx.scope().actor.id()),
        created_at: Set(tx.now()),
    }
    .insert(tx.conn())
    .await?;
    tx.record(AuditEvent::new("create", "check_in_form", id));
    Ok(id)
}

/// The form's row, locked so that versions are numbered and published one after another.
pub(super) async fn lock_form(tx: &ScopedTx, form_id: Uuid) -> Result<check_in_form::Model> {
    let mut query = check_in_form::Entity::find_by_id(form_id)
        .filter(check_in_form::COLUMN.organization_id.eq(tx.organization_id()));
    if tx.database().is_postgres() {
        query = query.lock(LockType::Update);
    }
    query.one(tx.conn()).await?.ok_or(Error::NotFound)
}

async fn find_version(tx: &ScopedTx, version_id: Uuid) -> Result<check_in_form_version::Model> {
    check_in_form_version::Entity::find_by_id(version_id)
        .filter(check_in_form_version::COLUMN.organization_id.eq(tx.organization_id()))
        .one(tx.conn())
        .await?
        .ok_or(Error::NotFound)
}

/// Adds a draft to a form.
pub async fn add_version(tx: &mut ScopedTx, form_id: Uuid, new: NewContent) -> Result<VersionView> {
    may_manage(tx)?;
    let form = lock_form(tx, form_id).await?;
    let content = Content::read(new)?;
    check_ids(tx, &form, &content).await?;
    let newest = check_in_form_version::Entity::find()
        .filter(check_in_form_version::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(check_in_form_version::COLUMN.form_id.eq(form_id))
        .order_by_desc(check_in_form_version::COLUMN.number)
        .limit(1)
        .one(tx.conn())
        .await?;
    let row = check_in_form_version::ActiveModel {
        id: Set(tx.new_id()),
        organization_id: Set(tx.organization_id()),
        form_id: Set(form_id),
        number: Set(newest.map_or(0, |row| row.number) + 1),
        state: Set(VersionState::Draft.as_str().to_owned()),
        languages: Set(content.languages().join(",")),
        instrument: Set(content.scoring.map(|scoring| scoring.instrument.as_str().to_owned())),
        scorer_version: Set(content.scoring.map(|scoring| scoring.version)),
        schema: Set(content.schema_text),
        ui_schema: Set(content.ui_text),
        content_hash: Set(content.hash),
        change: Set(None),
        change_reasons: Set(None),
        created_by: Set(tx.scope().actor.id()),
        created_at: Set(tx.now()),
        published_at: Set(None),
        retired_at: Set(None),
    };
    let row = row.insert(tx.conn()).await?;
    tx.record(
        AuditEvent::new("add_version", "check_in_form", form_id)
            .detail(json!({ "version_id": row.id, "number": row.number })),
    );
    row.try_into()
}

/// The version whose answers the next one follows: the published one, else the one that was published last.
async fn newest_published(tx: &ScopedTx, form: &check_in_form::Model) -> Result<Option<check_in_form_version::Model>> {
    if let Some(id) = form.published_version_id {
        return Ok(Some(find_version(tx, id).await?));
    }
    let row = check_in_form_version::Entity::find()
        .filter(check_in_form_version::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(check_in_form_version::COLUMN.form_id.eq(form.id))
        .filter(check_in_form_version::COLUMN.state.ne(VersionState::Draft.as_str()))
        .order_by_desc(check_in_form_version::COLUMN.published_at)
        .order_by_desc(check_in_form_version::COLUMN.number)
        .limit(1)
        .one(tx.conn())
        .await?;
    Ok(row)
}

/// An id means one question for ever.
async fn check_ids(tx: &ScopedTx, form: &check_in_form::Model, content: &Content) -> Result<()> {
    let Some(before) = newest_published(tx, form).await? else { return Ok(()) };
    let before = content_of(&before)?;
    refuse_reused(&form.used_item_ids, before.items(), content.items())
}

/// Publishes a draft. The version before it is retired; answers to it that phones still hold come in for two weeks.
pub async fn publish(tx: &mut ScopedTx, version_id: Uuid) -> Result<VersionView> {
    may_manage(tx)?;
    let form = lock_form(tx, find_version(tx, version_id).await?.form_id).await?;
    let row = find_version(tx, version_id).await?;
    if row.state != VersionState::Draft.as_str() {
        return Err(Error::Conflict("not_a_draft", "this version was published before".to_owned()));
    }
    let content = content_of(&row)?;
    check_ids(tx, &form, &content).await?;
    let before = newest_published(tx, &form).await?;
    let change = before.as_ref().map(|before| Ok::<_, Error>(classify(&content_of(before)?, &content))).transpose()?;
    if let Some(before) = before.filter(|before| before.state == VersionState::Published.as_str()) {
        set_retired(tx, before).await?;
    }
    let mut form_row = form.clone().into_active_model();
    form_row.published_version_id = Set(Some(row.id));
    form_row.used_item_ids = Set(used_with(&form.used_item_ids, content.items()));
    form_row.update(tx.conn()).await?;
    let number = row.number;
    let mut row = row.into_active_model();
    row.state = Set(VersionState::Published.as_str().to_owned());
    row.published_at = Set(Some(tx.now()));
    if let Some((change, reasons)) = &change {
        row.change = Set(Some(change.as_str().to_owned()));
        row.change_reasons = Set(Some(serde_jcs::to_string(reasons).map_err(Error::internal)?));
    }
    let row = row.update(tx.conn()).await?;
    let detail = json!({ "version_id": row.id, "number": number, "change": change.map(|(change, _)| change) });
    tx.record(AuditEvent::new("publish", "check_in_form", form.id).detail(detail));
    row.try_into()
}

async fn set_retired(tx: &ScopedTx, row: check_in_form_version::Model) -> Result<check_in_form_version::Model> {
    let mut row = row.into_active_model();
    row.state = Set(VersionState::Retired.as_str().to_owned());
    row.retired_at = Set(Some(tx.now()));
    Ok(row.update(tx.conn()).await?)
}

/// Asks a published version no more.
pub async fn retire(tx: &mut ScopedTx, version_id: Uuid) -> Result<VersionView> {
    may_manage(tx)?;
    let form = lock_form(tx, find_version(tx, version_id).await?.form_id).await?;
    let row = find_version(tx, version_id).await?;
    if row.state != VersionState::Published.as_str() {
        return Err(Error::Conflict("not_published", "only a published version can be retired".to_owned()));
    }
    let mut form_row = form.clone().into_active_model();
    form_row.published_version_id = Set(None);
    form_row.update(tx.conn()).await?;
    let row = set_retired(tx, row).await?;
    let detail = json!({ "version_id": row.id, "number": row.number });
    tx.record(AuditEvent::new("retire", "check_in_form", form.id).detail(detail));
    row.try_into()
}

/// The forms of the organization, oldest first. For those who work with forms.
pub async fn list_forms(tx: &ScopedTx, page: &PageRequest) -> Result<Page<FormView>> {
    staff_reads(tx)?;
    let mut query = check_in_form::Entity::find()
        .filter(check_in_form::COLUMN.organization_id.eq(tx.organization_id()))
        .order_by_asc(check_in_form::COLUMN.id)
        .limit(page.limit + 1);
    if let Some(after) = page.after.as_deref().and_then(|text| text.parse::<Uuid>().ok()) {
        query = query.filter(check_in_form::COLUMN.id.gt(after));
    }
    let forms = Page::cut(query.all(tx.conn()).await?, page, "check_in_forms", |form| form.id.to_string());
    let ids: Vec<Uuid> = forms.items.iter().map(|form| form.id).collect();
    let mut versions = versions_of(tx, &ids).await?;
    Ok(forms.map(|form| {
        let versions = versions.remove(&form.id).unwrap_or_default();
        form_view(form, versions)
    }))
}

/// One form. A client sees a form that they are or were asked, with the versions that concern them.
pub async fn get_form(tx: &ScopedTx, form_id: Uuid) -> Result<FormView> {
    let form = check_in_form::Entity::find_by_id(form_id)
        .filter(check_in_form::COLUMN.organization_id.eq(tx.organization_id()))
        .one(tx.conn())
        .await?
        .ok_or(Error::NotFound)?;
    if let Some(client_id) = tx.scope().client_id() {
        if !is_scheduled(tx, client_id, form_id).await? {
            return Err(Error::NotFound);
        }
    } else {
        staff_reads(tx)?;
    }
    let mut versions = versions_of(tx, &[form_id]).await?.remove(&form_id).unwrap_or_default();
    if tx.scope().client_id().is_some() {
        versions.retain(|version| version.state == VersionState::Published);
    }
    Ok(form_view(form, versions))
}

fn form_view(form: check_in_form::Model, versions: Vec<VersionView>) -> FormView {
    FormView {
        id: form.id,
        key: form.key,
        name: form.name,
        published_version_id: form.published_version_id,
        created_at: form.created_at,
        versions,
    }
}

async fn versions_of(tx: &ScopedTx, form_ids: &[Uuid]) -> Result<HashMap<Uuid, Vec<VersionView>>> {
    let rows = check_in_form_version::Entity::find()
        .filter(check_in_form_version::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(check_in_form_version::COLUMN.form_id.is_in(form_ids.iter().copied()))
        .order_by_asc(check_in_form_version::COLUMN.number)
        .all(tx.conn())
        .await?;
    let mut found: HashMap<Uuid, Vec<VersionView>> = HashMap::new();
    for row in rows {
        found.entry(row.form_id).or_default().push(row.try_into()?);
    }
    Ok(found)
}

/// One version. A client sees those of forms scheduled for them, once published, and those that they answered.
pub async fn get_version(tx: &ScopedTx, version_id: Uuid) -> Result<VersionView> {
    let row = find_version(tx, version_id).await?;
    match tx.scope().client_id() {
        None => staff_reads(tx)?,
        Some(client_id) => {
            let asked = row.state != VersionState::Draft.as_str() && is_scheduled(tx, client_id, row.form_id).await?;
            if !asked && !has_answered(tx, client_id, version_id).await? {
                return Err(Error::NotFound);
            }
        }
    }
    row.try_into()
}

async fn is_scheduled(tx: &ScopedTx, client_id: Uuid, form_id: Uuid) -> Result<bool> {
    let found = check_in_schedule::Entity::find()
        .filter(check_in_schedule::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(check_in_schedule::COLUMN.client_id.eq(client_id))
        .filter(check_in_schedule::COLUMN.form_id.eq(form_id))
        .limit(1)
        .one(tx.conn())
        .await?;
    Ok(found.is_some())
}

async fn has_answered(tx: &ScopedTx, client_id: Uuid, version_id: Uuid) -> Result<bool> {
    let found = check_in::Entity::find()
        .filter(check_in::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(check_in::COLUMN.client_id.eq(client_id))
        .filter(check_in::COLUMN.form_version_id.eq(version_id))
        .limit(1)
        .one(tx.conn())
        .await?;
    Ok(found.is_some())
}
