//! The lease of one delivery: for its time one process alone may send it, whether it is a client's reminder or an alert
//! to staff.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::Duration;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveModelTrait, PaginatorTrait, Set};
use uuid::Uuid;

use super::entity::{delivery, delivery_event};
use super::state::DeliveryState;
use super::texts::NotificationText;
use super::usefulness::Urgency;
use crate::clients::Language;
use crate::clock::Timestamp;
use crate::db::WorkerTx;
use crate::error::Result;
use crate::secrets::Keyring;

/// How long a claim lasts; sending has a hard limit well below.
const LEASE: Duration = Duration::seconds(30);
/// A delivery that was claimed so often without any answer being written down is given up: it kills its worker.
const MAX_ABANDONED: i64 = 5;

/// Which of the two apps a notification belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum App {
    Client,
    Staff,
}

impl App {
    /// Where it lies below the public address.
    pub fn path(self) -> &'static str {
        match self {
            Self::Client => "app",
            Self::Staff => "staff",
        }
    }
}

/// A delivery that this process alone may send until its lease ends.
pub struct Claimed {
    pub delivery_id: Uuid,
    pub organization_id: Uuid,
    pub lease_token: Uuid,
    pub attempts: i64,
    pub due_at: Timestamp,
    pub useful_until: Timestamp,
    pub origin: String,
    pub endpoint: String,
    /// p256dh (65 bytes) and auth (16 bytes).
    pub keys: Vec<u8>,
    pub text: NotificationText,
    pub language: Language,
    /// Which app opens when it is clicked.
    pub app: App,
    pub receipt_token: String,
    pub ttl_seconds: u32,
    pub urgency: Urgency,
    /// At most 32 characters of base64url (RFC 8030 section 5.4); the same for all reminders of an occurrence.
    pub topic: String,
}

/// True when a delivery's claims ran out so often, without any answer being written down, that it must be what kills its
/// worker.
pub(crate) async fn abandoned(tx: &WorkerTx, row: &delivery::Model) -> Result<bool> {
    if row.state != DeliveryState::Sending.as_str() || row.attempts < MAX_ABANDONED {
        return Ok(false);
    }
    let answered = delivery_event::Entity::find()
        .filter(delivery_event::COLUMN.delivery_id.eq(row.id))
        .filter(delivery_event::COLUMN.event.eq("retry"))
        .count(tx.conn())
        .await?;
    Ok(row.attempts - i64::try_from(answered).unwrap_or(0) >= MAX_ABANDONED)
}

/// Takes a delivery for this process alone.
pub(crate) async fn lease(tx: &WorkerTx, row: &delivery::Model) -> Result<Uuid> {
    let lease_token = Uuid::from_bytes(tx.random_bytes());
    let until = tx.now().plus(LEASE);
    delivery::ActiveModel {
        id: Set(row.id),
        state: Set(DeliveryState::Sending.as_str().to_owned()),
        attempts: Set(row.attempts + 1),
        lease_token: Set(Some(lease_token)),
        lease_until: Set(Some(until)),
        next_attempt_at: Set(until),
        ..Default::default()
    }
    .update_without_returning(tx.conn())
    .await?;
    Ok(lease_token)
}

/// What a phone shows to prove that it got a delivery. Derived, so it is the same when a delivery is sent again.
pub(crate) fn receipt_token(keys: &Keyring, delivery_id: Uuid) -> String {
    URL_SAFE_NO_PAD.encode(&keys.lookup("receipt", delivery_id.as_bytes())[..16])
}
