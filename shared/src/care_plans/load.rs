use std::collections::HashMap;
use std::sync::Arc;

use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::LockType;
use sea_orm::{QueryOrder, QuerySelect};
use uuid::Uuid;

use super::content::{PlanGoal, Service, ServiceOrder};
use super::dates::PlanDates;
use super::entity::{care_plan, care_plan_goal, care_plan_signature};
use super::state::{PlanState, SignerRole};
use crate::clients;
use crate::clock::Timestamp;
use crate::db::{Page, PageRequest, ScopedTx, id_list};
use crate::error::{Error, Result};
use crate::policy::Act;
use crate::secrets::DataKey;

/// That somebody signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    pub role: SignerRole,
    pub name: String,
    pub signed_at: Timestamp,
    /// Of what was signed.
    pub hash: String,
}

/// A plan of care, decrypted.
#[derive(Clone, Debug)]
pub struct PlanView {
    pub id: Uuid,
    pub client_id: Uuid,
    pub version_number: i64,
    pub state: PlanState,
    pub dates: PlanDates,
    pub goals: Vec<PlanGoal>,
    pub services: Vec<Service>,
    pub service_order: Option<ServiceOrder>,
    pub signatures: Vec<Signature>,
    /// What is signed, to the byte, and its SHA-256 in hexadecimal digits.
    pub content: Option<String>,
    pub content_hash: Option<String>,
    pub replaces: Option<Uuid>,
    pub needs_revision: bool,
    pub version: i64,
    pub created_at: Timestamp,
    pub submitted_at: Option<Timestamp>,
    pub in_force_at: Option<Timestamp>,
}

/// A plan's row with the key that opens it.
pub(super) struct Loaded {
    pub row: care_plan::Model,
    pub key: Arc<DataKey>,
}

impl Loaded {
    pub fn state(&self, tx: &ScopedTx) -> Result<PlanState> {
        state(tx, &self.row)
    }

    pub async fn view(&self, tx: &ScopedTx) -> Result<PlanView> {
        let mut views = views(tx, &self.key, std::slice::from_ref(&self.row)).await?;
        views.pop().ok_or(Error::NotFound)
    }
}

pub(super) fn state(tx: &ScopedTx, row: &care_plan::Model) -> Result<PlanState> {
    let state = PlanState::parse(&row.state).ok_or_else(|| Error::internal("a plan in an unknown state"))?;
    Ok(state.on(tx.today(), date(&row.expires_on)?))
}

/// A plan for an act on it. To change it, two changes of one plan follow one another.
pub(super) async fn find(tx: &ScopedTx, plan_id: Uuid, act: Act) -> Result<Loaded> {
    let mut query =
        care_plan::Entity::find_by_id(plan_id).filter(care_plan::COLUMN.organization_id.eq(tx.organization_id()));
    if act != Act::ReadCarePlans && tx.database().is_postgres() {
        query = query.lock(LockType::Update);
    }
    let row = query.one(tx.conn()).await?.ok_or(Error::NotFound)?;
    let client = clients::authorize(tx, row.client_id, act).await?;
    let key = tx.data_key(client.data_key_id).await?;
    Ok(Loaded { row, key })
}

/// One plan.
pub async fn get(tx: &ScopedTx, plan_id: Uuid) -> Result<PlanView> {
    find(tx, plan_id, Act::ReadCarePlans).await?.view(tx).await
}

/// A client's plans, newest first.
pub async fn list(tx: &ScopedTx, client_id: Uuid, page: &PageRequest) -> Result<Page<PlanView>> {
    let client = clients::authorize(tx, client_id, Act::ReadCarePlans).await?;
    let key = tx.data_key(client.data_key_id).await?;
    let mut query = care_plan::Entity::find()
        .filter(care_plan::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(care_plan::COLUMN.client_id.eq(client_id))
        .order_by_desc(care_plan::COLUMN.version_number)
        .limit(page.limit + 1);
    if let Some(before) = page.after.as_deref().and_then(|text| text.parse::<i64>().ok()) {
        query = query.filter(care_plan::COLUMN.version_number.lt(before));
    }
    let rows = query.all(tx.conn()).await?;
    let views = views(tx, &key, &rows).await?;
    Ok(Page::cut(views, page, "care-plans", |view| view.version_number.to_string()))
}

async fn views(tx: &ScopedTx, key: &DataKey, rows: &[care_plan::Model]) -> Result<Vec<PlanView>> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let ids = || rows.iter().map(|row| row.id);
    let mut goals: HashMap<Uuid, Vec<PlanGoal>> = HashMap::new();
    for row in care_plan_goal::Entity::find()
        .filter(care_plan_goal::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(care_plan_goal::COLUMN.plan_id.is_in(id_list(ids())))
        .order_by_asc(care_plan_goal::COLUMN.position)
        .all(tx.conn())
        .await?
    {
        goals.entry(row.plan_id).or_default().push(plan_goal(tx, key, &row)?);
    }
    let mut signatures: HashMap<Uuid, Vec<Signature>> = HashMap::new();
    for row in signatures_of(tx, ids()).await? {
        let name = key.open(&tx.place("care_plan_signatures", "name", row.id), &row.name)?;
        let signature = Signature { role: role(&row)?, name, signed_at: row.signed_at, hash: row.content_hash };
        signatures.entry(row.plan_id).or_default().push(signature);
    }
    let mut views = Vec::with_capacity(rows.len());
    for row in rows {
        let goals = goals.remove(&row.id).unwrap_or_default();
        views.push(view(tx, key, row, goals, signatures.remove(&row.id).unwrap_or_default())?);
    }
    Ok(views)
}

/// In the order in which they were given.
pub(super) async fn signatures_of(
    tx: &ScopedTx,
    plan_ids: impl IntoIterator<Item = Uuid>,
) -> Result<Vec<care_plan_signature::Model>> {
    let query = care_plan_signature::Entity::find()
        .filter(care_plan_signature::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(care_plan_signature::COLUMN.plan_id.is_in(id_list(plan_ids)))
        .order_by_asc(care_plan_signature::COLUMN.signed_at)
        .order_by_asc(care_plan_signature::COLUMN.id);
    Ok(query.all(tx.conn()).await?)
}

pub(super) fn role(row: &care_plan_signature::Model) -> Result<SignerRole> {
    SignerRole::parse(&row.role).ok_or_else(|| Error::internal("a signature in an unknown role"))
}

fn plan_goal(tx: &ScopedTx, key: &DataKey, row: &care_plan_goal::Model) -> Result<PlanGoal> {
    let open = |column, sealed| key.open(&tx.place("care_plan_goals", column, row.id), sealed);
    Ok(PlanGoal {
        goal_id: row.goal_id,
        title: open("title", &row.title)?,
        measure: row.measure.as_ref().map(|sealed| open("measure", sealed)).transpose()?,
        value: row.value,
        unit: row.unit.as_ref().map(|sealed| open("unit", sealed)).transpose()?,
        due: row.due_on.as_deref().map(date).transpose()?,
    })
}

fn view(
    tx: &ScopedTx,
    key: &DataKey,
    row: &care_plan::Model,
    goals: Vec<PlanGoal>,
    signatures: Vec<Signature>,
) -> Result<PlanView> {
    let open = |column, sealed| key.open(&tx.place("care_plans", column, row.id), sealed);
    let service_order = match (&row.ordered_by, &row.ordered_on, &row.order_valid_from, &row.order_valid_to) {
        (Some(ordered_by), Some(ordered_on), Some(valid_from), Some(valid_to)) => Some(ServiceOrder {
            ordered_by: open("ordered_by", ordered_by)?,
            ordered_on: date(ordered_on)?,
            valid_from: date(valid_from)?,
            valid_to: date(valid_to)?,
        }),
        _ => None,
    };
    Ok(PlanView {
        id: row.id,
        client_id: row.client_id,
        version_number: row.version_number,
        state: state(tx, row)?,
        dates: dates(row)?,
        goals,
        services: serde_json::from_str(&open("services", &row.services)?).map_err(Error::internal)?,
        service_order,
        signatures,
        content: row.content.as_ref().map(|sealed| open("content", sealed)).transpose()?,
        content_hash: row.content_hash.clone(),
        replaces: row.replaces,
        needs_revision: row.needs_revision,
        version: row.version,
        created_at: row.created_at,
        submitted_at: row.submitted_at,
        in_force_at: row.in_force_at,
    })
}

pub(super) fn dates(row: &care_plan::Model) -> Result<PlanDates> {
    Ok(PlanDates {
        effective_on: date(&row.effective_on)?,
        expires_on: date(&row.expires_on)?,
        review_due_on: date(&row.review_due_on)?,
    })
}

fn date(text: &str) -> Result<NaiveDate> {
    text.parse().map_err(Error::internal)
}
