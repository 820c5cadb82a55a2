use std::fmt::Write;

use async_trait::async_trait;
use sea_orm::sea_query::Values;
use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DatabaseConnection, DbBackend, DbErr, EntityTrait, ExecResult, QueryResult,
    RuntimeErr, Statement,
};
use sea_query_sqlx::SqlxValues;
use sqlx::{AssertSqlSafe, Executor, Postgres, Sqlite};
use tokio::sync::Mutex;
use uuid::Uuid;

use super::bulk;

/// A transaction of either database. Dropping it rolls back.
///
/// sea-orm's own needs one message to begin and another for what row policies bind; here both travel together.
pub struct Transaction {
    backend: DbBackend,
    inner: Mutex<Inner>,
}

enum Inner {
    Sqlite(sqlx::Transaction<'static, Sqlite>),
    Postgres(sqlx::Transaction<'static, Postgres>),
}

/// What a transaction is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    Read,
    /// On SQLite it takes the write lock at once, so it never fails half-way for being late.
    Write,
}

impl Transaction {
    /// Begins on a connection of this pool; row policies let it see this organization.
    pub(super) async fn begin(
        pool: &DatabaseConnection,
        purpose: Purpose,
        organization_id: Option<Uuid>,
    ) -> Result<Self, DbErr> {
        let backend = pool.get_database_backend();
        let inner = if backend == DbBackend::Postgres {
            let mut sql = String::from(if purpose == Purpose::Read { "BEGIN READ ONLY" } else { "BEGIN" });
            if let Some(id) = organization_id {
                // A UUID's digits and hyphens need no quoting.
                let _ = write!(sql, "; SET LOCAL app.org = '{id}'");
            }
            pool.get_postgres_connection_pool().begin_with(AssertSqlSafe(sql)).await.map(Inner::Postgres)
        } else {
            let sql = if purpose == Purpose::Read { "BEGIN" } else { "BEGIN IMMEDIATE" };
            pool.get_sqlite_connection_pool().begin_with(sql).await.map(Inner::Sqlite)
        };
        let inner = inner.map_err(|error| DbErr::Conn(RuntimeErr::SqlxError(error.into())))?;
        Ok(Self { backend, inner: Mutex::new(inner) })
    }

    /// Inserts rows of one table, of which every member is set.
    pub async fn insert_all<A: ActiveModelTrait>(&self, rows: Vec<A>) -> Result<(), DbErr> {
        let at_once = bulk::rows_at_once::<A>(self.backend == DbBackend::Postgres);
        for chunk in rows.chunks(at_once) {
            if let Inner::Postgres(txn) = &mut *self.inner.lock().await {
                let (sql, arguments) = bulk::unnest(chunk)?;
                sqlx::query_with(AssertSqlSafe(sql), arguments).execute(&mut **txn).await.map_err(exec_error)?;
                continue;
            }
            A::Entity::insert_many(chunk.iter().cloned()).exec_without_returning(self).await?;
        }
        Ok(())
    }

    pub async fn commit(self) -> Result<(), DbErr> {
        let result = match self.inner.into_inner() {
            Inner::Sqlite(txn) => txn.commit().await,
            Inner::Postgres(txn) => txn.commit().await,
        };
        result.map_err(exec_error)
    }
}

fn exec_error(error: sqlx::Error) -> DbErr {
    DbErr::Exec(RuntimeErr::SqlxError(error.into()))
}

fn query_error(error: sqlx::Error) -> DbErr {
    DbErr::Query(RuntimeErr::SqlxError(error.into()))
}

fn parts(statement: Statement) -> (AssertSqlSafe<String>, SqlxValues) {
    (AssertSqlSafe(statement.sql), SqlxValues(statement.values.unwrap_or(Values(Vec::new()))))
}

#[async_trait]
impl ConnectionTrait for Transaction {
    fn get_database_backend(&self) -> DbBackend {
        self.backend
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        let (sql, values) = parts(statement);
        let result = match &mut *self.inner.lock().await {
            Inner::Sqlite(txn) => sqlx::query_with(sql, values).execute(&mut **txn).await.map(Into::into),
            Inner::Postgres(txn) => sqlx::query_with(sql, values).execute(&mut **txn).await.map(Into::into),
        };
        result.map_err(exec_error)
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        let sql = AssertSqlSafe(sql.to_owned());
        let result = match &mut *self.inner.lock().await {
            Inner::Sqlite(txn) => txn.execute(sql).await.map(Into::into),
            Inner::Postgres(txn) => txn.execute(sql).await.map(Into::into),
        };
        result.map_err(exec_error)
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        let (sql, values) = parts(statement);
        let result = match &mut *self.inner.lock().await {
            Inner::Sqlite(txn) => {
                sqlx::query_with(sql, values).fetch_optional(&mut **txn).await.map(|row| row.map(Into::into))
            }
            Inner::Postgres(txn) => {
                sqlx::query_with(sql, values).fetch_optional(&mut **txn).await.map(|row| row.map(Into::into))
            }
        };
        result.map_err(query_error)
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let (sql, values) = parts(statement);
        let result = match &mut *self.inner.lock().await {
            Inner::Sqlite(txn) => {
                let rows = sqlx::query_with(sql, values).fetch_all(&mut **txn).await;
                rows.map(|rows| rows.into_iter().map(Into::into).collect())
            }
            Inner::Postgres(txn) => {
                let rows = sqlx::query_with(sql, values).fetch_all(&mut **txn).await;
                rows.map(|rows| rows.into_iter().map(Into::into).collect())
            }
        };
        result.map_err(query_error)
    }
}
