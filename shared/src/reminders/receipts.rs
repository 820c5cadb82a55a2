use chrono::Duration;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveModelTrait, Set};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::entity::{delivery, delivery_event, reminder};
use super::lease::receipt_token;
use crate::agenda::{OccurrenceId, parse_local};
use crate::alerts::entity::alert;
use crate::clock::Timestamp;
use crate::db::{Database, ScopedTx};
use crate::error::{Error, Result};
use crate::scope::Scope;

/// What a phone reports about a notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReceiptEvent {
    Shown,
    Clicked,
    Dismissed,
}

impl ReceiptEvent {
    fn as_str(self) -> &'static str {
        match self {
            Self::Shown => "shown",
            Self::Clicked => "clicked",
            Self::Dismissed => "dismissed",
        }
    }
}

/// A phone's report. Its token is the only proof: it works when nobody is signed in.
pub struct Receipt {
    pub delivery_id: Uuid,
    pub token: String,
    pub event: ReceiptEvent,
    /// The phone's clock.
    pub at: Timestamp,
}

/// How long after its usefulness a reminder still takes receipts: phones come back late.
const GRACE: Duration = Duration::days(7);

/// Stores a receipt once; repeats change nothing. A wrong token and an unknown delivery answer alike.
pub async fn record_receipt(database: &Database, receipt: &Receipt) -> Result<()> {
    if receipt_token(&database.env.keys, receipt.delivery_id) != receipt.token {
        return Err(Error::NotFound);
    }
    let found = delivery::Entity::find_by_id(receipt.delivery_id)
        .one(database.authentication())
        .await?
        .ok_or(Error::NotFound)?;
    let tx = database.begin_write(&Scope::system(found.organization_id, "receipt")).await?;
    let about = About::of(&tx, &found).await?.ok_or(Error::NotFound)?;
    if tx.now() > about.useful_until().plus(GRACE) {
        return Err(Error::NotFound);
    }
    let known = delivery_event::Entity::find()
        .filter(delivery_event::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(delivery_event::COLUMN.delivery_id.eq(found.id))
        .filter(delivery_event::COLUMN.event.eq(receipt.event.as_str()))
        .one(tx.conn())
        .await?;
    if known.is_some() {
        return Ok(());
    }
    // A phone's clock may be wrong: between sending and now is the truth.
    let at = receipt.at.max(found.created_at).min(tx.now());
    delivery_event::ActiveModel {
        id: Set(tx.new_id()),
        organization_id: Set(tx.organization_id()),
        delivery_id: Set(found.id),
        at: Set(at),
        event: Set(receipt.event.as_str().to_owned()),
        status: Set(None),
    }
    .insert(tx.conn())
    .await?;
    about.mark(&tx, receipt.event, at).await?;
    tx.finish().await
}

/// What a delivery was about.
enum About {
    Reminder(reminder::Model),
    Alert(alert::Model),
}

impl About {
    async fn of(tx: &ScopedTx, found: &delivery::Model) -> Result<Option<Self>> {
        if let Some(id) = found.reminder_id {
            let query =
                reminder::Entity::find_by_id(id).filter(reminder::COLUMN.organization_id.eq(tx.organization_id()));
            return Ok(query.one(tx.conn()).await?.map(Self::Reminder));
        }
        let Some(id) = found.alert_id else { return Ok(None) };
        let query = alert::Entity::find_by_id(id).filter(alert::COLUMN.organization_id.eq(tx.organization_id()));
        Ok(query.one(tx.conn()).await?.map(Self::Alert))
    }

    fn useful_until(&self) -> Timestamp {
        match self {
            Self::Reminder(row) => row.useful_until,
            Self::Alert(row) => row.useful_until,
        }
    }

    async fn mark(self, tx: &ScopedTx, event: ReceiptEvent, at: Timestamp) -> Result<()> {
        let first = |known: Option<Timestamp>| Some(known.map_or(at, |known| known.min(at)));
        let (shown, clicked) = match &self {
            Self::Reminder(row) => (row.shown_at, row.clicked_at),
            Self::Alert(row) => (row.shown_at, row.clicked_at),
        };
        // Whatever was clicked or dismissed was shown before.
        let shown = first(shown);
        let clicked = if event == ReceiptEvent::Clicked { first(clicked) } else { clicked };
        match self {
            Self::Reminder(row) => {
                let mut change = reminder::ActiveModel { id: Set(row.id), ..Default::default() };
                (change.shown_at, change.clicked_at) = (Set(shown), Set(clicked));
                change.update_without_returning(tx.conn()).await?;
            }
            Self::Alert(row) => {
                let mut change = alert::ActiveModel { id: Set(row.id), ..Default::default() };
                (change.shown_at, change.clicked_at) = (Set(shown), Set(clicked));
                change.update_without_returning(tx.conn()).await?;
            }
        }
        Ok(())
    }
}

/// The occurrence that a delivery to the actor was about; another's is not found.
pub async fn find_delivery(tx: &ScopedTx, delivery_id: Uuid) -> Result<OccurrenceId> {
    let client_id = tx.scope().client_id().ok_or(Error::NotFound)?;
    let found = delivery::Entity::find_by_id(delivery_id)
        .filter(delivery::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(delivery::COLUMN.client_id.eq(client_id))
        .one(tx.conn())
        .await?
        .ok_or(Error::NotFound)?;
    let reminder_id = found.reminder_id.ok_or(Error::NotFound)?;
    let row = reminder::Entity::find_by_id(reminder_id)
        .filter(reminder::COLUMN.organization_id.eq(tx.organization_id()))
        .one(tx.conn())
        .await?
        .ok_or(Error::NotFound)?;
    let original_local = parse_local(&row.original_local).ok_or_else(|| Error::internal("an unreadable start"))?;
    Ok(OccurrenceId { item_id: row.item_id, original_local })
}
