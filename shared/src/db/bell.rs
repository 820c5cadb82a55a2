//! Wakes whoever follows an organization's log when it has grown. A bell that is not heard costs a second, never an
//! event: followers read by number.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use sea_orm::{ConnectionTrait, DbBackend, Statement};
use sqlx::postgres::{PgListener, PgPoolOptions};
use tokio::sync::broadcast;
use uuid::Uuid;

use super::connect::Database;

/// Other processes are told of all commits within this time at once.
const GATHER: Duration = Duration::from_millis(20);
const AGAIN: Duration = Duration::from_secs(1);
const CHANNEL: &str = "cairn_events";

/// In this process at once, in others through PostgreSQL.
pub struct Bell {
    here: broadcast::Sender<Uuid>,
    to_tell: Mutex<HashSet<Uuid>>,
}

impl Default for Bell {
    fn default() -> Self {
        Self { here: broadcast::Sender::new(256), to_tell: Mutex::default() }
    }
}

impl Database {
    /// Ids of organizations whose log has grown; with many at once some may be left out (`Lagged`).
    pub fn listen(&self) -> broadcast::Receiver<Uuid> {
        self.bell.here.subscribe()
    }

    /// After a commit of this organization.
    pub(super) fn ring(&self, organization_id: Uuid) {
        // Nobody may be listening here.
        let _ = self.bell.here.send(organization_id);
        if !self.is_postgres() {
            return;
        }
        let first = {
            let mut waiting = self.bell.to_tell.lock().unwrap_or_else(PoisonError::into_inner);
            waiting.insert(organization_id);
            waiting.len() == 1
        };
        if first {
            let database = self.clone();
            // Not within the transaction: PostgreSQL lets transactions that notify commit one after another only.
            tokio::spawn(async move {
                tokio::time::sleep(GATHER).await;
                database.tell_others().await;
            });
        }
    }

    async fn tell_others(&self) {
        let ids = std::mem::take(&mut *self.bell.to_tell.lock().unwrap_or_else(PoisonError::into_inner));
        let ids: Vec<String> = ids.iter().map(Uuid::to_string).collect();
        let sql = format!("SELECT pg_notify('{CHANNEL}', id) FROM unnest(string_to_array($1, ',')) AS id");
        let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, [ids.join(",").into()]);
        if let Err(error) = self.writer.query_all_raw(statement).await {
            tracing::debug!(%error, "others were not woken; they look by themselves");
        }
    }

    /// Passes on what other processes commit, for as long as it is polled. Does nothing on SQLite.
    pub async fn hear_others(&self) {
        while self.is_postgres() {
            if let Err(error) = self.hear_until_cut_off().await {
                tracing::debug!(%error, "not woken by others for a while");
            }
            tokio::time::sleep(AGAIN).await;
        }
        std::future::pending::<()>().await;
    }

    async fn hear_until_cut_off(&self) -> Result<(), sqlx::Error> {
        let options = self.writer.get_postgres_connection_pool().connect_options();
        let pool = PgPoolOptions::new().max_connections(1).connect_lazy_with((*options).clone());
        let mut listener = PgListener::connect_with(&pool).await?;
        listener.listen(CHANNEL).await?;
        loop {
            let notice = listener.recv().await?;
            if let Ok(id) = notice.payload().parse() {
                let _ = self.bell.here.send(id);
            }
        }
    }
}
