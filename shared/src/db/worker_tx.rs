//! The worker's transaction: it sees every organization, but only the tables that its role is granted.

use std::sync::Arc;

use uuid::Uuid;

use super::connect::Database;
use super::transaction::{Purpose, Transaction};
use crate::clock::Timestamp;
use crate::error::Result;
use crate::random;
use crate::secrets::DataKey;

/// A transaction of the delivery and planning machinery. Dropping it rolls back.
pub struct WorkerTx {
    txn: Transaction,
    database: Database,
    now: Timestamp,
}

impl Database {
    pub async fn begin_worker(&self) -> Result<WorkerTx> {
        let txn = Transaction::begin(&self.worker, Purpose::Write, None).await?;
        Ok(WorkerTx { txn, database: self.clone(), now: self.env.clock.now() })
    }

    /// For the one indexed read a second that asks whether anything is due: no transaction, no lock.
    pub fn worker_connection(&self) -> &sea_orm::DatabaseConnection {
        if self.is_postgres() { &self.worker } else { &self.reader }
    }
}

impl WorkerTx {
    pub fn conn(&self) -> &Transaction {
        &self.txn
    }

    pub fn now(&self) -> Timestamp {
        self.now
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

    pub async fn data_key(&self, organization_id: Uuid, id: Uuid) -> Result<Arc<DataKey>> {
        super::data_keys::get(&self.database, &self.txn, organization_id, id).await
    }

    pub async fn commit(self) -> Result<()> {
        self.txn.commit().await?;
        Ok(())
    }
}
