//! A database for each test: a template is migrated once, and copied.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::UNIX_EPOCH;

use cairn_migrations::{Migrator, MigratorTrait};
use cairn_shared::db::{DatabaseUrl, sqlite_options};
use cairn_shared::secrets::sha256;
use sea_orm::{SqlxPostgresConnector, SqlxSqliteConnector};
use sqlx::Connection;
use sqlx::postgres::{PgConnection, PgPoolOptions};
use sqlx::sqlite::SqlitePoolOptions;
use tokio::sync::OnceCell;

const SERVER: &str = "CAIRN_TEST_POSTGRES_URL";
const WITHOUT: &str = "CAIRN_TEST_SQLITE_ONLY";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    Sqlite,
    Postgres,
}

impl Backend {
    /// PostgreSQL may be left out, but only by saying so.
    pub fn is_wanted(self) -> bool {
        self == Self::Sqlite || std::env::var(WITHOUT).as_deref() != Ok("1")
    }

    /// A fresh database with all migrations and the queue's tables.
    pub(crate) async fn create(self) -> Fresh {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("cairn_it_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        match self {
            Self::Sqlite => {
                static TEMPLATE: OnceCell<PathBuf> = OnceCell::const_new();
                let template = TEMPLATE.get_or_init(sqlite_template).await;
                let folder = scratch().join(name);
                std::fs::create_dir_all(&folder).expect("a folder for the database");
                let path = folder.join("cairn.db");
                std::fs::copy(template, &path).expect("a copy of the template");
                Fresh { url: DatabaseUrl::Sqlite(path), folder: Some(folder), server: None }
            }
            Self::Postgres => {
                static TEMPLATE: OnceCell<String> = OnceCell::const_new();
                let template = TEMPLATE.get_or_init(postgres_template).await;
                let mut server = server().await;
                run(&mut server, &format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
                server.close().await.expect("closed");
                Fresh { url: DatabaseUrl::Postgres(server_url(&name)), folder: None, server: Some(name) }
            }
        }
    }
}

/// A database of one test, and how to get rid of it.
pub(crate) struct Fresh {
    pub url: DatabaseUrl,
    folder: Option<PathBuf>,
    server: Option<String>,
}

impl Fresh {
    pub async fn remove(&self) {
        if let Some(folder) = &self.folder {
            std::fs::remove_dir_all(folder).expect("the database's folder goes away");
        }
        if let Some(name) = &self.server {
            let mut server = server().await;
            run(&mut server, &format!("DROP DATABASE {name} WITH (FORCE)")).await;
        }
    }
}

/// In memory where there is such a place: these databases sync every commit.
fn scratch() -> PathBuf {
    let memory = PathBuf::from("/dev/shm");
    let base = if memory.is_dir() { memory } else { std::env::temp_dir() };
    base.join("cairn-it")
}

/// Names the build: a template serves every process of one build, and no other.
fn build_name() -> String {
    let program = std::env::current_exe().expect("the path of this program");
    let changed = std::fs::metadata(&program).and_then(|data| data.modified()).expect("its age");
    let age = changed.duration_since(UNIX_EPOCH).expect("later than 1970").as_nanos();
    hex::encode(&sha256(format!("{} {age}", program.display()).as_bytes())[..8])
}

async fn migrate(url: &DatabaseUrl) {
    let connection = match url {
        DatabaseUrl::Sqlite(path) => {
            let pool = SqlitePoolOptions::new().max_connections(1).connect_with(sqlite_options(path)).await;
            SqlxSqliteConnector::from_sqlx_sqlite_pool(pool.expect("SQLite opens"))
        }
        DatabaseUrl::Postgres(url) => {
            let pool = PgPoolOptions::new().max_connections(1).connect(url).await;
            SqlxPostgresConnector::from_sqlx_postgres_pool(pool.expect("PostgreSQL opens"))
        }
    };
    Migrator::up(&connection, None).await.expect("the migrations run");
    connection.close().await.expect("closed");
    cairn_worker::queue::migrate(url).await.expect("the queue's migrations run");
}

async fn sqlite_template() -> PathBuf {
    let template = scratch().join(format!("template_{}.db", build_name()));
    if !template.exists() {
        // Made aside and renamed, so that no other process sees half of it.
        let aside = scratch().join(format!("template_{}_{}", build_name(), std::process::id()));
        std::fs::create_dir_all(&aside).expect("a folder for the template");
        let path = aside.join("cairn.db");
        migrate(&DatabaseUrl::Sqlite(path.clone())).await;
        std::fs::rename(&path, &template).expect("the template goes to its place");
        std::fs::remove_dir_all(&aside).expect("nothing is left aside");
    }
    template
}

async fn postgres_template() -> String {
    let name = format!("cairn_template_{}", build_name());
    let mut server = server().await;
    // One process makes it; the others wait here.
    run(&mut server, "SELECT pg_advisory_lock(8030)").await;
    let known: Option<(bool,)> = sqlx::query_as("SELECT datistemplate FROM pg_database WHERE datname = $1")
        .bind(&name)
        .fetch_optional(&mut server)
        .await
        .expect("the list of databases");
    if known != Some((true,)) {
        run(&mut server, &format!("DROP DATABASE IF EXISTS {name}")).await;
        run(&mut server, &format!("CREATE DATABASE {name}")).await;
        migrate(&DatabaseUrl::Postgres(server_url(&name))).await;
        run(&mut server, &format!("ALTER DATABASE {name} IS_TEMPLATE true")).await;
    }
    server.close().await.expect("closed, and with it the lock");
    name
}

async fn server() -> PgConnection {
    PgConnection::connect(&server_url("")).await.expect("PostgreSQL answers")
}

async fn run(connection: &mut PgConnection, sql: &str) {
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(connection).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
}

/// The server's address with another database in it; an empty name leaves it as it is.
fn server_url(database: &str) -> String {
    let Ok(url) = std::env::var(SERVER) else {
        panic!(
            "{SERVER} is not set. Start a scratch PostgreSQL with `tests/postgres.sh start DIR` and set it to the address \
             that this prints, or leave these tests out with {WITHOUT}=1."
        );
    };
    let mut url: url::Url = url.parse().expect("an address such as postgres://postgres@127.0.0.1:5432/postgres");
    if !database.is_empty() {
        url.set_path(database);
    }
    url.into()
}
