//! The agenda items under check-in schedules. They are made, changed and ended by the schedule, never by themselves; who
//! may do that is the caller's to check.

use chrono::{Duration, NaiveDateTime, NaiveTime};
use chrono_tz::Tz;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveModelTrait, IntoActiveModel, QueryOrder, Set};
use uuid::Uuid;

use super::create::{insert_item, insert_schedule};
use super::edit::{end_schedule, mark_cancelled};
use super::entity::agenda_schedule;
use super::entity::participation;
use super::input::{ReminderInput, Texts, Timing, read_schedule};
use super::item::{lock_items, open_texts, written};
use super::kind::Kind;
use super::load::{Item, load};
use super::local::format_local;
use super::respond::Response;
use super::series::Schedule;
use super::zone::local_of;
use crate::clients::entity::client;
use crate::clock::Timestamp;
use crate::db::ScopedTx;
use crate::error::{Error, FieldErrors, Result};
use crate::reminders;

/// A reminder at the time that was set, or none.
fn rules(reminder: bool) -> Vec<ReminderInput> {
    if reminder { vec![ReminderInput::MinutesBefore(0)] } else { Vec::new() }
}

/// The title on agendas and, if the client wants titles there, on the lock screen: it names no questionnaire.
fn title(language: &str) -> &'static str {
    if language == "es" { "Registro personal" } else { "Check-in" }
}

/// How often, as the schedule says it.
pub(crate) struct Series<'a> {
    pub starts_at_local: &'a str,
    pub time_zone: &'a str,
    pub recurrence: Option<&'a str>,
    pub reminder: bool,
}

/// Puts the series on the client's agenda; returns the item's id. Times that the client chose are exempt from quiet
/// hours.
pub(crate) async fn create(tx: &ScopedTx, client: &client::Model, series: &Series<'_>) -> Result<Uuid> {
    let mut errors = FieldErrors::default();
    let timing = Timing {
        starts_at_local: series.starts_at_local,
        time_zone: series.time_zone,
        duration_minutes: None,
        recurrence: series.recurrence,
        reminders: &rules(series.reminder),
    };
    let schedule = read_schedule(&mut errors, tx.new_id(), &timing);
    errors.into_result()?;
    let schedule = schedule.ok_or_else(|| Error::internal("a schedule neither read nor refused"))?;
    let key = tx.data_key(client.data_key_id).await?;
    let texts = Texts { title: title(&client.language).to_owned(), location: None, notes: None };
    let by_client = tx.scope().client_id().is_some();
    let key = (client.data_key_id, &*key);
    let id = insert_item(tx, Kind::CheckIn, by_client, key, &schedule, &texts, &[client.id], None).await?;
    reminders::reconcile_now(tx, &[id]).await?;
    Ok(id)
}

/// What a schedule can change of its series.
#[derive(Clone, Debug, Default)]
pub(crate) struct SeriesPatch {
    /// `HH:MM`, checked.
    pub at: Option<String>,
    pub recurrence: Option<String>,
    pub reminder: Option<bool>,
}

/// Changes the series from today on, or from tomorrow when today's time has passed: no day has two. Reminders follow.
pub(crate) async fn change(tx: &ScopedTx, item_id: Uuid, client_zone: Tz, patch: &SeriesPatch) -> Result<()> {
    lock_items(tx, &[item_id]).await?;
    let item = one(tx, item_id).await?;
    let (_, old, row) = item.current()?;
    let zone = old.zone.unwrap_or(client_zone);
    let now = local_of(tx.now().to_utc(), zone);
    let today = now.date().and_time(NaiveTime::MIN);
    let tomorrow = today + Duration::days(1);
    let passed = old.originals(client_zone, today, tomorrow).first().is_some_and(|start| *start <= now);
    let split = if passed { tomorrow } else { today };

    let mut errors = FieldErrors::default();
    let start = match &patch.at {
        Some(at) => format!("{}T{at}", old.start.date()),
        None => format_local(old.start),
    };
    let reminders = patch.reminder.map_or_else(|| old.reminders.iter().map(|rule| written(*rule)).collect(), rules);
    let timing = Timing {
        starts_at_local: &start,
        time_zone: &row.time_zone,
        duration_minutes: None,
        recurrence: patch.recurrence.as_deref().or(row.recurrence.as_deref()),
        reminders: &reminders,
    };
    let schedule = read_schedule(&mut errors, tx.new_id(), &timing);
    errors.into_result()?;
    let mut schedule = schedule.ok_or_else(|| Error::internal("a schedule neither read nor refused"))?;
    schedule.from = (split > old.start).then_some(split);
    let key = tx.data_key(item.row.data_key_id).await?;
    let texts = open_texts(tx, &key, row)?;
    end_schedule(tx, &item, old, row, schedule.from).await?;
    insert_schedule(tx, item_id, &key, &schedule, &texts).await?;

    let mut changed = item.row.clone().into_active_model();
    changed.version = Set(item.row.version + 1);
    if patch.at.is_some() {
        // Whose time it is decides whether quiet hours hold its reminder.
        let by_client = tx.scope().client_id().is_some();
        changed.created_by_kind = Set(if by_client { "client" } else { "staff" }.to_owned());
    }
    changed.update(tx.conn()).await?;
    reminders::reconcile_now(tx, &[item_id]).await
}

/// Ends the series; nothing more of it is asked.
pub(crate) async fn end(tx: &ScopedTx, item_id: Uuid) -> Result<()> {
    lock_items(tx, &[item_id]).await?;
    let item = one(tx, item_id).await?;
    if item.row.cancelled_at.is_none() {
        mark_cancelled(tx, &item).await?;
    }
    reminders::reconcile_now(tx, &[item_id]).await
}

async fn one(tx: &ScopedTx, item_id: Uuid) -> Result<Item> {
    load(tx.conn(), tx.organization_id(), vec![item_id]).await?.pop().ok_or(Error::NotFound)
}

/// The stretches of series, oldest first: one query.
pub(crate) async fn stretches(tx: &ScopedTx, item_ids: &[Uuid]) -> Result<Vec<agenda_schedule::Model>> {
    let rows = agenda_schedule::Entity::find()
        .filter(agenda_schedule::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(agenda_schedule::COLUMN.item_id.is_in(item_ids.iter().copied()))
        .order_by_asc(agenda_schedule::COLUMN.id)
        .all(tx.conn())
        .await?;
    Ok(rows)
}

/// The occurrence that a check-in of this day answers: the day's own, else the newest one before it.
pub(crate) fn occurrence_of_day(schedules: &[Schedule], zone: Tz, day: chrono::NaiveDate) -> Option<NaiveDateTime> {
    let end = day.succ_opt()?.and_time(NaiveTime::MIN);
    // A year holds an occurrence of everything that people are asked; a week, of nearly everything.
    [8, 366].into_iter().find_map(|days| {
        let from = end - Duration::days(days);
        schedules.iter().flat_map(|schedule| schedule.originals(zone, from, end)).max()
    })
}

/// Notes on the agenda that the client did it, and lets its reminders rest.
pub(crate) async fn mark_done(
    tx: &ScopedTx,
    item_id: Uuid,
    original: NaiveDateTime,
    client_id: Uuid,
    answered_at: Timestamp,
) -> Result<()> {
    let original_local = format_local(original);
    let row = participation::ActiveModel {
        item_id: Set(item_id),
        original_local: Set(original_local.clone()),
        client_id: Set(client_id),
        organization_id: Set(tx.organization_id()),
        response: Set(Some(Response::Done.as_str().to_owned())),
        note: Set(None),
        answered_at: Set(Some(answered_at)),
        responded_at: Set(Some(tx.now())),
        snoozed_until: Set(None),
        attendance: Set(None),
        attendance_at: Set(None),
    };
    participation::Entity::insert(row)
        .on_conflict(super::respond::replacing_the_answer())
        .exec_without_returning(tx.conn())
        .await?;
    reminders::settle_answered(tx, item_id, &original_local, client_id, answered_at).await
}
