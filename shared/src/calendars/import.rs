//! Brings a calendar's series onto agendas: new ones are added, changed ones follow, cancelled ones are cancelled, and a
//! file that was read before changes nothing.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use chrono_tz::Tz;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveModelTrait, IntoActiveModel, Set};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::entity::imported_series;
use super::event::Skip;
use super::series::{Line, Series};
use crate::agenda::entity::{agenda_item, agenda_item_client, agenda_item_staff, agenda_schedule, occurrence};
use crate::agenda::{Kind, format_local, occurrence_row_id, widened};
use crate::audit::AuditEvent;
use crate::clients::entity::client;
use crate::clients::{authorize, visible_ids};
use crate::clock::Timestamp;
use crate::db::ScopedTx;
use crate::error::{Error, Result};
use crate::identity::entity::staff;
use crate::policy::Act;
use crate::reminders;
use crate::scope::Actor;
use crate::secrets::{DataKey, sha256};

/// Series that one transaction takes.
pub const SERIES_AT_ONCE: usize = 250;

/// Whose agenda a file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    Client(Uuid),
    /// A scheduler's calendar: attendees are matched to clients and staff by their e-mail addresses.
    Organization,
}

/// What became of the series looked at so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Counts {
    pub imported: u64,
    pub updated: u64,
    pub unchanged: u64,
    pub cancelled: u64,
}

/// Who takes part in a series.
#[derive(Default)]
struct People {
    clients: Vec<Uuid>,
    staff: Vec<Uuid>,
}

/// Applies up to [`SERIES_AT_ONCE`] series in the transaction, which the caller commits. A dry run counts the same and writes
/// nothing.
pub async fn apply(
    tx: &mut ScopedTx,
    owner: Owner,
    series: &[Series],
    dry_run: bool,
    counts: &mut Counts,
    skipped: &mut Vec<Skip>,
) -> Result<()> {
    let mut batch = Batch::default();
    let owner_id = match owner {
        Owner::Client(client_id) => {
            let client = authorize(tx, client_id, Act::WriteAgenda).await?;
            batch.data_keys.insert(client.id, client.data_key_id);
            client.id
        }
        Owner::Organization => tx.organization_id(),
    };
    let hashes: Vec<Vec<u8>> = series.iter().map(|series| uid_hmac(tx, &series.uid)).collect();
    let mut known: HashMap<Vec<u8>, imported_series::Model> = imported_series::Entity::find()
        .filter(imported_series::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(imported_series::COLUMN.owner_id.eq(owner_id))
        .filter(imported_series::Column::UidHmac.is_in(hashes.iter().cloned()))
        .all(tx.conn())
        .await?
        .into_iter()
        .map(|row| (row.uid_hmac.clone(), row))
        .collect();
    let directory = match owner {
        Owner::Client(_) => Directory::default(),
        Owner::Organization => Directory::fetch(tx, series, &mut batch.data_keys).await?,
    };
    for (series, uid_hmac) in series.iter().zip(hashes) {
        let people = match owner {
            Owner::Client(client_id) => People { clients: vec![client_id], staff: Vec::new() },
            Owner::Organization => directory.people(series),
        };
        let fingerprint = fingerprint(tx, series, &people);
        let row = known.remove(&uid_hmac);
        let stamp = series.stamp.map(|stamp| Timestamp::from(stamp.and_utc()));
        match row {
            None if series.cancelled => counts.unchanged += 1,
            Some(row) if (series.sequence, stamp) < (row.sequence, row.stamp) => counts.unchanged += 1,
            Some(row) if row.fingerprint == fingerprint => counts.unchanged += 1,
            _ if people.clients.is_empty() && !series.cancelled => skipped.push(of_nobody(series)),
            None if dry_run => counts.imported += 1,
            None => {
                let item_id = batch.add(tx, series, &people).await?;
                batch.known.push(imported_series::ActiveModel {
                    organization_id: Set(tx.organization_id()),
                    owner_id: Set(owner_id),
                    uid_hmac: Set(uid_hmac),
                    item_id: Set(item_id),
                    sequence: Set(series.sequence),
                    stamp: Set(stamp),
                    fingerprint: Set(fingerprint),
                    cancelled: Set(false),
                });
                counts.imported += 1;
            }
            Some(row) => {
                let known = Known::find(tx, row.item_id).await?;
                if let Some(skip) = known.refuses(series, row.cancelled, directory.visible.as_ref()) {
                    skipped.push(skip);
                    continue;
                }
                if series.cancelled {
                    counts.cancelled += 1;
                } else {
                    counts.updated += 1;
                }
                if dry_run {
                    continue;
                }
                batch.replace(tx, known, series, &people).await?;
                let mut row = row.into_active_model();
                row.sequence = Set(series.sequence);
                row.stamp = Set(stamp);
                row.fingerprint = Set(fingerprint);
                row.cancelled = Set(series.cancelled);
                row.update(tx.conn()).await?;
            }
        }
    }
    batch.write(tx).await
}

fn of_nobody(series: &Series) -> Skip {
    let message = if series.people.is_empty() {
        "the event names nobody, so it is on nobody's agenda".to_owned()
    } else {
        format!("none of {} is the address of a client", series.people.join(", "))
    };
    Skip::new(Some(&series.uid), "no_client", message)
}

/// The item that a series became before.
struct Known {
    item: agenda_item::Model,
    clients: Vec<Uuid>,
}

impl Known {
    async fn find(tx: &ScopedTx, item_id: Uuid) -> Result<Self> {
        let item = agenda_item::Entity::find_by_id(item_id)
            .filter(agenda_item::COLUMN.organization_id.eq(tx.organization_id()))
            .one(tx.conn())
            .await?
            .ok_or(Error::NotFound)?;
        let clients = agenda_item_client::Entity::find()
            .filter(agenda_item_client::COLUMN.organization_id.eq(tx.organization_id()))
            .filter(agenda_item_client::COLUMN.item_id.eq(item_id))
            .all(tx.conn())
            .await?;
        Ok(Self { item, clients: clients.into_iter().map(|row| row.client_id).collect() })
    }

    /// Why what the file says must not take its place. Nobody changes by a file what they may not change by hand.
    fn refuses(&self, series: &Series, cancelled_by_file: bool, visible: Option<&HashSet<Uuid>>) -> Option<Skip> {
        let refuse = |reason, message: &str| Some(Skip::new(Some(&series.uid), reason, message));
        if visible.is_some_and(|ids| self.clients.iter().any(|id| !ids.contains(id))) {
            return refuse("not_yours", "it is on the agenda of people with whom you do not work");
        }
        if self.item.cancelled_at.is_some() && !cancelled_by_file {
            return refuse("cancelled_here", "it was cancelled here; what is cancelled stays so");
        }
        None
    }
}

fn uid_hmac(tx: &ScopedTx, uid: &str) -> Vec<u8> {
    tx.database().env.keys.lookup("calendar-uid", uid.as_bytes())
}

/// Changes when anything of a series that an agenda shows does.
fn fingerprint(tx: &ScopedTx, series: &Series, people: &People) -> Vec<u8> {
    let seen =
        format!("{:?}{:?}{:?}{:?}{:?}", series.cancelled, series.lines, series.changes, people.clients, people.staff);
    tx.database().env.keys.lookup("calendar-series", &sha256(seen.as_bytes()))
}

/// The clients and staff of this organization, by e-mail address, as far as the actor may write their agendas.
#[derive(Default)]
struct Directory {
    clients: HashMap<String, Vec<Uuid>>,
    staff: HashMap<String, Uuid>,
    /// Whose agendas the actor may write; `None` for everybody's.
    visible: Option<HashSet<Uuid>>,
}

impl Directory {
    async fn fetch(tx: &ScopedTx, series: &[Series], data_keys: &mut HashMap<Uuid, Uuid>) -> Result<Self> {
        let visible = visible_ids(tx, Act::WriteAgenda).await?;
        let keys = &tx.database().env.keys;
        let addresses: HashSet<&str> = series.iter().flat_map(|series| &series.people).map(String::as_str).collect();
        let mut directory = Self { visible, ..Self::default() };
        let hashes: HashMap<Vec<u8>, &str> =
            addresses.iter().map(|address| (keys.lookup("email", address.as_bytes()), *address)).collect();
        let all: Vec<Vec<u8>> = hashes.keys().cloned().collect();
        for chunk in all.chunks(500) {
            let clients = client::Entity::find()
                .filter(client::COLUMN.organization_id.eq(tx.organization_id()))
                .filter(client::Column::EmailHmac.is_in(chunk.iter().cloned()))
                .all(tx.conn())
                .await?;
            for row in
                clients.into_iter().filter(|row| directory.visible.as_ref().is_none_or(|ids| ids.contains(&row.id)))
            {
                if let Some(address) = row.email_hmac.as_ref().and_then(|hash| hashes.get(hash)) {
                    data_keys.insert(row.id, row.data_key_id);
                    directory.clients.entry((*address).to_owned()).or_default().push(row.id);
                }
            }
            let staff = staff::Entity::find()
                .filter(staff::COLUMN.organization_id.eq(tx.organization_id()))
                .filter(staff::Column::EmailHmac.is_in(chunk.iter().cloned()))
                .all(tx.conn())
                .await?;
            for row in staff {
                if let Some(address) = hashes.get(&row.email_hmac) {
                    directory.staff.insert((*address).to_owned(), row.id);
                }
            }
        }
        Ok(directory)
    }

    fn people(&self, series: &Series) -> People {
        let mut people = People::default();
        for address in &series.people {
            people.clients.extend(self.clients.get(address).into_iter().flatten());
            people.staff.extend(self.staff.get(address));
        }
        people.clients.sort_unstable();
        people.clients.dedup();
        people.staff.sort_unstable();
        people.staff.dedup();
        people
    }
}

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
struct Batch {
    items: Vec<agenda_item::ActiveModel>,
    schedules: Vec<agenda_schedule::ActiveModel>,
    changes: Vec<occurrence::ActiveModel>,
    clients: Vec<agenda_item_client::ActiveModel>,
    staff: Vec<agenda_item_staff::ActiveModel>,
    known: Vec<imported_series::ActiveModel>,
    touched: Vec<Uuid>,
    /// Of the clients of this batch.
    data_keys: HashMap<Uuid, Uuid>,
}

impl Batch {
    async fn add(&mut self, tx: &mut ScopedTx, series: &Series, people: &People) -> Result<Uuid> {
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
    async fn replace(&mut self, tx: &mut ScopedTx, known: Known, series: &Series, people: &People) -> Result<()> {
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

    async fn write(self, tx: &ScopedTx) -> Result<()> {
        tx.conn().insert_all(self.items).await?;
        tx.conn().insert_all(self.schedules).await?;
        tx.conn().insert_all(self.changes).await?;
        tx.conn().insert_all(self.clients).await?;
        tx.conn().insert_all(self.staff).await?;
        tx.conn().insert_all(self.known).await?;
        reminders::reconcile_now(tx, &self.touched).await
    }
}
