//! `Idempotency-Key`: the same request sent twice is done once, and answered alike, for 24 hours.

use chrono::Duration;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveModelTrait, Set};
use uuid::Uuid;

use crate::db::{Database, ScopedTx};
use crate::error::{Error, Result};
use crate::scope::Scope;
use crate::secrets::{Place, Sealed, sha256};

pub mod idempotency_key {
    use sea_orm::entity::prelude::*;

    use crate::clock::Timestamp;
    use crate::secrets::Sealed;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "idempotency_keys")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub actor_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub route: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub idempotency_key: String,
        pub organization_id: Uuid,
        pub request_hash: Vec<u8>,
        pub status: i64,
        pub response: Sealed,
        pub created_at: Timestamp,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// One request under a key.
#[derive(Clone, Debug)]
pub struct KeyedRequest {
    pub actor_id: Uuid,
    /// Method and path.
    pub route: String,
    pub key: String,
    /// SHA-256 of the body.
    pub body_hash: Vec<u8>,
}

/// What was answered the first time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredAnswer {
    pub status: u16,
    pub body: Vec<u8>,
}

pub const LIFETIME: Duration = Duration::hours(24);

fn place(organization: Uuid, request: &KeyedRequest) -> Place {
    let hash = sha256(format!("{}\n{}\n{}", request.actor_id, request.route, request.key).as_bytes());
    let row = Uuid::from_slice(&hash[..16]).unwrap_or_default();
    Place { table: "idempotency_keys", column: "response", row, organization }
}

/// The stored answer to this request, if it was made before.
///
/// # Errors
/// `Invalid` on `Idempotency-Key` when the key was used with another body.
pub async fn find(database: &Database, scope: &Scope, request: &KeyedRequest) -> Result<Option<StoredAnswer>> {
    let tx = database.begin_read(scope).await?;
    let key = (request.actor_id, request.route.clone(), request.key.clone());
    let row = idempotency_key::Entity::find_by_id(key)
        .filter(idempotency_key::COLUMN.organization_id.eq(scope.organization_id))
        .one(tx.conn())
        .await?;
    let Some(row) = row.filter(|row| row.created_at.plus(LIFETIME) > tx.now()) else {
        tx.finish().await?;
        return Ok(None);
    };
    if row.request_hash != request.body_hash {
        return Err(Error::invalid("Idempotency-Key", "key_reused", "this key was used for another request"));
    }
    let (_, data_key) = tx.organization_key().await?;
    let body = data_key.open_bytes(&place(scope.organization_id, request), &row.response)?;
    tx.finish().await?;
    Ok(Some(StoredAnswer { status: u16::try_from(row.status).unwrap_or(200), body }))
}

/// Keeps the answer, in the transaction of the work itself: either both are there or neither is.
pub async fn store(tx: &ScopedTx, request: &KeyedRequest, status: u16, body: &[u8]) -> Result<()> {
    let (_, data_key) = tx.organization_key().await?;
    let random = tx.database().env.random.clone();
    let sealed: Sealed = data_key.seal_bytes(&place(tx.organization_id(), request), body, &*random);
    // A key older than its lifetime may be used again.
    idempotency_key::Entity::delete_many()
        .filter(idempotency_key::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(idempotency_key::COLUMN.actor_id.eq(request.actor_id))
        .filter(idempotency_key::COLUMN.route.eq(request.route.as_str()))
        .filter(idempotency_key::COLUMN.idempotency_key.eq(request.key.as_str()))
        .filter(idempotency_key::COLUMN.created_at.lte(tx.now().minus(LIFETIME)))
        .exec(tx.conn())
        .await?;
    idempotency_key::ActiveModel {
        actor_id: Set(request.actor_id),
        route: Set(request.route.clone()),
        idempotency_key: Set(request.key.clone()),
        organization_id: Set(tx.organization_id()),
        request_hash: Set(request.body_hash.clone()),
        status: Set(i64::from(status)),
        response: Set(sealed),
        created_at: Set(tx.now()),
    }
    .insert(tx.conn())
    .await
    .map_err(|error| {
        if crate::error::is_unique_violation(&error) {
            Error::Conflict("in_progress", "the same request is being worked on".to_owned())
        } else {
            error.into()
        }
    })?;
    Ok(())
}
