//! Looks into the database as its owner, past every policy: what is really there.

use std::collections::BTreeMap;

use cairn_shared::db::{DatabaseUrl, sqlite_options};
use sea_orm::{ConnectionTrait, DatabaseConnection, SqlxPostgresConnector, SqlxSqliteConnector, Statement};
use sqlx::postgres::PgPoolOptions;
use sqlx::sqlite::SqlitePoolOptions;

use crate::app::TestApp;
use crate::backend::Backend;

pub(crate) async fn connect(url: &DatabaseUrl) -> DatabaseConnection {
    match url {
        DatabaseUrl::Sqlite(path) => {
            let pool = SqlitePoolOptions::new().max_connections(1).connect_with(sqlite_options(path)).await;
            SqlxSqliteConnector::from_sqlx_sqlite_pool(pool.expect("SQLite opens"))
        }
        DatabaseUrl::Postgres(url) => {
            let pool = PgPoolOptions::new().max_connections(1).connect(url).await;
            SqlxPostgresConnector::from_sqlx_postgres_pool(pool.expect("PostgreSQL opens"))
        }
    }
}

/// What stands in the database.
pub struct Contents(BTreeMap<String, Vec<String>>);

impl Contents {
    pub fn rows(&self, table: &str) -> &[String] {
        &self.0[table]
    }

    fn changes(&self, after: &Self) -> Vec<String> {
        let mut changes = Vec::new();
        for (table, rows) in &self.0 {
            let now = after.rows(table);
            if now == rows {
                continue;
            }
            changes.extend(rows.iter().filter(|row| !now.contains(row)).map(|row| format!("- {table} {row:.300}")));
            changes.extend(now.iter().filter(|row| !rows.contains(row)).map(|row| format!("+ {table} {row:.300}")));
        }
        changes
    }
}

impl TestApp {
    /// A connection of the database's owner.
    pub fn owner(&self) -> &DatabaseConnection {
        &self.owner
    }

    /// Runs a statement as the owner.
    pub async fn sql(&self, sql: &str) {
        self.try_sql(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    pub async fn try_sql(&self, sql: &str) -> Result<(), sea_orm::DbErr> {
        self.owner.execute_unprepared(sql).await.map(|_| ())
    }

    /// The first column of every row, as text.
    pub async fn column(&self, sql: &str) -> Vec<String> {
        let statement = Statement::from_string(self.owner.get_database_backend(), sql);
        let rows = self.owner.query_all_raw(statement).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
        rows.iter().map(|row| row.try_get_by_index::<Option<String>>(0).expect("text").unwrap_or_default()).collect()
    }

    /// How many rows of a table there are.
    pub async fn count(&self, table: &str) -> i64 {
        self.count_where(table, "1 = 1").await
    }

    pub async fn count_where(&self, table: &str, condition: &str) -> i64 {
        let sql = format!("SELECT COUNT(*) FROM {table} WHERE {condition}");
        let statement = Statement::from_string(self.owner.get_database_backend(), sql);
        let row = self.owner.query_one_raw(statement).await.expect("counted").expect("a row");
        row.try_get_by_index(0).expect("a number")
    }

    /// Reminders whose time has come and that have not ended.
    pub async fn unsettled(&self) -> i64 {
        let condition = format!("state IN ('planned', 'sending') AND due_at <= {}", self.now().0);
        self.count_where("reminders", &condition).await
    }

    /// Our own tables, without those of the migrations and the queue.
    pub async fn tables(&self) -> Vec<String> {
        let sql = match self.backend {
            Backend::Sqlite => {
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'
                 AND name NOT IN ('Jobs', 'Workers', 'seaql_migrations', '_sqlx_migrations') ORDER BY name"
            }
            Backend::Postgres => {
                "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'seaql_migrations'
                 ORDER BY 1"
            }
        };
        self.column(sql).await
    }

    pub async fn columns_of(&self, table: &str) -> Vec<String> {
        self.column(&match self.backend {
            Backend::Sqlite => format!("SELECT name FROM pragma_table_info('{table}') ORDER BY cid"),
            Backend::Postgres => format!(
                "SELECT column_name::text FROM information_schema.columns
                 WHERE table_schema = 'public' AND table_name = '{table}' ORDER BY ordinal_position"
            ),
        })
        .await
    }

    /// Every row of every table as text. Left out is what a mere request may write: the last use of a sign-in, failures
    /// that are counted, marks of reads and their audit rows.
    pub async fn contents(&self) -> Contents {
        if self.everything.get().is_none() {
            let mut tables = self.tables().await;
            tables.retain(|table| {
                !["sign_ins", "throttles", "audit_reads", "audit_heads", "audit_events"].contains(&table.as_str())
            });
            let mut selects = Vec::new();
            for table in &tables {
                selects.push(format!("SELECT '{table} ' || ({}) FROM {table} t", self.row_as_text(table).await));
            }
            // One statement for all: it is asked for thousands of times.
            let _ = self.everything.set((format!("{} ORDER BY 1", selects.join(" UNION ALL ")), tables));
        }
        let (sql, tables) = self.everything.get().expect("put together above");
        let mut all: BTreeMap<String, Vec<String>> = tables.iter().map(|table| (table.clone(), Vec::new())).collect();
        for line in self.column(sql).await {
            let (table, row) = line.split_once(' ').expect("a table and a row");
            all.get_mut(table).expect("a known table").push(row.to_owned());
        }
        Contents(all)
    }

    /// Fails if anything was written since, and says what.
    pub async fn assert_unchanged_since(&self, before: &Contents) {
        let changes = before.changes(&self.contents().await);
        assert!(changes.is_empty(), "written meanwhile:\n{}", changes.join("\n"));
    }

    pub async fn rows_of(&self, table: &str) -> Vec<String> {
        self.column(&format!("SELECT {} FROM {table} t ORDER BY 1", self.row_as_text(table).await)).await
    }

    async fn row_as_text(&self, table: &str) -> String {
        match self.backend {
            Backend::Sqlite => {
                let columns: Vec<String> =
                    self.columns_of(table).await.iter().map(|name| format!("quote(\"{name}\")")).collect();
                columns.join(" || '|' || ")
            }
            Backend::Postgres => "t::text".to_owned(),
        }
    }
}
