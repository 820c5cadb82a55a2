//! Check-ins as they are shown.

use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::entity::{check_in, check_in_form_version};
use super::forms::VersionView;
use super::safety::Severity;
use super::scoring::{Instrument, ScoreStatus};
use crate::agenda::{OccurrenceId, parse_local};
use crate::clients;
use crate::clock::Timestamp;
use crate::db::{Page, PageRequest, ScopedTx};
use crate::error::{Error, Result};
use crate::policy::Act;
use crate::secrets::Place;

/// A score as it was made when the answers came; never made anew in silence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScoreView {
    pub instrument: Instrument,
    pub scorer_version: i64,
    pub status: ScoreStatus,
    pub total: Option<i64>,
    pub band: Option<String>,
    pub missing: i64,
}

/// A check-in, opened.
#[derive(Clone, Debug)]
pub struct CheckInView {
    pub id: Uuid,
    pub client_id: Uuid,
    pub form_id: Uuid,
    pub form_version_id: Uuid,
    pub schedule_id: Option<Uuid>,
    pub occurrence_id: Option<OccurrenceId>,
    pub local_date: String,
    /// Canonical JSON, to be passed on byte for byte.
    pub answers_text: String,
    pub answered_at: Timestamp,
    pub received_at: Timestamp,
    pub language: String,
    pub score: Option<ScoreView>,
    pub recorded_by_client: bool,
    pub mood: Option<i64>,
    pub safe: Option<bool>,
    pub item9: Option<i64>,
    pub severity: Option<Severity>,
    pub resources_version: Option<i64>,
}

pub(super) fn answers_place(tx: &ScopedTx, id: Uuid) -> Place {
    tx.place("check_ins", "answers", id)
}

/// The answers as canonical JSON.
pub(super) async fn open(tx: &ScopedTx, row: &check_in::Model) -> Result<String> {
    let client = clients::authorize(tx, row.client_id, Act::ReadCheckIns).await?;
    tx.data_key(client.data_key_id).await?.open(&answers_place(tx, row.id), &row.answers)
}

pub(super) fn view(row: check_in::Model, answers_text: String) -> Result<CheckInView> {
    let unknown = |what: &str| Error::internal(format!("an unknown {what} in a check-in"));
    let score = match (&row.instrument, row.scorer_version, &row.score_status) {
        (Some(instrument), Some(scorer_version), Some(status)) => Some(ScoreView {
            instrument: Instrument::parse(instrument).ok_or_else(|| unknown("instrument"))?,
            scorer_version,
            status: ScoreStatus::parse(status).ok_or_else(|| unknown("status"))?,
            total: row.score,
            band: row.band,
            missing: row.missing.unwrap_or(0),
        }),
        _ => None,
    };
    let occurrence_id = match (row.item_id, &row.original_local) {
        (Some(item_id), Some(local)) => {
            let original_local = parse_local(local).ok_or_else(|| unknown("start"))?;
            Some(OccurrenceId { item_id, original_local })
        }
        _ => None,
    };
    Ok(CheckInView {
        id: row.id,
        client_id: row.client_id,
        form_id: row.form_id,
        form_version_id: row.form_version_id,
        schedule_id: row.schedule_id,
        occurrence_id,
        local_date: row.local_date,
        answers_text,
        answered_at: row.answered_at,
        received_at: row.received_at,
        language: row.language,
        score,
        recorded_by_client: row.recorded_by_kind == "client",
        mood: row.mood,
        safe: row.safe_state.map(|state| state == "safe"),
        item9: row.item9,
        severity: row.safety_severity.as_deref().and_then(Severity::parse),
        resources_version: row.resources_version,
    })
}

/// Which check-ins of a client are wanted, by the day that they are about.
#[derive(Clone, Debug, Default)]
pub struct CheckInFilter {
    pub from: Option<NaiveDate>,
    /// The day after the last.
    pub to: Option<NaiveDate>,
    pub form_id: Option<Uuid>,
}

/// A client's check-ins, newest day first.
pub async fn list_check_ins(
    tx: &ScopedTx,
    client_id: Uuid,
    filter: &CheckInFilter,
    page: &PageRequest,
) -> Result<Page<CheckInView>> {
    let client = clients::authorize(tx, client_id, Act::ReadCheckIns).await?;
    let mut query = check_in::Entity::find()
        .filter(check_in::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(check_in::COLUMN.client_id.eq(client_id))
        .order_by_desc(check_in::COLUMN.local_date)
        .order_by_desc(check_in::COLUMN.answered_at)
        .order_by_desc(check_in::COLUMN.id)
        .limit(page.limit + 1);
    if let Some(from) = filter.from {
        query = query.filter(check_in::COLUMN.local_date.gte(from.to_string()));
    }
    if let Some(to) = filter.to {
        query = query.filter(check_in::COLUMN.local_date.lt(to.to_string()));
    }
    if let Some(form_id) = filter.form_id {
        query = query.filter(check_in::COLUMN.form_id.eq(form_id));
    }
    if let Some(after) = &page.after {
        query = query.filter(older_than(after)?);
    }
    let rows = query.all(tx.conn()).await?;
    let rows = Page::cut(rows, page, "check_ins", |row| format!("{} {} {}", row.local_date, row.answered_at.0, row.id));
    let key = tx.data_key(client.data_key_id).await?;
    let mut items = Vec::with_capacity(rows.items.len());
    for row in rows.items {
        let text = key.open(&answers_place(tx, row.id), &row.answers)?;
        items.push(view(row, text)?);
    }
    Ok(Page { items, next_cursor: rows.next_cursor })
}

fn older_than(cursor: &str) -> Result<Condition> {
    let unreadable = || Error::invalid("cursor", "invalid_cursor", "this cursor does not belong to this list");
    let mut parts = cursor.split(' ');
    let mut next = || parts.next().ok_or_else(unreadable);
    let (day, at, id) = (next()?, next()?, next()?);
    let at = Timestamp(at.parse().map_err(|_| unreadable())?);
    let id: Uuid = id.parse().map_err(|_| unreadable())?;
    let same_day = || Condition::all().add(check_in::COLUMN.local_date.eq(day));
    Ok(Condition::any()
        .add(check_in::COLUMN.local_date.lt(day))
        .add(same_day().add(check_in::COLUMN.answered_at.lt(at)))
        .add(same_day().add(check_in::COLUMN.answered_at.eq(at)).add(check_in::COLUMN.id.lt(id))))
}

/// One check-in.
pub async fn get_check_in(tx: &ScopedTx, id: Uuid) -> Result<CheckInView> {
    let row = check_in::Entity::find_by_id(id)
        .filter(check_in::COLUMN.organization_id.eq(tx.organization_id()))
        .one(tx.conn())
        .await?
        .ok_or(Error::NotFound)?;
    let text = open(tx, &row).await?;
    view(row, text)
}

/// A check-in with the very form that was answered.
pub async fn render(tx: &ScopedTx, id: Uuid) -> Result<(CheckInView, VersionView)> {
    let check_in = get_check_in(tx, id).await?;
    let version = check_in_form_version::Entity::find_by_id(check_in.form_version_id)
        .filter(check_in_form_version::COLUMN.organization_id.eq(tx.organization_id()))
        .one(tx.conn())
        .await?
        .ok_or_else(|| Error::internal("a check-in without its form"))?;
    Ok((check_in, version.try_into()?))
}

/// What rules and views read of a check-in, without opening any answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glance {
    pub id: Uuid,
    pub client_id: Uuid,
    pub form_id: Uuid,
    pub schedule_id: Option<Uuid>,
    pub local_date: String,
    pub answered_at: Timestamp,
    pub mood: Option<i64>,
    pub instrument: Option<String>,
    pub score: Option<i64>,
    pub safe: Option<bool>,
    pub item9: Option<i64>,
    pub severity: Option<Severity>,
}

impl From<check_in::Model> for Glance {
    fn from(row: check_in::Model) -> Self {
        Self {
            id: row.id,
            client_id: row.client_id,
            form_id: row.form_id,
            schedule_id: row.schedule_id,
            local_date: row.local_date,
            answered_at: row.answered_at,
            mood: row.mood,
            instrument: row.instrument,
            score: row.score,
            safe: row.safe_state.map(|state| state == "safe"),
            item9: row.item9,
            severity: row.safety_severity.as_deref().and_then(Severity::parse),
        }
    }
}

/// A client's newest check-in. Access is the caller's to check.
pub async fn latest(tx: &ScopedTx, client_id: Uuid) -> Result<Option<Glance>> {
    Ok(since(tx, client_id, None, Some(1)).await?.pop())
}

/// The last one that was answered by then. Access is the caller's to check.
pub async fn latest_until(tx: &ScopedTx, client_id: Uuid, until: Timestamp) -> Result<Option<Glance>> {
    let found = check_in::Entity::find()
        .filter(check_in::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(check_in::COLUMN.client_id.eq(client_id))
        .filter(check_in::COLUMN.answered_at.lte(until))
        .order_by_desc(check_in::COLUMN.answered_at)
        .order_by_desc(check_in::COLUMN.id)
        .one(tx.conn())
        .await?;
    Ok(found.map(Glance::from))
}

/// A client's check-ins of this day and later, newest first. Access is the caller's to check.
pub async fn recent(tx: &ScopedTx, client_id: Uuid, from: NaiveDate) -> Result<Vec<Glance>> {
    since(tx, client_id, Some(from), None).await
}

async fn since(tx: &ScopedTx, client_id: Uuid, from: Option<NaiveDate>, limit: Option<u64>) -> Result<Vec<Glance>> {
    let mut query = check_in::Entity::find()
        .filter(check_in::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(check_in::COLUMN.client_id.eq(client_id))
        .order_by_desc(check_in::COLUMN.local_date)
        .order_by_desc(check_in::COLUMN.answered_at)
        .order_by_desc(check_in::COLUMN.id)
        .limit(limit);
    if let Some(from) = from {
        query = query.filter(check_in::COLUMN.local_date.gte(from.to_string()));
    }
    Ok(query.all(tx.conn()).await?.into_iter().map(Glance::from).collect())
}
