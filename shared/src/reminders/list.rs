use std::collections::{HashMap, HashSet};

use chrono::{NaiveDate, NaiveDateTime};
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect};
use uuid::Uuid;

use super::entity::{delivery, delivery_event, reminder};
use super::state::{DeliveryState, ReminderState};
use crate::agenda::zone::day_bounds;
use crate::agenda::{OccurrenceId, Window, parse_local};
use crate::clients;
use crate::clock::Timestamp;
use crate::db::{Page, PageRequest, ScopedTx, id_list};
use crate::error::{Error, Result};
use crate::policy::Act;

/// A reminder and what became of it. States say where it stands; the times say what is known of the person's side.
#[derive(Clone, Debug)]
pub struct ReminderView {
    pub id: Uuid,
    pub occurrence: OccurrenceId,
    pub client_id: Uuid,
    pub due_at: Timestamp,
    pub useful_until: Timestamp,
    pub state: ReminderState,
    pub reason: Option<String>,
    pub sent_at: Option<Timestamp>,
    pub shown_at: Option<Timestamp>,
    pub clicked_at: Option<Timestamp>,
    pub answered_at: Option<Timestamp>,
    pub deliveries: Vec<DeliveryView>,
}

#[derive(Clone, Debug)]
pub struct DeliveryView {
    pub id: Uuid,
    pub subscription_id: Uuid,
    pub state: DeliveryState,
    pub attempts: i64,
    pub push_status: Option<i64>,
    pub history: Vec<HistoryView>,
}

#[derive(Clone, Debug)]
pub struct HistoryView {
    pub at: Timestamp,
    pub event: String,
    pub status: Option<i64>,
}

impl ReminderView {
    pub(super) fn from_row(row: reminder::Model) -> Result<Self> {
        let original_local = parse_local(&row.original_local).ok_or_else(|| Error::internal("an unreadable start"))?;
        Ok(Self {
            id: row.id,
            occurrence: OccurrenceId { item_id: row.item_id, original_local },
            client_id: row.client_id,
            due_at: row.due_at,
            useful_until: row.useful_until,
            state: ReminderState::parse(&row.state).ok_or_else(|| Error::internal("a reminder in an unknown state"))?,
            reason: row.reason,
            sent_at: row.sent_at,
            shown_at: row.shown_at,
            clicked_at: row.clicked_at,
            answered_at: row.answered_at,
            deliveries: Vec::new(),
        })
    }
}

/// Narrows the list of a client's reminders; dates are local to the client, of the due time, `to` exclusive.
#[derive(Clone, Debug, Default)]
pub struct ReminderFilter {
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
    pub state: Option<ReminderState>,
}

/// A client's reminders by due time, with every delivery and what happened to it.
pub async fn list_reminders(
    tx: &ScopedTx,
    client_id: Uuid,
    filter: &ReminderFilter,
    page: &PageRequest,
) -> Result<Page<ReminderView>> {
    let client = clients::authorize(tx, client_id, Act::ReadReminders).await?;
    let zone = clients::read_zone("time_zone", &client.time_zone)?;
    let mut query = reminder::Entity::find()
        .filter(reminder::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(reminder::COLUMN.client_id.eq(client_id))
        .order_by_asc(reminder::COLUMN.due_at)
        .order_by_asc(reminder::COLUMN.id)
        .limit(page.limit + 1);
    if let Some(from) = filter.from {
        query = query.filter(reminder::COLUMN.due_at.gte(Timestamp::from(day_bounds(from, zone).start)));
    }
    if let Some(to) = filter.to {
        query = query.filter(reminder::COLUMN.due_at.lt(Timestamp::from(day_bounds(to, zone).start)));
    }
    if let Some(state) = filter.state {
        query = query.filter(reminder::COLUMN.state.eq(state.as_str()));
    }
    if let Some((due_at, id)) = page.after.as_deref().and_then(read_key) {
        query =
            query.filter(sea_orm::Condition::any().add(reminder::COLUMN.due_at.gt(due_at)).add(
                sea_orm::Condition::all().add(reminder::COLUMN.due_at.eq(due_at)).add(reminder::COLUMN.id.gt(id)),
            ));
    }
    let rows = query.all(tx.conn()).await?;
    let views = rows.into_iter().map(ReminderView::from_row).collect::<Result<Vec<_>>>()?;
    let mut page = Page::cut(views, page, "reminders", |view| format!("{} {}", view.due_at.0, view.id));
    add_deliveries(tx, &mut page.items).await?;
    Ok(page)
}

fn read_key(text: &str) -> Option<(Timestamp, Uuid)> {
    let (due_at, id) = text.split_once(' ')?;
    Some((Timestamp(due_at.parse().ok()?), id.parse().ok()?))
}

async fn add_deliveries(tx: &ScopedTx, views: &mut [ReminderView]) -> Result<()> {
    let ids: Vec<Uuid> = views.iter().map(|view| view.id).collect();
    let deliveries = delivery::Entity::find()
        .filter(delivery::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(delivery::COLUMN.reminder_id.is_in(ids))
        .order_by_asc(delivery::COLUMN.id)
        .all(tx.conn())
        .await?;
    let delivery_ids: Vec<Uuid> = deliveries.iter().map(|row| row.id).collect();
    let events = delivery_event::Entity::find()
        .filter(delivery_event::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(delivery_event::COLUMN.delivery_id.is_in(delivery_ids))
        .order_by_asc(delivery_event::COLUMN.at)
        .order_by_asc(delivery_event::COLUMN.id)
        .all(tx.conn())
        .await?;
    let mut history: HashMap<Uuid, Vec<HistoryView>> = HashMap::new();
    for row in events {
        let entry = HistoryView { at: row.at, event: row.event, status: row.status };
        history.entry(row.delivery_id).or_default().push(entry);
    }
    for row in deliveries {
        let state =
            DeliveryState::parse(&row.state).ok_or_else(|| Error::internal("a delivery in an unknown state"))?;
        if let Some(view) = views.iter_mut().find(|view| Some(view.id) == row.reminder_id) {
            view.deliveries.push(DeliveryView {
                id: row.id,
                subscription_id: row.subscription_id,
                state,
                attempts: row.attempts,
                push_status: row.push_status,
                history: history.remove(&row.id).unwrap_or_default(),
            });
        }
    }
    Ok(())
}

/// The clients who were reminded of these occurrences, and are still to be told when something changes.
pub async fn reminded_of(tx: &ScopedTx, occurrences: &[OccurrenceId]) -> Result<HashSet<(OccurrenceId, Uuid)>> {
    let mut items: Vec<Uuid> = occurrences.iter().map(|id| id.item_id).collect();
    items.sort_unstable();
    items.dedup();
    let mut reminded = HashSet::new();
    for chunk in items.chunks(500) {
        let rows = reminder::Entity::find()
            .filter(reminder::COLUMN.organization_id.eq(tx.organization_id()))
            .filter(reminder::COLUMN.item_id.is_in(id_list(chunk.iter().copied())))
            .filter(reminder::COLUMN.state.is_in([ReminderState::Sent.as_str(), ReminderState::Sending.as_str()]))
            .filter(reminder::COLUMN.starts_at.gt(tx.now()))
            .all(tx.conn())
            .await?;
        for row in rows {
            let view = ReminderView::from_row(row)?;
            if occurrences.contains(&view.occurrence) {
                reminded.insert((view.occurrence, view.client_id));
            }
        }
    }
    Ok(reminded)
}

/// For each occurrence and client the reminder to show: the next that is planned, else the newest. Occurrences have their
/// original starts from `first` to `last`, which the index knows: long histories cost nothing.
pub async fn leading_by_occurrence(
    tx: &ScopedTx,
    item_ids: &[Uuid],
    client_ids: Option<&[Uuid]>,
    window: Window,
    (first, last): (&str, &str),
) -> Result<HashMap<(Uuid, NaiveDateTime, Uuid), ReminderView>> {
    let mut leading: HashMap<(Uuid, NaiveDateTime, Uuid), ReminderView> = HashMap::new();
    for chunk in item_ids.chunks(500) {
        let mut query = reminder::Entity::find()
            .filter(reminder::COLUMN.organization_id.eq(tx.organization_id()))
            .filter(reminder::COLUMN.item_id.is_in(id_list(chunk.iter().copied())))
            .filter(reminder::COLUMN.original_local.gte(first))
            .filter(reminder::COLUMN.original_local.lte(last))
            .filter(reminder::COLUMN.starts_at.gte(window.from))
            .filter(reminder::COLUMN.starts_at.lt(window.to));
        if let Some(ids) = client_ids {
            query = query.filter(reminder::COLUMN.client_id.is_in(ids.iter().copied()));
        }
        for row in query.all(tx.conn()).await? {
            let view = ReminderView::from_row(row)?;
            let place = (view.occurrence.item_id, view.occurrence.original_local, view.client_id);
            match leading.get(&place) {
                Some(other) if leads(other, &view) => {}
                _ => {
                    leading.insert(place, view);
                }
            }
        }
    }
    Ok(leading)
}

fn leads(a: &ReminderView, b: &ReminderView) -> bool {
    let rank = |view: &ReminderView| match view.state {
        ReminderState::Planned => (2, -view.due_at.0),
        // What was replaced is only shown when there is nothing else.
        ReminderState::Superseded => (0, view.due_at.0),
        _ => (1, view.due_at.0),
    };
    rank(a) >= rank(b)
}
