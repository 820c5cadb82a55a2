use sea_orm::entity::prelude::*;
use sea_orm::sea_query::LockType;
use sea_orm::{QueryOrder, QuerySelect};
use uuid::Uuid;

use super::conflicts::{Conflict, conflicts_of};
use super::entity::{agenda_item, agenda_schedule};
use super::input::{ReminderInput, Texts};
use super::kind::Kind;
use super::load::{Item, load};
use super::local::format_local;
use crate::clients;
use crate::clock::Timestamp;
use crate::db::ScopedTx;
use crate::error::{Error, Result};
use crate::identity;
use crate::policy::{Act, reaches};
use crate::reminders::rule::ReminderRule;
use crate::secrets::DataKey;

/// An item as its readers see it; texts and times are those of its newest stretch.
#[derive(Clone, Debug)]
pub struct ItemView {
    pub id: Uuid,
    pub kind: Kind,
    pub title: String,
    pub location: Option<String>,
    pub notes: Option<String>,
    pub starts_at_local: String,
    pub time_zone: String,
    pub duration_minutes: Option<i64>,
    pub recurrence: Option<String>,
    pub reminders: Vec<ReminderInput>,
    pub client_ids: Vec<Uuid>,
    pub staff: Vec<(Uuid, String)>,
    pub cancelled: bool,
    pub version: i64,
    pub created_by_client: bool,
    pub created_at: Timestamp,
    pub conflicts: Vec<Conflict>,
    /// The goal, and the step of it, that this is a part of; for those who may read goals.
    pub goal_id: Option<Uuid>,
    pub step_id: Option<Uuid>,
}

/// An item that the actor may see. Of its clients, a client sees only themselves; staff see those they may see.
pub async fn get_item(tx: &ScopedTx, item_id: Uuid) -> Result<ItemView> {
    load_for(tx, item_id, Act::ReadAgenda).await?;
    item_view(tx, item_id).await
}

/// Loads an item for an act on it: the actor must be able to do it for at least one of its clients, and for all of
/// them to change it.
pub(super) async fn load_for(tx: &ScopedTx, item_id: Uuid, act: Act) -> Result<Item> {
    if act != Act::ReadAgenda {
        lock_items(tx, &[item_id]).await?;
    }
    let item = load(tx.conn(), tx.organization_id(), vec![item_id]).await?.pop().ok_or(Error::NotFound)?;
    let readable = clients::visible_ids(tx, Act::ReadAgenda).await?;
    let sees = |id: &Uuid| readable.as_ref().is_none_or(|ids| ids.contains(id));
    if !item.client_ids.iter().any(sees) {
        return Err(Error::NotFound);
    }
    if act != Act::ReadAgenda {
        let writable = clients::visible_ids(tx, act).await?;
        let may = |id: &Uuid| writable.as_ref().is_none_or(|ids| ids.contains(id));
        if !item.client_ids.iter().all(may) {
            return Err(Error::Forbidden("not_every_participant"));
        }
        if item.kind == Kind::CheckIn {
            let message = "this is changed and ended through its check-in schedule";
            return Err(Error::Conflict("belongs_to_a_schedule", message.to_owned()));
        }
        if tx.scope().client_id().is_some() && item.row.created_by_kind != "client" {
            return Err(Error::Forbidden("made_by_staff"));
        }
    }
    Ok(item)
}

/// Two changes of one item, or a change and the planner, follow one another. SQLite has one writer anyway.
pub(crate) async fn lock_items(tx: &ScopedTx, ids: &[Uuid]) -> Result<()> {
    if !tx.database().is_postgres() {
        return Ok(());
    }
    for chunk in ids.chunks(500) {
        agenda_item::Entity::find()
            .filter(agenda_item::COLUMN.organization_id.eq(tx.organization_id()))
            .filter(agenda_item::COLUMN.id.is_in(chunk.iter().copied()))
            .order_by_asc(agenda_item::COLUMN.id)
            .lock(LockType::Update)
            .all(tx.conn())
            .await?;
    }
    Ok(())
}

pub(super) async fn item_view(tx: &ScopedTx, item_id: Uuid) -> Result<ItemView> {
    let item = load(tx.conn(), tx.organization_id(), vec![item_id]).await?.pop().ok_or(Error::NotFound)?;
    let key = tx.data_key(item.row.data_key_id).await?;
    let (_, schedule, row) = item.current()?;
    let texts = open_texts(tx, &key, row)?;
    // What happens once starts where it was moved to; a series starts where it says.
    let moved_to = item.overrides.get(&schedule.start).and_then(|change| change.moved_to);
    let start = moved_to.filter(|_| !item.is_recurring()).map_or_else(|| row.starts_at_local.clone(), format_local);
    let names = identity::open_names(tx, &item.staff).await?;
    let visible = clients::visible_ids(tx, Act::ReadAgenda).await?;
    let sees = |id: &Uuid| visible.as_ref().is_none_or(|ids| ids.contains(id));
    let conflicts = if tx.scope().staff_id().is_some() { conflicts_of(tx, &item).await? } else { Vec::new() };
    let (goal_id, step_id) = goal_of(tx, &item);
    Ok(ItemView {
        id: item.row.id,
        kind: item.kind,
        title: texts.title,
        location: texts.location,
        notes: texts.notes,
        starts_at_local: start,
        time_zone: row.time_zone.clone(),
        duration_minutes: row.duration_minutes,
        recurrence: row.recurrence.clone(),
        reminders: schedule.reminders.iter().map(|rule| written(*rule)).collect(),
        client_ids: item.client_ids.iter().copied().filter(sees).collect(),
        staff: item.staff.iter().filter_map(|(id, _)| Some((*id, names.get(id)?.clone()))).collect(),
        cancelled: item.row.cancelled_at.is_some(),
        version: item.row.version,
        created_by_client: item.row.created_by_kind == "client",
        created_at: item.row.created_at,
        conflicts,
        goal_id,
        step_id,
    })
}

/// What the item is a part of, if the actor may read goals.
pub(super) fn goal_of(tx: &ScopedTx, item: &Item) -> (Option<Uuid>, Option<Uuid>) {
    let may_read = !reaches(tx.scope(), Act::ReadGoals).is_empty();
    (item.row.goal_id.filter(|_| may_read), item.row.step_id.filter(|_| may_read))
}

pub(crate) fn open_texts(tx: &ScopedTx, key: &DataKey, row: &agenda_schedule::Model) -> Result<Texts> {
    let open = |column, sealed| key.open(&tx.place("agenda_schedules", column, row.id), sealed);
    Ok(Texts {
        title: open("title", &row.title)?,
        location: row.location.as_ref().map(|sealed| open("location", sealed)).transpose()?,
        notes: row.notes.as_ref().map(|sealed| open("notes", sealed)).transpose()?,
    })
}

/// A rule as a person wrote it.
pub(super) fn written(rule: ReminderRule) -> ReminderInput {
    match rule {
        ReminderRule::MinutesBefore(minutes) => ReminderInput::MinutesBefore(i64::from(minutes)),
        ReminderRule::DaysBefore { days, at } => {
            ReminderInput::DaysBefore { days: i64::from(days), at: at.format("%H:%M").to_string() }
        }
    }
}
