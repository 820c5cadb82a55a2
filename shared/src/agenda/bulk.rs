//! One change to many occurrences, shown before it is made: what moves where, and who will hear of it.

use std::collections::HashSet;

use chrono::{Duration, NaiveDateTime};
use serde_json::json;
use uuid::Uuid;

use super::EditScope;
use super::cancel::cancel;
use super::edit::{ItemPatch, edit};
use super::item::load_for;
use super::kind::Kind;
use super::load::Item;
use super::local::{OccurrenceId, format_local, parse_local};
use super::series::{Happening, happening_at};
use crate::clients;
use crate::clock::Timestamp;
use crate::db::ScopedTx;
use crate::devices;
use crate::error::{Error, FieldErrors, Result};
use crate::policy::Act;
use crate::reminders::reminded_of;
use crate::secrets::sha256;

/// Occurrences of one change.
pub const MAX_BULK: usize = 200;
const MAX_DAYS: i64 = 366;
const MAX_MINUTES: i64 = 24 * 60;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BulkAct {
    Cancel,
    /// By the wall clock of each: so many days and minutes later, earlier when negative.
    Move {
        days: i64,
        minutes: i64,
    },
}

/// What one client has of one occurrence that changes.
#[derive(Clone, Debug)]
pub struct BulkRow {
    pub occurrence: OccurrenceId,
    pub kind: Kind,
    pub client_id: Uuid,
    pub client_name: String,
    pub starts_at: Timestamp,
    pub starts_at_local: String,
    pub new_starts_at_local: Option<String>,
    /// They were reminded of it already, so their phone tells them of the change.
    pub will_be_told: bool,
    /// They have a phone that can be told.
    pub reachable: bool,
}

/// What a change would do now. `seal` names exactly this.
#[derive(Clone, Debug)]
pub struct BulkPreview {
    pub rows: Vec<BulkRow>,
    pub seal: String,
}

/// Shows what a change would do. Everything in it must be the actor's to change, still to come, and not cancelled.
pub async fn preview_changes(tx: &ScopedTx, ids: &[OccurrenceId], act: BulkAct) -> Result<BulkPreview> {
    let mut errors = FieldErrors::default();
    if ids.is_empty() || ids.len() > MAX_BULK {
        errors.add("occurrence_ids", "count", format!("1 to {MAX_BULK} occurrences"));
    }
    if let BulkAct::Move { days, minutes } = act
        && (!(-MAX_DAYS..=MAX_DAYS).contains(&days)
            || !(-MAX_MINUTES..=MAX_MINUTES).contains(&minutes)
            || (days, minutes) == (0, 0))
    {
        errors.add("change", "out_of_range", "up to 366 days and 1440 minutes, not nothing");
    }
    errors.into_result()?;
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    let mut rows = Vec::new();
    let mut state = format!("{act:?}");
    for id in &ids {
        let item = load_for(tx, id.item_id, Act::WriteAgenda).await?;
        state.push_str(&format!("|{id} {} {:?}", item.row.version, item.client_ids));
        rows.extend(rows_of(tx, &item, *id, act).await?);
    }
    rows.sort_unstable_by_key(|row| (row.starts_at, row.occurrence, row.client_id));
    let clients: Vec<Uuid> = rows.iter().map(|row| row.client_id).collect();
    let names = clients::names_and_zones(tx, &clients.iter().copied().collect()).await?;
    let reachable = devices::reachable_clients(tx, &clients).await?;
    let reminded = reminded_of(tx, &ids).await?;
    for row in &mut rows {
        row.client_name = names.get(&row.client_id).map(|(name, _)| name.clone()).unwrap_or_default();
        row.reachable = reachable.contains(&row.client_id);
        row.will_be_told = reminded.contains(&(row.occurrence, row.client_id));
        state.push_str(&format!("|{} {}", row.will_be_told, row.starts_at));
    }
    let seal = sha256(state.as_bytes()).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    Ok(BulkPreview { rows, seal })
}

/// Makes a change that was shown. `seal` is that of the preview: when anything is different by now, nothing happens.
pub async fn apply_changes(tx: &mut ScopedTx, ids: &[OccurrenceId], act: BulkAct, seal: &str) -> Result<BulkPreview> {
    let preview = preview_changes(tx, ids, act).await?;
    if preview.seal != seal {
        let message = "something has changed since this was shown; look at it again".to_owned();
        return Err(Error::Conflict("preview_out_of_date", message));
    }
    let mut done = HashSet::new();
    for row in &preview.rows {
        // Others take part in the same.
        if !done.insert(row.occurrence) {
            continue;
        }
        let scope = EditScope::This(row.occurrence.original_local);
        match &row.new_starts_at_local {
            None => cancel(tx, row.occurrence.item_id, scope, None).await?,
            Some(start) => {
                let patch = ItemPatch { starts_at_local: Some(start.clone()), ..ItemPatch::default() };
                edit(tx, row.occurrence.item_id, scope, None, patch).await?;
            }
        }
    }
    let word = if act == BulkAct::Cancel { "cancel" } else { "move" };
    let detail = json!({ "change": word, "occurrences": done.len() });
    let organization = tx.organization_id();
    tx.record(crate::audit::AuditEvent::new("change", "agenda", organization).detail(detail));
    Ok(preview)
}

async fn rows_of(tx: &ScopedTx, item: &Item, id: OccurrenceId, act: BulkAct) -> Result<Vec<BulkRow>> {
    let refuse = |code, message: &str| Err(Error::Conflict(code, format!("{id}: {message}")));
    if item.row.cancelled_at.is_some() {
        return refuse("cancelled", "this was cancelled");
    }
    let people = clients::names_and_zones(tx, &item.client_ids.iter().copied().collect()).await?;
    let mut rows = Vec::new();
    for client_id in &item.client_ids {
        let Some((_, zone)) = people.get(client_id) else { continue };
        let happening: Happening =
            happening_at(&item.schedules, &item.overrides, *zone, id.original_local).ok_or(Error::NotFound)?;
        if happening.cancelled {
            return refuse("cancelled", "this was cancelled");
        }
        if happening.starts_at() <= tx.now() {
            return refuse("begun", "this has begun");
        }
        let written =
            item.overrides.get(&id.original_local).and_then(|change| change.moved_to).unwrap_or(id.original_local);
        rows.push(BulkRow {
            occurrence: id,
            kind: item.kind,
            client_id: *client_id,
            client_name: String::new(),
            starts_at: happening.starts_at(),
            starts_at_local: format_local(happening.start.local),
            new_starts_at_local: moved(written, act)?,
            will_be_told: false,
            reachable: false,
        });
    }
    Ok(rows)
}

fn moved(from: NaiveDateTime, act: BulkAct) -> Result<Option<String>> {
    let BulkAct::Move { days, minutes } = act else { return Ok(None) };
    let to = from
        .checked_add_signed(Duration::days(days) + Duration::minutes(minutes))
        .map(format_local)
        .filter(|text| parse_local(text).is_some());
    to.map(Some).ok_or_else(|| Error::invalid("change", "out_of_range", "dates from 2000 to 2199"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moves_go_by_the_wall_clock() {
        let from = parse_local("2027-03-13T09:00").expect("a time");
        let to = |days, minutes| moved(from, BulkAct::Move { days, minutes }).expect("a date");
        assert_eq!(to(1, 30).as_deref(), Some("2027-03-14T09:30"));
        assert_eq!(to(0, -600).as_deref(), Some("2027-03-12T23:00"));
        assert_eq!(moved(from, BulkAct::Cancel).expect("nothing"), None);
        let late = parse_local("2199-12-31T09:00").expect("a time");
        assert!(moved(late, BulkAct::Move { days: 1, minutes: 0 }).is_err());
    }
}
