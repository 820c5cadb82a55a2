//! Column shorthands and the grants and row policies that every table of an organization gets on PostgreSQL.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

pub fn table(name: &'static str, columns: Vec<ColumnDef>) -> TableCreateStatement {
    let mut table = Table::create();
    table.table(name);
    for mut column in columns {
        table.col(&mut column);
    }
    table
}

/// Identifiers: `UUIDv7`.
pub fn uuid(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).uuid().not_null().take()
}

pub fn uuid_or_null(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).uuid().null().take()
}

/// Instants: milliseconds since 1970-01-01 UTC.
pub fn instant(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().not_null().take()
}

pub fn instant_or_null(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().null().take()
}

pub fn number(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().not_null().take()
}

pub fn number_or_null(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().null().take()
}

/// Measured amounts, such as what a goal aims for. Never money.
pub fn amount_or_null(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).double().null().take()
}

pub fn flag(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).boolean().not_null().take()
}

pub fn flag_or_null(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).boolean().null().take()
}

pub fn text(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).text().not_null().take()
}

pub fn text_or_null(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).text().null().take()
}

/// Ciphertext, hashes and tokens.
pub fn bytes(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).blob().not_null().take()
}

pub fn bytes_or_null(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).blob().null().take()
}

pub fn primary_key(columns: &[&'static str]) -> IndexCreateStatement {
    let mut key = Index::create();
    for column in columns {
        key.col(*column);
    }
    key.primary().take()
}

pub fn references(column: &'static str, table: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create().from_col(column).to_tbl(table).to_col("id").on_delete(ForeignKeyAction::Restrict).take()
}

pub async fn index(
    manager: &SchemaManager<'_>,
    table: &'static str,
    columns: &[&'static str],
    unique: bool,
) -> Result<(), DbErr> {
    let kind = if unique { "uq" } else { "ix" };
    let mut index = Index::create();
    index.name(format!("{kind}_{table}_{}", columns.join("_"))).table(table);
    for column in columns {
        index.col(*column);
    }
    if unique {
        index.unique();
    }
    manager.create_index(index).await
}

/// Runs a statement on both databases.
pub async fn run(manager: &SchemaManager<'_>, sql: &str) -> Result<(), DbErr> {
    manager.get_connection().execute_unprepared(sql).await.map(|_| ())
}

pub fn is_postgres(manager: &SchemaManager<'_>) -> bool {
    manager.get_database_backend() == DbBackend::Postgres
}

/// What the two roles may do with a table. The application role is held to one organization by its row policy;
/// the worker role sees every organization, but only the tables that it is granted.
pub struct Access {
    pub app: &'static str,
    pub worker: &'static str,
    /// Rows which must be found before the organization is known: sign-ins by token, staff by e-mail, codes, devices.
    pub found_by_secret: bool,
}

pub const APP_ALL: &str = "SELECT, INSERT, UPDATE, DELETE";

/// Row level security and grants on PostgreSQL; nothing on SQLite, where the queries alone must hold.
pub async fn protect(manager: &SchemaManager<'_>, table: &'static str, access: &Access) -> Result<(), DbErr> {
    if !is_postgres(manager) {
        return Ok(());
    }
    let mut sql = format!(
        "ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
         ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
         GRANT {} ON {table} TO cairn_app;
         CREATE POLICY organization ON {table} TO cairn_app
             USING (organization_id = NULLIF(current_setting('app.org', true), '')::uuid)
             WITH CHECK (organization_id = NULLIF(current_setting('app.org', true), '')::uuid);",
        access.app
    );
    if access.found_by_secret {
        sql.push_str(&format!(
            "CREATE POLICY authentication ON {table} FOR SELECT TO cairn_app
                 USING (current_setting('app.purpose', true) = 'authentication');"
        ));
    }
    if !access.worker.is_empty() {
        sql.push_str(&format!(
            "GRANT {} ON {table} TO cairn_worker;
             CREATE POLICY worker ON {table} TO cairn_worker USING (true) WITH CHECK (true);",
            access.worker
        ));
    }
    run(manager, &sql).await
}
