//! Data keys: one for each client, one for each organization; wrapped in the database, unwrapped in memory.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use sea_orm::Set;
use sea_orm::entity::prelude::*;
use uuid::Uuid;

use super::connect::Database;
use super::scoped_tx::ScopedTx;
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::secrets::{DataKey, Sealed};

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
            master_key_id: Set(env.keys.master_id().to_owned()),
            wrapped: Set(wrapped),
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
            let key = database.env.keys.unwrap_data_key(row.id, row.organization_id, &row.wrapped)?;
            database.data_keys.put(organization_id, row.id, Arc::new(key));
        }
    }
    Ok(())
}
