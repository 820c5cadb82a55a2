//! Planning: what reminders should be there, compared with those that are. The same comparison serves a new item, an
//! edit, a change of zone and the worker's look ahead; done twice, the second time changes nothing.

mod settle;
mod wanted;

use std::collections::{HashMap, HashSet};

use chrono::Duration;
use chrono_tz::Tz;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::LockBehavior;
use sea_orm::sea_query::LockType;
use sea_orm::{IntoActiveModel, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::entity::reminder;
use super::quiet_hours::QuietHours;
use super::state::ReminderState;
use crate::agenda::entity::{agenda_item, agenda_item_client};
use crate::agenda::zone::TZDATA_VERSION;
use crate::agenda::{Item, format_local, load, lock_items};
use crate::clients::entity::client;
use crate::clients::{quiet_hours_of, read_zone};
use crate::clock::Timestamp;
use crate::db::{Database, ScopedTx, Transaction, WorkerTx, id_list};
use crate::error::Result;
use crate::scope::Actor;

pub(super) use wanted::useful_until;

/// How far ahead of their due time reminders are planned.
pub const PLAN_AHEAD_HOURS: i64 = 48;
/// An item is planned again when less than this much of its future is.
const REFILL_HOURS: i64 = 42;
const ITEMS_AT_ONCE: u64 = 500;

/// What one round of planning did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PlanSummary {
    pub items: usize,
    pub planned: usize,
}

/// Who asks for the plan, and so what a due time in the past means.
#[derive(Clone, Copy)]
enum Cause {
    /// A person has just made or changed something: what is past already will not be sent.
    Change { tell_clients: bool },
    /// The worker looks ahead: what became past since it last looked is still owed.
    LookAhead,
}

struct Plan<'a> {
    conn: &'a Transaction,
    database: &'a Database,
    organization_id: Uuid,
    now: Timestamp,
    cause: Cause,
}

/// Brings the reminders of items in line with a change, in the transaction of the change.
pub async fn reconcile_now(tx: &ScopedTx, item_ids: &[Uuid]) -> Result<()> {
    let by_staff = !matches!(tx.scope().actor, Actor::Client { .. });
    let plan = Plan {
        conn: tx.conn(),
        database: tx.database(),
        organization_id: tx.organization_id(),
        now: tx.now(),
        cause: Cause::Change { tell_clients: by_staff },
    };
    plan.run(load(tx.conn(), tx.organization_id(), item_ids.to_vec()).await?).await?;
    Ok(())
}

/// Plans a client's coming reminders anew: their zone or quiet hours have changed.
pub async fn replan_client(tx: &ScopedTx, client_id: Uuid) -> Result<()> {
    let rows = agenda_item_client::Entity::find()
        .filter(agenda_item_client::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(agenda_item_client::COLUMN.client_id.eq(client_id))
        .all(tx.conn())
        .await?;
    let mut ids: Vec<Uuid> = rows.iter().map(|row| row.item_id).collect();
    ids.sort_unstable();
    lock_items(tx, &ids).await?;
    let mut items = load(tx.conn(), tx.organization_id(), ids).await?;
    items.retain(|item| item.row.cancelled_at.is_none() && item.schedule_rows.iter().any(|row| row.last_at > tx.now()));
    let plan = Plan {
        conn: tx.conn(),
        database: tx.database(),
        organization_id: tx.organization_id(),
        now: tx.now(),
        cause: Cause::Change { tell_clients: false },
    };
    plan.run(items).await?;
    Ok(())
}

/// Plans anew whatever was planned with other zone data than this program has; returns how many items there were. The
/// difference of each reminder is its own row: the times change in place.
pub async fn replan_after_zone_update(database: &Database) -> Result<usize> {
    let stale = || {
        reminder::Entity::find()
            .filter(reminder::COLUMN.state.eq(ReminderState::Planned.as_str()))
            .filter(reminder::COLUMN.tzdata.ne(TZDATA_VERSION))
    };
    if stale().limit(1).one(database.worker_connection()).await?.is_none() {
        return Ok(0);
    }
    let tx = database.begin_worker().await?;
    let mut by_organization: HashMap<Uuid, HashSet<Uuid>> = HashMap::new();
    for row in stale().all(tx.conn()).await? {
        by_organization.entry(row.organization_id).or_default().insert(row.item_id);
    }
    let count = by_organization.values().map(HashSet::len).sum();
    for (organization_id, ids) in by_organization {
        let cause = Cause::Change { tell_clients: false };
        let plan = Plan { cause, ..plan_of_worker(&tx, organization_id) };
        plan.run(load(tx.conn(), organization_id, ids.into_iter().collect()).await?).await?;
    }
    reminder::Entity::update_many()
        .col_expr(reminder::Column::Tzdata, Expr::value(TZDATA_VERSION))
        .filter(reminder::COLUMN.state.eq(ReminderState::Planned.as_str()))
        .filter(reminder::COLUMN.tzdata.ne(TZDATA_VERSION))
        .exec(tx.conn())
        .await?;
    tx.commit().await?;
    Ok(count)
}

/// Plans the next batch of items whose future is running short. `items == 0` says that there was none.
pub async fn plan_due_items(database: &Database) -> Result<PlanSummary> {
    let threshold = database.env.clock.now().plus(Duration::hours(REFILL_HOURS));
    let due = |limit| {
        agenda_item::Entity::find()
            .filter(agenda_item::COLUMN.planned_until.lt(threshold))
            .order_by_asc(agenda_item::COLUMN.planned_until)
            .limit(limit)
    };
    // Looking costs no lock.
    if due(1).one(database.worker_connection()).await?.is_none() {
        return Ok(PlanSummary::default());
    }
    let tx = database.begin_worker().await?;
    let mut query = due(ITEMS_AT_ONCE);
    if database.is_postgres() {
        query = query.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
    }
    let rows = query.all(tx.conn()).await?;
    let mut by_organization: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    for row in &rows {
        by_organization.entry(row.organization_id).or_default().push(row.id);
    }
    let mut summary = PlanSummary { items: rows.len(), planned: 0 };
    for (organization_id, ids) in by_organization {
        let plan = plan_of_worker(&tx, organization_id);
        summary.planned += plan.run(load(tx.conn(), organization_id, ids).await?).await?;
    }
    tx.commit().await?;
    Ok(summary)
}

fn plan_of_worker(tx: &WorkerTx, organization_id: Uuid) -> Plan<'_> {
    Plan { conn: tx.conn(), database: tx.database(), organization_id, now: tx.now(), cause: Cause::LookAhead }
}

/// What a client's agenda is planned by.
struct Person {
    zone: Tz,
    quiet: Option<QuietHours>,
}

type Slot = (Uuid, String, Uuid, String);

impl Plan<'_> {
    async fn run(&self, items: Vec<Item>) -> Result<usize> {
        let people = self.people(&items).await?;
        let mut existing = self.existing(&items).await?;
        let horizon = self.now.plus(Duration::hours(PLAN_AHEAD_HOURS));
        let mut inserts = Vec::new();
        let (mut planned, mut done, mut open) = (0, Vec::new(), Vec::new());
        for item in &items {
            let wanted = self.wanted(item, &people, horizon);
            for want in wanted {
                let slot = (item.row.id, want.original_local.clone(), want.client_id, want.rule_key.clone());
                let rows = existing.get_mut(&slot).map(Vec::as_mut_slice).unwrap_or_default();
                if let Some(row) = self.meet(item, want, rows).await? {
                    planned += usize::from(row.state == ReminderState::Planned.as_str());
                    inserts.push(row.into_active_model().reset_all());
                }
            }
            let exhausted = self.exhausted(item, &people, horizon);
            if exhausted { done.push(item.row.id) } else { open.push(item.row.id) }
        }
        let notices = self.settle_the_rest(&items, &people, existing).await?;
        inserts.extend(notices.into_iter().map(|row| row.into_active_model().reset_all()));
        self.conn.insert_all(inserts).await?;
        self.advance(&done, Timestamp::FAR_FUTURE).await?;
        self.advance(&open, horizon).await?;
        Ok(planned)
    }

    async fn people(&self, items: &[Item]) -> Result<HashMap<Uuid, Person>> {
        let ids: HashSet<Uuid> = items.iter().flat_map(|item| item.client_ids.iter().copied()).collect();
        let ids: Vec<Uuid> = ids.into_iter().collect();
        let mut people = HashMap::with_capacity(ids.len());
        for chunk in ids.chunks(500) {
            let rows = client::Entity::find()
                .filter(client::COLUMN.organization_id.eq(self.organization_id))
                .filter(client::COLUMN.id.is_in(id_list(chunk.iter().copied())))
                .all(self.conn)
                .await?;
            for row in rows {
                let zone = read_zone("time_zone", &row.time_zone)?;
                people.insert(row.id, Person { zone, quiet: quiet_hours_of(&row) });
            }
        }
        Ok(people)
    }

    /// Reminders of these items that a plan can still touch, by the slot that they fill.
    async fn existing(&self, items: &[Item]) -> Result<HashMap<Slot, Vec<Known>>> {
        let recent = self.now.minus(Duration::days(3));
        let mut found: HashMap<Slot, Vec<Known>> = HashMap::new();
        let ids: Vec<Uuid> = items.iter().map(|item| item.row.id).collect();
        // However long ago: what is moved now keeps counting its versions.
        let moved: HashSet<String> = items
            .iter()
            .flat_map(|item| &item.overrides)
            .filter(|(_, change)| change.moved_to.is_some())
            .map(|(original, _)| format_local(*original))
            .collect();
        for chunk in ids.chunks(500) {
            let mut query = reminder::Entity::find()
                .filter(reminder::COLUMN.organization_id.eq(self.organization_id))
                .filter(reminder::COLUMN.item_id.is_in(id_list(chunk.iter().copied())))
                .filter(
                    sea_orm::Condition::any()
                        .add(reminder::COLUMN.starts_at.gte(recent))
                        .add(reminder::COLUMN.state.eq(ReminderState::Planned.as_str()))
                        .add(reminder::COLUMN.original_local.is_in(moved.iter().map(String::as_str))),
                );
            if self.database.is_postgres() {
                // A row that is being claimed is seen as it will be.
                query = query.lock(LockType::Update);
            }
            for row in query.all(self.conn).await? {
                let slot = (row.item_id, row.original_local.clone(), row.client_id, row.rule_key.clone());
                found.entry(slot).or_default().push(Known { row, met: false });
            }
        }
        Ok(found)
    }

    /// True when nothing of the item is left to plan after the horizon.
    fn exhausted(&self, item: &Item, people: &HashMap<Uuid, Person>, horizon: Timestamp) -> bool {
        if item.row.cancelled_at.is_some() || item.schedules.iter().all(|schedule| schedule.reminders.is_empty()) {
            return true;
        }
        // A start may lie a day away from where its zone's clock says, a reminder up to a day before the rule's time.
        let from = (horizon.to_utc() - Duration::days(2)).naive_utc();
        let moved_later = item.overrides.values().any(|change| change.moved_to.is_some_and(|to| to >= from));
        !moved_later
            && item
                .client_ids
                .iter()
                .filter_map(|id| people.get(id))
                .all(|person| item.schedules.iter().all(|schedule| schedule.next(person.zone, from).is_none()))
    }

    async fn advance(&self, ids: &[Uuid], until: Timestamp) -> Result<()> {
        for chunk in ids.chunks(500) {
            agenda_item::Entity::update_many()
                .col_expr(agenda_item::Column::PlannedUntil, Expr::value(until.0))
                .filter(agenda_item::COLUMN.organization_id.eq(self.organization_id))
                .filter(agenda_item::COLUMN.id.is_in(id_list(chunk.iter().copied())))
                .exec(self.conn)
                .await?;
        }
        Ok(())
    }
}

struct Known {
    row: reminder::Model,
    met: bool,
}
