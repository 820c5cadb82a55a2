//! Brings a calendar's series onto agendas: new ones are added, changed ones follow, cancelled ones are cancelled, and a
//! file that was read before changes nothing.

use std::collections::{HashMap, HashSet};

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveModelTrait, IntoActiveModel, Set};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::batch::Batch;
use super::entity::imported_series;
use super::event::Skip;
use super::people::{Directory, People};
use super::series::Series;
use crate::agenda::entity::{agenda_item, agenda_item_client};
use crate::clients::authorize;
use crate::clock::Timestamp;
use crate::db::ScopedTx;
use crate::error::{Error, Result};
use crate::policy::Act;
use crate::secrets::sha256;

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
pub(super) struct Known {
    pub item: agenda_item::Model,
    pub clients: Vec<Uuid>,
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
