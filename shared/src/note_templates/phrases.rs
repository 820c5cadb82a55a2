use sea_orm::entity::prelude::*;
use sea_orm::{ActiveModelTrait, IntoActiveModel, QueryOrder, Set};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::entity::note_phrase;
use super::load::may_read;
use super::part::Domain;
use crate::audit::AuditEvent;
use crate::clock::Timestamp;
use crate::db::ScopedTx;
use crate::error::{Error, FieldErrors, Result};
use crate::forms::{Words, may_manage};

const PHRASES: &str = include_str!("shipped/phrases.json");
/// More than this nobody looks through.
const MAX_PHRASES: usize = 500;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = NotePhraseKind)]
#[serde(rename_all = "snake_case")]
pub enum PhraseKind {
    /// Says in a few words what was done.
    Tag,
    /// A sentence to begin with.
    Phrase,
}

impl PhraseKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tag => "tag",
            Self::Phrase => "phrase",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Tag, Self::Phrase].into_iter().find(|kind| kind.as_str() == text)
    }
}

#[derive(Clone, Debug)]
pub struct NewPhrase {
    pub kind: PhraseKind,
    pub domain: Domain,
    pub words: Words,
}

#[derive(Clone, Debug)]
pub struct PhraseView {
    pub id: Uuid,
    pub kind: PhraseKind,
    pub domain: Domain,
    pub words: Words,
    pub created_at: Timestamp,
}

#[derive(Deserialize)]
struct Shipped {
    domain: Domain,
    kind: PhraseKind,
    en: String,
    es: String,
}

/// The words that every organization begins with.
pub(super) async fn ship_phrases(tx: &mut ScopedTx) -> Result<()> {
    let shipped: Vec<Shipped> = serde_json::from_str(PHRASES).map_err(Error::internal)?;
    let mut rows = Vec::with_capacity(shipped.len());
    for one in shipped {
        let words = Words { en: Some(one.en), es: Some(one.es) };
        rows.push(row(tx, &NewPhrase { kind: one.kind, domain: one.domain, words }).await?);
    }
    let rows = rows.into_iter().map(|row| row.into_active_model().reset_all()).collect();
    tx.conn().insert_all::<note_phrase::ActiveModel>(rows).await?;
    Ok(())
}

async fn row(tx: &ScopedTx, new: &NewPhrase) -> Result<note_phrase::Model> {
    let id = tx.new_id();
    let (_, key) = tx.organization_key().await?;
    let text = serde_jcs::to_string(&new.words).map_err(Error::internal)?;
    Ok(note_phrase::Model {
        id,
        organization_id: tx.organization_id(),
        kind: new.kind.as_str().to_owned(),
        domain: new.domain.as_str().to_owned(),
        words: tx.seal(&key, &tx.place("note_phrases", "words", id), &text),
        created_by: tx.scope().actor.id(),
        created_at: tx.now(),
        retired_at: None,
    })
}

async fn in_use(tx: &ScopedTx) -> Result<Vec<note_phrase::Model>> {
    let query = note_phrase::Entity::find()
        .filter(note_phrase::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(note_phrase::COLUMN.retired_at.is_null())
        .order_by_asc(note_phrase::COLUMN.id);
    Ok(query.all(tx.conn()).await?)
}

/// The phrases and tags that are offered, oldest first. For those who write notes, and who manage them.
pub async fn list_phrases(tx: &ScopedTx) -> Result<Vec<PhraseView>> {
    may_read(tx)?;
    let mut views = Vec::new();
    for row in in_use(tx).await? {
        views.push(view(tx, &row).await?);
    }
    Ok(views)
}

async fn view(tx: &ScopedTx, row: &note_phrase::Model) -> Result<PhraseView> {
    let (_, key) = tx.organization_key().await?;
    let text = key.open(&tx.place("note_phrases", "words", row.id), &row.words)?;
    Ok(PhraseView {
        id: row.id,
        kind: PhraseKind::parse(&row.kind).ok_or_else(|| Error::internal("a phrase of an unknown kind"))?,
        domain: Domain::parse(&row.domain).ok_or_else(|| Error::internal("an unknown domain"))?,
        words: serde_json::from_str(&text).map_err(Error::internal)?,
        created_at: row.created_at,
    })
}

/// Offers more words. For admins and supervisors.
pub async fn add_phrase(tx: &mut ScopedTx, new: NewPhrase) -> Result<PhraseView> {
    may_manage(tx)?;
    let mut errors = FieldErrors::default();
    if new.words.languages().is_empty() {
        errors.add("words", "required", "a text in en, es or both");
    }
    new.words.check(&mut errors, "words");
    errors.into_result()?;
    if in_use(tx).await?.len() >= MAX_PHRASES {
        return Err(Error::Conflict("too_many", format!("an organization offers at most {MAX_PHRASES} phrases")));
    }
    let row = row(tx, &new).await?;
    row.clone().into_active_model().reset_all().insert(tx.conn()).await?;
    tx.record(AuditEvent::new("create", "note_phrase", row.id).detail(json!({ "domain": row.domain })));
    view(tx, &row).await
}

/// Offers these words no more; notes that took them keep them.
pub async fn retire_phrase(tx: &mut ScopedTx, id: Uuid) -> Result<()> {
    let row = note_phrase::Entity::find_by_id(id)
        .filter(note_phrase::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(note_phrase::COLUMN.retired_at.is_null())
        .one(tx.conn())
        .await?
        .ok_or(Error::NotFound)?;
    may_manage(tx)?;
    let mut row = row.into_active_model();
    row.retired_at = Set(Some(tx.now()));
    row.update(tx.conn()).await?;
    tx.record(AuditEvent::new("retire", "note_phrase", id));
    Ok(())
}
