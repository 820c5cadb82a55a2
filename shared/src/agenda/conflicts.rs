use chrono::{DateTime, Duration, Utc};
use chrono_tz::Tz;
use sea_orm::QuerySelect;
use sea_orm::entity::prelude::*;
use uuid::Uuid;

use super::entity::{agenda_item_staff, agenda_schedule};
use super::load::{Item, load};
use super::local::OccurrenceId;
use super::series::{Happening, Window, happenings};
use crate::clock::Timestamp;
use crate::db::ScopedTx;
use crate::error::Result;

/// Another occurrence that a member of staff has at the same time. Shown, never forbidden.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    pub staff_id: Uuid,
    pub occurrence_id: OccurrenceId,
    pub starts_at: Timestamp,
}

const LOOK_AHEAD_DAYS: i64 = 62;
const SHOWN: usize = 20;

/// Overlaps of an item's coming 62 days with other items of its staff; the first twenty. Touching ends do not overlap.
pub(super) async fn conflicts_of(tx: &ScopedTx, item: &Item) -> Result<Vec<Conflict>> {
    if item.staff.is_empty() || item.row.cancelled_at.is_some() {
        return Ok(Vec::new());
    }
    let rows = agenda_item_staff::Entity::find()
        .filter(agenda_item_staff::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(agenda_item_staff::COLUMN.staff_id.is_in(item.staff.iter().map(|(id, _)| *id)))
        .filter(agenda_item_staff::COLUMN.item_id.ne(item.row.id))
        .all(tx.conn())
        .await?;
    let window = Window { from: tx.now(), to: tx.now().plus(Duration::days(LOOK_AHEAD_DAYS)) };
    let living = agenda_schedule::Entity::find()
        .select_only()
        .column(agenda_schedule::Column::ItemId)
        .distinct()
        .filter(agenda_schedule::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(agenda_schedule::COLUMN.item_id.is_in(rows.iter().map(|row| row.item_id)))
        .filter(agenda_schedule::COLUMN.last_at.gte(window.from))
        .filter(agenda_schedule::COLUMN.first_at.lt(window.to))
        .into_tuple::<Uuid>()
        .all(tx.conn())
        .await?;
    let others = load(tx.conn(), tx.organization_id(), living).await?;
    let own = busy(item, tx.scope().zone, window);
    let mut found = Vec::new();
    for other in others.iter().filter(|other| other.row.cancelled_at.is_none()) {
        for theirs in busy(other, tx.scope().zone, window) {
            if own.iter().any(|ours| overlap(ours, &theirs)) {
                let occurrence_id = OccurrenceId { item_id: other.row.id, original_local: theirs.original_local };
                for (staff_id, _) in other.staff.iter().filter(|(id, _)| item.has_staff(*id)) {
                    found.push(Conflict { staff_id: *staff_id, occurrence_id, starts_at: theirs.starts_at() });
                }
            }
        }
    }
    found.sort_by_key(|conflict| (conflict.starts_at, conflict.occurrence_id, conflict.staff_id));
    found.truncate(SHOWN);
    Ok(found)
}

/// When a member of staff has something on the agenda that begins or ends within the window. What has no length takes no
/// time.
pub async fn busy_times(
    tx: &ScopedTx,
    staff_id: Uuid,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<(DateTime<Utc>, DateTime<Utc>)>> {
    let rows = agenda_item_staff::Entity::find()
        .filter(agenda_item_staff::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(agenda_item_staff::COLUMN.staff_id.eq(staff_id))
        .all(tx.conn())
        .await?;
    // Nothing takes longer than a week.
    let window = Window { from: from.minus(Duration::days(7)), to };
    let items = living(tx, rows.iter().map(|row| row.item_id).collect(), window).await?;
    let happenings = items.iter().flat_map(|item| busy(item, tx.scope().zone, window));
    Ok(happenings
        .filter_map(|happening| Some((happening.start.at, happening.ends_at()?.to_utc())))
        .filter(|(_, end)| *end > from.to_utc())
        .collect())
}

/// Those of the items that are not cancelled and may happen within the window.
async fn living(tx: &ScopedTx, ids: Vec<Uuid>, window: Window) -> Result<Vec<Item>> {
    let mut found = Vec::new();
    for chunk in ids.chunks(500) {
        let rows = agenda_schedule::Entity::find()
            .select_only()
            .column(agenda_schedule::Column::ItemId)
            .distinct()
            .filter(agenda_schedule::COLUMN.organization_id.eq(tx.organization_id()))
            .filter(agenda_schedule::COLUMN.item_id.is_in(chunk.iter().copied()))
            .filter(agenda_schedule::COLUMN.last_at.gte(window.from))
            .filter(agenda_schedule::COLUMN.first_at.lt(window.to))
            .into_tuple::<Uuid>()
            .all(tx.conn())
            .await?;
        found.extend(rows);
    }
    let mut items = load(tx.conn(), tx.organization_id(), found).await?;
    items.retain(|item| item.row.cancelled_at.is_none_or(|at| at > window.from));
    Ok(items)
}

/// When an item takes somebody's time. Items in "the client's zone" are placed in the organization's.
fn busy(item: &Item, zone: Tz, window: Window) -> Vec<Happening> {
    let mut found = happenings(&item.schedules, &item.overrides, zone, window);
    let cancelled = |happening: &Happening| {
        happening.cancelled || item.row.cancelled_at.is_some_and(|at| happening.starts_at() >= at)
    };
    found.retain(|happening| !cancelled(happening) && happening.duration_minutes.is_some());
    found
}

fn overlap(a: &Happening, b: &Happening) -> bool {
    let end = |happening: &Happening| happening.ends_at().unwrap_or(happening.starts_at());
    a.starts_at() < end(b) && b.starts_at() < end(a)
}
