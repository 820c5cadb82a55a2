//! Data keys: one for each client, one for each organization; wrapped in the database, unwrapped in memory.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use sea_orm::Set;
use sea_orm::entity::prelude::*;
use sea_orm::{IntoActiveModel, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::connect::Database;
use super::scoped_tx::ScopedTx;
use crate::audit::AuditEvent;
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::secrets::{DataKey, Sealed, Wrapped};

pub mod data_key {
    use super::{Sealed, Timestamp};
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "data_keys")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub organization_id: Uuid,
        pub client_id: Option<Uuid>,
        pub master_key_id: String,
        pub wrapped: Sealed,
        pub created_at: Timestamp,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// Unwrapped keys by id, and which one is an organization's own: neither ever changes. Bounded: when full it starts anew,
/// which costs one query a key.
#[derive(Default)]
pub struct DataKeyCache {
    keys: RwLock<HashMap<Uuid, (Uuid, Arc<DataKey>)>>,
    of_organizations: RwLock<HashMap<Uuid, Uuid>>,
}

const CACHED_KEYS: usize = 50_000;

impl DataKeyCache {
    pub(super) fn of_organization(&self, id: Uuid) -> Option<Uuid> {
        self.of_organizations.read().unwrap_or_else(PoisonError::into_inner).get(&id).copied()
    }

    pub(super) fn put_of_organization(&self, id: Uuid, key_id: Uuid) {
        let mut ids = self.of_organizations.write().unwrap_or_else(PoisonError::into_inner);
        if ids.len() >= CACHED_KEYS {
            ids.clear();
        }
        ids.insert(id, key_id);
    }

    fn get(&self, organization_id: Uuid, id: Uuid) -> Option<Arc<DataKey>> {
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        keys.get(&id).filter(|(owner, _)| *owner == organization_id).map(|(_, key)| Arc::clone(key))
    }

    fn put(&self, organization_id: Uuid, id: Uuid, key: Arc<DataKey>) {
        let mut keys = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        if keys.len() >= CACHED_KEYS {
            keys.clear();
        }
        keys.insert(id, (organization_id, key));
    }
}

/// Makes keys for these owners; `None` is the organization itself.
pub(super) async fn create(tx: &ScopedTx, owners: &[Option<Uuid>]) -> Result<Vec<(Uuid, Arc<DataKey>)>> {
    let env = &tx.database().env;
    let mut rows = Vec::with_capacity(owners.len());
    let mut made = Vec::with_capacity(owners.len());
    for client_id in owners {
        let id = tx.new_id();
        let (key, wrapped) = env.keys.new_data_key(id, tx.organization_id(), &*env.random);
        rows.push(data_key::ActiveModel {
            id: Set(id),
            organization_id: Set(tx.organization_id()),
            client_id: Set(*client_id),
            master_key_id: Set(wrapped.master_key_id),
            wrapped: Set(wrapped.sealed),
            created_at: Set(tx.now()),
        });
        made.push((id, Arc::new(key)));
    }
    tx.conn().insert_all(rows).await?;
    Ok(made)
}

pub(super) async fn get(
    database: &Database,
    conn: &impl ConnectionTrait,
    organization_id: Uuid,
    id: Uuid,
) -> Result<Arc<DataKey>> {
    if let Some(key) = database.data_keys.get(organization_id, id) {
        return Ok(key);
    }
    warm(database, conn, organization_id, [id]).await?;
    database.data_keys.get(organization_id, id).ok_or_else(|| Error::internal(format!("data key {id} is missing")))
}

pub(super) async fn warm(
    database: &Database,
    conn: &impl ConnectionTrait,
    organization_id: Uuid,
    ids: impl IntoIterator<Item = Uuid>,
) -> Result<()> {
    let mut missing: Vec<Uuid> =
        ids.into_iter().filter(|id| database.data_keys.get(organization_id, *id).is_none()).collect();
    missing.sort_unstable();
    missing.dedup();
    for chunk in missing.chunks(500) {
        let rows = data_key::Entity::find()
            .filter(data_key::COLUMN.organization_id.eq(organization_id))
            .filter(data_key::COLUMN.id.is_in(chunk.iter().copied()))
            .all(conn)
            .await?;
        for row in rows {
            let (id, wrapped) = (row.id, Wrapped { master_key_id: row.master_key_id, sealed: row.wrapped });
            let key = database.env.keys.unwrap_data_key(id, organization_id, &wrapped)?;
            database.data_keys.put(organization_id, id, Arc::new(key));
        }
    }
    Ok(())
}

/// Wraps up to `limit` data keys of an organization by the present master key, and tells how many there were. What they
/// lock up is not touched, so nobody notices.
pub async fn wrap_anew(tx: &mut ScopedTx, limit: u64) -> Result<u64> {
    let database = tx.database().clone();
    let env = &database.env;
    let organization_id = tx.organization_id();
    let rows = data_key::Entity::find()
        .filter(data_key::COLUMN.organization_id.eq(organization_id))
        .filter(data_key::COLUMN.master_key_id.ne(env.keys.master_id()))
        .order_by_asc(data_key::COLUMN.id)
        .limit(limit)
        .all(tx.conn())
        .await?;
    let count = rows.len() as u64;
    for row in rows {
        let old = Wrapped { master_key_id: row.master_key_id.clone(), sealed: row.wrapped.clone() };
        let new = env.keys.wrap_anew(row.id, organization_id, &old, &*env.random)?;
        let mut row = row.into_active_model();
        row.master_key_id = Set(new.master_key_id);
        row.wrapped = Set(new.sealed);
        row.update(tx.conn()).await?;
    }
    if count > 0 {
        let detail = serde_json::json!({ "count": count, "master_key_id": env.keys.master_id() });
        tx.record(AuditEvent::new("rotate", "data_keys", organization_id).detail(detail));
    }
    Ok(count)
}
