use std::collections::HashSet;

use sea_orm::entity::prelude::*;
use uuid::Uuid;

use super::entity::{sign_in, staff};
use crate::db::ScopedTx;
use crate::error::Result;

/// Which of these sign-ins still hold: not ended, not idle for too long, and of nobody who was locked out. Asking is no
/// use of them.
pub async fn alive(tx: &ScopedTx, ids: &[Uuid]) -> Result<HashSet<Uuid>> {
    let rows = sign_in::Entity::find()
        .filter(sign_in::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(sign_in::COLUMN.id.is_in(ids.iter().copied()))
        .filter(sign_in::COLUMN.ended_at.is_null())
        .all(tx.conn())
        .await?;
    let disabled: HashSet<Uuid> = staff::Entity::find()
        .filter(staff::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(staff::COLUMN.id.is_in(rows.iter().filter_map(|row| row.staff_id)))
        .filter(staff::COLUMN.disabled_at.is_not_null())
        .all(tx.conn())
        .await?
        .into_iter()
        .map(|row| row.id)
        .collect();
    let now = tx.now();
    let holds = |row: &&sign_in::Model| {
        now.0 - row.last_used_at.0 <= row.idle_limit
            && row.expires_at.is_none_or(|end| end > now)
            && row.staff_id.is_none_or(|id| !disabled.contains(&id))
    };
    Ok(rows.iter().filter(holds).map(|row| row.id).collect())
}
