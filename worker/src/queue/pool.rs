use std::str::FromStr;

use apalis_postgres::PostgresStorage;
use apalis_sqlite::SqliteStorage;
use cairn_shared::db::{DatabaseUrl, sqlite_options};
use sqlx::ConnectOptions;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{SqlitePool, SqlitePoolOptions};

use crate::context::WorkerError;

/// The queue's own few connections, so that it never waits for those of requests.
const CONNECTIONS: u32 = 2;

/// What the worker's role may do with the queue's tables.
const GRANTS: &str = "
GRANT USAGE ON SCHEMA apalis TO cairn_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA apalis TO cairn_worker;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA apalis TO cairn_worker;
";

fn fault(error: impl std::fmt::Display) -> WorkerError {
    WorkerError::Queue(error.to_string())
}

/// Makes or updates the queue's tables. Never through `setup`, which would turn off synchronous writes for our file.
pub async fn migrate(url: &DatabaseUrl) -> Result<(), WorkerError> {
    match url {
        DatabaseUrl::Sqlite(path) => {
            let pool = sqlite(path).await?;
            SqliteStorage::migrations().run(&pool).await.map_err(fault)?;
            pool.close().await;
        }
        DatabaseUrl::Postgres(url) => {
            let options = PgConnectOptions::from_str(url).map_err(fault)?.disable_statement_logging();
            let pool = PgPoolOptions::new().max_connections(1).connect_with(options).await.map_err(fault)?;
            PostgresStorage::migrations().run(&pool).await.map_err(fault)?;
            sqlx::raw_sql(GRANTS).execute(&pool).await.map_err(fault)?;
            pool.close().await;
        }
    }
    Ok(())
}

pub(super) async fn sqlite(path: &std::path::Path) -> Result<SqlitePool, WorkerError> {
    SqlitePoolOptions::new()
        .max_connections(CONNECTIONS)
        .idle_timeout(None)
        .max_lifetime(None)
        .connect_with(sqlite_options(path))
        .await
        .map_err(fault)
}

pub(super) async fn postgres(url: &str) -> Result<PgPool, WorkerError> {
    let options =
        PgConnectOptions::from_str(url).map_err(fault)?.options([("role", "cairn_worker")]).disable_statement_logging();
    PgPoolOptions::new().max_connections(CONNECTIONS).connect_with(options).await.map_err(fault)
}
