//! Who is to be told.

use std::collections::HashSet;

use sea_orm::entity::prelude::*;
use sea_orm::{Condition, QuerySelect};
use uuid::Uuid;

use crate::clients::entity::assignment;
use crate::db::ScopedTx;
use crate::error::Result;
use crate::identity::entity::{staff, staff_role, supervision};
use crate::scope::Role;

/// Who works with the client today.
pub(super) async fn assigned(tx: &ScopedTx, client_id: Uuid) -> Result<Vec<Uuid>> {
    let today = tx.today().to_string();
    let ids: Vec<Uuid> = assignment::Entity::find()
        .select_only()
        .column(assignment::Column::StaffId)
        .filter(assignment::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(assignment::COLUMN.client_id.eq(client_id))
        .filter(assignment::COLUMN.starts_on.lte(today.as_str()))
        .filter(
            Condition::any()
                .add(assignment::COLUMN.ends_on.is_null())
                .add(assignment::COLUMN.ends_on.gte(today.as_str())),
        )
        .into_tuple()
        .all(tx.conn())
        .await?;
    Ok(distinct(ids))
}

/// Who supervises any of these today.
pub(super) async fn supervisors_of(tx: &ScopedTx, staff_ids: &[Uuid]) -> Result<Vec<Uuid>> {
    let today = tx.today().to_string();
    let ids: Vec<Uuid> = supervision::Entity::find()
        .select_only()
        .column(supervision::Column::SupervisorId)
        .filter(supervision::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(supervision::COLUMN.staff_id.is_in(staff_ids.iter().copied()))
        .filter(supervision::COLUMN.starts_on.lte(today.as_str()))
        .filter(
            Condition::any()
                .add(supervision::COLUMN.ends_on.is_null())
                .add(supervision::COLUMN.ends_on.gte(today.as_str())),
        )
        .into_tuple()
        .all(tx.conn())
        .await?;
    Ok(distinct(ids))
}

/// Every supervisor of the organization: the last who are asked.
pub(super) async fn all_supervisors(tx: &ScopedTx) -> Result<Vec<Uuid>> {
    let ids = having(tx, Role::Supervisor).await?;
    working(tx, &ids).await
}

pub(super) async fn all_admins(tx: &ScopedTx) -> Result<Vec<Uuid>> {
    having(tx, Role::Admin).await
}

async fn having(tx: &ScopedTx, role: Role) -> Result<Vec<Uuid>> {
    let ids: Vec<Uuid> = staff_role::Entity::find()
        .select_only()
        .column(staff_role::Column::StaffId)
        .filter(staff_role::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(staff_role::COLUMN.role.eq(role.as_str()))
        .into_tuple()
        .all(tx.conn())
        .await?;
    Ok(distinct(ids))
}

/// Those of them whose account is not disabled, each once, in the order given.
pub(super) async fn working(tx: &ScopedTx, ids: &[Uuid]) -> Result<Vec<Uuid>> {
    let found: Vec<Uuid> = staff::Entity::find()
        .select_only()
        .column(staff::Column::Id)
        .filter(staff::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(staff::COLUMN.id.is_in(ids.iter().copied()))
        .filter(staff::COLUMN.disabled_at.is_null())
        .into_tuple()
        .all(tx.conn())
        .await?;
    let mut once = Vec::with_capacity(found.len());
    for id in ids {
        if found.contains(id) && !once.contains(id) {
            once.push(*id);
        }
    }
    Ok(once)
}

/// Each once, in a fixed order.
fn distinct(ids: Vec<Uuid>) -> Vec<Uuid> {
    let mut ids: Vec<Uuid> = ids.into_iter().collect::<HashSet<_>>().into_iter().collect();
    ids.sort_unstable();
    ids
}
