use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::LockType;
use sea_orm::{ActiveModelTrait, IntoActiveModel, QueryOrder, QuerySelect};
use serde_json::json;
use uuid::Uuid;

use super::access::{StaffReach, authorize_staff};
use crate::audit::AuditEvent;
use crate::db::ScopedTx;
use crate::error::{Error, Result};
use crate::identity;
use crate::identity::entity::supervision;
use crate::payers::SupervisorType;
use crate::scope::{Actor, Role};
use crate::sessions;

/// A supervisor supervises a member of staff, from one local date to another, both inclusive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SupervisionView {
    pub id: Uuid,
    pub supervisor_id: Uuid,
    pub staff_id: Uuid,
    /// As what the supervisor supervises: payers ask for it.
    pub supervisor_type: Option<SupervisorType>,
    /// Whoever has supervisors has one primary one.
    pub is_primary: bool,
    pub starts_on: NaiveDate,
    pub ends_on: Option<NaiveDate>,
}

impl SupervisionView {
    pub fn holds_on(&self, date: NaiveDate) -> bool {
        self.starts_on <= date && self.ends_on.is_none_or(|end| date <= end)
    }
}

#[derive(Clone, Copy, Debug)]
pub struct NewSupervision {
    pub supervisor_id: Uuid,
    pub staff_id: Uuid,
    pub supervisor_type: Option<SupervisorType>,
    /// The first one is primary anyway.
    pub is_primary: bool,
}

#[derive(Clone, Copy, Debug, Default)]
pub struct SupervisionPatch {
    pub supervisor_type: Option<Option<SupervisorType>>,
    /// Only to make it the primary one.
    pub is_primary: Option<bool>,
    pub ends_on: Option<Option<NaiveDate>>,
}

fn read(row: &supervision::Model) -> Result<SupervisionView> {
    let date = |text: &str| text.parse::<NaiveDate>().map_err(Error::internal);
    Ok(SupervisionView {
        id: row.id,
        supervisor_id: row.supervisor_id,
        staff_id: row.staff_id,
        supervisor_type: row.supervisor_type.as_deref().map(SupervisorType::stored).transpose()?,
        is_primary: row.is_primary,
        starts_on: date(&row.starts_on)?,
        ends_on: row.ends_on.as_deref().map(date).transpose()?,
    })
}

fn admins_only(tx: &ScopedTx) -> Result<()> {
    let may = matches!(tx.scope().actor, Actor::System(_)) || tx.scope().has_role(Role::Admin);
    if may { Ok(()) } else { Err(Error::Forbidden("role")) }
}

/// Puts a member of staff under a supervisor from today on.
pub async fn assign(tx: &mut ScopedTx, new: NewSupervision) -> Result<SupervisionView> {
    admins_only(tx)?;
    let NewSupervision { supervisor_id, staff_id, supervisor_type, is_primary } = new;
    let supervisor = identity::find_staff(tx, supervisor_id).await?;
    if !supervisor.roles.contains(&Role::Supervisor) {
        return Err(Error::invalid("supervisor_id", "not_a_supervisor", "this person is not a supervisor"));
    }
    identity::find_staff(tx, staff_id)
        .await
        .map_err(|_| Error::invalid("staff_id", "unknown", "no such member of staff"))?;
    if supervisor_id == staff_id {
        return Err(Error::invalid("supervisor_id", "own_supervisor", "nobody supervises themselves"));
    }
    let current = current(tx, staff_id).await?;
    let is_primary = is_primary || !current.iter().any(|row| row.is_primary);
    let row = supervision::Model {
        id: tx.new_id(),
        organization_id: tx.organization_id(),
        supervisor_id,
        staff_id,
        starts_on: tx.today().to_string(),
        ends_on: None,
        created_at: tx.now(),
        supervisor_type: supervisor_type.map(|kind| kind.as_str().to_owned()),
        is_primary,
    };
    if is_primary {
        give_up_primary(tx, &current).await?;
    }
    row.clone().into_active_model().reset_all().insert(tx.conn()).await?;
    tx.record(
        AuditEvent::new("create", "supervision", row.id)
            .detail(json!({ "supervisor_id": supervisor_id, "staff_id": staff_id })),
    );
    read(&row)
}

/// Changes as what, how and until when somebody supervises. With the end of the primary one the oldest of the others is.
///
/// # Errors
/// `Conflict("open_sessions")` for the end of the last one while a session is in progress or waits for its note.
pub async fn update(tx: &mut ScopedTx, id: Uuid, patch: SupervisionPatch) -> Result<SupervisionView> {
    admins_only(tx)?;
    let mut query =
        supervision::Entity::find_by_id(id).filter(supervision::COLUMN.organization_id.eq(tx.organization_id()));
    if tx.database().is_postgres() {
        query = query.lock(LockType::Update);
    }
    let mut row = query.one(tx.conn()).await?.ok_or(Error::NotFound)?;
    let others: Vec<_> = current(tx, row.staff_id).await?.into_iter().filter(|other| other.id != id).collect();
    if let Some(kind) = patch.supervisor_type {
        row.supervisor_type = kind.map(|kind| kind.as_str().to_owned());
    }
    match patch.is_primary {
        Some(true) if row.ends_on.is_some() => {
            return Err(Error::invalid("is_primary", "ended", "this supervision has an end"));
        }
        Some(true) if !row.is_primary => {
            give_up_primary(tx, &others).await?;
            row.is_primary = true;
        }
        Some(false) if row.is_primary => {
            return Err(Error::invalid("is_primary", "needed", "make another one the primary one instead"));
        }
        _ => {}
    }
    if let Some(ends_on) = patch.ends_on {
        if ends_on.is_some_and(|end| end.to_string() < row.starts_on) {
            return Err(Error::invalid("ends_on", "before_start", "ends before it starts"));
        }
        let ended = ends_on.is_some();
        if ended && row.is_primary {
            match others.first() {
                Some(next) => set_primary(tx, next.clone(), true).await?,
                None if sessions::has_open(tx, row.staff_id).await? => {
                    let message = "this person has sessions without a signed note, which need a supervisor";
                    return Err(Error::Conflict("open_sessions", message.to_owned()));
                }
                None => {}
            }
            row.is_primary = false;
        } else if !ended && others.iter().all(|other| !other.is_primary) {
            row.is_primary = true;
        }
        row.ends_on = ends_on.map(|date| date.to_string());
    }
    row.clone().into_active_model().reset_all().update(tx.conn()).await?;
    tx.record(AuditEvent::new("update", "supervision", id).detail(json!({ "staff_id": row.staff_id })));
    read(&row)
}

/// Those without an end, oldest first; two who change them follow one another.
async fn current(tx: &ScopedTx, staff_id: Uuid) -> Result<Vec<supervision::Model>> {
    let mut query = supervision::Entity::find()
        .filter(supervision::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(supervision::COLUMN.staff_id.eq(staff_id))
        .filter(supervision::COLUMN.ends_on.is_null())
        .order_by_asc(supervision::COLUMN.id);
    if tx.database().is_postgres() {
        query = query.lock(LockType::Update);
    }
    Ok(query.all(tx.conn()).await?)
}

async fn give_up_primary(tx: &ScopedTx, rows: &[supervision::Model]) -> Result<()> {
    for row in rows.iter().filter(|row| row.is_primary) {
        set_primary(tx, row.clone(), false).await?;
    }
    Ok(())
}

async fn set_primary(tx: &ScopedTx, mut row: supervision::Model, is_primary: bool) -> Result<()> {
    row.is_primary = is_primary;
    row.into_active_model().reset_all().update(tx.conn()).await?;
    Ok(())
}

/// Who supervises and supervised this member of staff, oldest first.
pub async fn list(tx: &ScopedTx, staff_id: Uuid) -> Result<Vec<SupervisionView>> {
    authorize_staff(tx, staff_id, &[StaffReach::Own, StaffReach::Supervised, StaffReach::Organization]).await?;
    let rows = supervision::Entity::find()
        .filter(supervision::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(supervision::COLUMN.staff_id.eq(staff_id))
        .order_by_asc(supervision::COLUMN.id)
        .all(tx.conn())
        .await?;
    rows.iter().map(read).collect()
}

/// Everybody's, oldest first: for ratios. Who may know of it is the caller's to check.
pub(crate) async fn all_assignments(tx: &ScopedTx) -> Result<Vec<SupervisionView>> {
    let rows = supervision::Entity::find()
        .filter(supervision::COLUMN.organization_id.eq(tx.organization_id()))
        .order_by_asc(supervision::COLUMN.id)
        .all(tx.conn())
        .await?;
    rows.iter().map(read).collect()
}
