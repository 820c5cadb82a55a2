use std::collections::HashMap;

use chrono::NaiveDateTime;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{IntoCondition, JoinType, Query, UnionType};
use sea_orm::{ExprTrait, FromQueryResult, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::entity::{agenda_item, agenda_schedule, occurrence};
use super::kind::Kind;
use super::local::stored_local;
use super::series::{Override, Schedule};
use crate::db::id_list;
use crate::error::{Error, Result};
use crate::secrets::Sealed;

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
    /// With their names, which the organization's key seals.
    pub staff: Vec<(Uuid, Sealed)>,
}

impl Item {
    pub fn has_staff(&self, id: Uuid) -> bool {
        self.staff.iter().any(|(staff_id, _)| *staff_id == id)
    }

    pub fn is_recurring(&self) -> bool {
        self.schedules.iter().any(|schedule| schedule.recurrence.is_some())
    }

    /// The newest stretch: what an edit of the whole item starts from.
    pub fn current(&self) -> Result<(usize, &Schedule, &agenda_schedule::Model)> {
        let last = self.schedules.len().checked_sub(1).ok_or_else(|| Error::internal("an item without a schedule"))?;
        Ok((last, &self.schedules[last], &self.schedule_rows[last]))
    }
}

/// Loads items of one organization with three queries for every 500 of them, in the order of their ids.
pub async fn load(conn: &impl ConnectionTrait, organization_id: Uuid, mut ids: Vec<Uuid>) -> Result<Vec<Item>> {
    ids.sort_unstable();
    ids.dedup();
    let mut items = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(500) {
        let these = agenda_item::COLUMN.id.is_in(id_list(chunk.iter().copied()));
        items.append(&mut load_where(conn, organization_id, these).await?);
    }
    Ok(items)
}

/// Loads the items of one organization for which this holds.
pub(crate) async fn load_where(
    conn: &impl ConnectionTrait,
    organization_id: Uuid,
    which: impl IntoCondition,
) -> Result<Vec<Item>> {
    let schedules: RelationDef = agenda_item::Entity::belongs_to(agenda_schedule::Entity)
        .from(agenda_item::Column::Id)
        .to(agenda_schedule::Column::ItemId)
        .into();
    let rows = agenda_item::Entity::find()
        .join(JoinType::InnerJoin, schedules)
        .select_also(agenda_schedule::Entity)
        .filter(agenda_item::COLUMN.organization_id.eq(organization_id))
        .filter(agenda_schedule::COLUMN.organization_id.eq(organization_id))
        .filter(which)
        .order_by_asc(agenda_item::COLUMN.id)
        .order_by_asc(agenda_schedule::COLUMN.id)
        .all(conn)
        .await?;
    let mut items: Vec<Item> = Vec::new();
    for (row, schedule) in rows {
        let Some(schedule) = schedule else { continue };
        if items.last().is_none_or(|item| item.row.id != row.id) {
            let kind = Kind::parse(&row.kind).ok_or_else(|| Error::internal("an item of unknown kind"))?;
            items.push(Item {
                row,
                kind,
                schedule_rows: Vec::new(),
                schedules: Vec::new(),
                occurrence_rows: HashMap::new(),
                overrides: HashMap::new(),
                client_ids: Vec::new(),
                staff: Vec::new(),
            });
        }
        if let Some(item) = items.last_mut() {
            item.schedules.push(Schedule::try_from(&schedule)?);
            item.schedule_rows.push(schedule);
        }
    }
    add_changes(conn, organization_id, &mut items).await?;
    add_people(conn, organization_id, &mut items).await?;
    Ok(items)
}

async fn add_changes(conn: &impl ConnectionTrait, organization_id: Uuid, items: &mut [Item]) -> Result<()> {
    for chunk in items.chunks_mut(500) {
        let rows = occurrence::Entity::find()
            .filter(occurrence::COLUMN.organization_id.eq(organization_id))
            .filter(occurrence::COLUMN.item_id.is_in(id_list(chunk.iter().map(|item| item.row.id))))
            .all(conn)
            .await?;
        for row in rows {
            if let Some(item) = with_id(chunk, row.item_id) {
                let original = stored_local(&row.original_local)?;
                item.overrides.insert(original, Override::try_from(&row)?);
                item.occurrence_rows.insert(original, row);
            }
        }
    }
    Ok(())
}

#[derive(FromQueryResult)]
struct Participating {
    item_id: Uuid,
    person_id: Uuid,
    /// Of staff only.
    name: Option<Sealed>,
}

/// Clients and staff with one query, each in the order of their ids.
async fn add_people(conn: &impl ConnectionTrait, organization_id: Uuid, items: &mut [Item]) -> Result<()> {
    for chunk in items.chunks_mut(500) {
        let ids = id_list(chunk.iter().map(|item| item.row.id));
        let staff = Query::select()
            .column(("agenda_item_staff", "item_id"))
            .column(("agenda_item_staff", "staff_id"))
            .column(("staff", "name"))
            .from("agenda_item_staff")
            .join(JoinType::InnerJoin, "staff", Expr::col(("staff", "id")).equals(("agenda_item_staff", "staff_id")))
            .and_where(Expr::col(("agenda_item_staff", "organization_id")).eq(organization_id))
            .and_where(Expr::col(("staff", "organization_id")).eq(organization_id))
            .and_where(Expr::col(("agenda_item_staff", "item_id")).is_in(ids.iter().copied()))
            .take();
        let query = Query::select()
            .column("item_id")
            .expr_as(Expr::col("client_id"), "person_id")
            .expr_as(Expr::val(None::<Vec<u8>>), "name")
            .from("agenda_item_clients")
            .and_where(Expr::col("organization_id").eq(organization_id))
            .and_where(Expr::col("item_id").is_in(ids))
            .union(UnionType::All, staff)
            .take();
        for row in conn.query_all(&query).await? {
            let row = Participating::from_query_result(&row, "")?;
            if let Some(item) = with_id(chunk, row.item_id) {
                match row.name {
                    Some(name) => item.staff.push((row.person_id, name)),
                    None => item.client_ids.push(row.person_id),
                }
            }
        }
        for item in chunk {
            item.client_ids.sort_unstable();
            item.staff.sort_unstable_by_key(|(id, _)| *id);
        }
    }
    Ok(())
}

/// Items come in the order of their ids.
fn with_id(items: &mut [Item], id: Uuid) -> Option<&mut Item> {
    let index = items.binary_search_by_key(&id, |item| item.row.id).ok()?;
    items.get_mut(index)
}
