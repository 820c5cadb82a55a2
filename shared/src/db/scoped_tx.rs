//! The transaction of one organization: who acts, at what moment, and what of it goes to the audit log.

use std::sync::Arc;

use sea_orm::DatabaseConnection;
use uuid::Uuid;

use super::connect::Database;
use super::transaction::{Purpose, Transaction};
use crate::audit::{self, AuditEvent};
use crate::clock::Timestamp;
use crate::dashboards;
use crate::error::{Error, Result};
use crate::organizations;
use crate::random;
use crate::scope::Scope;
use crate::secrets::{DataKey, Place, Sealed};

/// A transaction bound to a scope. Dropping it rolls back.
pub struct ScopedTx {
    txn: Transaction,
    purpose: Purpose,
    database: Database,
    scope: Scope,
    now: Timestamp,
    events: Vec<AuditEvent>,
}

impl Database {
    /// A transaction that only reads. On SQLite it runs beside the writer.
    pub async fn begin_read(&self, scope: &Scope) -> Result<ScopedTx> {
        self.scoped(&self.reader, Purpose::Read, scope).await
    }

    /// A transaction that writes.
    pub async fn begin_write(&self, scope: &Scope) -> Result<ScopedTx> {
        self.scoped(&self.writer, Purpose::Write, scope).await
    }

    /// Reads across organizations of the few tables that prove an identity, before any scope is known. One query, no
    /// transaction.
    pub fn authentication(&self) -> &DatabaseConnection {
        &self.authentication
    }

    /// A write of rows that belong to no organization: throttle counters.
    pub async fn begin_unscoped_write(&self) -> Result<Transaction> {
        Ok(Transaction::begin(&self.writer, Purpose::Write, None).await?)
    }

    async fn scoped(&self, pool: &DatabaseConnection, purpose: Purpose, scope: &Scope) -> Result<ScopedTx> {
        Ok(ScopedTx {
            txn: Transaction::begin(pool, purpose, Some(scope.organization_id)).await?,
            purpose,
            database: self.clone(),
            scope: scope.clone(),
            now: self.env.clock.now(),
            events: Vec::new(),
        })
    }
}

impl ScopedTx {
    pub fn conn(&self) -> &Transaction {
        &self.txn
    }

    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    pub fn organization_id(&self) -> Uuid {
        self.scope.organization_id
    }

    /// The moment of this unit of work: every row that it writes carries the same.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// The organization's local date.
    pub fn today(&self) -> chrono::NaiveDate {
        self.now.to_utc().with_timezone(&self.scope.zone).date_naive()
    }

    pub fn database(&self) -> &Database {
        &self.database
    }

    pub fn new_id(&self) -> Uuid {
        random::id(self.now, &*self.database.env.random)
    }

    pub fn random_bytes<const N: usize>(&self) -> [u8; N] {
        random::bytes(&*self.database.env.random)
    }

    pub fn place(&self, table: &'static str, column: &'static str, row: Uuid) -> Place {
        Place { table, column, row, organization: self.scope.organization_id }
    }

    pub fn seal(&self, key: &DataKey, place: &Place, text: &str) -> Sealed {
        key.seal(place, text, &*self.database.env.random)
    }

    /// Makes a data key for a client, or for the organization itself.
    pub async fn create_data_key(&self, client_id: Option<Uuid>) -> Result<(Uuid, Arc<DataKey>)> {
        let mut made = super::data_keys::create(self, &[client_id]).await?;
        made.pop().ok_or_else(|| Error::internal("no data key was made"))
    }

    /// Makes a data key for each client: `(client, key id, key)`.
    pub async fn create_client_keys(&self, client_ids: &[Uuid]) -> Result<Vec<(Uuid, Uuid, Arc<DataKey>)>> {
        let owners: Vec<Option<Uuid>> = client_ids.iter().copied().map(Some).collect();
        let made = super::data_keys::create(self, &owners).await?;
        Ok(client_ids.iter().zip(made).map(|(client, (id, key))| (*client, id, key)).collect())
    }

    /// The organization's own data key, with its id: for staff and for what several clients share.
    pub async fn organization_key(&self) -> Result<(Uuid, Arc<DataKey>)> {
        let organization_id = self.scope.organization_id;
        let id = if let Some(id) = self.database.data_keys.of_organization(organization_id) {
            id
        } else {
            let id = organizations::current(self).await?.data_key_id;
            self.database.data_keys.put_of_organization(organization_id, id);
            id
        };
        Ok((id, self.data_key(id).await?))
    }

    /// The data key of that id, unwrapped.
    pub async fn data_key(&self, id: Uuid) -> Result<Arc<DataKey>> {
        super::data_keys::get(&self.database, &self.txn, self.scope.organization_id, id).await
    }

    /// Brings many data keys into the cache with one query, so that [`Self::data_key`] costs none.
    pub async fn warm_data_keys(&self, ids: impl IntoIterator<Item = Uuid>) -> Result<()> {
        super::data_keys::warm(&self.database, &self.txn, self.scope.organization_id, ids).await
    }

    /// Notes an event for the audit log; it is written by [`Self::commit`], in this transaction.
    pub fn record(&mut self, event: AuditEvent) {
        self.events.push(event);
    }

    /// Writes the audit rows under the organization's next numbers as the last statements, and commits.
    ///
    /// # Errors
    /// A write that recorded nothing is a defect and is refused.
    pub async fn commit(mut self) -> Result<()> {
        if self.events.is_empty() {
            return Err(Error::internal("a write without an audit event"));
        }
        let events = std::mem::take(&mut self.events);
        dashboards::follow(&self, &events).await?;
        audit::append(&self, events).await?;
        self.txn.commit().await?;
        self.database.ring(self.scope.organization_id);
        Ok(())
    }

    /// Commits with its audit rows if it recorded any: work of the program itself that may find nothing to say.
    pub async fn conclude(self) -> Result<()> {
        if self.events.is_empty() { self.finish().await } else { self.commit().await }
    }

    /// Ends a read, or commits bookkeeping that says nothing about anybody: last use of a sign-in, stored answers.
    pub async fn finish(self) -> Result<()> {
        if !self.events.is_empty() {
            return Err(Error::internal("an audit event would be lost"));
        }
        // Nothing to commit: the rollback of a read travels with the pool's own message when it takes the connection back.
        if self.purpose == Purpose::Write {
            self.txn.commit().await?;
        }
        Ok(())
    }
}
