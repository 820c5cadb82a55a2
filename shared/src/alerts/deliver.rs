//! Alerts on their way to the devices of staff: they go through the same deliveries and leases as reminders.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::LockType;
use sea_orm::{QuerySelect, Set};
use uuid::Uuid;

use super::entity::alert;
use super::state::AlertState;
use crate::clients::Language;
use crate::clock::Timestamp;
use crate::db::{Database, WorkerTx};
use crate::devices::entity::push_subscription;
use crate::error::{Error, Result};
use crate::identity::entity::staff;
use crate::reminders::entity::delivery;
use crate::reminders::usefulness::{Urgency, ttl_seconds};
use crate::reminders::{App, Claimed, DeliveryState, abandoned, end_delivery, lease, receipt_token, texts};
use crate::secrets::Place;

/// Takes deliveries of alerts, which the caller has locked. Each is looked at again: what somebody has taken over
/// meanwhile is not sent. Returns what is to be sent, and how many ended.
pub(crate) async fn claim(tx: &WorkerTx, rows: Vec<delivery::Model>) -> Result<(Vec<Claimed>, usize)> {
    if rows.is_empty() {
        return Ok((Vec::new(), 0));
    }
    let alerts: HashMap<Uuid, alert::Model> = alert::Entity::find()
        .filter(alert::COLUMN.id.is_in(rows.iter().filter_map(|row| row.alert_id)))
        .all(tx.conn())
        .await?
        .into_iter()
        .map(|row| (row.id, row))
        .collect();
    let subscriptions: HashMap<Uuid, push_subscription::Model> = push_subscription::Entity::find()
        .filter(push_subscription::COLUMN.id.is_in(rows.iter().map(|row| row.subscription_id)))
        .all(tx.conn())
        .await?
        .into_iter()
        .map(|row| (row.id, row))
        .collect();
    let gone: Vec<Uuid> = staff::Entity::find()
        .select_only()
        .column(staff::Column::Id)
        .filter(staff::COLUMN.id.is_in(alerts.values().map(|row| row.staff_id)))
        .filter(staff::COLUMN.disabled_at.is_not_null())
        .into_tuple()
        .all(tx.conn())
        .await?;
    let mut claimed = Vec::with_capacity(rows.len());
    let mut ended = 0;
    for row in rows {
        let alert = row.alert_id.and_then(|id| alerts.get(&id));
        let alert = alert.ok_or_else(|| Error::internal("a delivery of no alert"))?;
        let own = |found: &&push_subscription::Model| found.staff_id == Some(alert.staff_id);
        let subscription = subscriptions.get(&row.subscription_id).filter(own);
        let end = match subscription {
            _ if alert.state == AlertState::Cancelled.as_str() => Some(DeliveryState::Cancelled),
            _ if gone.contains(&alert.staff_id) => Some(DeliveryState::Cancelled),
            None => Some(DeliveryState::Gone),
            _ if tx.now() >= alert.useful_until => Some(DeliveryState::Expired),
            _ if abandoned(tx, &row).await? => Some(DeliveryState::Failed),
            _ => None,
        };
        if let Some(state) = end {
            end_delivery(tx, &row, state, None, None).await?;
            ended += 1;
            continue;
        }
        let Some(subscription) = subscription else { continue };
        match take(tx, &row, alert, subscription).await {
            Ok(taken) => claimed.push(taken),
            Err(Error::Internal(cause)) => {
                tracing::error!(delivery_id = %row.id, %cause, "a delivery cannot be put together");
                end_delivery(tx, &row, DeliveryState::Failed, None, None).await?;
                ended += 1;
            }
            Err(other) => return Err(other),
        }
    }
    Ok((claimed, ended))
}

async fn take(
    tx: &WorkerTx,
    row: &delivery::Model,
    alert: &alert::Model,
    subscription: &push_subscription::Model,
) -> Result<Claimed> {
    let lease_token = lease(tx, row).await?;
    let organization = row.organization_id;
    let key = tx.data_key(organization, subscription.data_key_id).await?;
    let place = |column| Place { table: "push_subscriptions", column, row: subscription.id, organization };
    let keys = &tx.database().env.keys;
    let language = Language::parse(subscription.language.as_deref().unwrap_or_default());
    // A later step of the same matter replaces what this person has not seen yet.
    let matter = format!("alert.{}.{}", alert.escalation_id, alert.staff_id);
    Ok(Claimed {
        delivery_id: row.id,
        organization_id: organization,
        lease_token,
        attempts: row.attempts + 1,
        due_at: alert.created_at,
        useful_until: alert.useful_until,
        origin: subscription.origin.clone(),
        endpoint: key.open(&place("endpoint"), &subscription.endpoint)?,
        keys: key.open_bytes(&place("keys"), &subscription.keys)?,
        text: texts::for_staff(language),
        language,
        app: App::Staff,
        receipt_token: receipt_token(keys, row.id),
        ttl_seconds: ttl_seconds(alert.useful_until.to_utc(), tx.now().to_utc()),
        urgency: if alert.urgent { Urgency::High } else { Urgency::Normal },
        topic: URL_SAFE_NO_PAD.encode(keys.lookup("push-topic", matter.as_bytes()))[..32].to_owned(),
    })
}

/// Until when the alert of a delivery is worth sending.
pub(crate) async fn useful_until(tx: &WorkerTx, row: &delivery::Model) -> Result<Option<Timestamp>> {
    let Some(id) = row.alert_id else { return Ok(None) };
    let alert = alert::Entity::find_by_id(id).one(tx.conn()).await?;
    Ok(alert.filter(|alert| alert.state != AlertState::Cancelled.as_str()).map(|alert| alert.useful_until))
}

/// Ends an alert when this delivery was the first that got through, or the last that did not.
pub(crate) async fn delivery_ended(tx: &WorkerTx, row: &delivery::Model, state: DeliveryState) -> Result<()> {
    let Some(id) = row.alert_id else { return Ok(()) };
    if state == DeliveryState::Accepted {
        return end(tx, id, AlertState::Sent).await;
    }
    if tx.database().is_postgres() {
        // Two processes that end the last two deliveries follow one another, so that one of them ends the alert.
        alert::Entity::find_by_id(id).lock(LockType::Update).one(tx.conn()).await?;
    }
    let siblings = delivery::Entity::find().filter(delivery::COLUMN.alert_id.eq(id)).all(tx.conn()).await?;
    let any = |state: DeliveryState| siblings.iter().any(|row| row.state == state.as_str());
    if any(DeliveryState::Due) || any(DeliveryState::Sending) {
        return Ok(());
    }
    let state = if any(DeliveryState::Cancelled) {
        AlertState::Cancelled
    } else if any(DeliveryState::Failed) {
        AlertState::Failed
    } else if any(DeliveryState::Expired) {
        AlertState::Missed
    } else {
        AlertState::NoDevice
    };
    end(tx, id, state).await
}

async fn end(tx: &WorkerTx, id: Uuid, state: AlertState) -> Result<()> {
    let mut change = alert::ActiveModel { state: Set(state.as_str().to_owned()), ..Default::default() };
    if state == AlertState::Sent {
        change.sent_at = Set(Some(tx.now()));
    }
    alert::Entity::update_many()
        .set(change)
        .filter(alert::COLUMN.id.eq(id))
        .filter(alert::COLUMN.state.eq(AlertState::Sending.as_str()))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Ends alerts that are of no use any more: their push service is paused, or a fault has left them behind. Returns how
/// many were looked at.
pub async fn settle_overdue(database: &Database) -> Result<usize> {
    let late = |now: Timestamp| {
        alert::Entity::find()
            .filter(alert::COLUMN.state.eq(AlertState::Sending.as_str()))
            .filter(alert::COLUMN.useful_until.lt(now.minus(chrono::Duration::minutes(1))))
            .limit(200)
    };
    if late(database.env.clock.now()).one(database.worker_connection()).await?.is_none() {
        return Ok(0);
    }
    let tx = database.begin_worker().await?;
    let rows = late(tx.now()).all(tx.conn()).await?;
    for row in &rows {
        let open = delivery::Entity::find()
            .filter(delivery::COLUMN.alert_id.eq(row.id))
            .filter(delivery::COLUMN.state.is_in([DeliveryState::Due.as_str(), DeliveryState::Sending.as_str()]))
            .all(tx.conn())
            .await?;
        for delivery in open.iter().filter(|row| row.lease_until.is_none_or(|until| until < tx.now())) {
            end_delivery(&tx, delivery, DeliveryState::Expired, None, None).await?;
        }
        if open.is_empty() {
            end(&tx, row.id, AlertState::Failed).await?;
        }
    }
    tx.commit().await?;
    Ok(rows.len())
}
