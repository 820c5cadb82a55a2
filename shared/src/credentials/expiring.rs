use std::collections::{HashMap, HashSet};

use chrono::{Days, NaiveDate};
use sea_orm::QueryOrder;
use sea_orm::entity::prelude::*;
use uuid::Uuid;

use super::Status;
use super::entity::{credential, credential_notice};
use super::held::date;
use crate::clock::Timestamp;
use crate::db::{ScopedTx, id_list};
use crate::error::Result;
use crate::identity;
use crate::supervision::staff_within_reach;

/// So many days before its end a credential is told of, once each.
pub const STAGES: [i64; 6] = [90, 60, 30, 14, 7, 1];

/// The stage that has been reached with so many days left, if any.
pub fn stage(days_left: i64) -> Option<i64> {
    STAGES.into_iter().rfind(|stage| days_left <= *stage)
}

/// A credential that ends soon or ended without being renewed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expiring {
    pub credential_id: Uuid,
    pub user_id: Uuid,
    pub name: String,
    pub state: String,
    pub credential_type: String,
    pub expires_on: NaiveDate,
    /// Below zero when the last day has passed.
    pub days_left: i64,
    /// When each stage was told.
    pub notices: Vec<(i64, Timestamp)>,
}

/// What ends within so many days, of those whom the actor looks after, soonest first.
pub async fn expiring(tx: &ScopedTx, within_days: u64) -> Result<Vec<Expiring>> {
    let reach = staff_within_reach(tx).await?;
    let last = tx.today().checked_add_days(Days::new(within_days)).unwrap_or(NaiveDate::MAX);
    let mut query = credential::Entity::find()
        .filter(credential::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(credential::COLUMN.status.eq(Status::Active.as_str()))
        .filter(credential::COLUMN.expires_on.lte(last.to_string()))
        .order_by_asc(credential::COLUMN.expires_on)
        .order_by_asc(credential::COLUMN.id);
    if let Some(ids) = &reach {
        query = query.filter(credential::COLUMN.user_id.is_in(id_list(ids.iter().copied())));
    }
    let rows = query.all(tx.conn()).await?;
    let people: HashSet<Uuid> = rows.iter().map(|row| row.user_id).collect();
    let names = identity::names_of(tx, &people.into_iter().collect::<Vec<_>>()).await?;
    let mut notices: HashMap<(Uuid, String), Vec<(i64, Timestamp)>> = HashMap::new();
    for notice in credential_notice::Entity::find()
        .filter(credential_notice::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(credential_notice::COLUMN.credential_id.is_in(id_list(rows.iter().map(|row| row.id))))
        .order_by_desc(credential_notice::COLUMN.days_before)
        .all(tx.conn())
        .await?
    {
        let told = notices.entry((notice.credential_id, notice.expires_on)).or_default();
        told.push((notice.days_before, notice.created_at));
    }
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        let Some(end) = row.expires_on.clone() else { continue };
        let expires_on = date(&end)?;
        found.push(Expiring {
            credential_id: row.id,
            user_id: row.user_id,
            name: names.get(&row.user_id).cloned().unwrap_or_default(),
            state: row.state,
            credential_type: row.credential_type,
            expires_on,
            days_left: (expires_on - tx.today()).num_days(),
            notices: notices.remove(&(row.id, end)).unwrap_or_default(),
        });
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_stage_is_reached_on_its_day() {
        for (days, expected) in [
            (91, None),
            (90, Some(90)),
            (61, Some(90)),
            (60, Some(60)),
            (14, Some(14)),
            (8, Some(14)),
            (7, Some(7)),
            (2, Some(7)),
            (1, Some(1)),
            (0, Some(1)),
        ] {
            assert_eq!(stage(days), expected, "{days}");
        }
    }
}
