//! Whoever was told of a matter may see it and take it over, also when the client is not of their caseload. That opens
//! the matter, not the client's record.

use std::collections::HashSet;

use sea_orm::entity::prelude::*;
use sea_orm::{ExprTrait, QuerySelect};
use uuid::Uuid;

use super::entity::{alert, escalation};
use super::start::Subject;
use crate::clients;
use crate::clients::entity::client;
use crate::credentials;
use crate::db::ScopedTx;
use crate::error::{Error, Result};
use crate::policy::Act;
use crate::reminders::entity::delivery;

/// The client of a matter, for an act that their caseload allows or that an alert does.
pub(crate) async fn authorize_matter(
    tx: &ScopedTx,
    client_id: Uuid,
    subject_id: Uuid,
    act: Act,
) -> Result<client::Model> {
    match clients::authorize(tx, client_id, act).await {
        Err(Error::NotFound | Error::Forbidden(_)) if told(tx, &[subject_id]).await?.contains(&subject_id) => {
            client::Entity::find_by_id(client_id)
                .filter(client::COLUMN.organization_id.eq(tx.organization_id()))
                .one(tx.conn())
                .await?
                .ok_or(Error::NotFound)
        }
        other => other,
    }
}

/// Of which of these matters the actor was told.
async fn told(tx: &ScopedTx, subject_ids: &[Uuid]) -> Result<HashSet<Uuid>> {
    let Some(staff_id) = tx.scope().staff_id() else { return Ok(HashSet::new()) };
    let ids: Vec<Uuid> = matters_of(tx, staff_id)
        .filter(escalation::COLUMN.subject_id.is_in(subject_ids.iter().copied()))
        .into_tuple()
        .all(tx.conn())
        .await?;
    Ok(ids.into_iter().collect())
}

/// Matters of one sort that the actor was told of since a moment.
pub(crate) async fn told_since(tx: &ScopedTx, subject: Subject, since: crate::Timestamp) -> Result<Vec<Uuid>> {
    let Some(staff_id) = tx.scope().staff_id() else { return Ok(Vec::new()) };
    Ok(matters_of(tx, staff_id)
        .filter(escalation::COLUMN.subject_type.eq(subject.as_str()))
        .filter(escalation::COLUMN.started_at.gte(since))
        .distinct()
        .into_tuple()
        .all(tx.conn())
        .await?)
}

fn matters_of(tx: &ScopedTx, staff_id: Uuid) -> Select<escalation::Entity> {
    use sea_orm::sea_query::Query;
    let told = Query::select()
        .column("escalation_id")
        .from("alerts")
        .and_where(Expr::col("organization_id").eq(tx.organization_id()))
        .and_where(Expr::col("staff_id").eq(staff_id))
        .to_owned();
    escalation::Entity::find()
        .select_only()
        .column(escalation::Column::SubjectId)
        .filter(escalation::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(escalation::Column::Id.in_subquery(told))
}

/// What a notification on a device of staff was about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AlertView {
    pub subject: Subject,
    /// Of a credential it is the credential, not the notice.
    pub subject_id: Uuid,
    /// Nobody when it is about a member of staff.
    pub client_id: Option<Uuid>,
}

/// The matter of a delivery to the actor; another's is not found.
pub async fn find_alert(tx: &ScopedTx, delivery_id: Uuid) -> Result<AlertView> {
    let staff_id = tx.scope().staff_id().ok_or(Error::NotFound)?;
    let found = delivery::Entity::find_by_id(delivery_id)
        .filter(delivery::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(delivery::COLUMN.staff_id.eq(staff_id))
        .one(tx.conn())
        .await?
        .ok_or(Error::NotFound)?;
    let alert = alert::Entity::find_by_id(found.alert_id.ok_or(Error::NotFound)?)
        .filter(alert::COLUMN.organization_id.eq(tx.organization_id()))
        .one(tx.conn())
        .await?
        .ok_or(Error::NotFound)?;
    let matter = escalation::Entity::find_by_id(alert.escalation_id)
        .filter(escalation::COLUMN.organization_id.eq(tx.organization_id()))
        .one(tx.conn())
        .await?
        .ok_or(Error::NotFound)?;
    let subject =
        Subject::parse(&matter.subject_type).ok_or_else(|| Error::internal("an escalation of nothing known"))?;
    let subject_id = match subject {
        Subject::Credential => credentials::of_notice(tx, matter.subject_id).await?,
        _ => matter.subject_id,
    };
    Ok(AlertView { subject, subject_id, client_id: matter.client_id })
}
