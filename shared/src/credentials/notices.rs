//! Tells of credentials that end soon. Every stage is told once, also when several processes look at the same time.

use std::collections::HashSet;

use chrono::{Days, NaiveDate};
use sea_orm::entity::prelude::*;
use sea_orm::{QuerySelect, Set, TryInsertResult};
use serde_json::json;
use uuid::Uuid;

use super::Status;
use super::entity::{credential, credential_notice};
use super::expiring::{STAGES, stage};
use super::held::date;
use crate::audit::AuditEvent;
use crate::db::{Database, id_list};
use crate::error::Result;
use crate::organizations;

/// Writes a notice for each credential that reached a stage since. With nothing to tell it only reads. Returns how many
/// were written.
pub async fn notice_expiring(database: &Database) -> Result<usize> {
    // Any organization's today is at most a day away from this one.
    let today = database.env.clock.now().to_utc().date_naive();
    let from = today.checked_sub_days(Days::new(1)).unwrap_or(today);
    let to = today.checked_add_days(Days::new(STAGES[0].unsigned_abs() + 1)).unwrap_or(today);
    let conn = database.worker_connection();
    let candidates: Vec<(Uuid, Uuid, Option<String>)> = credential::Entity::find()
        .select_only()
        .column(credential::Column::Id)
        .column(credential::Column::OrganizationId)
        .column(credential::Column::ExpiresOn)
        .filter(credential::COLUMN.status.eq(Status::Active.as_str()))
        .filter(credential::COLUMN.expires_on.gte(from.to_string()))
        .filter(credential::COLUMN.expires_on.lte(to.to_string()))
        .into_tuple()
        .all(conn)
        .await?;
    let told: HashSet<(Uuid, String, i64)> = credential_notice::Entity::find()
        .filter(credential_notice::COLUMN.credential_id.is_in(id_list(candidates.iter().map(|row| row.0))))
        .all(conn)
        .await?
        .into_iter()
        .map(|row| (row.credential_id, row.expires_on, row.days_before))
        .collect();
    let mut written = 0;
    for (id, organization_id, end) in candidates {
        let Some(end) = end else { continue };
        let expires_on: NaiveDate = date(&end)?;
        // Some organization's day is reached; whether it is this one's is asked where its clock is known.
        let nearest = (expires_on - today).num_days() - 1;
        let mut possible = [nearest, nearest + 1, nearest + 2].into_iter().filter_map(stage);
        if possible.all(|stage| told.contains(&(id, end.clone(), stage))) {
            continue;
        }
        written += usize::from(notice(database, (id, organization_id), &end, expires_on).await?);
    }
    Ok(written)
}

async fn notice(
    database: &Database,
    (id, organization_id): (Uuid, Uuid),
    end: &str,
    expires_on: NaiveDate,
) -> Result<bool> {
    let scope = organizations::system_scope(database, organization_id, "credentials").await?;
    let reader = database.begin_read(&scope).await?;
    let days_left = (expires_on - reader.today()).num_days();
    let Some(days_before) = stage(days_left).filter(|_| days_left >= 0) else { return Ok(false) };
    let known = credential_notice::Entity::find()
        .filter(credential_notice::COLUMN.organization_id.eq(organization_id))
        .filter(credential_notice::COLUMN.credential_id.eq(id))
        .filter(credential_notice::COLUMN.expires_on.eq(end))
        .filter(credential_notice::COLUMN.days_before.eq(days_before))
        .one(reader.conn())
        .await?;
    reader.finish().await?;
    if known.is_some() {
        return Ok(false);
    }
    let mut tx = database.begin_write(&scope).await?;
    let row = credential_notice::ActiveModel {
        id: Set(tx.new_id()),
        organization_id: Set(organization_id),
        credential_id: Set(id),
        expires_on: Set(end.to_owned()),
        days_before: Set(days_before),
        created_at: Set(tx.now()),
    };
    use credential_notice::Column;
    let inserted = credential_notice::Entity::insert(row)
        .on_conflict_do_nothing_on([Column::CredentialId, Column::ExpiresOn, Column::DaysBefore])
        .exec_without_returning(tx.conn())
        .await?;
    if !matches!(inserted, TryInsertResult::Inserted(1..)) {
        tx.finish().await?;
        return Ok(false);
    }
    tx.record(AuditEvent::new("expire_soon", "credential", id).detail(json!({ "days_before": days_before })));
    tx.commit().await?;
    Ok(true)
}
