use chrono::{Duration, NaiveDateTime};
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveModelTrait, IntoActiveModel, Set};
use serde_json::json;
use uuid::Uuid;

use super::EditScope;
use super::create::insert_schedule;
use super::entity::{agenda_item, agenda_schedule, occurrence, participation};
use super::input::{ReminderInput, Texts, Timing, check_texts, read_schedule};
use super::item::{ItemView, item_view, load_for, open_texts, written};
use super::list::widened;
use super::load::Item;
use super::local::{format_local, parse_local};
use super::occurrence::row_id;
use super::series::Schedule;
use super::zone::local_of;
use crate::audit::AuditEvent;
use crate::db::ScopedTx;
use crate::error::{Error, FieldErrors, Result};
use crate::policy::Act;
use crate::reminders;
use crate::text::check_text;

/// A change: outer `None` leaves a member alone, inner `None` empties it.
#[derive(Clone, Debug, Default)]
pub struct ItemPatch {
    pub title: Option<String>,
    pub location: Option<Option<String>>,
    pub notes: Option<Option<String>>,
    pub starts_at_local: Option<String>,
    pub time_zone: Option<String>,
    pub duration_minutes: Option<Option<i64>>,
    pub recurrence: Option<Option<String>>,
    pub reminders: Option<Vec<ReminderInput>>,
}

impl ItemPatch {
    fn members(&self) -> Vec<&'static str> {
        [
            (self.title.is_some(), "title"),
            (self.location.is_some(), "location"),
            (self.notes.is_some(), "notes"),
            (self.starts_at_local.is_some(), "starts_at_local"),
            (self.time_zone.is_some(), "time_zone"),
            (self.duration_minutes.is_some(), "duration_minutes"),
            (self.recurrence.is_some(), "recurrence"),
            (self.reminders.is_some(), "reminders"),
        ]
        .into_iter()
        .filter_map(|(present, name)| present.then_some(name))
        .collect()
    }
}

/// Changes one occurrence, this and the following, or all that have not begun. What has begun stays as it was. The
/// reminders follow in the same transaction.
pub async fn edit(
    tx: &mut ScopedTx,
    item_id: Uuid,
    scope: EditScope,
    if_version: Option<i64>,
    patch: ItemPatch,
) -> Result<ItemView> {
    let item = load_for(tx, item_id, Act::WriteAgenda).await?;
    if if_version.is_some_and(|version| version != item.row.version) {
        return Err(Error::PreconditionFailed);
    }
    if item.row.cancelled_at.is_some() {
        return Err(Error::Conflict("cancelled", "this was cancelled".to_owned()));
    }
    let stays_single = !item.is_recurring() && patch.recurrence.as_ref().is_none_or(Option::is_none);
    match scope {
        EditScope::This(original) | EditScope::Following(original) => {
            owner(tx, &item, original)?;
        }
        EditScope::All => {}
    }
    match scope {
        _ if stays_single => edit_single(tx, &item, &patch).await?,
        EditScope::This(original) => edit_one(tx, &item, original, &patch).await?,
        EditScope::Following(original) => edit_following(tx, &item, original, &patch).await?,
        EditScope::All => edit_all(tx, &item, &patch).await?,
    }
    bump(tx, &item).await?;
    let (scope, at) = match scope {
        EditScope::This(at) => ("this", Some(at)),
        EditScope::Following(at) => ("following", Some(at)),
        EditScope::All => ("all", None),
    };
    for client_id in &item.client_ids {
        let event = AuditEvent::new("update", "agenda_item", item_id).client(*client_id);
        let at = at.map(format_local);
        tx.record(event.detail(json!({ "members": patch.members(), "scope": scope, "original_local": at })));
    }
    reminders::reconcile_now(tx, &[item_id]).await?;
    item_view(tx, item_id).await
}

pub(super) async fn bump(tx: &ScopedTx, item: &Item) -> Result<()> {
    let mut row = item.row.clone().into_active_model();
    row.version = Set(item.row.version + 1);
    row.changed_at = Set(Some(tx.now()));
    row.update(tx.conn()).await?;
    Ok(())
}

/// The schedule that an original start belongs to, judged in the organization's zone.
pub(super) fn owner(tx: &ScopedTx, item: &Item, original: NaiveDateTime) -> Result<usize> {
    let zone = tx.scope().zone;
    item.schedules.iter().position(|schedule| schedule.has(zone, original)).ok_or(Error::NotFound)
}

async fn edit_one(tx: &ScopedTx, item: &Item, original: NaiveDateTime, patch: &ItemPatch) -> Result<()> {
    let index = owner(tx, item, original)?;
    let mut errors = FieldErrors::default();
    for (present, field) in [
        (patch.recurrence.is_some(), "recurrence"),
        (patch.time_zone.is_some(), "time_zone"),
        (patch.reminders.is_some(), "reminders"),
    ] {
        if present {
            errors.add(field, "not_for_one", "cannot be changed for one occurrence alone");
        }
    }
    if let Some(title) = &patch.title {
        check_text(&mut errors, "title", title, 1, 200);
    }
    if let Some(Some(text)) = &patch.location {
        check_text(&mut errors, "location", text, 0, 500);
    }
    if let Some(Some(text)) = &patch.notes {
        check_text(&mut errors, "notes", text, 0, 4000);
    }
    if patch.duration_minutes.flatten().is_some_and(|minutes| !(1..=10_080).contains(&minutes)) {
        errors.add("duration_minutes", "out_of_range", "1 to 10080 minutes");
    }
    let moved_to = patch.starts_at_local.as_deref().map(parse_local);
    if moved_to == Some(None) {
        errors.add(
            "starts_at_local",
            "invalid_local_time",
            "a local time such as 2027-03-08T09:30, on a date that exists",
        );
    }
    errors.into_result()?;

    let key = tx.data_key(item.row.data_key_id).await?;
    let original_text = format_local(original);
    let id = row_id(item.row.id, &original_text, None);
    let seal = |column, text: &str| tx.seal(&key, &tx.place("occurrences", column, id), text);
    let mut row = one(tx, item, original);
    if let Some(Some(moved_to)) = moved_to {
        row.moved_to_local = Set((moved_to != original).then(|| format_local(moved_to)));
        let schedule = &item.schedule_rows[index];
        let (first_at, last_at) = widened((schedule.first_at, schedule.last_at), moved_to);
        let mut schedule = schedule.clone().into_active_model();
        schedule.first_at = Set(first_at);
        schedule.last_at = Set(last_at);
        schedule.update(tx.conn()).await?;
        forget_answers(tx, item.row.id, original).await?;
    }
    if let Some(minutes) = patch.duration_minutes {
        row.duration_minutes = Set(minutes);
    }
    if let Some(title) = &patch.title {
        row.title = Set(Some(seal("title", title.trim())));
    }
    if let Some(text) = &patch.location {
        row.location = Set(Some(seal("location", text.as_deref().unwrap_or_default())));
    }
    if let Some(text) = &patch.notes {
        row.notes = Set(Some(seal("notes", text.as_deref().unwrap_or_default())));
    }
    save_one(tx, item, original, row).await
}

/// The row of one occurrence, to be changed: the one that is there, or a new one.
pub(super) fn one(tx: &ScopedTx, item: &Item, original: NaiveDateTime) -> occurrence::ActiveModel {
    match item.occurrence_rows.get(&original) {
        Some(row) => occurrence::ActiveModel {
            version: Set(row.version + 1),
            updated_at: Set(tx.now()),
            ..row.clone().into_active_model()
        },
        None => occurrence::ActiveModel {
            item_id: Set(item.row.id),
            original_local: Set(format_local(original)),
            organization_id: Set(tx.organization_id()),
            cancelled_at: Set(None),
            moved_to_local: Set(None),
            duration_minutes: Set(None),
            title: Set(None),
            location: Set(None),
            notes: Set(None),
            version: Set(1),
            updated_at: Set(tx.now()),
        },
    }
}

pub(super) async fn save_one(
    tx: &ScopedTx,
    item: &Item,
    original: NaiveDateTime,
    row: occurrence::ActiveModel,
) -> Result<()> {
    if item.occurrence_rows.contains_key(&original) {
        row.update(tx.conn()).await?;
    } else {
        row.insert(tx.conn()).await?;
    }
    Ok(())
}

/// Changes an item that happens once. A new start is a move: the occurrence keeps its id, so that links to it go on
/// working.
async fn edit_single(tx: &ScopedTx, item: &Item, patch: &ItemPatch) -> Result<()> {
    let (_, base, base_row) = item.current()?;
    let key = tx.data_key(item.row.data_key_id).await?;
    let mut texts = open_texts(tx, &key, base_row)?;
    apply_texts(&mut texts, patch);
    let start_now = item.overrides.get(&base.start).and_then(|change| change.moved_to).unwrap_or(base.start);
    let mut errors = FieldErrors::default();
    check_texts(&mut errors, &texts);
    let reminders =
        patch.reminders.clone().unwrap_or_else(|| base.reminders.iter().map(|rule| written(*rule)).collect());
    let start_text = patch.starts_at_local.clone().unwrap_or_else(|| format_local(start_now));
    let timing = Timing {
        starts_at_local: &start_text,
        time_zone: patch.time_zone.as_deref().unwrap_or(&base_row.time_zone),
        duration_minutes: patch.duration_minutes.unwrap_or(base_row.duration_minutes),
        recurrence: None,
        reminders: &reminders,
    };
    let read = read_schedule(&mut errors, base.id, &timing);
    errors.into_result()?;
    let read = read.ok_or_else(|| Error::internal("a schedule neither read nor refused"))?;
    let moved_to = read.start;
    let schedule = Schedule { start: base.start, ..read };
    base_row.clone().into_active_model().delete(tx.conn()).await?;
    insert_schedule(tx, item.row.id, &key, &schedule, &texts).await?;
    if moved_to != start_now {
        let mut row = one(tx, item, base.start);
        row.moved_to_local = Set((moved_to != base.start).then(|| format_local(moved_to)));
        save_one(tx, item, base.start, row).await?;
        forget_answers(tx, item.row.id, base.start).await?;
    }
    let (first_at, last_at) = widened(schedule.bounds(), moved_to);
    agenda_schedule::ActiveModel {
        id: Set(schedule.id),
        first_at: Set(first_at),
        last_at: Set(last_at),
        ..Default::default()
    }
    .update(tx.conn())
    .await?;
    Ok(())
}

/// An answer was to the old time: after a move the client is asked anew (as iCalendar resets PARTSTAT, RFC 5546).
async fn forget_answers(tx: &ScopedTx, item_id: Uuid, original: NaiveDateTime) -> Result<()> {
    participation::Entity::update_many()
        .col_expr(participation::Column::Response, Expr::value(Option::<String>::None))
        .col_expr(participation::Column::RespondedAt, Expr::value(Option::<i64>::None))
        .col_expr(participation::Column::SnoozedUntil, Expr::value(Option::<i64>::None))
        .filter(participation::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(participation::COLUMN.item_id.eq(item_id))
        .filter(participation::COLUMN.original_local.eq(format_local(original)))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Changes an occurrence and all that follow it: a new stretch begins there, and what came after is replaced by it.
async fn edit_following(tx: &ScopedTx, item: &Item, from: NaiveDateTime, patch: &ItemPatch) -> Result<()> {
    let zone = tx.scope().zone;
    let index = owner(tx, item, from)?;
    let base = &item.schedules[index];
    let mut wanted = patch.clone();
    if patch.starts_at_local.is_some() && patch.recurrence.is_none() {
        // The new stretch counts what is left, not the whole series again.
        let rest =
            base.recurrence.as_ref().and_then(|rule| rule.split_at(base.start, base.zone.unwrap_or(zone), from).1);
        wanted.recurrence = Some(rest.map(|rule| rule.to_string()));
    }
    let (mut schedule, texts) = patched(tx, item, index, &wanted).await?;
    let kept = base.originals(zone, from - Duration::days(800), from).last().copied();
    if patch.starts_at_local.is_some() {
        if kept.is_some_and(|kept| schedule.start <= kept) {
            let message = "starts before occurrences that stay as they are";
            return Err(Error::invalid("starts_at_local", "before_split", message));
        }
    } else {
        // Keeping the series' own start keeps "every second week" in step.
        schedule.from = Some(from);
    }
    if patch.recurrence.is_none() {
        let ended = item.schedules.iter().all(|schedule| schedule.until.is_some());
        let end = item.schedules.iter().filter_map(|schedule| schedule.until).max().filter(|_| ended);
        schedule.until = carried_end(end, base, &schedule);
    }
    for (old, row) in item.schedules.iter().zip(&item.schedule_rows) {
        end_schedule(tx, item, old, row, Some(from)).await?;
    }
    let key = tx.data_key(item.row.data_key_id).await?;
    insert_schedule(tx, item.row.id, &key, &schedule, &texts).await?;
    carry_over(tx, item, base, &schedule, Some(from)).await
}

/// Changes all that has not begun: each stretch that still has a future is continued by a changed one.
async fn edit_all(tx: &ScopedTx, item: &Item, patch: &ItemPatch) -> Result<()> {
    let zone = tx.scope().zone;
    let now_in = |schedule: &Schedule| local_of(tx.now().to_utc(), schedule.zone.unwrap_or(zone));
    let begun = item.is_recurring() && item.schedules.iter().any(|schedule| schedule.start < now_in(schedule));
    let live: Vec<usize> = (0..item.schedules.len())
        .filter(|index| {
            let schedule = &item.schedules[*index];
            !begun || schedule.next(zone, now_in(schedule)).is_some()
        })
        .collect();
    if live.is_empty() {
        return Err(Error::Conflict("over", "nothing of this is still to come".to_owned()));
    }
    if live.len() > 1 && (patch.starts_at_local.is_some() || patch.recurrence.is_some()) {
        let message = "this series was changed in parts; change one part with scope=following";
        return Err(Error::invalid("starts_at_local", "several_parts", message));
    }
    let key = tx.data_key(item.row.data_key_id).await?;
    for index in live {
        let (base, row) = (&item.schedules[index], &item.schedule_rows[index]);
        let (mut schedule, texts) = patched(tx, item, index, patch).await?;
        let now = now_in(base);
        let split = begun.then(|| base.from.map_or(now, |from| from.max(now)));
        schedule.from = split.or(base.from);
        if patch.recurrence.is_none() {
            schedule.until = carried_end(base.until, base, &schedule);
        }
        end_schedule(tx, item, base, row, split).await?;
        insert_schedule(tx, item.row.id, &key, &schedule, &texts).await?;
        carry_over(tx, item, base, &schedule, split).await?;
    }
    Ok(())
}

/// Where a series had been ended stays its end, whatever its hour has become.
fn carried_end(end: Option<NaiveDateTime>, old: &Schedule, new: &Schedule) -> Option<NaiveDateTime> {
    end.map(|end| if old.start.time() == new.start.time() { end } else { end.date().into() })
}

/// A stretch with a patch applied, and its texts.
async fn patched(tx: &ScopedTx, item: &Item, index: usize, patch: &ItemPatch) -> Result<(Schedule, Texts)> {
    let (base, row) = (&item.schedules[index], &item.schedule_rows[index]);
    let key = tx.data_key(item.row.data_key_id).await?;
    let mut texts = open_texts(tx, &key, row)?;
    apply_texts(&mut texts, patch);
    let mut errors = FieldErrors::default();
    check_texts(&mut errors, &texts);
    // What happened once and was moved goes on from where it was moved to.
    let moved_to = item.overrides.get(&base.start).and_then(|change| change.moved_to).filter(|_| !item.is_recurring());
    let start = patch.starts_at_local.clone().unwrap_or_else(|| format_local(moved_to.unwrap_or(base.start)));
    let reminders: Vec<ReminderInput> =
        patch.reminders.clone().unwrap_or_else(|| base.reminders.iter().map(|rule| written(*rule)).collect());
    let timing = Timing {
        starts_at_local: &start,
        time_zone: patch.time_zone.as_deref().unwrap_or(&row.time_zone),
        duration_minutes: patch.duration_minutes.unwrap_or(row.duration_minutes),
        recurrence: patch.recurrence.as_ref().map_or(row.recurrence.as_deref(), |text| text.as_deref()),
        reminders: &reminders,
    };
    let schedule = read_schedule(&mut errors, tx.new_id(), &timing);
    errors.into_result()?;
    let schedule = schedule.ok_or_else(|| Error::internal("a schedule neither read nor refused"))?;
    Ok((schedule, texts))
}

fn apply_texts(texts: &mut Texts, patch: &ItemPatch) {
    if let Some(title) = &patch.title {
        title.trim().clone_into(&mut texts.title);
    }
    if let Some(location) = &patch.location {
        texts.location.clone_from(location);
    }
    if let Some(notes) = &patch.notes {
        texts.notes.clone_from(notes);
    }
}

/// Ends a stretch at `split`; without one, or when nothing of it is left, removes it.
pub(super) async fn end_schedule(
    tx: &ScopedTx,
    item: &Item,
    schedule: &Schedule,
    row: &agenda_schedule::Model,
    split: Option<NaiveDateTime>,
) -> Result<()> {
    let Some(split) = split else {
        row.clone().into_active_model().delete(tx.conn()).await?;
        return Ok(());
    };
    if schedule.until.is_some_and(|until| until <= split) {
        return Ok(());
    }
    let ended = Schedule { until: Some(split), ..schedule.clone() };
    let zone = tx.scope().zone;
    if ended.next(zone, ended.start).is_none() {
        row.clone().into_active_model().delete(tx.conn()).await?;
        return Ok(());
    }
    let kept_moves =
        item.overrides.iter().filter_map(|(original, change)| change.moved_to.filter(|_| ended.has(zone, *original)));
    let (first_at, last_at) = kept_moves.fold(ended.bounds(), widened);
    let mut row = row.clone().into_active_model();
    row.until_local = Set(Some(format_local(split)));
    row.first_at = Set(first_at);
    row.last_at = Set(last_at);
    row.update(tx.conn()).await?;
    Ok(())
}

/// A cancelled day stays cancelled when only the time of day of a series changes.
async fn carry_over(
    tx: &ScopedTx,
    item: &Item,
    old: &Schedule,
    new: &Schedule,
    split: Option<NaiveDateTime>,
) -> Result<()> {
    if old.start.time() == new.start.time() || new.recurrence.is_none() {
        return Ok(());
    }
    for (original, row) in &item.occurrence_rows {
        let moved = original.date().and_time(new.start.time());
        let cancelled = row.cancelled_at.filter(|_| split.is_none_or(|split| *original >= split));
        if cancelled.is_some() && new.has(tx.scope().zone, moved) && !item.occurrence_rows.contains_key(&moved) {
            let mut fresh = one(tx, item, moved);
            fresh.cancelled_at = Set(cancelled);
            fresh.insert(tx.conn()).await?;
        }
    }
    Ok(())
}

/// Marks an item as cancelled from now on.
pub(super) async fn mark_cancelled(tx: &ScopedTx, item: &Item) -> Result<()> {
    let mut row: agenda_item::ActiveModel = item.row.clone().into_active_model();
    row.cancelled_at = Set(Some(tx.now()));
    row.version = Set(item.row.version + 1);
    row.changed_at = Set(Some(tx.now()));
    row.update(tx.conn()).await?;
    Ok(())
}
