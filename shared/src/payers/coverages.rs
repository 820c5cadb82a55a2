use std::collections::HashMap;

use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveModelTrait, IntoActiveModel, QueryOrder};
use serde_json::json;
use uuid::Uuid;

use super::entity::client_coverage;
use super::profiles::ProfileKey;
use crate::audit::AuditEvent;
use crate::clients;
use crate::db::{ScopedTx, id_list};
use crate::error::{Error, FieldErrors, Result};
use crate::policy::Act;

/// Who pays for a client's services, from one date of service to another, both inclusive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CoverageView {
    pub id: Uuid,
    pub client_id: Uuid,
    pub key: ProfileKey,
    pub starts_on: NaiveDate,
    pub ends_on: Option<NaiveDate>,
}

impl CoverageView {
    pub(super) fn holds_on(&self, date: NaiveDate) -> bool {
        self.starts_on <= date && self.ends_on.is_none_or(|end| date <= end)
    }
}

#[derive(Clone, Debug)]
pub struct NewCoverage {
    pub key: ProfileKey,
    pub starts_on: NaiveDate,
    pub ends_on: Option<NaiveDate>,
}

fn read(row: client_coverage::Model) -> Result<CoverageView> {
    let date = |text: &str| text.parse::<NaiveDate>().map_err(Error::internal);
    Ok(CoverageView {
        id: row.id,
        client_id: row.client_id,
        key: ProfileKey { state: row.state, payer: row.payer, program: row.program },
        starts_on: date(&row.starts_on)?,
        ends_on: row.ends_on.as_deref().map(date).transpose()?,
    })
}

/// Coverages by client, the earliest start first. For rules; who may see them is the caller's to check.
pub(super) async fn coverages_of(
    tx: &ScopedTx,
    client_ids: impl IntoIterator<Item = Uuid>,
) -> Result<HashMap<Uuid, Vec<CoverageView>>> {
    let mut ids: Vec<Uuid> = client_ids.into_iter().collect();
    ids.sort_unstable();
    ids.dedup();
    let mut found: HashMap<Uuid, Vec<CoverageView>> = HashMap::new();
    for chunk in ids.chunks(500) {
        let rows = client_coverage::Entity::find()
            .filter(client_coverage::COLUMN.organization_id.eq(tx.organization_id()))
            .filter(client_coverage::COLUMN.client_id.is_in(id_list(chunk.iter().copied())))
            .order_by_asc(client_coverage::COLUMN.starts_on)
            .order_by_asc(client_coverage::COLUMN.id)
            .all(tx.conn())
            .await?;
        for row in rows {
            found.entry(row.client_id).or_default().push(read(row)?);
        }
    }
    Ok(found)
}

/// The client's coverage on a date of service.
pub async fn coverage_on(tx: &ScopedTx, client_id: Uuid, date: NaiveDate) -> Result<Option<CoverageView>> {
    let own = coverages_of(tx, [client_id]).await?.remove(&client_id).unwrap_or_default();
    Ok(own.into_iter().rfind(|coverage| coverage.holds_on(date)))
}

/// A client's coverages, the earliest start first.
pub async fn list_coverages(tx: &ScopedTx, client_id: Uuid) -> Result<Vec<CoverageView>> {
    clients::authorize(tx, client_id, Act::ReadCoverage).await?;
    Ok(coverages_of(tx, [client_id]).await?.remove(&client_id).unwrap_or_default())
}

/// Writes down who pays.
///
/// # Errors
/// `Conflict("coverage_overlap")` while another one holds on one of these days.
pub async fn add_coverage(tx: &mut ScopedTx, client_id: Uuid, new: NewCoverage) -> Result<CoverageView> {
    clients::authorize(tx, client_id, Act::WriteCoverage).await?;
    let mut errors = FieldErrors::default();
    new.key.check(&mut errors);
    check_end(&mut errors, new.starts_on, new.ends_on);
    errors.into_result()?;
    for other in list_coverages(tx, client_id).await? {
        if other.starts_on <= new.ends_on.unwrap_or(NaiveDate::MAX)
            && new.starts_on <= other.ends_on.unwrap_or(NaiveDate::MAX)
        {
            let message = "another coverage holds on some of these days: end that one first";
            return Err(Error::Conflict("coverage_overlap", message.to_owned()));
        }
    }
    let row = client_coverage::Model {
        id: tx.new_id(),
        organization_id: tx.organization_id(),
        client_id,
        state: new.key.state,
        payer: new.key.payer,
        program: new.key.program,
        starts_on: new.starts_on.to_string(),
        ends_on: new.ends_on.map(|date| date.to_string()),
        created_at: tx.now(),
        created_by: tx.scope().actor.id(),
    };
    row.clone().into_active_model().reset_all().insert(tx.conn()).await?;
    tx.record(AuditEvent::new("create", "coverage", row.id).client(client_id));
    read(row)
}

/// Sets the last day of a coverage, or takes it away.
pub async fn end_coverage(tx: &mut ScopedTx, id: Uuid, ends_on: Option<NaiveDate>) -> Result<CoverageView> {
    let mut row = client_coverage::Entity::find_by_id(id)
        .filter(client_coverage::COLUMN.organization_id.eq(tx.organization_id()))
        .one(tx.conn())
        .await?
        .ok_or(Error::NotFound)?;
    clients::authorize(tx, row.client_id, Act::WriteCoverage).await?;
    let view = read(row.clone())?;
    let mut errors = FieldErrors::default();
    check_end(&mut errors, view.starts_on, ends_on);
    errors.into_result()?;
    let later = list_coverages(tx, row.client_id).await?.into_iter().find(|other| other.starts_on > view.starts_on);
    if later.is_some_and(|later| ends_on.is_none_or(|end| end >= later.starts_on)) {
        let message = "another coverage begins before that day".to_owned();
        return Err(Error::Conflict("coverage_overlap", message));
    }
    row.ends_on = ends_on.map(|date| date.to_string());
    row.clone().into_active_model().reset_all().update(tx.conn()).await?;
    let event = AuditEvent::new("update", "coverage", id).client(row.client_id);
    tx.record(event.detail(json!({ "members": ["ends_on"] })));
    read(row)
}

fn check_end(errors: &mut FieldErrors, starts_on: NaiveDate, ends_on: Option<NaiveDate>) {
    if ends_on.is_some_and(|end| end < starts_on) {
        errors.add("ends_on", "before_start", "ends before it starts");
    }
}
