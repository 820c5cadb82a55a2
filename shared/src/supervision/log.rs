use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveModelTrait, IntoActiveModel, QueryOrder, QuerySelect};
use serde_json::json;
use uuid::Uuid;

use super::Mode;
use super::access::{StaffReach, authorize_staff, supervises_on};
use super::entity::supervision_entry;
use crate::audit::AuditEvent;
use crate::clock::Timestamp;
use crate::db::{Page, PageRequest, ScopedTx};
use crate::error::{Error, FieldErrors, Result};
use crate::text::check_text;

/// A supervision that took place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub id: Uuid,
    pub supervisor_id: Uuid,
    pub staff_id: Uuid,
    pub held_on: NaiveDate,
    pub minutes: i64,
    pub mode: Mode,
    pub topics: Option<String>,
    pub supervisor_signed_at: Timestamp,
    pub staff_signed_at: Option<Timestamp>,
}

#[derive(Clone, Debug)]
pub struct NewEntry {
    pub held_on: NaiveDate,
    pub minutes: i64,
    pub mode: Mode,
    pub topics: Option<String>,
}

/// Writes a supervision down as its supervisor, and signs it for them.
///
/// # Errors
/// `Forbidden("role")` for anybody who does not supervise this person today.
pub async fn record(tx: &mut ScopedTx, staff_id: Uuid, new: NewEntry) -> Result<Entry> {
    authorize_staff(tx, staff_id, &[StaffReach::Supervised]).await?;
    let supervisor_id = tx.scope().staff_id().ok_or(Error::Forbidden("role"))?;
    let mut errors = FieldErrors::default();
    if new.held_on > tx.today() {
        errors.add("held_on", "in_the_future", "this day has not come yet");
    } else if !supervises_on(tx, supervisor_id, staff_id, new.held_on).await? {
        errors.add("held_on", "not_supervised", "you did not supervise this person on that day");
    }
    if !(1..=480).contains(&new.minutes) {
        errors.add("minutes", "out_of_range", "from 1 to 480");
    }
    if let Some(topics) = &new.topics {
        check_text(&mut errors, "topics", topics, 1, 2000);
    }
    errors.into_result()?;
    let (_, key) = tx.organization_key().await?;
    let id = tx.new_id();
    let place = tx.place("supervision_log", "topics", id);
    let row = supervision_entry::Model {
        id,
        organization_id: tx.organization_id(),
        supervisor_id,
        staff_id,
        held_on: new.held_on.to_string(),
        minutes: new.minutes,
        mode: new.mode.as_str().to_owned(),
        topics: new.topics.as_deref().map(|text| tx.seal(&key, &place, text.trim())),
        supervisor_signed_at: tx.now(),
        staff_signed_at: None,
        created_at: tx.now(),
    };
    row.clone().into_active_model().reset_all().insert(tx.conn()).await?;
    let detail = json!({ "staff_id": staff_id, "mode": new.mode });
    tx.record(AuditEvent::new("create", "supervision_entry", id).detail(detail));
    read(tx, row).await
}

/// Signs an entry as the member of staff whom it is about.
///
/// # Errors
/// `Forbidden("not_yours")` for others who may read it, `Conflict("already_signed")`.
pub async fn sign(tx: &mut ScopedTx, id: Uuid) -> Result<Entry> {
    let mut row = supervision_entry::Entity::find_by_id(id)
        .filter(supervision_entry::COLUMN.organization_id.eq(tx.organization_id()))
        .one(tx.conn())
        .await?
        .ok_or(Error::NotFound)?;
    authorize_staff(tx, row.staff_id, &READERS).await?;
    if tx.scope().staff_id() != Some(row.staff_id) {
        return Err(Error::Forbidden("not_yours"));
    }
    if row.staff_signed_at.is_some() {
        return Err(Error::Conflict("already_signed", "you have signed this already".to_owned()));
    }
    row.staff_signed_at = Some(tx.now());
    row.clone().into_active_model().reset_all().update(tx.conn()).await?;
    tx.record(AuditEvent::new("sign", "supervision_entry", id));
    read(tx, row).await
}

const READERS: [StaffReach; 3] = [StaffReach::Own, StaffReach::Supervised, StaffReach::Organization];

/// The supervisions of a member of staff, newest first.
pub async fn list_log(tx: &ScopedTx, staff_id: Uuid, page: &PageRequest) -> Result<Page<Entry>> {
    authorize_staff(tx, staff_id, &READERS).await?;
    let mut query = supervision_entry::Entity::find()
        .filter(supervision_entry::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(supervision_entry::COLUMN.staff_id.eq(staff_id))
        .order_by_desc(supervision_entry::COLUMN.id)
        .limit(page.limit + 1);
    if let Some(before) = page.after.as_deref().and_then(|text| text.parse::<Uuid>().ok()) {
        query = query.filter(supervision_entry::COLUMN.id.lt(before));
    }
    let mut entries = Vec::new();
    for row in query.all(tx.conn()).await? {
        entries.push(read(tx, row).await?);
    }
    Ok(Page::cut(entries, page, "supervision-log", |entry| entry.id.to_string()))
}

async fn read(tx: &ScopedTx, row: supervision_entry::Model) -> Result<Entry> {
    let (_, key) = tx.organization_key().await?;
    let place = tx.place("supervision_log", "topics", row.id);
    Ok(Entry {
        id: row.id,
        supervisor_id: row.supervisor_id,
        staff_id: row.staff_id,
        held_on: row.held_on.parse().map_err(Error::internal)?,
        minutes: row.minutes,
        mode: Mode::stored(&row.mode)?,
        topics: row.topics.as_ref().map(|sealed| key.open(&place, sealed)).transpose()?,
        supervisor_signed_at: row.supervisor_signed_at,
        staff_signed_at: row.staff_signed_at,
    })
}
