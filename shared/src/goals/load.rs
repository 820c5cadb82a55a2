use std::collections::HashMap;
use std::sync::Arc;

use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::LockType;
use sea_orm::{QueryOrder, QuerySelect};
use uuid::Uuid;

use super::entity::{goal, goal_step};
use super::input::Target;
use super::status::{Achievement, LifeArea, Lifecycle};
use super::summary::{ProgressSummary, fraction};
use crate::clients;
use crate::clock::Timestamp;
use crate::db::{Page, PageRequest, ScopedTx, id_list};
use crate::error::{Error, Result};
use crate::policy::Act;
use crate::secrets::DataKey;

/// A small step towards a goal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepView {
    pub id: Uuid,
    pub title: String,
    pub done_at: Option<Timestamp>,
    pub due: Option<NaiveDate>,
    /// The agenda item that holds a time for it.
    pub agenda_item_id: Option<Uuid>,
}

/// A goal, decrypted.
#[derive(Clone, Debug, PartialEq)]
pub struct GoalView {
    pub id: Uuid,
    pub client_id: Uuid,
    pub title: String,
    pub why: Option<String>,
    pub life_area: LifeArea,
    pub lifecycle_status: Lifecycle,
    pub achievement_status: Option<Achievement>,
    pub target: Option<Target>,
    pub steps: Vec<StepView>,
    pub progress: ProgressSummary,
    pub created_by_client: bool,
    pub open_proposal_id: Option<Uuid>,
    pub version: i64,
    pub created_at: Timestamp,
}

/// A goal's row and steps, and the key that opens them.
pub(super) struct Loaded {
    pub row: goal::Model,
    pub steps: Vec<goal_step::Model>,
    pub key: Arc<DataKey>,
}

impl Loaded {
    pub fn lifecycle(&self) -> Result<Lifecycle> {
        lifecycle(&self.row)
    }

    pub fn view(&self, tx: &ScopedTx) -> Result<GoalView> {
        view(tx, &self.key, &self.row, &self.steps)
    }

    pub fn step_ids(&self) -> Vec<Uuid> {
        self.steps.iter().map(|step| step.id).collect()
    }
}

pub(super) fn lifecycle(row: &goal::Model) -> Result<Lifecycle> {
    Lifecycle::parse(&row.lifecycle_status).ok_or_else(|| Error::internal("a goal of unknown lifecycle"))
}

pub(super) fn achievement(row: &goal::Model) -> Option<Achievement> {
    row.achievement_status.as_deref().and_then(Achievement::parse)
}

/// A goal for an act on it. To change it, two changes of one goal follow one another: the row is locked on PostgreSQL;
/// SQLite has one writer anyway.
pub(super) async fn find(tx: &ScopedTx, goal_id: Uuid, act: Act) -> Result<Loaded> {
    let mut query = goal::Entity::find_by_id(goal_id).filter(goal::COLUMN.organization_id.eq(tx.organization_id()));
    if act != Act::ReadGoals && tx.database().is_postgres() {
        query = query.lock(LockType::Update);
    }
    let row = query.one(tx.conn()).await?.ok_or(Error::NotFound)?;
    let client = clients::authorize(tx, row.client_id, act).await?;
    let key = tx.data_key(client.data_key_id).await?;
    let steps = steps_of(tx, &[goal_id]).await?;
    Ok(Loaded { row, steps, key })
}

async fn steps_of(tx: &ScopedTx, goal_ids: &[Uuid]) -> Result<Vec<goal_step::Model>> {
    if goal_ids.is_empty() {
        return Ok(Vec::new());
    }
    let query = goal_step::Entity::find()
        .filter(goal_step::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(goal_step::COLUMN.goal_id.is_in(id_list(goal_ids.iter().copied())))
        .order_by_asc(goal_step::COLUMN.goal_id)
        .order_by_asc(goal_step::COLUMN.position);
    Ok(query.all(tx.conn()).await?)
}

/// One goal.
pub async fn get(tx: &ScopedTx, goal_id: Uuid) -> Result<GoalView> {
    find(tx, goal_id, Act::ReadGoals).await?.view(tx)
}

/// A client's goals, oldest first.
pub async fn list(
    tx: &ScopedTx,
    client_id: Uuid,
    lifecycle_status: Option<Lifecycle>,
    page: &PageRequest,
) -> Result<Page<GoalView>> {
    let client = clients::authorize(tx, client_id, Act::ReadGoals).await?;
    let key = tx.data_key(client.data_key_id).await?;
    let mut query = goal::Entity::find()
        .filter(goal::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(goal::COLUMN.client_id.eq(client_id))
        .order_by_asc(goal::COLUMN.id)
        .limit(page.limit + 1);
    if let Some(status) = lifecycle_status {
        query = query.filter(goal::COLUMN.lifecycle_status.eq(status.as_str()));
    }
    if let Some(after) = page.after.as_deref().and_then(|text| text.parse::<Uuid>().ok()) {
        query = query.filter(goal::COLUMN.id.gt(after));
    }
    let rows = query.all(tx.conn()).await?;
    let views = views(tx, &key, &rows).await?;
    Ok(Page::cut(views, page, "goals", |view| view.id.to_string()))
}

async fn views(tx: &ScopedTx, key: &DataKey, rows: &[goal::Model]) -> Result<Vec<GoalView>> {
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let mut by_goal: HashMap<Uuid, Vec<goal_step::Model>> = HashMap::new();
    for step in steps_of(tx, &ids).await? {
        by_goal.entry(step.goal_id).or_default().push(step);
    }
    rows.iter().map(|row| view(tx, key, row, by_goal.get(&row.id).map_or(&[], Vec::as_slice))).collect()
}

/// The goals of these ids, if they are this client's, for a plan that names them. Access is the caller's to check.
pub(crate) async fn snapshots(tx: &ScopedTx, key: &DataKey, client_id: Uuid, ids: &[Uuid]) -> Result<Vec<GoalView>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows = goal::Entity::find()
        .filter(goal::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(goal::COLUMN.client_id.eq(client_id))
        .filter(goal::COLUMN.id.is_in(id_list(ids.iter().copied())))
        .all(tx.conn())
        .await?;
    rows.iter().map(|row| view(tx, key, row, &[])).collect()
}

fn view(tx: &ScopedTx, key: &DataKey, row: &goal::Model, steps: &[goal_step::Model]) -> Result<GoalView> {
    let open = |column, sealed| key.open(&tx.place("goals", column, row.id), sealed);
    let target = match (&row.target_measure, row.target_value, &row.target_unit) {
        (Some(measure), Some(value), Some(unit)) => Some(Target {
            measure: open("target_measure", measure)?,
            value,
            unit: open("target_unit", unit)?,
            due: date(row.target_due_on.as_deref())?,
        }),
        _ => None,
    };
    let done = steps.iter().filter(|step| step.done_at.is_some()).count();
    let value = row.progress_value.filter(|_| target.is_some());
    Ok(GoalView {
        id: row.id,
        client_id: row.client_id,
        title: open("title", &row.title)?,
        why: row.why.as_ref().map(|sealed| open("why", sealed)).transpose()?,
        life_area: LifeArea::parse(&row.life_area).ok_or_else(|| Error::internal("a goal of unknown life area"))?,
        lifecycle_status: lifecycle(row)?,
        achievement_status: achievement(row),
        progress: ProgressSummary {
            value,
            fraction: fraction(target.as_ref().map(|target| target.value), value, (done, steps.len())),
            last_at: row.progress_at,
            count: row.progress_count,
        },
        target,
        steps: steps.iter().map(|step| step_view(tx, key, step)).collect::<Result<_>>()?,
        created_by_client: row.created_by_kind == "client",
        open_proposal_id: row.open_proposal_id,
        version: row.version,
        created_at: row.created_at,
    })
}

fn step_view(tx: &ScopedTx, key: &DataKey, step: &goal_step::Model) -> Result<StepView> {
    Ok(StepView {
        id: step.id,
        title: key.open(&tx.place("goal_steps", "title", step.id), &step.title)?,
        done_at: step.done_at,
        due: date(step.due_on.as_deref())?,
        agenda_item_id: step.agenda_item_id,
    })
}

fn date(text: Option<&str>) -> Result<Option<NaiveDate>> {
    text.map(|text| text.parse().map_err(Error::internal)).transpose()
}
