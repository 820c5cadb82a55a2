use std::collections::HashMap;

use chrono::Duration;
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, QueryOrder, QuerySelect};
use serde_json::Value;
use uuid::Uuid;

use super::entity::attention_reason;
use super::facts::clients as clients_by_id;
use super::kind::{Kind, ReasonState, Severity};
use super::words::explain;
use crate::alerts::{Subject, authorize_matter, told_since};
use crate::clients::{self, Language, visible_ids};
use crate::clock::Timestamp;
use crate::db::{Page, PageRequest, ScopedTx};
use crate::error::{Error, Result};
use crate::help_requests::HelpOutcome;
use crate::identity;
use crate::policy::{Act, reaches};

/// Somebody who was told of a matter outside their caseload finds it in their list for so long.
const TOLD: Duration = Duration::days(30);

/// Why a client asks for attention, in words.
#[derive(Clone, Debug)]
pub struct ReasonView {
    pub id: Uuid,
    pub client_id: Uuid,
    pub client_name: String,
    pub kind: Kind,
    pub severity: Severity,
    pub since: Timestamp,
    pub code: String,
    pub parameters: Value,
    pub subject: Option<(String, String)>,
    pub state: ReasonState,
    /// By when somebody should have acknowledged it.
    pub due_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub acknowledged_at: Option<Timestamp>,
    pub acknowledged_by: Option<(Uuid, String)>,
    pub ended_at: Option<Timestamp>,
    pub ended_by: Option<(Uuid, String)>,
    pub outcome: Option<HelpOutcome>,
    pub note: Option<String>,
    today: chrono::NaiveDate,
}

impl ReasonView {
    /// The sentence, in the language of whoever reads.
    pub fn text(&self, language: Language) -> String {
        explain(language, &self.code, &self.parameters, self.today)
    }
}

/// Which reasons are wanted. Without a state, those that ask for attention.
#[derive(Clone, Debug, Default)]
pub struct ReasonFilter {
    pub client_id: Option<Uuid>,
    pub severity: Option<Severity>,
    pub kind: Option<Kind>,
    pub state: Option<ReasonState>,
}

pub(super) async fn get(tx: &ScopedTx, id: Uuid) -> Result<ReasonView> {
    let row = attention_reason::Entity::find_by_id(id)
        .filter(attention_reason::COLUMN.organization_id.eq(tx.organization_id()))
        .one(tx.conn())
        .await?
        .ok_or(Error::NotFound)?;
    Ok(views(tx, vec![row]).await?.remove(0))
}

/// One reason: of a client within reach, or one that the actor was told of.
pub async fn get_reason(tx: &ScopedTx, id: Uuid) -> Result<ReasonView> {
    let view = get(tx, id).await?;
    authorize_matter(tx, view.client_id, id, Act::ReadAttention).await?;
    Ok(view)
}

/// Reasons within reach: the most serious first, then the oldest.
pub async fn list(tx: &ScopedTx, filter: &ReasonFilter, page: &PageRequest) -> Result<Page<ReasonView>> {
    if let Some(client_id) = filter.client_id {
        clients::authorize(tx, client_id, Act::ReadAttention).await?;
    } else if reaches(tx.scope(), Act::ReadAttention).is_empty() {
        return Err(Error::Forbidden("role"));
    }
    let states = match filter.state {
        Some(state) => vec![state.as_str()],
        None => vec![ReasonState::Open.as_str(), ReasonState::Acknowledged.as_str()],
    };
    let mut query = attention_reason::Entity::find()
        .filter(attention_reason::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(attention_reason::COLUMN.state.is_in(states))
        .order_by_desc(attention_reason::COLUMN.severity)
        .order_by_asc(attention_reason::COLUMN.since)
        .order_by_asc(attention_reason::COLUMN.id)
        .limit(page.limit + 1);
    match filter.client_id {
        Some(client_id) => query = query.filter(attention_reason::COLUMN.client_id.eq(client_id)),
        None => {
            if let Some(ids) = visible_ids(tx, Act::ReadAttention).await? {
                let told = told_since(tx, Subject::AttentionReason, tx.now().minus(TOLD)).await?;
                let within = Condition::any()
                    .add(attention_reason::COLUMN.client_id.is_in(ids))
                    .add(attention_reason::COLUMN.id.is_in(told));
                query = query.filter(within);
            }
        }
    }
    if let Some(severity) = filter.severity {
        query = query.filter(attention_reason::COLUMN.severity.eq(severity.rank()));
    }
    if let Some(kind) = filter.kind {
        query = query.filter(attention_reason::COLUMN.kind.eq(kind.as_str()));
    }
    if let Some((severity, since, id)) = page.after.as_deref().and_then(read_key) {
        let same = || Condition::all().add(attention_reason::COLUMN.severity.eq(severity));
        let later = Condition::any()
            .add(attention_reason::COLUMN.severity.lt(severity))
            .add(same().add(attention_reason::COLUMN.since.gt(since)))
            .add(same().add(attention_reason::COLUMN.since.eq(since)).add(attention_reason::COLUMN.id.gt(id)));
        query = query.filter(later);
    }
    let rows = query.all(tx.conn()).await?;
    let views = views(tx, rows).await?;
    let key = |view: &ReasonView| format!("{} {} {}", view.severity.rank(), view.since.0, view.id);
    Ok(Page::cut(views, page, "attention", key))
}

fn read_key(text: &str) -> Option<(i64, Timestamp, Uuid)> {
    let mut parts = text.split(' ');
    Some((parts.next()?.parse().ok()?, Timestamp(parts.next()?.parse().ok()?), parts.next()?.parse().ok()?))
}

async fn views(tx: &ScopedTx, rows: Vec<attention_reason::Model>) -> Result<Vec<ReasonView>> {
    let people = clients_by_id(tx, rows.iter().map(|row| row.client_id)).await?;
    let mut staff_ids: Vec<Uuid> = rows.iter().flat_map(|row| [row.acknowledged_by, row.ended_by]).flatten().collect();
    staff_ids.sort_unstable();
    staff_ids.dedup();
    let names: HashMap<Uuid, String> = identity::names_of(tx, &staff_ids).await?;
    let named = |id: Option<Uuid>| id.and_then(|id| Some((id, names.get(&id)?.clone())));
    let mut views = Vec::with_capacity(rows.len());
    for row in rows {
        let person = people.get(&row.client_id).ok_or_else(|| Error::internal("a reason of nobody"))?;
        let key = tx.data_key(person.data_key_id).await?;
        let unknown = |what: &str| Error::internal(format!("a reason of unknown {what}"));
        let note = row.note.as_ref().map(|sealed| key.open(&tx.place("attention_reasons", "note", row.id), sealed));
        views.push(ReasonView {
            id: row.id,
            client_id: row.client_id,
            client_name: key.open(&tx.place("clients", "preferred_name", person.id), &person.preferred_name)?,
            kind: Kind::parse(&row.kind).ok_or_else(|| unknown("kind"))?,
            severity: Severity::of_rank(row.severity).ok_or_else(|| unknown("severity"))?,
            since: row.since,
            parameters: serde_json::from_str(&row.parameters).map_err(Error::internal)?,
            code: row.code,
            subject: row.subject_type.map(|kind| (kind, row.subject_id)),
            state: ReasonState::parse(&row.state).ok_or_else(|| unknown("state"))?,
            due_at: row.due_at,
            created_at: row.created_at,
            acknowledged_at: row.acknowledged_at,
            acknowledged_by: named(row.acknowledged_by),
            ended_at: row.ended_at,
            ended_by: named(row.ended_by),
            outcome: row.outcome.as_deref().and_then(HelpOutcome::parse),
            note: note.transpose()?,
            today: tx.today(),
        });
    }
    Ok(views)
}
