//! Claiming: due reminders become deliveries, due deliveries get a lease. One short transaction; the sending comes after.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::Duration;
use chrono_tz::Tz;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{LockBehavior, LockType};
use sea_orm::{ActiveModelTrait, Condition, PaginatorTrait, QueryOrder, QuerySelect, Select, Set};
use uuid::Uuid;

use super::decide::{Decision, Facts, LATE, decide};
use super::entity::{delivery, reminder};
use super::lease::{App, Claimed, abandoned, lease, receipt_token};
use super::rule::ReminderRule;
use super::state::{DeliveryState, ReminderState};
use super::texts::{Announces, NotificationText, notification};
use super::usefulness::{ttl_seconds, urgency};
use crate::agenda::entity::participation;
use crate::agenda::zone::{day_bounds, local_of};
use crate::agenda::{Item, Kind, OccurrenceId, Response, format_local, happening_at, load, parse_local};
use crate::alerts;
use crate::clients::entity::client;
use crate::clients::{Language, NotificationDetail, quiet_hours_of, read_zone};
use crate::clock::Timestamp;
use crate::db::{Database, WorkerTx};
use crate::devices::entity::push_subscription;
use crate::error::{Error, Result};
use crate::secrets::{DataKey, Place};

const REMINDERS_AT_ONCE: u64 = 100;

/// How much can be sent now: in all, and for each push service origin that has less than that left.
#[derive(Clone, Debug)]
pub struct Slots {
    pub total: usize,
    /// For an origin that nothing is known of yet.
    pub each_origin: usize,
    pub by_origin: HashMap<String, usize>,
}

impl Slots {
    fn left(&self, origin: &str) -> usize {
        self.by_origin.get(origin).copied().unwrap_or(self.each_origin)
    }
}

/// True when a reminder or a delivery waits to be claimed. One indexed read.
pub async fn anything_due(database: &Database) -> Result<bool> {
    let now = database.env.clock.now();
    let conn = database.worker_connection();
    let reminder = reminder::Entity::find()
        .select_only()
        .column(reminder::Column::Id)
        .filter(reminder::COLUMN.state.eq(ReminderState::Planned.as_str()))
        .filter(reminder::COLUMN.state.is_in([ReminderState::Planned.as_str(), ReminderState::Sending.as_str()]))
        .filter(reminder::COLUMN.due_at.lte(now))
        .limit(1)
        .into_tuple::<Uuid>()
        .one(conn)
        .await?;
    if reminder.is_some() {
        return Ok(true);
    }
    let delivery =
        open_deliveries(now).select_only().column(delivery::Column::Id).limit(1).into_tuple::<Uuid>().one(conn).await?;
    Ok(delivery.is_some())
}

/// Deliveries that are due, or whose claim has run out. `next_attempt_at` moves with the lease, so one index serves.
fn open_deliveries(now: Timestamp) -> Select<delivery::Entity> {
    delivery::Entity::find()
        .filter(delivery::COLUMN.state.is_in([DeliveryState::Due.as_str(), DeliveryState::Sending.as_str()]))
        .filter(delivery::COLUMN.next_attempt_at.lte(now))
}

/// Claims what is due, as far as there are slots. Checks each again at this moment: what was cancelled, paused or has
/// become useless ends here and is not sent.
pub async fn claim(database: &Database, slots: &Slots) -> Result<Batch> {
    let tx = database.begin_worker().await?;
    let (released, missed) = release_reminders(&tx).await?;
    let (claimed, ended) = claim_deliveries(&tx, slots).await?;
    tx.commit().await?;
    Ok(Batch { claimed, settled: released + ended, missed })
}

/// What one claim did.
pub struct Batch {
    pub claimed: Vec<Claimed>,
    /// Reminders and deliveries that went on or ended without being sent. With nothing claimed and nothing settled,
    /// nothing can be done for now.
    pub settled: usize,
    /// Reminders that became useless before they could be sent.
    pub missed: usize,
}

async fn release_reminders(tx: &WorkerTx) -> Result<(usize, usize)> {
    let mut query = reminder::Entity::find()
        .filter(reminder::COLUMN.state.eq(ReminderState::Planned.as_str()))
        .filter(reminder::COLUMN.state.is_in([ReminderState::Planned.as_str(), ReminderState::Sending.as_str()]))
        .filter(reminder::COLUMN.due_at.lte(tx.now()))
        .order_by_asc(reminder::COLUMN.due_at)
        .order_by_asc(reminder::COLUMN.id)
        .limit(REMINDERS_AT_ONCE);
    if tx.database().is_postgres() {
        query = query.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
    }
    let rows = query.all(tx.conn()).await?;
    if rows.is_empty() {
        return Ok((0, 0));
    }
    let mut missed = 0;
    let context = Context::fetch(tx, &rows).await?;
    let mut deliveries = Vec::new();
    for row in &rows {
        let mut change = reminder::ActiveModel { id: Set(row.id), ..Default::default() };
        let facts = context.facts(tx, row).await?;
        match facts.map_or(Decision::End(ReminderState::Failed, Some("unreadable")), |facts| decide(&facts, tx.now())) {
            Decision::Send => {
                change.state = Set(ReminderState::Sending.as_str().to_owned());
                for subscription in context.subscriptions(row.client_id) {
                    deliveries.push(delivery::ActiveModel {
                        id: Set(tx.new_id()),
                        organization_id: Set(row.organization_id),
                        reminder_id: Set(Some(row.id)),
                        client_id: Set(Some(row.client_id)),
                        subscription_id: Set(subscription.id),
                        origin: Set(subscription.origin.clone()),
                        state: Set(DeliveryState::Due.as_str().to_owned()),
                        attempts: Set(0),
                        next_attempt_at: Set(tx.now()),
                        lease_token: Set(None),
                        lease_until: Set(None),
                        push_status: Set(None),
                        created_at: Set(tx.now()),
                        alert_id: Set(None),
                        staff_id: Set(None),
                    });
                }
            }
            Decision::Wait(until) => change.due_at = Set(until),
            Decision::End(state, reason) => {
                missed += usize::from(state == ReminderState::Missed);
                change.state = Set(state.as_str().to_owned());
                change.reason = Set(reason.map(str::to_owned));
            }
        }
        change.update_without_returning(tx.conn()).await?;
    }
    tx.conn().insert_all(deliveries).await?;
    Ok((rows.len(), missed))
}

async fn claim_deliveries(tx: &WorkerTx, slots: &Slots) -> Result<(Vec<Claimed>, usize)> {
    let full: Vec<&str> =
        slots.by_origin.iter().filter(|(_, left)| **left == 0).map(|(origin, _)| origin.as_str()).collect();
    let mut query = open_deliveries(tx.now())
        .filter(delivery::COLUMN.origin.is_not_in(full))
        .order_by_asc(delivery::COLUMN.next_attempt_at)
        .order_by_asc(delivery::COLUMN.id)
        .limit(slots.total as u64);
    if tx.database().is_postgres() {
        query = query.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
    }
    let rows = query.all(tx.conn()).await?;
    let mut taken: HashMap<String, usize> = HashMap::new();
    let rows: Vec<delivery::Model> = rows
        .into_iter()
        .filter(|row| {
            let taken = taken.entry(row.origin.clone()).or_default();
            *taken += 1;
            *taken <= slots.left(&row.origin)
        })
        .collect();
    let (of_alerts, rows): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.alert_id.is_some());
    let (mut claimed, mut ended) = alerts::claim(tx, of_alerts).await?;
    if rows.is_empty() {
        return Ok((claimed, ended));
    }
    let reminders: HashMap<Uuid, reminder::Model> = reminder::Entity::find()
        .filter(reminder::COLUMN.id.is_in(rows.iter().filter_map(|row| row.reminder_id)))
        .all(tx.conn())
        .await?
        .into_iter()
        .map(|row| (row.id, row))
        .collect();
    let all: Vec<reminder::Model> = reminders.values().cloned().collect();
    let context = Context::fetch(tx, &all).await?;
    for row in rows {
        let reminder = row.reminder_id.and_then(|id| reminders.get(&id));
        let reminder = reminder.ok_or_else(|| Error::internal("a delivery of no reminder"))?;
        let subscription = context.subscriptions(reminder.client_id).find(|found| found.id == row.subscription_id);
        let end = match (context.facts(tx, reminder).await?, subscription) {
            (_, None) => Some((DeliveryState::Gone, None)),
            (None, _) => Some((DeliveryState::Failed, None)),
            (Some(facts), _) if facts.cancelled => Some((DeliveryState::Cancelled, None)),
            (Some(facts), _) if facts.moved => Some((DeliveryState::Cancelled, Some("moved"))),
            (Some(facts), _) if facts.answered => Some((DeliveryState::Cancelled, Some("answered"))),
            (Some(facts), _) if facts.paused => Some((DeliveryState::Cancelled, Some("paused"))),
            _ if tx.now() >= reminder.useful_until => Some((DeliveryState::Expired, None)),
            _ if abandoned(tx, &row).await? => Some((DeliveryState::Failed, Some("abandoned"))),
            _ => None,
        };
        if let Some((state, reason)) = end {
            super::finish::end_delivery(tx, &row, state, None, reason).await?;
            ended += 1;
            continue;
        }
        let Some(subscription) = subscription else { continue };
        match take(tx, &context, &row, reminder, subscription).await {
            Ok(taken) => claimed.push(taken),
            // Sealed text that does not open: this one cannot be sent, the others can.
            Err(Error::Internal(cause)) => {
                tracing::error!(delivery_id = %row.id, %cause, "a delivery cannot be put together");
                super::finish::end_delivery(tx, &row, DeliveryState::Failed, None, Some("unreadable")).await?;
                ended += 1;
            }
            Err(other) => return Err(other),
        }
    }
    Ok((claimed, ended))
}

/// Gives a delivery a lease and puts together what is sent.
async fn take(
    tx: &WorkerTx,
    context: &Context,
    row: &delivery::Model,
    reminder: &reminder::Model,
    subscription: &push_subscription::Model,
) -> Result<Claimed> {
    let lease_token = lease(tx, row).await?;
    let organization = row.organization_id;
    let key = tx.data_key(organization, subscription.data_key_id).await?;
    let place = |column| Place { table: "push_subscriptions", column, row: subscription.id, organization };
    let person = context.people.get(&reminder.client_id).ok_or_else(|| Error::internal("a delivery to nobody"))?;
    let keys = &tx.database().env.keys;
    let occurrence = format!("{}.{}.{}", reminder.item_id, reminder.original_local, reminder.client_id);
    let with_others = Kind::parse(&reminder.kind).is_some_and(Kind::is_with_others);
    let now = tx.now().to_utc();
    Ok(Claimed {
        delivery_id: row.id,
        organization_id: organization,
        lease_token,
        attempts: row.attempts + 1,
        due_at: reminder.due_at,
        useful_until: reminder.useful_until,
        origin: subscription.origin.clone(),
        endpoint: key.open(&place("endpoint"), &subscription.endpoint)?,
        keys: key.open_bytes(&place("keys"), &subscription.keys)?,
        text: context.text(tx, reminder, person).await?,
        language: person.language,
        app: App::Client,
        receipt_token: receipt_token(keys, row.id),
        ttl_seconds: ttl_seconds(reminder.useful_until.to_utc(), now),
        urgency: urgency(with_others.then(|| reminder.starts_at.to_utc()), now),
        topic: URL_SAFE_NO_PAD.encode(keys.lookup("push-topic", occurrence.as_bytes()))[..32].to_owned(),
    })
}

struct Person {
    zone: Tz,
    language: Language,
    detail: NotificationDetail,
    row: client::Model,
}

/// What the decisions over a batch of reminders need, fetched with a fixed number of queries an organization.
struct Context {
    items: HashMap<Uuid, Item>,
    people: HashMap<Uuid, Person>,
    subscriptions: HashMap<Uuid, Vec<push_subscription::Model>>,
    /// What clients have declined or done: (item, original start, client).
    silenced: HashSet<(Uuid, String, Uuid)>,
    /// For each client the reminders that are due now: which of them make others pointless.
    due: HashMap<Uuid, Vec<reminder::Model>>,
}

impl Context {
    async fn fetch(tx: &WorkerTx, rows: &[reminder::Model]) -> Result<Self> {
        let mut context = Self {
            items: HashMap::new(),
            people: HashMap::new(),
            subscriptions: HashMap::new(),
            silenced: HashSet::new(),
            due: HashMap::new(),
        };
        let organizations: HashSet<Uuid> = rows.iter().map(|row| row.organization_id).collect();
        for organization in organizations {
            let ids = rows.iter().filter(|row| row.organization_id == organization).map(|row| row.item_id).collect();
            for item in load(tx.conn(), organization, ids).await? {
                context.items.insert(item.row.id, item);
            }
        }
        let client_ids: HashSet<Uuid> = rows.iter().map(|row| row.client_id).collect();
        let client_ids: Vec<Uuid> = client_ids.into_iter().collect();
        let clients =
            client::Entity::find().filter(client::COLUMN.id.is_in(client_ids.iter().copied())).all(tx.conn()).await?;
        for row in clients {
            // A damaged row must not hold up the others: without its person a reminder ends as failed.
            let Ok(zone) = read_zone("time_zone", &row.time_zone) else { continue };
            let language = Language::parse(&row.language);
            let detail = NotificationDetail::parse(&row.notification_detail);
            context.people.insert(row.id, Person { zone, language, detail, row });
        }
        let subscriptions = push_subscription::Entity::find()
            .filter(push_subscription::COLUMN.client_id.is_in(client_ids.iter().copied()))
            .all(tx.conn())
            .await?;
        for row in subscriptions {
            if let Some(client_id) = row.client_id {
                context.subscriptions.entry(client_id).or_default().push(row);
            }
        }
        let answers = participation::Entity::find()
            .filter(participation::COLUMN.item_id.is_in(rows.iter().map(|row| row.item_id)))
            .filter(participation::COLUMN.client_id.is_in(client_ids.iter().copied()))
            .filter(participation::COLUMN.response.is_in([Response::Done.as_str(), Response::Declined.as_str()]))
            .all(tx.conn())
            .await?;
        context.silenced.extend(answers.into_iter().map(|row| (row.item_id, row.original_local, row.client_id)));
        let late = tx.now().minus(LATE);
        let late_ids: HashSet<Uuid> = rows.iter().filter(|row| row.due_at < late).map(|row| row.client_id).collect();
        if !late_ids.is_empty() {
            let due = reminder::Entity::find()
                .filter(reminder::COLUMN.client_id.is_in(late_ids))
                .filter(reminder::COLUMN.state.eq(ReminderState::Planned.as_str()))
                .filter(reminder::COLUMN.due_at.lte(tx.now()))
                .filter(reminder::COLUMN.useful_until.gt(tx.now()))
                .all(tx.conn())
                .await?;
            for row in due {
                context.due.entry(row.client_id).or_default().push(row);
            }
        }
        Ok(context)
    }

    fn subscriptions(&self, client_id: Uuid) -> impl Iterator<Item = &push_subscription::Model> {
        self.subscriptions.get(&client_id).into_iter().flatten()
    }

    async fn facts(&self, tx: &WorkerTx, row: &reminder::Model) -> Result<Option<Facts>> {
        let (Some(item), Some(person)) = (self.items.get(&row.item_id), self.people.get(&row.client_id)) else {
            return Ok(None);
        };
        let kind = item.kind;
        let original = parse_local(&row.original_local).ok_or_else(|| Error::internal("an unreadable start"))?;
        let happening = happening_at(&item.schedules, &item.overrides, person.zone, original);
        let gone = item.row.cancelled_at.is_some() || happening.as_ref().is_none_or(|happening| happening.cancelled);
        let tells_cancellation = row.rule_key == "cancelled";
        // By the clock on the wall: a change of zone moves the instant, not the appointment with oneself.
        let moved = happening.as_ref().is_some_and(|happening| match item.schedules[happening.schedule].zone {
            Some(_) => happening.starts_at() != row.starts_at,
            None => format_local(happening.start.local) != row.starts_at_local,
        });
        let over_daily_cap = match person.row.daily_cap {
            Some(cap) if !kind.is_with_others() => self.sent_today(tx, person).await? >= cap,
            _ => false,
        };
        Ok(Some(Facts {
            kind,
            due_at: row.due_at,
            starts_at: row.starts_at,
            useful_until: row.useful_until,
            ignores_quiet_hours: row.ignores_quiet_hours,
            cancelled: gone && !tells_cancellation,
            moved: moved && !tells_cancellation,
            answered: self.silences(row),
            paused: person.row.paused_until.is_some_and(|until| until > tx.now()),
            outdone: self.outdone(row, kind),
            over_daily_cap,
            quiet: quiet_hours_of(&person.row),
            zone: person.zone,
            devices: self.subscriptions(row.client_id).count(),
        }))
    }

    /// After "done" or "declined" only what somebody sends by hand, and news of a move or cancellation, goes out.
    fn silences(&self, row: &reminder::Model) -> bool {
        let place = (row.item_id, row.original_local.clone(), row.client_id);
        let of_plan = ReminderRule::from_key(&row.rule_key).is_ok() || row.rule_key.starts_with("snooze:");
        of_plan && self.silenced.contains(&place)
    }

    /// Among late reminders of one kind only the newest is worth sending. What others wait for is compared within its
    /// own occurrence: each appointment still ahead keeps a reminder.
    fn outdone(&self, row: &reminder::Model, kind: Kind) -> bool {
        if row.rule_key == "cancelled" || row.rule_key.starts_with("moved@") {
            return false;
        }
        self.due.get(&row.client_id).into_iter().flatten().any(|other| {
            other.id != row.id
                && other.kind == row.kind
                && (!kind.is_with_others()
                    || (other.item_id == row.item_id && other.original_local == row.original_local))
                && (other.due_at, other.id) > (row.due_at, row.id)
        })
    }

    async fn sent_today(&self, tx: &WorkerTx, person: &Person) -> Result<i64> {
        let today = day_bounds(local_of(tx.now().to_utc(), person.zone).date(), person.zone);
        let count = reminder::Entity::find()
            .filter(reminder::COLUMN.client_id.eq(person.row.id))
            .filter(reminder::COLUMN.kind.is_not_in([Kind::Appointment.as_str(), Kind::Meeting.as_str()]))
            .filter(
                Condition::any()
                    .add(reminder::COLUMN.state.eq(ReminderState::Sending.as_str()))
                    .add(reminder::COLUMN.sent_at.gte(Timestamp::from(today.start))),
            )
            .filter(reminder::COLUMN.due_at.gte(Timestamp::from(today.start).minus(Duration::days(2))))
            .count(tx.conn())
            .await?;
        Ok(i64::try_from(count).unwrap_or(i64::MAX))
    }

    async fn text(&self, tx: &WorkerTx, row: &reminder::Model, person: &Person) -> Result<NotificationText> {
        let announces = match row.rule_key.split_once('@') {
            _ if row.rule_key == "cancelled" => Announces::Cancellation,
            Some(("moved", _)) => Announces::Move,
            _ => Announces::Start,
        };
        let title = match person.detail {
            NotificationDetail::Title => self.title(tx, row, person).await?,
            _ => None,
        };
        let starts_at = local_of(row.starts_at.to_utc(), person.zone);
        let now = local_of(tx.now().to_utc(), person.zone);
        Ok(notification(person.language, person.detail, announces, starts_at, now, title.as_deref()))
    }

    async fn title(&self, tx: &WorkerTx, row: &reminder::Model, person: &Person) -> Result<Option<String>> {
        let Some(item) = self.items.get(&row.item_id) else { return Ok(None) };
        let original = parse_local(&row.original_local).ok_or_else(|| Error::internal("an unreadable start"))?;
        let Some(happening) = happening_at(&item.schedules, &item.overrides, person.zone, original) else {
            return Ok(None);
        };
        let key: Arc<DataKey> = tx.data_key(row.organization_id, item.row.data_key_id).await?;
        let id = OccurrenceId { item_id: row.item_id, original_local: original };
        crate::agenda::title_of(&key, row.organization_id, item, &happening, id).map(Some)
    }
}
