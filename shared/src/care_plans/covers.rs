//! Which dates a client's plans cover, without a word of what they say: all that a bill needs to know.

use std::collections::HashMap;

use chrono::NaiveDate;
use sea_orm::QueryOrder;
use sea_orm::entity::prelude::*;
use uuid::Uuid;

use super::entity::{care_plan, care_plan_goal};
use crate::db::{ScopedTx, id_list};
use crate::error::{Error, Result};

/// A plan that was signed by all. Dates are local dates of the organization, inclusive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cover {
    pub plan_id: Uuid,
    pub version_number: i64,
    pub effective_on: NaiveDate,
    pub expires_on: NaiveDate,
    /// When the last one signed.
    pub in_force_on: NaiveDate,
    pub goal_ids: Vec<Uuid>,
    pub service_order: Option<OrderDates>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderDates {
    pub ordered_on: NaiveDate,
    pub valid_from: NaiveDate,
    pub valid_to: NaiveDate,
}

impl Cover {
    /// Was it in force on this day? One that was superseded since counts for the days before.
    pub fn holds_on(&self, date: NaiveDate) -> bool {
        self.effective_on <= date && date <= self.expires_on && self.in_force_on <= date
    }
}

/// The plans of these clients, newest version first. Who may know of them is the caller's to check.
pub(crate) async fn covers_of(tx: &ScopedTx, client_ids: &[Uuid]) -> Result<HashMap<Uuid, Vec<Cover>>> {
    let mut found: HashMap<Uuid, Vec<Cover>> = HashMap::new();
    for chunk in client_ids.chunks(500) {
        let rows = care_plan::Entity::find()
            .filter(care_plan::COLUMN.organization_id.eq(tx.organization_id()))
            .filter(care_plan::COLUMN.client_id.is_in(id_list(chunk.iter().copied())))
            .filter(care_plan::COLUMN.in_force_at.is_not_null())
            .order_by_desc(care_plan::COLUMN.version_number)
            .all(tx.conn())
            .await?;
        let mut goals: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
        for goal in care_plan_goal::Entity::find()
            .filter(care_plan_goal::COLUMN.organization_id.eq(tx.organization_id()))
            .filter(care_plan_goal::COLUMN.plan_id.is_in(id_list(rows.iter().map(|row| row.id))))
            .all(tx.conn())
            .await?
        {
            goals.entry(goal.plan_id).or_default().push(goal.goal_id);
        }
        for row in rows {
            let goal_ids = goals.remove(&row.id).unwrap_or_default();
            found.entry(row.client_id).or_default().push(cover(tx, &row, goal_ids)?);
        }
    }
    Ok(found)
}

fn cover(tx: &ScopedTx, row: &care_plan::Model, goal_ids: Vec<Uuid>) -> Result<Cover> {
    let date = |text: &str| text.parse::<NaiveDate>().map_err(Error::internal);
    let in_force_at = row.in_force_at.ok_or_else(|| Error::internal("a plan that was never in force"))?;
    let service_order = match (&row.ordered_on, &row.order_valid_from, &row.order_valid_to) {
        (Some(ordered_on), Some(valid_from), Some(valid_to)) => {
            Some(OrderDates { ordered_on: date(ordered_on)?, valid_from: date(valid_from)?, valid_to: date(valid_to)? })
        }
        _ => None,
    };
    Ok(Cover {
        plan_id: row.id,
        version_number: row.version_number,
        effective_on: date(&row.effective_on)?,
        expires_on: date(&row.expires_on)?,
        in_force_on: in_force_at.to_utc().with_timezone(&tx.scope().zone).date_naive(),
        goal_ids,
        service_order,
    })
}
