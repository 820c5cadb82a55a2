use std::collections::HashSet;
use std::sync::Arc;

use chrono::Duration;

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveModelTrait, PaginatorTrait, QueryOrder, QuerySelect, Set};
use uuid::Uuid;

use super::endpoint::{Endpoint, SubscriptionKeys};
use super::entity::{device, push_subscription};
use crate::attention::{self, Touched};
use crate::audit::AuditEvent;
use crate::clients::{self, Language};
use crate::clock::Timestamp;
use crate::db::ScopedTx;
use crate::error::{Error, Result, is_unique_violation};
use crate::identity;
use crate::policy::Act;
use crate::scope::Actor;
use crate::secrets::DataKey;

const PER_PERSON: u64 = 10;
/// A subscription that was not confirmed for so long does not count as a device any more.
const STALE_DAYS: i64 = 30;

/// A browser's push subscription, checked.
pub struct NewSubscription {
    pub endpoint: Endpoint,
    pub keys: SubscriptionKeys,
    /// What the browser prefers; kept for staff, because clients have a language of their own.
    pub language: Option<Language>,
}

/// A subscription that was stored.
pub struct Registered {
    pub id: Uuid,
    /// False when this browser was known already and only confirmed itself.
    pub is_new: bool,
}

pub struct SubscriptionView {
    pub id: Uuid,
    pub origin: String,
    pub created_at: Timestamp,
    pub confirmed_at: Timestamp,
}

/// Whose browser it is, and the key that seals what is kept of it.
struct Owner {
    client_id: Option<Uuid>,
    staff_id: Option<Uuid>,
    /// Staff have no activated device: each of their browsers becomes one when it registers.
    device_id: Option<Uuid>,
    data_key_id: Uuid,
    key: Arc<DataKey>,
}

async fn owner(tx: &ScopedTx) -> Result<Owner> {
    match tx.scope().actor {
        Actor::Client { client_id, device_id: Some(device_id) } => {
            let client = clients::authorize(tx, client_id, Act::UpdateClient).await?;
            let key = tx.data_key(client.data_key_id).await?;
            let (client_id, device_id) = (Some(client_id), Some(device_id));
            Ok(Owner { client_id, staff_id: None, device_id, data_key_id: client.data_key_id, key })
        }
        Actor::Staff { staff_id, .. } => {
            let (data_key_id, key) = tx.organization_key().await?;
            Ok(Owner { client_id: None, staff_id: Some(staff_id), device_id: None, data_key_id, key })
        }
        _ => Err(Error::Forbidden("no_device")),
    }
}

/// Stores or confirms the subscription of the actor's browser: for reminders to a client, or for alerts to staff. An
/// endpoint belongs to whoever registered it last: on a shared device the one before gets nothing any more.
pub async fn register(tx: &mut ScopedTx, new: NewSubscription) -> Result<Registered> {
    let owner = owner(tx).await?;
    let endpoint_hmac = tx.database().env.keys.lookup("push-endpoint", new.endpoint.as_str().as_bytes());
    let known = push_subscription::Entity::find()
        .filter(push_subscription::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(push_subscription::COLUMN.endpoint_hmac.eq(endpoint_hmac.clone()))
        .one(tx.conn())
        .await?;
    let random = tx.database().env.random.clone();
    let language = owner.staff_id.and(new.language).map(|language| language.as_str().to_owned());
    let mut replaced = None;
    if let Some(row) = known {
        if (row.client_id, row.staff_id) == (owner.client_id, owner.staff_id) {
            let id = row.id;
            let place = tx.place("push_subscriptions", "keys", id);
            let device_id = owner.device_id.unwrap_or(row.device_id);
            let mut row: push_subscription::ActiveModel = row.into();
            row.device_id = Set(device_id);
            row.keys = Set(owner.key.seal_bytes(&place, &new.keys.to_bytes(), &*random));
            row.confirmed_at = Set(tx.now());
            row.language = Set(language);
            row.update(tx.conn()).await?;
            tx.record(told_of(AuditEvent::new("confirm", "push_subscription", id), owner.client_id));
            look_anew(tx, owner.client_id).await?;
            return Ok(Registered { id, is_new: false });
        }
        replaced = row.client_id;
        tx.record(AuditEvent::new("replace", "push_subscription", row.id));
        row.delete(tx.conn()).await?;
    }
    let held = own(tx)?.count(tx.conn()).await?;
    if held >= PER_PERSON {
        return Err(Error::Conflict("too_many_subscriptions", "ten devices at most; remove one first".to_owned()));
    }
    let id = tx.new_id();
    let device_id = match owner.device_id {
        Some(device_id) => device_id,
        None => staff_device(tx, &owner).await?,
    };
    let place = tx.place("push_subscriptions", "endpoint", id);
    let keys_place = tx.place("push_subscriptions", "keys", id);
    let row = push_subscription::ActiveModel {
        id: Set(id),
        organization_id: Set(tx.organization_id()),
        device_id: Set(device_id),
        client_id: Set(owner.client_id),
        staff_id: Set(owner.staff_id),
        data_key_id: Set(owner.data_key_id),
        origin: Set(new.endpoint.origin().to_owned()),
        endpoint: Set(tx.seal(&owner.key, &place, new.endpoint.as_str())),
        endpoint_hmac: Set(endpoint_hmac),
        keys: Set(owner.key.seal_bytes(&keys_place, &new.keys.to_bytes(), &*random)),
        created_at: Set(tx.now()),
        confirmed_at: Set(tx.now()),
        language: Set(language),
    };
    row.insert(tx.conn()).await.map_err(|error| {
        if is_unique_violation(&error) {
            // Registered by somebody of another organization; that device must let go of it first.
            Error::Conflict("endpoint_in_use", "this browser is registered elsewhere; sign out there first".to_owned())
        } else {
            error.into()
        }
    })?;
    tx.record(told_of(AuditEvent::new("create", "push_subscription", id), owner.client_id));
    look_anew(tx, owner.client_id).await?;
    look_anew(tx, replaced).await?;
    Ok(Registered { id, is_new: true })
}

/// A browser of a member of staff, known from its first subscription on.
async fn staff_device(tx: &ScopedTx, owner: &Owner) -> Result<Uuid> {
    let id = tx.new_id();
    let row = device::ActiveModel {
        id: Set(id),
        organization_id: Set(tx.organization_id()),
        client_id: Set(None),
        staff_id: Set(owner.staff_id),
        name: Set(tx.seal(&owner.key, &tx.place("devices", "name", id), "Browser")),
        created_at: Set(tx.now()),
        revoked_at: Set(None),
    };
    row.insert(tx.conn()).await?;
    Ok(id)
}

fn told_of(event: AuditEvent, client_id: Option<Uuid>) -> AuditEvent {
    match client_id {
        Some(client_id) => event.client(client_id),
        None => event,
    }
}

/// Whether reminders reach a client may be another matter now.
async fn look_anew(tx: &mut ScopedTx, client_id: Option<Uuid>) -> Result<()> {
    match client_id {
        Some(client_id) => attention::refresh(tx, client_id, Touched::Phones).await,
        None => Ok(()),
    }
}

fn own(tx: &ScopedTx) -> Result<Select<push_subscription::Entity>> {
    let query =
        push_subscription::Entity::find().filter(push_subscription::COLUMN.organization_id.eq(tx.organization_id()));
    match tx.scope().actor {
        Actor::Client { client_id, .. } => Ok(query.filter(push_subscription::COLUMN.client_id.eq(client_id))),
        Actor::Staff { staff_id, .. } => Ok(query.filter(push_subscription::COLUMN.staff_id.eq(staff_id))),
        Actor::System(_) => Err(Error::NotFound),
    }
}

/// The actor's own subscriptions, oldest first.
pub async fn list_subscriptions(tx: &ScopedTx) -> Result<Vec<SubscriptionView>> {
    let rows = own(tx)?.order_by_asc(push_subscription::COLUMN.id).all(tx.conn()).await?;
    Ok(rows
        .into_iter()
        .map(|row| SubscriptionView {
            id: row.id,
            origin: row.origin,
            created_at: row.created_at,
            confirmed_at: row.confirmed_at,
        })
        .collect())
}

pub async fn remove(tx: &mut ScopedTx, id: Uuid) -> Result<()> {
    let row = own(tx)?.filter(push_subscription::COLUMN.id.eq(id)).one(tx.conn()).await?.ok_or(Error::NotFound)?;
    let client_id = row.client_id;
    row.delete(tx.conn()).await?;
    tx.record(told_of(AuditEvent::new("delete", "push_subscription", id), client_id));
    look_anew(tx, client_id).await
}

/// Ends a device: its sign-ins, and the subscriptions that pushed to it.
pub async fn revoke(tx: &mut ScopedTx, device_id: Uuid) -> Result<()> {
    let row = device::Entity::find_by_id(device_id)
        .filter(device::COLUMN.organization_id.eq(tx.organization_id()))
        .one(tx.conn())
        .await?
        .ok_or(Error::NotFound)?;
    let client_id = row.client_id;
    let mut row: device::ActiveModel = row.into();
    row.revoked_at = Set(Some(tx.now()));
    row.update(tx.conn()).await?;
    identity::end_all_of_device(tx, device_id).await?;
    push_subscription::Entity::delete_many()
        .filter(push_subscription::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(push_subscription::COLUMN.device_id.eq(device_id))
        .exec(tx.conn())
        .await?;
    tx.record(told_of(AuditEvent::new("revoke", "device", device_id), client_id));
    look_anew(tx, client_id).await
}

/// A client's phone, as staff see it.
#[derive(Clone, Debug)]
pub struct DeviceView {
    pub id: Uuid,
    /// What it was called when it was activated.
    pub name: String,
    pub created_at: Timestamp,
}

/// The phones that act as a client, oldest first.
pub async fn list_devices(tx: &ScopedTx, client_id: Uuid) -> Result<Vec<DeviceView>> {
    let client = clients::authorize(tx, client_id, Act::IssueActivationCode).await?;
    let key = tx.data_key(client.data_key_id).await?;
    let rows = device::Entity::find()
        .filter(device::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(device::COLUMN.client_id.eq(client_id))
        .filter(device::COLUMN.revoked_at.is_null())
        .order_by_asc(device::COLUMN.id)
        .limit(200)
        .all(tx.conn())
        .await?;
    rows.into_iter()
        .map(|row| {
            let name = key.open(&tx.place("devices", "name", row.id), &row.name)?;
            Ok(DeviceView { id: row.id, name, created_at: row.created_at })
        })
        .collect()
}

/// Ends a client's phone: for one that was lost, or is somebody else's now.
pub async fn revoke_of_client(tx: &mut ScopedTx, client_id: Uuid, device_id: Uuid) -> Result<()> {
    clients::authorize(tx, client_id, Act::IssueActivationCode).await?;
    device::Entity::find_by_id(device_id)
        .filter(device::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(device::COLUMN.client_id.eq(client_id))
        .filter(device::COLUMN.revoked_at.is_null())
        .one(tx.conn())
        .await?
        .ok_or(Error::NotFound)?;
    revoke(tx, device_id).await
}

/// Which of these clients have a device that can be pushed to.
pub async fn reachable_clients(tx: &ScopedTx, ids: &[Uuid]) -> Result<HashSet<Uuid>> {
    let rows: Vec<Option<Uuid>> = push_subscription::Entity::find()
        .select_only()
        .column(push_subscription::Column::ClientId)
        .distinct()
        .filter(push_subscription::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(push_subscription::COLUMN.client_id.is_in(ids.iter().copied()))
        // Some push services go on accepting for phones that are long gone; the app confirms itself at each start.
        .filter(push_subscription::COLUMN.confirmed_at.gte(tx.now().minus(Duration::days(STALE_DAYS))))
        .into_tuple()
        .all(tx.conn())
        .await?;
    Ok(rows.into_iter().flatten().collect())
}

/// The name under which a device was activated.
pub async fn names_of_devices(tx: &ScopedTx, ids: &[Uuid]) -> Result<std::collections::HashMap<Uuid, String>> {
    let rows = device::Entity::find()
        .filter(device::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(device::COLUMN.id.is_in(ids.iter().copied()))
        .all(tx.conn())
        .await?;
    let mut names = std::collections::HashMap::new();
    for row in rows {
        let key = match row.client_id {
            Some(client_id) => {
                let client = clients::authorize(tx, client_id, Act::ReadClient).await?;
                tx.data_key(client.data_key_id).await?
            }
            None => tx.organization_key().await?.1,
        };
        names.insert(row.id, key.open(&tx.place("devices", "name", row.id), &row.name)?);
    }
    Ok(names)
}
