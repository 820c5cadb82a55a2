use chrono::NaiveDate;
use sea_orm::QueryOrder;
use sea_orm::entity::prelude::*;
use uuid::Uuid;

use super::entity::care_plan;
use super::load::{Loaded, PlanView};
use crate::clients;
use crate::db::ScopedTx;
use crate::error::Result;
use crate::policy::Act;

/// The plan that was in force on a local date of the organization: signed by all by then, within its dates, and the newest
/// of such. One that was superseded since counts for the days before.
pub async fn in_force_on(tx: &ScopedTx, client_id: Uuid, date: NaiveDate) -> Result<Option<PlanView>> {
    let client = clients::authorize(tx, client_id, Act::ReadCarePlans).await?;
    let rows = care_plan::Entity::find()
        .filter(care_plan::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(care_plan::COLUMN.client_id.eq(client_id))
        .filter(care_plan::COLUMN.in_force_at.is_not_null())
        .filter(care_plan::COLUMN.effective_on.lte(date.to_string()))
        .filter(care_plan::COLUMN.expires_on.gte(date.to_string()))
        .order_by_desc(care_plan::COLUMN.version_number)
        .all(tx.conn())
        .await?;
    let signed_by_then = |row: &care_plan::Model| {
        row.in_force_at.is_some_and(|at| at.to_utc().with_timezone(&tx.scope().zone).date_naive() <= date)
    };
    let Some(row) = rows.into_iter().find(signed_by_then) else { return Ok(None) };
    let key = tx.data_key(client.data_key_id).await?;
    Ok(Some(Loaded { row, key }.view(tx).await?))
}
