//! Opens the database with the options that our durability rests on, and reads them back.

use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, SqlxPostgresConnector, SqlxSqliteConnector, Statement};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection};
use thiserror::Error;

use super::bell::Bell;
use super::data_keys::DataKeyCache;
use crate::audit::ReadMarks;
use crate::check_ins::FormCache;
use crate::clock::Clock;
use crate::random::Random;
use crate::secrets::Keyring;

/// Which database, from a URL: `sqlite://PATH` or `postgres://...`.
#[derive(Clone)]
pub enum DatabaseUrl {
    Sqlite(PathBuf),
    Postgres(String),
}

impl FromStr for DatabaseUrl {
    type Err = ConnectError;

    fn from_str(text: &str) -> Result<Self, ConnectError> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            return Ok(Self::Sqlite(PathBuf::from(path.strip_prefix("//").unwrap_or(path))));
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(text.to_owned()));
        }
        Err(ConnectError::Url)
    }
}

impl std::fmt::Debug for DatabaseUrl {
    /// Never shows the password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite://{}", path.display()),
            Self::Postgres(_) => f.write_str("postgres://(address hidden)"),
        }
    }
}

#[derive(Debug, Error)]
pub enum ConnectError {
    #[error("the database address must start with sqlite:// or postgres://")]
    Url,
    #[error("the database does not open: {0}")]
    Open(#[from] sqlx::Error),
    #[error("the database does not answer: {0}")]
    Query(#[from] sea_orm::DbErr),
    #[error("the database is not safe to use: {0}")]
    Unsafe(String),
}

/// What the code around the database needs besides the database.
#[derive(Clone)]
pub struct Environment {
    pub clock: Arc<dyn Clock>,
    pub random: Arc<dyn Random>,
    pub keys: Arc<Keyring>,
}

/// The database of an installation: one writer and several readers on SQLite, one pool a role on PostgreSQL.
#[derive(Clone)]
pub struct Database {
    pub env: Environment,
    pub(super) writer: DatabaseConnection,
    pub(super) reader: DatabaseConnection,
    pub(super) worker: DatabaseConnection,
    pub(super) authentication: DatabaseConnection,
    pub(super) data_keys: Arc<DataKeyCache>,
    pub(crate) read_marks: Arc<ReadMarks>,
    pub(crate) forms: Arc<FormCache>,
    pub(super) bell: Arc<Bell>,
}

/// A writer waits this long for another process's transaction before the caller hears "try again".
const BUSY_TIMEOUT: Duration = Duration::from_secs(15);
const SQLITE_READERS: u32 = 4;
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
/// A connection that has been idle for longer is asked whether it still lives before it is used.
const TRUSTED: Duration = Duration::from_secs(1);

/// How PostgreSQL plans the queries of requests. The worker's need plans for their values.
const FOR_REQUESTS: [(&str, &str); 5] = [
    ("role", "cairn_app"),
    // Nearly every one is a look-up by id: planning it anew each time would cost more than it gains.
    ("plan_cache_mode", "force_generic_plan"),
    // A plan that is kept must not read a whole table because the table was small when the plan was made.
    ("enable_seqscan", "off"),
    // What they read is in memory or on a disk without a moving head, where indexes cost what they promise.
    ("random_page_cost", "1.1"),
    // Compiling takes longer than any of them.
    ("jit", "off"),
];

impl Database {
    /// Opens the pools for serving. `connections` is the size of the application's pool on PostgreSQL.
    pub async fn connect(url: &DatabaseUrl, env: Environment, connections: u32) -> Result<Self, ConnectError> {
        let (writer, reader, worker, authentication) = match url {
            DatabaseUrl::Sqlite(path) => {
                let writer = sqlite_pool(path, 1, false).await?;
                let reader = sqlite_pool(path, SQLITE_READERS, true).await?;
                (writer.clone(), reader.clone(), writer, reader)
            }
            DatabaseUrl::Postgres(url) => {
                let app = postgres_pool(url, &FOR_REQUESTS, connections).await?;
                let worker = postgres_pool(url, &[("role", "cairn_worker")], 4).await?;
                let proving = [&FOR_REQUESTS[..], &[("app.purpose", "authentication")]].concat();
                let authentication = postgres_pool(url, &proving, connections.div_ceil(2)).await?;
                (app.clone(), app, worker, authentication)
            }
        };
        let database = Self {
            env,
            writer,
            reader,
            worker,
            authentication,
            data_keys: Arc::default(),
            read_marks: Arc::default(),
            forms: Arc::default(),
            bell: Arc::default(),
        };
        database.check().await?;
        Ok(database)
    }

    pub fn backend(&self) -> DbBackend {
        self.writer.get_database_backend()
    }

    pub fn is_postgres(&self) -> bool {
        self.backend() == DbBackend::Postgres
    }

    /// One cheap query: does the database answer?
    pub async fn ping(&self) -> crate::Result<()> {
        self.reader.query_one_raw(Statement::from_string(self.backend(), "SELECT 1")).await?;
        Ok(())
    }

    /// The names of the migrations that this database has had.
    pub async fn applied_migrations(&self) -> crate::Result<Vec<String>> {
        let statement = Statement::from_string(self.backend(), "SELECT version FROM seaql_migrations ORDER BY version");
        let rows = self.reader.query_all_raw(statement).await?;
        rows.iter().map(|row| row.try_get::<String>("", "version").map_err(Into::into)).collect()
    }

    /// Connections of the application's pool: (open, idle).
    pub fn pool_usage(&self) -> (u32, usize) {
        if self.is_postgres() {
            let pool = self.writer.get_postgres_connection_pool();
            (pool.size(), pool.num_idle())
        } else {
            let pool = self.reader.get_sqlite_connection_pool();
            (pool.size(), pool.num_idle())
        }
    }

    pub async fn close(self) {
        if self.is_postgres() {
            self.writer.get_postgres_connection_pool().close().await;
            self.worker.get_postgres_connection_pool().close().await;
            self.authentication.get_postgres_connection_pool().close().await;
        } else {
            self.reader.get_sqlite_connection_pool().close().await;
            self.writer.get_sqlite_connection_pool().close().await;
        }
    }

    /// Refuses a database that would lose commits or ignore row policies.
    async fn check(&self) -> Result<(), ConnectError> {
        if self.is_postgres() {
            for (pool, role) in [(&self.writer, "cairn_app"), (&self.worker, "cairn_worker")] {
                let sql = "SELECT current_user::text AS name, rolbypassrls OR rolsuper AS bypass
                           FROM pg_roles WHERE rolname = current_user";
                let row = pool.query_one_raw(Statement::from_string(DbBackend::Postgres, sql)).await?;
                let row = row.ok_or_else(|| ConnectError::Unsafe("the current role is unknown".to_owned()))?;
                let (name, bypass): (String, bool) = (row.try_get("", "name")?, row.try_get("", "bypass")?);
                if name != role || bypass {
                    return Err(ConnectError::Unsafe(format!("role {name} bypasses row level security")));
                }
            }
            return Ok(());
        }
        for (pool, what) in [(&self.writer, "writer"), (&self.reader, "reader")] {
            let pragma = async |name: &str| -> Result<String, ConnectError> {
                let statement = Statement::from_string(DbBackend::Sqlite, format!("PRAGMA {name}"));
                let row = pool.query_one_raw(statement).await?;
                let row = row.ok_or_else(|| ConnectError::Unsafe(format!("PRAGMA {name} is silent")))?;
                Ok(row
                    .try_get_by_index::<String>(0)
                    .or_else(|_| row.try_get_by_index::<i64>(0).map(|n| n.to_string()))?)
            };
            for (name, wanted) in [("synchronous", "2"), ("journal_mode", "wal"), ("foreign_keys", "1")] {
                let found = pragma(name).await?;
                if found != wanted {
                    return Err(ConnectError::Unsafe(format!("{what}: PRAGMA {name} is {found}, not {wanted}")));
                }
            }
        }
        Ok(())
    }
}

/// The options of every SQLite connection of this program, whoever opens it.
pub fn sqlite_options(path: &std::path::Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(BUSY_TIMEOUT)
        .foreign_keys(true)
        .disable_statement_logging()
}

async fn sqlite_pool(path: &std::path::Path, size: u32, read_only: bool) -> Result<DatabaseConnection, ConnectError> {
    let mut options = sqlite_options(path);
    if read_only {
        options = options.pragma("query_only", "ON");
    }
    let pool = SqlitePoolOptions::new()
        .max_connections(size)
        .min_connections(1)
        // A file does not go away between two queries.
        .test_before_acquire(false)
        .acquire_timeout(BUSY_TIMEOUT + ACQUIRE_TIMEOUT)
        .idle_timeout(None)
        .max_lifetime(None)
        .connect_with(options)
        .await?;
    Ok(SqlxSqliteConnector::from_sqlx_sqlite_pool(pool))
}

/// A pool whose every connection starts with these settings; `role` is what row policies bind.
async fn postgres_pool(url: &str, settings: &[(&str, &str)], size: u32) -> Result<DatabaseConnection, ConnectError> {
    let options = PgConnectOptions::from_str(url)?.options(settings.iter().copied()).disable_statement_logging();
    let pool = PgPoolOptions::new()
        .max_connections(size)
        .min_connections(1)
        .test_before_acquire(false)
        .before_acquire(|connection, found| {
            Box::pin(async move {
                // One that was used a moment ago is asked nothing: asking costs a round trip for every request.
                if found.idle_for > TRUSTED {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .connect_with(options)
        .await?;
    Ok(SqlxPostgresConnector::from_sqlx_postgres_pool(pool))
}
