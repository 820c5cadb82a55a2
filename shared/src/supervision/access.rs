use std::collections::HashSet;

use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, QuerySelect};
use uuid::Uuid;

use crate::db::ScopedTx;
use crate::error::{Error, Result};
use crate::identity;
use crate::identity::entity::supervision;
use crate::scope::{Actor, Role};

/// How an actor reaches a member of staff.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StaffReach {
    /// They are this person.
    Own,
    /// They supervise this person today.
    Supervised,
    /// They run the house.
    Organization,
}

/// Lets those through who reach this member of staff in one of these ways.
///
/// # Errors
/// `NotFound` for nobody of this organization, `Forbidden` for those who reach them otherwise or not at all.
pub async fn authorize_staff(tx: &ScopedTx, staff_id: Uuid, ways: &[StaffReach]) -> Result<()> {
    match &tx.scope().actor {
        Actor::System(_) => return Ok(()),
        Actor::Client { .. } => return Err(Error::Forbidden("staff_only")),
        Actor::Staff { .. } => {}
    }
    identity::find_staff(tx, staff_id).await?;
    for way in ways {
        let reached = match way {
            StaffReach::Own => tx.scope().staff_id() == Some(staff_id),
            StaffReach::Organization => tx.scope().has_role(Role::Admin),
            StaffReach::Supervised => match tx.scope().staff_id().filter(|_| tx.scope().has_role(Role::Supervisor)) {
                Some(own) => supervises_on(tx, own, staff_id, tx.today()).await?,
                None => false,
            },
        };
        if reached {
            return Ok(());
        }
    }
    Err(Error::Forbidden("role"))
}

/// The members of staff whom the actor looks after: all for admins (`None`), else themselves and whom they supervise.
pub async fn staff_within_reach(tx: &ScopedTx) -> Result<Option<HashSet<Uuid>>> {
    let own = match &tx.scope().actor {
        Actor::System(_) => return Ok(None),
        Actor::Client { .. } => return Err(Error::Forbidden("staff_only")),
        Actor::Staff { staff_id, .. } => *staff_id,
    };
    if tx.scope().has_role(Role::Admin) {
        return Ok(None);
    }
    let mut ids = HashSet::from([own]);
    if tx.scope().has_role(Role::Supervisor) {
        let rows: Vec<Uuid> = supervision::Entity::find()
            .select_only()
            .column(supervision::Column::StaffId)
            .filter(supervision::COLUMN.organization_id.eq(tx.organization_id()))
            .filter(supervision::COLUMN.supervisor_id.eq(own))
            .filter(holds_on(tx.today()))
            .into_tuple()
            .all(tx.conn())
            .await?;
        ids.extend(rows);
    }
    Ok(Some(ids))
}

/// Did this supervisor supervise this member of staff on that day?
pub async fn supervises_on(tx: &ScopedTx, supervisor_id: Uuid, staff_id: Uuid, date: NaiveDate) -> Result<bool> {
    let found = supervision::Entity::find()
        .filter(supervision::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(supervision::COLUMN.supervisor_id.eq(supervisor_id))
        .filter(supervision::COLUMN.staff_id.eq(staff_id))
        .filter(holds_on(date))
        .limit(1)
        .one(tx.conn())
        .await?;
    Ok(found.is_some())
}

pub(super) fn holds_on(date: NaiveDate) -> Condition {
    let date = date.to_string();
    Condition::all().add(supervision::COLUMN.starts_on.lte(date.as_str())).add(
        Condition::any().add(supervision::COLUMN.ends_on.is_null()).add(supervision::COLUMN.ends_on.gte(date.as_str())),
    )
}
