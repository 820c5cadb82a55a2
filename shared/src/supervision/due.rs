use std::collections::HashMap;

use chrono::{Datelike, Days, NaiveDate};
use sea_orm::QueryOrder;
use sea_orm::entity::prelude::*;
use uuid::Uuid;

use super::Mode;
use super::access::{holds_on, staff_within_reach};
use super::entity::supervision_entry;
use crate::db::{ScopedTx, id_list};
use crate::error::{Error, Result};
use crate::identity;
use crate::identity::entity::supervision;
use crate::payers;

/// When somebody is to be supervised next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    pub staff_id: Uuid,
    pub name: String,
    pub primary_supervisor_id: Option<Uuid>,
    /// The last one that both signed.
    pub last_held_on: Option<NaiveDate>,
    pub due_on: Option<NaiveDate>,
    pub overdue: bool,
    pub observations_this_year: i64,
    pub observations_needed: Option<i64>,
    /// Entries that wait for the signature of the member of staff.
    pub unsigned_entries: i64,
}

/// Supervisions that both signed, oldest first, by member of staff.
pub async fn last_supervisions(tx: &ScopedTx, staff_ids: &[Uuid]) -> Result<HashMap<Uuid, Vec<NaiveDate>>> {
    let mut found: HashMap<Uuid, Vec<NaiveDate>> = HashMap::new();
    for entry in entries(tx, staff_ids).await?.into_iter().filter(|entry| entry.staff_signed_at.is_some()) {
        found.entry(entry.staff_id).or_default().push(date(&entry.held_on)?);
    }
    Ok(found)
}

async fn entries(tx: &ScopedTx, staff_ids: &[Uuid]) -> Result<Vec<supervision_entry::Model>> {
    let query = supervision_entry::Entity::find()
        .filter(supervision_entry::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(supervision_entry::COLUMN.staff_id.is_in(id_list(staff_ids.iter().copied())))
        .order_by_asc(supervision_entry::COLUMN.held_on)
        .order_by_asc(supervision_entry::COLUMN.id);
    Ok(query.all(tx.conn()).await?)
}

fn date(text: &str) -> Result<NaiveDate> {
    text.parse().map_err(Error::internal)
}

/// What is due for everybody who is supervised and whom the actor looks after, by the house's usual rules, soonest first.
pub async fn due(tx: &ScopedTx) -> Result<Vec<Due>> {
    let reach = staff_within_reach(tx).await?;
    let mut query = supervision::Entity::find()
        .filter(supervision::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(holds_on(tx.today()))
        .order_by_asc(supervision::COLUMN.id);
    if let Some(ids) = &reach {
        query = query.filter(supervision::COLUMN.staff_id.is_in(id_list(ids.iter().copied())));
    }
    let mut began: HashMap<Uuid, (NaiveDate, Option<Uuid>)> = HashMap::new();
    for row in query.all(tx.conn()).await? {
        let starts_on = date(&row.starts_on)?;
        let known = began.entry(row.staff_id).or_insert((starts_on, None));
        known.0 = known.0.min(starts_on);
        if row.is_primary {
            known.1 = Some(row.supervisor_id);
        }
    }
    let ids: Vec<Uuid> = began.keys().copied().collect();
    let names = identity::names_of(tx, &ids).await?;
    let mut logs: HashMap<Uuid, Vec<supervision_entry::Model>> = HashMap::new();
    for entry in entries(tx, &ids).await? {
        logs.entry(entry.staff_id).or_default().push(entry);
    }
    let rules = payers::usual_rules(tx).await?.rules.supervision.clone();
    let today = tx.today();
    let mut found = Vec::with_capacity(began.len());
    for (staff_id, (starts_on, primary_supervisor_id)) in began {
        let log = logs.remove(&staff_id).unwrap_or_default();
        let signed = || log.iter().filter(|entry| entry.staff_signed_at.is_some());
        let last_held_on = signed().next_back().map(|entry| date(&entry.held_on)).transpose()?;
        let due_on = rules.every_days.map(|days| next(last_held_on.unwrap_or(starts_on), days));
        let year = format!("{}-", today.year());
        let observed = |entry: &&supervision_entry::Model| {
            entry.mode == Mode::Observation.as_str() && entry.held_on.starts_with(&year)
        };
        found.push(Due {
            staff_id,
            name: names.get(&staff_id).cloned().unwrap_or_default(),
            primary_supervisor_id,
            last_held_on,
            due_on,
            overdue: due_on.is_some_and(|due| due < today),
            observations_this_year: count(signed().filter(observed).count()),
            observations_needed: rules.observations_per_year,
            unsigned_entries: count(log.iter().filter(|entry| entry.staff_signed_at.is_none()).count()),
        });
    }
    found.sort_by(|one, other| (one.due_on, &one.name, one.staff_id).cmp(&(other.due_on, &other.name, other.staff_id)));
    Ok(found)
}

fn next(last: NaiveDate, days: i64) -> NaiveDate {
    last.checked_add_days(Days::new(days.unsigned_abs())).unwrap_or(last)
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
