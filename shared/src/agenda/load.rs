use std::collections::HashMap;

use chrono::NaiveDateTime;
use sea_orm::QueryOrder;
use sea_orm::entity::prelude::*;
use uuid::Uuid;

use super::entity::{agenda_item, agenda_item_client, agenda_item_staff, agenda_schedule, occurrence};
use super::kind::Kind;
use super::local::stored_local;
use super::series::{Override, Schedule};
use crate::error::{Error, Result};

/// An item with everything that decides what happens when. Texts stay sealed in the rows.
#[derive(Clone, Debug)]
pub struct Item {
    pub row: agenda_item::Model,
    pub kind: Kind,
    pub schedule_rows: Vec<agenda_schedule::Model>,
    pub schedules: Vec<Schedule>,
    pub occurrence_rows: HashMap<NaiveDateTime, occurrence::Model>,
    pub overrides: HashMap<NaiveDateTime, Override>,
    pub client_ids: Vec<Uuid>,
    pub staff_ids: Vec<Uuid>,
}

impl Item {
    pub fn is_recurring(&self) -> bool {
        self.schedules.iter().any(|schedule| schedule.recurrence.is_some())
    }

    /// The newest stretch: what an edit of the whole item starts from.
    pub fn current(&self) -> Result<(usize, &Schedule, &agenda_schedule::Model)> {
        let last = self.schedules.len().checked_sub(1).ok_or_else(|| Error::internal("an item without a schedule"))?;
        Ok((last, &self.schedules[last], &self.schedule_rows[last]))
    }
}

/// Loads items of one organization with five queries for every 500 of them, in the order of their ids.
pub async fn load(conn: &impl ConnectionTrait, organization_id: Uuid, mut ids: Vec<Uuid>) -> Result<Vec<Item>> {
    ids.sort_unstable();
    ids.dedup();
    let mut items = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(500) {
        load_chunk(conn, organization_id, chunk, &mut items).await?;
    }
    Ok(items)
}

async fn load_chunk(
    conn: &impl ConnectionTrait,
    organization_id: Uuid,
    ids: &[Uuid],
    items: &mut Vec<Item>,
) -> Result<()> {
    let rows = agenda_item::Entity::find()
        .filter(agenda_item::COLUMN.organization_id.eq(organization_id))
        .filter(agenda_item::COLUMN.id.is_in(ids.iter().copied()))
        .order_by_asc(agenda_item::COLUMN.id)
        .all(conn)
        .await?;
    let schedules = agenda_schedule::Entity::find()
        .filter(agenda_schedule::COLUMN.organization_id.eq(organization_id))
        .filter(agenda_schedule::COLUMN.item_id.is_in(ids.iter().copied()))
        .order_by_asc(agenda_schedule::COLUMN.id)
        .all(conn)
        .await?;
    let changes = occurrence::Entity::find()
        .filter(occurrence::COLUMN.organization_id.eq(organization_id))
        .filter(occurrence::COLUMN.item_id.is_in(ids.iter().copied()))
        .all(conn)
        .await?;
    let clients = agenda_item_client::Entity::find()
        .filter(agenda_item_client::COLUMN.organization_id.eq(organization_id))
        .filter(agenda_item_client::COLUMN.item_id.is_in(ids.iter().copied()))
        .order_by_asc(agenda_item_client::COLUMN.client_id)
        .all(conn)
        .await?;
    let staff = agenda_item_staff::Entity::find()
        .filter(agenda_item_staff::COLUMN.organization_id.eq(organization_id))
        .filter(agenda_item_staff::COLUMN.item_id.is_in(ids.iter().copied()))
        .order_by_asc(agenda_item_staff::COLUMN.staff_id)
        .all(conn)
        .await?;

    let first = items.len();
    let mut at: HashMap<Uuid, usize> = HashMap::with_capacity(rows.len());
    for row in rows {
        at.insert(row.id, items.len());
        let kind = Kind::parse(&row.kind).ok_or_else(|| Error::internal("an item of unknown kind"))?;
        items.push(Item {
            row,
            kind,
            schedule_rows: Vec::new(),
            schedules: Vec::new(),
            occurrence_rows: HashMap::new(),
            overrides: HashMap::new(),
            client_ids: Vec::new(),
            staff_ids: Vec::new(),
        });
    }
    for row in schedules {
        if let Some(&index) = at.get(&row.item_id) {
            items[index].schedules.push(Schedule::try_from(&row)?);
            items[index].schedule_rows.push(row);
        }
    }
    for row in changes {
        if let Some(&index) = at.get(&row.item_id) {
            let original = stored_local(&row.original_local)?;
            items[index].overrides.insert(original, Override::try_from(&row)?);
            items[index].occurrence_rows.insert(original, row);
        }
    }
    for row in clients {
        if let Some(&index) = at.get(&row.item_id) {
            items[index].client_ids.push(row.client_id);
        }
    }
    for row in staff {
        if let Some(&index) = at.get(&row.item_id) {
            items[index].staff_ids.push(row.staff_id);
        }
    }
    debug_assert!(items[first..].iter().all(|item| !item.schedules.is_empty()));
    Ok(())
}
