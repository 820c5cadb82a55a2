use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveModelTrait, QueryOrder, Set};
use serde_json::json;
use uuid::Uuid;

use super::access::authorize;
use super::entity::assignment;
use crate::audit::AuditEvent;
use crate::db::{ScopedTx, id_list};
use crate::error::{Error, Result};
use crate::identity;
use crate::policy::Act;
use crate::scope::Role;

/// Who works with a client, from one local date to another, both inclusive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    pub id: Uuid,
    pub client_id: Uuid,
    pub staff_id: Uuid,
    pub starts_on: NaiveDate,
    pub ends_on: Option<NaiveDate>,
}

impl TryFrom<assignment::Model> for Assignment {
    type Error = Error;

    fn try_from(row: assignment::Model) -> Result<Self> {
        let date = |text: &str| text.parse::<NaiveDate>().map_err(Error::internal);
        Ok(Self {
            id: row.id,
            client_id: row.client_id,
            staff_id: row.staff_id,
            starts_on: date(&row.starts_on)?,
            ends_on: row.ends_on.as_deref().map(date).transpose()?,
        })
    }
}

/// Assigns a specialist to a client.
pub async fn assign(
    tx: &mut ScopedTx,
    client_id: Uuid,
    staff_id: Uuid,
    starts_on: NaiveDate,
    ends_on: Option<NaiveDate>,
) -> Result<Assignment> {
    authorize(tx, client_id, Act::Assign).await?;
    insert(tx, client_id, staff_id, starts_on, ends_on).await
}

pub(super) async fn insert(
    tx: &mut ScopedTx,
    client_id: Uuid,
    staff_id: Uuid,
    starts_on: NaiveDate,
    ends_on: Option<NaiveDate>,
) -> Result<Assignment> {
    if ends_on.is_some_and(|end| end < starts_on) {
        return Err(Error::invalid("ends_on", "before_start", "ends before it starts"));
    }
    let staff = identity::find_staff(tx, staff_id).await;
    if !staff.is_ok_and(|staff| staff.roles.contains(&Role::Specialist)) {
        return Err(Error::invalid("staff_id", "not_a_specialist", "no specialist of this organization has this id"));
    }
    let id = tx.new_id();
    let row = assignment::ActiveModel {
        id: Set(id),
        organization_id: Set(tx.organization_id()),
        client_id: Set(client_id),
        staff_id: Set(staff_id),
        starts_on: Set(starts_on.to_string()),
        ends_on: Set(ends_on.map(|date| date.to_string())),
        created_at: Set(tx.now()),
    }
    .insert(tx.conn())
    .await?;
    tx.record(
        AuditEvent::new("create", "assignment", id)
            .client(client_id)
            .detail(json!({ "staff_id": staff_id, "starts_on": row.starts_on, "ends_on": row.ends_on })),
    );
    row.try_into()
}

pub async fn list_assignments(tx: &ScopedTx, client_id: Uuid) -> Result<Vec<Assignment>> {
    authorize(tx, client_id, Act::ReadAssignments).await?;
    let rows = assignment::Entity::find()
        .filter(assignment::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(assignment::COLUMN.client_id.eq(client_id))
        .order_by_asc(assignment::COLUMN.id)
        .all(tx.conn())
        .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Sets or changes the last day of an assignment.
pub async fn end_assignment(tx: &mut ScopedTx, id: Uuid, ends_on: NaiveDate) -> Result<Assignment> {
    let row = assignment::Entity::find_by_id(id)
        .filter(assignment::COLUMN.organization_id.eq(tx.organization_id()))
        .one(tx.conn())
        .await?
        .ok_or(Error::NotFound)?;
    authorize(tx, row.client_id, Act::Assign).await?;
    if ends_on.to_string() < row.starts_on {
        return Err(Error::invalid("ends_on", "before_start", "ends before it starts"));
    }
    let client_id = row.client_id;
    let mut row: assignment::ActiveModel = row.into();
    row.ends_on = Set(Some(ends_on.to_string()));
    let row = row.update(tx.conn()).await?;
    tx.record(AuditEvent::new("update", "assignment", id).client(client_id).detail(json!({ "ends_on": row.ends_on })));
    row.try_into()
}

/// Everything that these members of staff were assigned. Who may know of it is the caller's to check.
pub(crate) async fn assignments_of_staff(tx: &ScopedTx, staff_ids: &[Uuid]) -> Result<Vec<Assignment>> {
    let rows = assignment::Entity::find()
        .filter(assignment::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(assignment::COLUMN.staff_id.is_in(id_list(staff_ids.iter().copied())))
        .all(tx.conn())
        .await?;
    rows.into_iter().map(Assignment::try_from).collect()
}
