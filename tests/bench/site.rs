//! Installations of their own for what is measured, on either database.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, ensure};
use cairn_shared::clock::SystemClock;
use cairn_shared::db::{Database, DatabaseUrl, Environment, sqlite_options};
use cairn_shared::random::OsRandom;
use cairn_shared::secrets::Keyring;
use clap::ValueEnum;
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};
use tokio::process::Command;

use crate::server::processor_time;

const CONNECTIONS: u32 = 4;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Backend {
    Sqlite,
    Postgres,
}

impl Backend {
    pub const ALL: [Self; 2] = [Self::Sqlite, Self::Postgres];
}

impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        })
    }
}

/// Where and with what is measured.
pub struct Ground {
    pub program: PathBuf,
    pub folder: PathBuf,
    /// The address of a server's database `postgres`, as its owner.
    pub postgres: Option<String>,
    pub quick: bool,
    pub seed: u64,
}

/// One installation, migrated.
pub struct Site {
    pub backend: Backend,
    pub program: PathBuf,
    pub data_dir: PathBuf,
    pub url: String,
    server_url: Option<String>,
    name: String,
}

impl Site {
    /// Makes an empty installation with `cairn migrate`.
    pub async fn create(ground: &Ground, backend: Backend, name: &str) -> anyhow::Result<Self> {
        let name = format!("cairn_bench_{name}_{}", std::process::id());
        let data_dir = ground.folder.join(format!("{name}_{backend}"));
        std::fs::create_dir(&data_dir).with_context(|| format!("{} cannot be made", data_dir.display()))?;
        let (url, server_url) = match backend {
            Backend::Sqlite => (format!("sqlite://{}", data_dir.join("cairn.db").display()), None),
            Backend::Postgres => {
                let server = ground.postgres.clone().context("no PostgreSQL server was given")?;
                let mut connection = PgConnection::connect(&server).await?;
                sqlx::raw_sql(AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&mut connection).await?;
                connection.close().await?;
                let (base, _) = server.rsplit_once('/').context("the server's address has no database")?;
                (format!("{base}/{name}"), Some(server))
            }
        };
        let site = Self { backend, program: ground.program.clone(), data_dir, url, server_url, name };
        site.run(&["migrate"]).await?;
        Ok(site)
    }

    /// The program with this installation's settings and no others.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("CAIRN_")) {
            command.env_remove(name);
        }
        command.env("CAIRN_DATA_DIR", &self.data_dir).env("CAIRN_DATABASE_URL", &self.url).current_dir(&self.data_dir);
        command
    }

    /// Runs a command of the program to its end; returns what it printed.
    pub async fn run(&self, arguments: &[&str]) -> anyhow::Result<String> {
        let output = self.command().args(arguments).output().await.context("the program does not start")?;
        let error = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "cairn {}: {}", arguments.join(" "), error.trim());
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Opens the database the way the program does.
    pub async fn open(&self) -> anyhow::Result<Database> {
        let url: DatabaseUrl = self.url.parse()?;
        let keys = Keyring::load(&self.data_dir.join("keys"))?;
        let env = Environment { clock: Arc::new(SystemClock), random: Arc::new(OsRandom::new()), keys: Arc::new(keys) };
        Ok(Database::connect(&url, env, CONNECTIONS).await?)
    }

    /// Asks the database for one whole number, as its owner.
    pub async fn number(&self, sql: &str) -> anyhow::Result<i64> {
        let sql = AssertSqlSafe(sql.to_owned());
        Ok(match self.url.parse()? {
            DatabaseUrl::Sqlite(path) => {
                let mut connection = SqliteConnection::connect_with(&sqlite_options(&path)).await?;
                let number = sqlx::query_scalar(sql).fetch_one(&mut connection).await?;
                connection.close().await?;
                number
            }
            DatabaseUrl::Postgres(url) => {
                let mut connection = PgConnection::connect(&url).await?;
                let number = sqlx::query_scalar(sql).fetch_one(&mut connection).await?;
                connection.close().await?;
                number
            }
        })
    }

    /// Processor time that PostgreSQL's processes for this database have used so far, in microseconds.
    pub async fn database_time(&self) -> anyhow::Result<u64> {
        if self.backend == Backend::Sqlite {
            return Ok(0);
        }
        let mut connection = PgConnection::connect(&self.url).await?;
        let sql = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
        let ids: Vec<i32> = sqlx::query_scalar(sql).fetch_all(&mut connection).await?;
        connection.close().await?;
        Ok(ids.into_iter().filter_map(|id| u32::try_from(id).ok()).map(processor_time).sum())
    }

    /// Does what a server that has run for a while has had done: PostgreSQL's own housekeeping.
    pub async fn settle(&self) -> anyhow::Result<()> {
        if self.backend == Backend::Postgres {
            let mut connection = PgConnection::connect(&self.url).await?;
            sqlx::raw_sql("VACUUM ANALYZE").execute(&mut connection).await?;
            sqlx::raw_sql("CHECKPOINT").execute(&mut connection).await?;
            connection.close().await?;
        }
        Ok(())
    }

    /// "12 clients, 24 `agenda_items`, ..."
    pub async fn row_counts(&self, tables: &[&str]) -> anyhow::Result<String> {
        let mut counts = Vec::new();
        for table in tables {
            let count = self.number(&format!("SELECT count(*) FROM {table}")).await?;
            counts.push(format!("{count} {table}"));
        }
        Ok(counts.join(", "))
    }

    /// Throws the installation away.
    pub async fn remove(self) -> anyhow::Result<()> {
        std::fs::remove_dir_all(&self.data_dir)?;
        if let Some(server) = &self.server_url {
            let mut connection = PgConnection::connect(server).await?;
            let sql = format!("DROP DATABASE {} WITH (FORCE)", self.name);
            sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await?;
            connection.close().await?;
        }
        Ok(())
    }
}
