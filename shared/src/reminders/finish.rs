//! Writing down what became of deliveries. Only the holder of the lease can; a late answer changes nothing.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::LockType;
use sea_orm::{ActiveModelTrait, QuerySelect, Set};
use uuid::Uuid;

use super::entity::{delivery, delivery_event, reminder};
use super::state::{DeliveryState, ReminderState};
use crate::alerts;
use crate::attention;
use crate::clock::Timestamp;
use crate::dashboards;
use crate::db::{Database, WorkerTx};
use crate::devices::entity::push_subscription;
use crate::error::Result;

/// What a push service answered, as far as the delivery is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryOutcome {
    Accepted {
        status: u16,
    },
    /// The subscription does not exist any more.
    Gone {
        status: u16,
    },
    /// Never worth another try.
    Refused {
        status: Option<u16>,
    },
    /// Try again at this moment, if it is still of use then.
    Retry {
        status: Option<u16>,
        at: Timestamp,
    },
}

/// A claimed delivery with its outcome.
#[derive(Clone, Copy, Debug)]
pub struct Finished {
    pub delivery_id: Uuid,
    pub lease_token: Uuid,
    pub outcome: DeliveryOutcome,
}

/// Writes a batch of outcomes in one transaction. Returns the ids whose lease was lost meanwhile: somebody else has
/// taken them over.
pub async fn finish(database: &Database, batch: &[Finished]) -> Result<Vec<Uuid>> {
    let tx = database.begin_worker().await?;
    let mut lost = Vec::new();
    let mut reminded: BTreeMap<Uuid, BTreeSet<Uuid>> = BTreeMap::new();
    for finished in batch {
        let held = delivery::Entity::find_by_id(finished.delivery_id)
            .filter(delivery::COLUMN.lease_token.eq(finished.lease_token))
            .filter(delivery::COLUMN.state.eq(DeliveryState::Sending.as_str()))
            .one(tx.conn())
            .await?;
        match held {
            Some(row) => {
                settle(&tx, &row, finished.outcome).await?;
                if let (DeliveryOutcome::Accepted { .. }, Some(client_id)) = (finished.outcome, row.client_id) {
                    reminded.entry(row.organization_id).or_default().insert(client_id);
                }
            }
            None => lost.push(finished.delivery_id),
        }
    }
    for (organization_id, client_ids) in reminded {
        dashboards::follow_reminders(tx.conn(), organization_id, client_ids, tx.now()).await?;
    }
    tx.commit().await?;
    Ok(lost)
}

async fn settle(tx: &WorkerTx, row: &delivery::Model, outcome: DeliveryOutcome) -> Result<()> {
    match outcome {
        DeliveryOutcome::Accepted { status } => {
            end_delivery(tx, row, DeliveryState::Accepted, Some(status), None).await
        }
        DeliveryOutcome::Gone { status } => {
            push_subscription::Entity::delete_by_id(row.subscription_id).exec(tx.conn()).await?;
            if let Some(client_id) = row.client_id {
                attention::look_soon(tx, client_id).await?;
            }
            end_delivery(tx, row, DeliveryState::Gone, Some(status), None).await
        }
        DeliveryOutcome::Refused { status } => end_delivery(tx, row, DeliveryState::Failed, status, None).await,
        DeliveryOutcome::Retry { status, at } => {
            if useful_until(tx, row).await?.is_none_or(|until| at >= until) {
                return end_delivery(tx, row, DeliveryState::Expired, status, None).await;
            }
            delivery::ActiveModel {
                id: Set(row.id),
                state: Set(DeliveryState::Due.as_str().to_owned()),
                next_attempt_at: Set(at),
                lease_token: Set(None),
                lease_until: Set(None),
                push_status: Set(status.map(i64::from)),
                ..Default::default()
            }
            .update_without_returning(tx.conn())
            .await?;
            note(tx, row, "retry", status).await
        }
    }
}

async fn useful_until(tx: &WorkerTx, row: &delivery::Model) -> Result<Option<Timestamp>> {
    let Some(reminder_id) = row.reminder_id else { return alerts::useful_until(tx, row).await };
    Ok(reminder::Entity::find_by_id(reminder_id).one(tx.conn()).await?.map(|reminder| reminder.useful_until))
}

/// Ends a delivery, and its reminder or alert when this was the first that got through or the last that did not.
pub(crate) async fn end_delivery(
    tx: &WorkerTx,
    row: &delivery::Model,
    state: DeliveryState,
    status: Option<u16>,
    reason: Option<&'static str>,
) -> Result<()> {
    delivery::ActiveModel {
        id: Set(row.id),
        state: Set(state.as_str().to_owned()),
        lease_token: Set(None),
        lease_until: Set(None),
        push_status: Set(status.map(i64::from)),
        ..Default::default()
    }
    .update_without_returning(tx.conn())
    .await?;
    note(tx, row, state.as_str(), status).await?;
    let Some(reminder_id) = row.reminder_id else { return alerts::delivery_ended(tx, row, state).await };
    if state == DeliveryState::Accepted {
        return end_reminder(tx, reminder_id, ReminderState::Sent, None, Some(tx.now())).await;
    }
    if tx.database().is_postgres() {
        // Two processes that end the last two deliveries follow one another, so that one of them ends the reminder.
        reminder::Entity::find_by_id(reminder_id).lock(LockType::Update).one(tx.conn()).await?;
    }
    let siblings = delivery::Entity::find().filter(delivery::COLUMN.reminder_id.eq(reminder_id)).all(tx.conn()).await?;
    let is = |state: DeliveryState| move |row: &delivery::Model| row.state == state.as_str();
    if siblings.iter().any(|row| is(DeliveryState::Due)(row) || is(DeliveryState::Sending)(row)) {
        return Ok(());
    }
    let (end, why) = if let Some(held @ ("paused" | "answered")) = reason {
        (ReminderState::Suppressed, Some(held))
    } else if reason == Some("moved") {
        (ReminderState::Superseded, None)
    } else if siblings.iter().any(is(DeliveryState::Cancelled)) {
        (ReminderState::Cancelled, None)
    } else if siblings.iter().any(is(DeliveryState::Failed)) {
        (ReminderState::Failed, Some(reason.unwrap_or("refused")))
    } else if siblings.iter().any(is(DeliveryState::Expired)) {
        (ReminderState::Missed, Some("push_service_unavailable"))
    } else {
        (ReminderState::NoDevice, None)
    };
    end_reminder(tx, reminder_id, end, why, None).await
}

/// Ends what was handed to its deliveries and has become useless: deliveries of a push service that is paused, or rows
/// that a fault has left behind. Returns how many reminders were looked at.
pub async fn settle_overdue(database: &Database) -> Result<usize> {
    let late = |now: Timestamp| {
        reminder::Entity::find()
            .filter(reminder::COLUMN.state.is_in([ReminderState::Planned.as_str(), ReminderState::Sending.as_str()]))
            .filter(reminder::COLUMN.state.eq(ReminderState::Sending.as_str()))
            .filter(reminder::COLUMN.useful_until.lt(now.minus(chrono::Duration::minutes(1))))
            .limit(200)
    };
    if late(database.env.clock.now()).one(database.worker_connection()).await?.is_none() {
        return Ok(0);
    }
    let tx = database.begin_worker().await?;
    let rows = late(tx.now()).all(tx.conn()).await?;
    for row in &rows {
        let open = delivery::Entity::find()
            .filter(delivery::COLUMN.reminder_id.eq(row.id))
            .filter(delivery::COLUMN.state.is_in([DeliveryState::Due.as_str(), DeliveryState::Sending.as_str()]))
            .all(tx.conn())
            .await?;
        for delivery in open.iter().filter(|row| row.lease_until.is_none_or(|until| until < tx.now())) {
            end_delivery(&tx, delivery, DeliveryState::Expired, None, None).await?;
        }
        if open.is_empty() {
            end_reminder(&tx, row.id, ReminderState::Failed, Some("stuck"), None).await?;
        }
    }
    tx.commit().await?;
    Ok(rows.len())
}

async fn end_reminder(
    tx: &WorkerTx,
    id: Uuid,
    state: ReminderState,
    reason: Option<&str>,
    sent_at: Option<Timestamp>,
) -> Result<()> {
    reminder::Entity::update_many()
        .col_expr(reminder::Column::State, Expr::value(state.as_str()))
        .col_expr(reminder::Column::Reason, Expr::value(reason.map(str::to_owned)))
        .col_expr(reminder::Column::SentAt, Expr::value(sent_at.map(|at| at.0)))
        .filter(reminder::COLUMN.id.eq(id))
        .filter(reminder::COLUMN.state.eq(ReminderState::Sending.as_str()))
        .exec(tx.conn())
        .await?;
    Ok(())
}

pub(super) async fn note(tx: &WorkerTx, row: &delivery::Model, event: &str, status: Option<u16>) -> Result<()> {
    let event = delivery_event::ActiveModel {
        id: Set(tx.new_id()),
        organization_id: Set(row.organization_id),
        delivery_id: Set(row.id),
        at: Set(tx.now()),
        event: Set(event.to_owned()),
        status: Set(status.map(i64::from)),
    };
    delivery_event::Entity::insert(event).exec_without_returning(tx.conn()).await?;
    Ok(())
}
