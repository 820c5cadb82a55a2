use chrono_tz::Tz;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveModelTrait, Set};
use serde_json::json;
use uuid::Uuid;

use super::entity;
use super::hours::{TimeOff, WorkingHours, check};
use crate::agenda::zone::parse_zone;
use crate::audit::AuditEvent;
use crate::db::ScopedTx;
use crate::error::{Error, FieldErrors, Result};
use crate::identity::find_staff;
use crate::policy::{Act, reaches};
use crate::scope::Role;

/// When a member of staff works.
#[derive(Clone, Debug)]
pub struct Availability {
    pub staff_id: Uuid,
    pub zone: Tz,
    pub hours: Vec<WorkingHours>,
    pub time_off: Vec<TimeOff>,
    /// 0 while nobody has written anything.
    pub version: i64,
}

#[derive(Clone, Debug)]
pub struct NewAvailability {
    pub time_zone: String,
    pub hours: Vec<WorkingHours>,
    pub time_off: Vec<TimeOff>,
}

/// Read by those who plan with agendas, by admins, and by oneself.
pub async fn get_availability(tx: &ScopedTx, staff_id: Uuid) -> Result<Availability> {
    let own = tx.scope().staff_id() == Some(staff_id);
    if tx.scope().client_id().is_some() {
        return Err(Error::Forbidden("staff_only"));
    }
    if !own && !tx.scope().has_role(Role::Admin) && reaches(tx.scope(), Act::ReadAgenda).is_empty() {
        return Err(Error::Forbidden("role"));
    }
    find_staff(tx, staff_id).await?;
    fetch(tx, staff_id).await
}

async fn fetch(tx: &ScopedTx, staff_id: Uuid) -> Result<Availability> {
    let row = entity::Entity::find_by_id(staff_id)
        .filter(entity::COLUMN.organization_id.eq(tx.organization_id()))
        .one(tx.conn())
        .await?;
    let Some(row) = row else {
        let zone = tx.scope().zone;
        return Ok(Availability { staff_id, zone, hours: Vec::new(), time_off: Vec::new(), version: 0 });
    };
    Ok(Availability {
        staff_id,
        zone: parse_zone(&row.time_zone).map_err(Error::internal)?,
        hours: serde_json::from_str(&row.hours).map_err(Error::internal)?,
        time_off: serde_json::from_str(&row.time_off).map_err(Error::internal)?,
        version: row.version,
    })
}

/// Written by oneself, by schedulers and by admins; takes the place of what was there.
pub async fn put_availability(
    tx: &mut ScopedTx,
    staff_id: Uuid,
    if_version: Option<i64>,
    new: NewAvailability,
) -> Result<Availability> {
    let before = get_availability(tx, staff_id).await?;
    let may = tx.scope().has_role(Role::Scheduler) || tx.scope().has_role(Role::Admin);
    if !may && tx.scope().staff_id() != Some(staff_id) {
        return Err(Error::Forbidden("role"));
    }
    if if_version.is_some_and(|version| version != before.version) {
        return Err(Error::PreconditionFailed);
    }
    let NewAvailability { time_zone, mut hours, mut time_off } = new;
    let mut errors = FieldErrors::default();
    let zone = parse_zone(&time_zone);
    if zone.is_err() {
        errors.add("time_zone", "unknown_time_zone", "not an IANA time zone name such as America/Boise");
    }
    check(&mut errors, &mut hours, &mut time_off);
    errors.into_result()?;
    let version = before.version + 1;
    let row = entity::ActiveModel {
        staff_id: Set(staff_id),
        organization_id: Set(tx.organization_id()),
        time_zone: Set(time_zone),
        hours: Set(serde_json::to_string(&hours).map_err(Error::internal)?),
        time_off: Set(serde_json::to_string(&time_off).map_err(Error::internal)?),
        version: Set(version),
        updated_at: Set(tx.now()),
    };
    if before.version == 0 {
        row.insert(tx.conn()).await?;
    } else {
        row.update(tx.conn()).await?;
    }
    let (days, off) = (hours.len(), time_off.len());
    tx.record(AuditEvent::new("update", "availability", staff_id).detail(json!({ "hours": days, "time_off": off })));
    fetch(tx, staff_id).await
}
