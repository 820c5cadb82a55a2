use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::entity::note;
use super::load::NoteHead;
use super::state::NoteState;
use crate::clients;
use crate::db::{Page, PageRequest, ScopedTx};
use crate::error::{Error, Result};
use crate::policy::Act;

/// Which notes. Days are dates of service, `to` exclusive.
#[derive(Clone, Debug, Default)]
pub struct NoteFilter {
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
    pub client_id: Option<Uuid>,
    pub author_id: Option<Uuid>,
    pub session_id: Option<Uuid>,
    pub state: Option<NoteState>,
    /// Given back, and not answered yet.
    pub returned: Option<bool>,
}

/// Notes within the actor's reach, the newest session first. A client sees those that were signed.
pub async fn list(tx: &ScopedTx, filter: &NoteFilter, page: &PageRequest) -> Result<Page<NoteHead>> {
    if let Some(client_id) = filter.client_id {
        clients::authorize(tx, client_id, Act::ReadNotes).await?;
    }
    // A client whose record was opened in an emergency was let through above.
    let reach = match filter.client_id {
        Some(client_id) => Condition::all().add(note::COLUMN.client_id.eq(client_id)),
        None => clients::within_reach(tx, Act::ReadNotes, "notes")?,
    };
    let mut query = note::Entity::find()
        .filter(note::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(reach)
        .order_by_desc(note::COLUMN.starts_at)
        .order_by_desc(note::COLUMN.id)
        .limit(page.limit + 1);
    if tx.scope().client_id().is_some() {
        if filter.returned.is_some() {
            return Err(Error::Forbidden("staff_only"));
        }
        query = query.filter(note::COLUMN.content_hash.is_not_null());
    }
    if let Some(from) = filter.from {
        query = query.filter(note::COLUMN.service_date.gte(from.to_string()));
    }
    if let Some(to) = filter.to {
        query = query.filter(note::COLUMN.service_date.lt(to.to_string()));
    }
    if let Some(id) = filter.author_id {
        query = query.filter(note::COLUMN.author_id.eq(id));
    }
    if let Some(id) = filter.session_id {
        query = query.filter(note::COLUMN.session_id.eq(id));
    }
    if let Some(state) = filter.state {
        query = query.filter(note::COLUMN.state.eq(state.as_str()));
    }
    match filter.returned {
        Some(true) => query = query.filter(note::COLUMN.returned_at.is_not_null()),
        Some(false) => query = query.filter(note::COLUMN.returned_at.is_null()),
        None => {}
    }
    if let Some((at, id)) = page.after.as_deref().and_then(place) {
        let before = Condition::any()
            .add(note::COLUMN.starts_at.lt(at))
            .add(Condition::all().add(note::COLUMN.starts_at.eq(at)).add(note::COLUMN.id.lt(id)));
        query = query.filter(before);
    }
    let rows = query.all(tx.conn()).await?;
    let heads = rows.iter().map(|row| Ok(NoteHead::try_from(row)?.seen_by(tx))).collect::<Result<Vec<_>>>()?;
    Ok(Page::cut(heads, page, "notes", |head| format!("{} {}", head.starts_at.0, head.id)))
}

pub(super) fn place(text: &str) -> Option<(crate::clock::Timestamp, Uuid)> {
    let (at, id) = text.split_once(' ')?;
    Some((crate::clock::Timestamp(at.parse().ok()?), id.parse().ok()?))
}

/// Ids of a client's signed notes of these days, `to` exclusive, in the order of their sessions; voided ones too, for they
/// tell what became of them.
pub(crate) async fn in_period(tx: &ScopedTx, client_id: Uuid, from: NaiveDate, to: NaiveDate) -> Result<Vec<Uuid>> {
    let rows = note::Entity::find()
        .filter(note::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(note::COLUMN.client_id.eq(client_id))
        .filter(note::COLUMN.content_hash.is_not_null())
        .filter(note::COLUMN.service_date.gte(from.to_string()))
        .filter(note::COLUMN.service_date.lt(to.to_string()))
        .order_by_asc(note::COLUMN.starts_at)
        .order_by_asc(note::COLUMN.id)
        .all(tx.conn())
        .await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}
