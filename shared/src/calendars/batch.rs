//! Rows of many imported items, written with few statements.

use std::collections::HashMap;
use std::sync::Arc;

use chrono_tz::Tz;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveModelTrait, IntoActiveModel, Set};
use serde_json::json;
use uuid::Uuid;

use super::entity::imported_series;
use super::import::Known;
use super::people::People;
use super::series::{Line, Series};
use crate::agenda::entity::{agenda_item, agenda_item_client, agenda_item_staff, agenda_schedule, occurrence};
use crate::agenda::{Kind, format_local, occurrence_row_id, widened};
use crate::audit::AuditEvent;
use crate::clock::Timestamp;
use crate::db::ScopedTx;
use crate::error::{Error, Result};
use crate::reminders;
use crate::scope::Actor;
use crate::secrets::DataKey;

/// Takes away what an item was, so that it can be written anew.
async fn forget(tx: &ScopedTx, item_id: Uuid) -> Result<()> {
    agenda_schedule::Entity::delete_many()
        .filter(agenda_schedule::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(agenda_schedule::COLUMN.item_id.eq(item_id))
        .exec(tx.conn())
        .await?;
    occurrence::Entity::delete_many()
        .filter(occurrence::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(occurrence::COLUMN.item_id.eq(item_id))
        .exec(tx.conn())
        .await?;
    agenda_item_client::Entity::delete_many()
        .filter(agenda_item_client::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(agenda_item_client::COLUMN.item_id.eq(item_id))
        .exec(tx.conn())
        .await?;
    agenda_item_staff::Entity::delete_many()
        .filter(agenda_item_staff::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(agenda_item_staff::COLUMN.item_id.eq(item_id))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Rows of many items, written with few statements.
#[derive(Default)]
pub(super) struct Batch {
    items: Vec<agenda_item::ActiveModel>,
    schedules: Vec<agenda_schedule::ActiveModel>,
    changes: Vec<occurrence::ActiveModel>,
    clients: Vec<agenda_item_client::ActiveModel>,
    staff: Vec<agenda_item_staff::ActiveModel>,
    pub known: Vec<imported_series::ActiveModel>,
    touched: Vec<Uuid>,
    /// Of the clients of this batch.
    pub data_keys: HashMap<Uuid, Uuid>,
}

impl Batch {
    pub(super) async fn add(&mut self, tx: &mut ScopedTx, series: &Series, people: &People) -> Result<Uuid> {
        let (data_key_id, key) = self.key_for(tx, people).await?;
        let by_client = matches!(tx.scope().actor, Actor::Client { .. });
        let kind = match people.clients.len() {
            _ if by_client => Kind::ToDo,
            1 => Kind::Appointment,
            _ => Kind::Meeting,
        };
        let id = tx.new_id();
        self.items.push(agenda_item::ActiveModel {
            id: Set(id),
            organization_id: Set(tx.organization_id()),
            data_key_id: Set(data_key_id),
            kind: Set(kind.as_str().to_owned()),
            created_by_kind: Set(if by_client { "client" } else { "staff" }.to_owned()),
            created_by: Set(tx.scope().actor.id()),
            cancelled_at: Set(None),
            version: Set(1),
            planned_until: Set(Timestamp(0)),
            created_at: Set(tx.now()),
            changed_at: Set(None),
            goal_id: Set(None),
            step_id: Set(None),
        });
        self.write_down(tx, id, &key, series);
        self.take_part(tx, id, people);
        for client_id in &people.clients {
            let event = AuditEvent::new("create", "agenda_item", id).client(*client_id);
            tx.record(event.detail(json!({ "kind": kind, "imported": true })));
        }
        self.touched.push(id);
        Ok(id)
    }

    /// One client's own key; the organization's when several share the item.
    async fn key_for(&self, tx: &ScopedTx, people: &People) -> Result<(Uuid, Arc<DataKey>)> {
        match people.clients.as_slice() {
            [client_id] => {
                let id = *self.data_keys.get(client_id).ok_or(Error::NotFound)?;
                Ok((id, tx.data_key(id).await?))
            }
            _ => tx.organization_key().await,
        }
    }

    fn take_part(&mut self, tx: &ScopedTx, item_id: Uuid, people: &People) {
        let organization_id = tx.organization_id();
        self.clients.extend(people.clients.iter().map(|client_id| agenda_item_client::ActiveModel {
            item_id: Set(item_id),
            client_id: Set(*client_id),
            organization_id: Set(organization_id),
        }));
        self.staff.extend(people.staff.iter().map(|staff_id| agenda_item_staff::ActiveModel {
            item_id: Set(item_id),
            staff_id: Set(*staff_id),
            organization_id: Set(organization_id),
        }));
    }

    /// What a newer file says takes the place of what was there, and those whom it names take part. Answers and attendance
    /// of occurrences stay.
    pub(super) async fn replace(
        &mut self,
        tx: &mut ScopedTx,
        known: Known,
        series: &Series,
        people: &People,
    ) -> Result<()> {
        let Known { item, clients } = known;
        let id = item.id;
        let mut told: Vec<Uuid> = clients;
        let version = item.version + 1;
        let mut row = item.into_active_model();
        if !series.cancelled {
            let (data_key_id, key) = self.key_for(tx, people).await?;
            row.data_key_id = Set(data_key_id);
            forget(tx, id).await?;
            self.write_down(tx, id, &key, series);
            self.take_part(tx, id, people);
            told.extend(&people.clients);
            told.sort_unstable();
            told.dedup();
        }
        let action = if series.cancelled { "cancel" } else { "update" };
        for client_id in told {
            let event = AuditEvent::new(action, "agenda_item", id).client(client_id);
            tx.record(event.detail(json!({ "imported": true })));
        }
        row.version = Set(version);
        row.changed_at = Set(Some(tx.now()));
        row.cancelled_at = Set(series.cancelled.then(|| tx.now()));
        row.planned_until = Set(Timestamp(0));
        row.update(tx.conn()).await?;
        self.touched.push(id);
        Ok(())
    }

    fn write_down(&mut self, tx: &ScopedTx, item_id: Uuid, key: &DataKey, series: &Series) {
        for Line { schedule, texts } in &series.lines {
            let id = tx.new_id();
            let seal = |column, text: &str| tx.seal(key, &tx.place("agenda_schedules", column, id), text);
            // Lists find an occurrence by its stretch, wherever it was moved to.
            let own = schedule.schedule(id);
            let moves = series.changes.iter().filter_map(|(original, change)| {
                change.moved_to.filter(|_| own.has(schedule.zone.unwrap_or(Tz::UTC), *original))
            });
            let (first_at, last_at) = moves.fold(own.bounds(), widened);
            let keys: Vec<String> = schedule.reminders.iter().map(|rule| rule.key()).collect();
            self.schedules.push(agenda_schedule::ActiveModel {
                id: Set(id),
                organization_id: Set(tx.organization_id()),
                item_id: Set(item_id),
                title: Set(seal("title", &texts.title)),
                location: Set(texts.location.as_deref().map(|text| seal("location", text))),
                notes: Set(texts.notes.as_deref().map(|text| seal("notes", text))),
                starts_at_local: Set(format_local(schedule.start)),
                time_zone: Set(schedule.zone.map_or_else(|| "client".to_owned(), |zone| zone.name().to_owned())),
                duration_minutes: Set(schedule.duration_minutes),
                recurrence: Set(schedule.recurrence.as_ref().map(ToString::to_string)),
                reminders: Set(keys.join(",")),
                from_local: Set(None),
                until_local: Set(schedule.until.map(format_local)),
                first_at: Set(first_at),
                last_at: Set(last_at),
            });
        }
        for (original, change) in &series.changes {
            let original_local = format_local(*original);
            let row = occurrence_row_id(item_id, &original_local, None);
            let seal = |column, text: &str| tx.seal(key, &tx.place("occurrences", column, row), text);
            let texts = change.texts.as_ref();
            self.changes.push(occurrence::ActiveModel {
                item_id: Set(item_id),
                original_local: Set(original_local),
                organization_id: Set(tx.organization_id()),
                cancelled_at: Set(change.cancelled.then(|| tx.now())),
                moved_to_local: Set(change.moved_to.map(format_local)),
                duration_minutes: Set(change.duration_minutes),
                title: Set(texts.map(|texts| seal("title", &texts.title))),
                // An empty text hides that of the series.
                location: Set(texts.map(|texts| seal("location", texts.location.as_deref().unwrap_or_default()))),
                notes: Set(texts.map(|texts| seal("notes", texts.notes.as_deref().unwrap_or_default()))),
                version: Set(1),
                updated_at: Set(tx.now()),
            });
        }
    }

    pub(super) async fn write(self, tx: &ScopedTx) -> Result<()> {
        tx.conn().insert_all(self.items).await?;
        tx.conn().insert_all(self.schedules).await?;
        tx.conn().insert_all(self.changes).await?;
        tx.conn().insert_all(self.clients).await?;
        tx.conn().insert_all(self.staff).await?;
        tx.conn().insert_all(self.known).await?;
        reminders::reconcile_now(tx, &self.touched).await
    }
}
