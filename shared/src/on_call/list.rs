use sea_orm::entity::prelude::*;
use sea_orm::{EntityTrait, QueryOrder, QuerySelect, Set};
use serde_json::json;
use uuid::Uuid;

use super::entity::on_call_entry;
use crate::audit::AuditEvent;
use crate::clock::Timestamp;
use crate::db::ScopedTx;
use crate::error::{Error, FieldErrors, Result};
use crate::help_requests::{load_settings, save_settings};
use crate::identity;
use crate::scope::{Actor, Role};

const MOST: usize = 500;

/// Somebody is on call from one moment to another. Among those on call at once the lower position is asked first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    pub staff_id: Uuid,
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
    pub position: i64,
}

/// The list with its version, which is for telling whether somebody else has changed it meanwhile.
pub struct OnCall {
    pub entries: Vec<Entry>,
    pub version: i64,
}

/// The whole list, by time. Any member of staff may see it.
pub async fn get(tx: &ScopedTx) -> Result<OnCall> {
    if !matches!(tx.scope().actor, Actor::Staff { .. } | Actor::System(_)) {
        return Err(Error::Forbidden("staff_only"));
    }
    let rows = on_call_entry::Entity::find()
        .filter(on_call_entry::COLUMN.organization_id.eq(tx.organization_id()))
        .order_by_asc(on_call_entry::COLUMN.starts_at)
        .order_by_asc(on_call_entry::COLUMN.position)
        .order_by_asc(on_call_entry::COLUMN.id)
        .all(tx.conn())
        .await?;
    let entries = rows
        .into_iter()
        .map(|row| Entry {
            staff_id: row.staff_id,
            starts_at: row.starts_at,
            ends_at: row.ends_at,
            position: row.position,
        })
        .collect();
    Ok(OnCall { entries, version: load_settings(tx).await?.on_call_version })
}

/// Who is on call at this moment, first to last.
pub async fn now(tx: &ScopedTx) -> Result<Vec<Uuid>> {
    let ids: Vec<Uuid> = on_call_entry::Entity::find()
        .select_only()
        .column(on_call_entry::Column::StaffId)
        .filter(on_call_entry::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(on_call_entry::COLUMN.ends_at.gt(tx.now()))
        .filter(on_call_entry::COLUMN.starts_at.lte(tx.now()))
        .order_by_asc(on_call_entry::COLUMN.position)
        .order_by_asc(on_call_entry::COLUMN.starts_at)
        .order_by_asc(on_call_entry::COLUMN.id)
        .into_tuple()
        .all(tx.conn())
        .await?;
    let mut once = Vec::with_capacity(ids.len());
    for id in ids {
        if !once.contains(&id) {
            once.push(id);
        }
    }
    Ok(once)
}

/// Puts another list in its place. For supervisors and admins. On call are specialists and supervisors.
pub async fn replace(tx: &mut ScopedTx, entries: &[Entry], version: Option<i64>) -> Result<OnCall> {
    if !(tx.scope().has_role(Role::Supervisor) || tx.scope().has_role(Role::Admin)) {
        return Err(Error::Forbidden("role"));
    }
    let mut settings = load_settings(tx).await?;
    if version.is_some_and(|version| version != settings.on_call_version) {
        return Err(Error::PreconditionFailed);
    }
    check(tx, entries).await?;
    on_call_entry::Entity::delete_many()
        .filter(on_call_entry::COLUMN.organization_id.eq(tx.organization_id()))
        .exec(tx.conn())
        .await?;
    let rows: Vec<_> = entries
        .iter()
        .map(|entry| on_call_entry::ActiveModel {
            id: Set(tx.new_id()),
            organization_id: Set(tx.organization_id()),
            staff_id: Set(entry.staff_id),
            starts_at: Set(entry.starts_at),
            ends_at: Set(entry.ends_at),
            position: Set(entry.position),
            created_at: Set(tx.now()),
        })
        .collect();
    if !rows.is_empty() {
        on_call_entry::Entity::insert_many(rows).exec_without_returning(tx.conn()).await?;
    }
    settings.on_call_version += 1;
    save_settings(tx, &settings).await?;
    tx.record(
        AuditEvent::new("update", "on_call_list", tx.organization_id()).detail(json!({ "entries": entries.len() })),
    );
    get(tx).await
}

async fn check(tx: &ScopedTx, entries: &[Entry]) -> Result<()> {
    let mut errors = FieldErrors::default();
    if entries.len() > MOST {
        errors.add("entries", "too_many", "at most 500 entries");
    }
    let mut known: Vec<(Uuid, bool)> = Vec::new();
    for (at, entry) in entries.iter().enumerate().take(MOST) {
        if entry.ends_at <= entry.starts_at {
            errors.add(format!("entries[{at}].ends_at"), "before_start", "ends before it starts");
        }
        if !(1..=1000).contains(&entry.position) {
            errors.add(format!("entries[{at}].position"), "out_of_range", "1 to 1000");
        }
        let fits = if let Some((_, fits)) = known.iter().find(|(id, _)| *id == entry.staff_id) {
            *fits
        } else {
            let staff = identity::find_staff(tx, entry.staff_id).await;
            let able = |role: &Role| matches!(role, Role::Specialist | Role::Supervisor);
            let fits = staff.is_ok_and(|staff| staff.roles.iter().any(able));
            known.push((entry.staff_id, fits));
            fits
        };
        if !fits {
            let message = "no specialist or supervisor of this organization has this id";
            errors.add(format!("entries[{at}].staff_id"), "unknown", message);
        }
    }
    errors.into_result()
}
