//! Tells of credentials that end soon: the person whose it is and their supervisors, on their devices and in the list. Every
//! stage is told once, also when several processes look at the same time.

use std::collections::HashSet;

use chrono::{Days, NaiveDate, NaiveTime, Timelike};
use sea_orm::entity::prelude::*;
use sea_orm::{QuerySelect, Set, TryInsertResult};
use serde_json::json;
use uuid::Uuid;

use super::Status;
use super::entity::{credential, credential_notice};
use super::expiring::{STAGES, stage};
use super::held::date;
use super::store::find;
use crate::agenda::zone::{local_of, resolve};
use crate::alerts::{self, Subject};
use crate::audit::AuditEvent;
use crate::clock::Timestamp;
use crate::db::{Database, ScopedTx, id_list};
use crate::error::{Error, Result};
use crate::organizations;

/// Nobody is told in the evening or at night what has weeks to be seen to: in these hours of the organization's clock, and a
/// device that was off until later is told no more.
const HOURS: std::ops::Range<u32> = 9..18;
const LATEST: u32 = 20;

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
        let looked_at = async {
            let expires_on: NaiveDate = date(&end)?;
            // Some organization's day is reached; whether it is this one's is asked where its clock is known.
            let nearest = (expires_on - today).num_days() - 1;
            let mut possible = [nearest, nearest + 1, nearest + 2].into_iter().filter_map(stage);
            if possible.all(|stage| told.contains(&(id, end.clone(), stage))) {
                return Ok(false);
            }
            notice(database, (id, organization_id), &end, expires_on).await
        };
        match looked_at.await {
            Ok(new) => written += usize::from(new),
            // One that cannot be told must not hold up the others.
            Err(Error::Internal(cause)) => {
                tracing::error!(credential_id = %id, %cause, "the end of a credential cannot be told");
            }
            Err(other) => return Err(other),
        }
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
    let local = local_of(reader.now().to_utc(), scope.zone);
    if !HOURS.contains(&local.hour()) {
        return Ok(false);
    }
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
    // Somebody may have renewed it since; whoever does so now waits, and takes back what is told here.
    let credential = find(&tx, id, true).await?;
    if credential.status != Status::Active.as_str() || credential.expires_on.as_deref() != Some(end) {
        return Ok(false);
    }
    let notice_id = tx.new_id();
    let row = credential_notice::ActiveModel {
        id: Set(notice_id),
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
    // What was told before and not taken by any device yet says the same.
    withdraw(&tx, id).await?;
    let evening =
        NaiveTime::from_hms_opt(LATEST, 0, 0).and_then(|time| resolve(local.date().and_time(time), scope.zone));
    let useful_until = evening.map_or(tx.now(), |evening| Timestamp(evening.at.timestamp_millis()));
    let (staff_ids, devices) =
        alerts::inform_staff(&tx, Subject::Credential, notice_id, credential.user_id, useful_until).await?;
    let detail = json!({ "days_before": days_before, "staff_ids": staff_ids, "devices": devices });
    tx.record(AuditEvent::new("expire_soon", "credential", id).detail(detail));
    tx.commit().await?;
    Ok(true)
}

/// What was told of a credential needs nobody any more: it was renewed, or is none now.
pub(super) async fn withdraw(tx: &ScopedTx, credential_id: Uuid) -> Result<()> {
    let ids: Vec<Uuid> = credential_notice::Entity::find()
        .select_only()
        .column(credential_notice::Column::Id)
        .filter(credential_notice::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(credential_notice::COLUMN.credential_id.eq(credential_id))
        .into_tuple()
        .all(tx.conn())
        .await?;
    alerts::settle_all(tx, &ids).await
}

/// The credential that a notice tells of.
pub(crate) async fn of_notice(tx: &ScopedTx, notice_id: Uuid) -> Result<Uuid> {
    let notice = credential_notice::Entity::find_by_id(notice_id)
        .filter(credential_notice::COLUMN.organization_id.eq(tx.organization_id()))
        .one(tx.conn())
        .await?;
    notice.map(|notice| notice.credential_id).ok_or(Error::NotFound)
}
