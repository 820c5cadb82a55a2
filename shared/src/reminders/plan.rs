//! Planning: what reminders should be there, compared with those that are. The same comparison serves a new item, an
//! edit, a change of zone and the worker's look ahead; done twice, the second time changes nothing.

use std::collections::{HashMap, HashSet};

use chrono::{Duration, NaiveDateTime};
use chrono_tz::Tz;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::LockBehavior;
use sea_orm::sea_query::LockType;
use sea_orm::{ActiveModelTrait, IntoActiveModel, QueryOrder, QuerySelect, Set};
use uuid::Uuid;

use super::entity::reminder;
use super::quiet_hours::{Deadline, QuietHours};
use super::rule::ReminderRule;
use super::state::ReminderState;
use super::usefulness::{until_day_end, until_end, until_start};
use crate::agenda::entity::{agenda_item, agenda_item_client};
use crate::agenda::zone::TZDATA_VERSION;
use crate::agenda::{Happening, Item, Kind, Window, format_local, happenings, load, lock_items};
use crate::clients::entity::client;
use crate::clients::{quiet_hours_of, read_zone};
use crate::clock::Timestamp;
use crate::db::{Database, ScopedTx, Transaction, WorkerTx, id_list};
use crate::error::Result;
use crate::random;
use crate::scope::Actor;

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

/// A reminder that should be there.
struct Wanted {
    client_id: Uuid,
    original_local: String,
    rule_key: String,
    starts_at_local: String,
    starts_at: Timestamp,
    due_at: Timestamp,
    useful_until: Timestamp,
    ignores_quiet_hours: bool,
    past: bool,
    fixed_zone: bool,
}

impl Wanted {
    /// In a fixed zone the instant counts; in the client's own, what their clock shows.
    fn announces_as(&self, row: &reminder::Model) -> bool {
        if self.fixed_zone { row.starts_at == self.starts_at } else { row.starts_at_local == self.starts_at_local }
    }
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

    fn wanted(&self, item: &Item, people: &HashMap<Uuid, Person>, horizon: Timestamp) -> Vec<Wanted> {
        if item.row.cancelled_at.is_some() {
            return Vec::new();
        }
        let lead = item.schedules.iter().flat_map(|schedule| &schedule.reminders).map(|rule| rule_lead(*rule)).max();
        let Some(lead) = lead else { return Vec::new() };
        let since = match self.cause {
            Cause::Change { .. } => self.now,
            Cause::LookAhead => self.now.min(item.row.planned_until),
        };
        // Quiet hours can move a reminder to the evening before.
        let window = Window { from: since.minus(Duration::days(1)), to: horizon.plus(lead + Duration::days(1)) };
        let mut wanted = Vec::new();
        let mut by_zone: HashMap<Tz, Vec<Happening>> = HashMap::new();
        for client_id in &item.client_ids {
            let Some(person) = people.get(client_id) else { continue };
            let expanded = by_zone
                .entry(person.zone)
                .or_insert_with(|| happenings(&item.schedules, &item.overrides, person.zone, window));
            for happening in expanded.iter().filter(|happening| !happening.cancelled) {
                for rule in &item.schedules[happening.schedule].reminders {
                    let want = self.want(item, *client_id, person, happening, *rule);
                    if want.due_at < horizon {
                        wanted.push(want);
                    }
                }
            }
        }
        wanted
    }

    fn want(&self, item: &Item, client_id: Uuid, person: &Person, happening: &Happening, rule: ReminderRule) -> Wanted {
        let start = happening.start.at;
        let raw = rule.due_at(happening.start.local, start, happening.zone);
        let chosen_by_client = item.row.created_by_kind == "client";
        let useful = |due| useful_until(item.kind, happening, due);
        let deadline =
            if item.kind.is_with_others() { Deadline::Start(start) } else { Deadline::UsefulUntil(useful(raw)) };
        let due = match person.quiet.filter(|_| !chosen_by_client) {
            Some(quiet) => quiet.adjust(raw, deadline, person.zone).due,
            None => raw,
        };
        let past = Timestamp::from(raw) < self.now;
        // Moved to an evening that is over already: then it is due at once, for it is never dropped.
        let due = if !past && matches!(self.cause, Cause::Change { .. }) { due.max(self.now.to_utc()) } else { due };
        Wanted {
            client_id,
            original_local: format_local(happening.original_local),
            rule_key: rule.key(),
            starts_at_local: format_local(happening.start.local),
            starts_at: happening.starts_at(),
            due_at: due.into(),
            useful_until: useful(due).into(),
            ignores_quiet_hours: chosen_by_client,
            past,
            fixed_zone: item.schedules[happening.schedule].zone.is_some(),
        }
    }

    /// Finds the reminder that is wanted among those of its slot, mends its times, or says what to insert.
    async fn meet(&self, item: &Item, want: Wanted, rows: &mut [Known]) -> Result<Option<reminder::Model>> {
        let replaced = [ReminderState::Superseded.as_str(), ReminderState::Cancelled.as_str()];
        let version = rows.iter().map(|known| known.row.version).max().unwrap_or(0) + 1;
        for known in rows.iter_mut() {
            let row = &known.row;
            if !want.announces_as(row) || replaced.contains(&row.state.as_str()) {
                continue;
            }
            known.met = true;
            let moved = row.due_at != want.due_at || row.useful_until != want.useful_until;
            if row.state == ReminderState::Planned.as_str() && moved && matches!(self.cause, Cause::Change { .. }) {
                let mut change = row.clone().into_active_model();
                change.starts_at = Set(want.starts_at);
                // It was owed already: what has become past is due at once, and ends as missed when it is too late.
                change.due_at = Set(std::cmp::max(want.due_at, self.now));
                change.useful_until = Set(want.useful_until);
                change.tzdata = Set(TZDATA_VERSION.to_owned());
                change.update(self.conn).await?;
            }
            return Ok(None);
        }
        let past = match self.cause {
            Cause::Change { .. } if want.starts_at < self.now => return Ok(None),
            Cause::LookAhead if want.due_at < item.row.planned_until => return Ok(None),
            Cause::Change { .. } => want.past,
            Cause::LookAhead => false,
        };
        let state = if past { ReminderState::Skipped } else { ReminderState::Planned };
        Ok(Some(reminder::Model {
            id: random::id(self.now, &*self.database.env.random),
            organization_id: self.organization_id,
            item_id: item.row.id,
            original_local: want.original_local,
            client_id: want.client_id,
            rule_key: want.rule_key,
            version,
            kind: item.kind.as_str().to_owned(),
            starts_at_local: want.starts_at_local,
            starts_at: want.starts_at,
            due_at: want.due_at,
            useful_until: want.useful_until,
            ignores_quiet_hours: want.ignores_quiet_hours,
            state: state.as_str().to_owned(),
            reason: past.then(|| "due_in_past".to_owned()),
            sent_at: None,
            shown_at: None,
            clicked_at: None,
            answered_at: None,
            tzdata: TZDATA_VERSION.to_owned(),
            created_at: self.now,
        }))
    }

    /// Ends planned reminders that nothing wants any more, and says which clients have to hear of it because they were
    /// reminded before.
    async fn settle_the_rest(
        &self,
        items: &[Item],
        people: &HashMap<Uuid, Person>,
        existing: HashMap<Slot, Vec<Known>>,
    ) -> Result<Vec<reminder::Model>> {
        let Cause::Change { tell_clients } = self.cause else { return Ok(Vec::new()) };
        let by_id: HashMap<Uuid, &Item> = items.iter().map(|item| (item.row.id, item)).collect();
        let told = Told::of(&existing);
        let mut notices: HashMap<Slot, reminder::Model> = HashMap::new();
        let mut ended: HashMap<ReminderState, Vec<Uuid>> = HashMap::new();
        for known in existing.into_values().flatten().filter(|known| !known.met) {
            let row = known.row;
            let (Some(item), Some(person)) = (by_id.get(&row.item_id), people.get(&row.client_id)) else { continue };
            let original = crate::agenda::parse_local(&row.original_local);
            let Some(fate) = original.map(|original| self.fate(item, person, original, &row)) else { continue };
            let by_rule = ReminderRule::from_key(&row.rule_key).is_ok();
            let on_its_way =
                [ReminderState::Sent.as_str(), ReminderState::Sending.as_str()].contains(&row.state.as_str());
            if row.rule_key == "cancelled" && matches!(fate, Fate::Cancelled) {
                continue;
            }
            if row.state == ReminderState::Planned.as_str() && (by_rule || fate != Fate::Stays) {
                let state = if fate == Fate::Cancelled { ReminderState::Cancelled } else { ReminderState::Superseded };
                // A snooze or a notice of a moved occurrence is superseded too: the new time brings its own.
                ended.entry(state).or_default().push(row.id);
            } else if tell_clients
                && on_its_way
                && row.starts_at > self.now
                && let Some(mut notice) = self.notice(item, person, &row, &fate)
            {
                let place = (notice.item_id, notice.original_local.clone(), notice.client_id);
                if told.newest.get(&place).is_none_or(|(_, key)| *key != notice.rule_key) {
                    let slot = (place.0, place.1, place.2, notice.rule_key.clone());
                    notice.version = told.versions.get(&slot).copied().unwrap_or(0) + 1;
                    notices.insert(slot, notice);
                }
            }
        }
        for (state, ids) in ended {
            for chunk in ids.chunks(500) {
                reminder::Entity::update_many()
                    .col_expr(reminder::Column::State, Expr::value(state.as_str()))
                    .filter(reminder::COLUMN.organization_id.eq(self.organization_id))
                    .filter(reminder::COLUMN.id.is_in(chunk.iter().copied()))
                    .filter(reminder::COLUMN.state.eq(ReminderState::Planned.as_str()))
                    .exec(self.conn)
                    .await?;
            }
        }
        Ok(notices.into_values().collect())
    }

    fn fate(&self, item: &Item, person: &Person, original: NaiveDateTime, row: &reminder::Model) -> Fate {
        let happening = crate::agenda::happening_at(&item.schedules, &item.overrides, person.zone, original);
        match happening {
            _ if item.row.cancelled_at.is_some() => Fate::Cancelled,
            Some(happening) if !happening.cancelled => {
                let fixed_zone = item.schedules[happening.schedule].zone.is_some();
                let same = if fixed_zone {
                    happening.starts_at() == row.starts_at
                } else {
                    format_local(happening.start.local) == row.starts_at_local
                };
                if same { Fate::Stays } else { Fate::Moved(Box::new(happening)) }
            }
            _ if item.overrides.get(&original).is_some_and(|change| change.cancelled) => Fate::Cancelled,
            // The series has another hour now: what took its place on that day is where it moved to.
            _ => self
                .same_day(item, person, original)
                .map_or(Fate::Cancelled, |happening| Fate::Moved(Box::new(happening))),
        }
    }

    fn same_day(&self, item: &Item, person: &Person, original: NaiveDateTime) -> Option<Happening> {
        let at = Timestamp::from(original.and_utc());
        let window = Window { from: at.minus(Duration::days(2)), to: at.plus(Duration::days(2)) };
        happenings(&item.schedules, &item.overrides, person.zone, window)
            .into_iter()
            .find(|happening| !happening.cancelled && happening.original_local.date() == original.date())
    }

    fn notice(&self, item: &Item, person: &Person, sent: &reminder::Model, fate: &Fate) -> Option<reminder::Model> {
        let mut original_local = sent.original_local.clone();
        let (rule_key, starts_at_local, starts_at) = match fate {
            Fate::Stays => return None,
            Fate::Cancelled => ("cancelled".to_owned(), sent.starts_at_local.clone(), sent.starts_at),
            Fate::Moved(happening) => {
                let local = format_local(happening.start.local);
                original_local = format_local(happening.original_local);
                (format!("moved@{local}"), local, happening.starts_at())
            }
        };
        let start = sent.starts_at.to_utc().min(starts_at.to_utc());
        let due = match person.quiet {
            Some(quiet) => quiet.adjust(self.now.to_utc(), Deadline::Start(start), person.zone).due,
            None => self.now.to_utc(),
        };
        let due = due.max(self.now.to_utc());
        Some(reminder::Model {
            id: random::id(self.now, &*self.database.env.random),
            original_local,
            rule_key,
            version: 1,
            kind: item.kind.as_str().to_owned(),
            starts_at_local,
            starts_at,
            due_at: due.into(),
            useful_until: until_start(sent.starts_at.to_utc(), due).into(),
            ignores_quiet_hours: false,
            state: ReminderState::Planned.as_str().to_owned(),
            reason: None,
            sent_at: None,
            shown_at: None,
            clicked_at: None,
            answered_at: None,
            tzdata: TZDATA_VERSION.to_owned(),
            created_at: self.now,
            ..sent.clone()
        })
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

/// The notices that clients have had, or will have, of moves and cancellations.
struct Told {
    /// The newest of an occurrence and client.
    newest: HashMap<(Uuid, String, Uuid), (Timestamp, String)>,
    versions: HashMap<Slot, i64>,
}

impl Told {
    fn of(existing: &HashMap<Slot, Vec<Known>>) -> Self {
        let mut told = Self { newest: HashMap::new(), versions: HashMap::new() };
        for (slot, rows) in existing {
            let version = rows.iter().map(|known| known.row.version).max().unwrap_or(0);
            told.versions.insert(slot.clone(), version);
            if slot.3 != "cancelled" && !slot.3.starts_with("moved@") {
                continue;
            }
            let living =
                [ReminderState::Planned, ReminderState::Sending, ReminderState::Sent].map(ReminderState::as_str);
            for row in rows.iter().map(|known| &known.row).filter(|row| living.contains(&row.state.as_str())) {
                let newest = told.newest.entry((slot.0, slot.1.clone(), slot.2));
                let entry = newest.or_insert_with(|| (row.created_at, row.rule_key.clone()));
                if row.created_at > entry.0 {
                    *entry = (row.created_at, row.rule_key.clone());
                }
            }
        }
        told
    }
}

struct Known {
    row: reminder::Model,
    met: bool,
}

/// What became of the occurrence that a reminder was for.
#[derive(Clone, Debug)]
enum Fate {
    Stays,
    Cancelled,
    Moved(Box<Happening>),
}

impl PartialEq for Fate {
    fn eq(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }
}

fn rule_lead(rule: ReminderRule) -> Duration {
    match rule {
        ReminderRule::MinutesBefore(minutes) => Duration::minutes(i64::from(minutes)),
        ReminderRule::DaysBefore { days, .. } => Duration::days(i64::from(days) + 1),
    }
}

/// Until when a reminder of this kind of item is worth sending.
pub(super) fn useful_until(
    kind: Kind,
    happening: &Happening,
    due: chrono::DateTime<chrono::Utc>,
) -> chrono::DateTime<chrono::Utc> {
    if kind.is_with_others() {
        until_start(happening.start.at, due)
    } else if kind == Kind::CheckIn {
        until_day_end(happening.start.at, due, happening.zone)
    } else {
        until_end(happening.start.at, happening.ends_at().map(Timestamp::to_utc), due)
    }
}
