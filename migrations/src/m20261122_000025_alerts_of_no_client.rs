use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbErr, Statement};

use crate::support::{is_postgres, run};

#[derive(DeriveMigrationName)]
pub struct Migration;

/// Staff are also told of what concerns no client: a credential of theirs that ends.
#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if is_postgres(manager) {
            return run(manager, "ALTER TABLE escalations ALTER COLUMN client_id DROP NOT NULL").await;
        }
        loosen_sqlite(manager).await
    }
}

/// Takes NOT NULL from the column in the stored definition: the way that SQLite gives for changes which leave the rows as
/// they lie (`sqlite.org/lang_altertable.html`, section 8). Making the table anew would take the three tables that hang on it
/// along, with every delivery there ever was.
async fn loosen_sqlite(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    let backend = manager.get_database_backend();
    let pragma = Statement::from_string(backend, "PRAGMA schema_version");
    let row = connection.query_one_raw(pragma).await?;
    let version: i64 =
        row.ok_or_else(|| DbErr::Migration("the schema has no version".to_owned()))?.try_get_by_index(0)?;
    run(manager, "PRAGMA writable_schema = ON").await?;
    let changed = connection
        .execute_unprepared(
            r#"UPDATE sqlite_schema SET sql = replace(sql, '"client_id" uuid_text NOT NULL', '"client_id" uuid_text NULL')
               WHERE type = 'table' AND name = 'escalations' AND sql LIKE '%"client_id" uuid_text NOT NULL%'"#,
        )
        .await?;
    // Other connections, and this one, read the definitions anew.
    run(manager, &format!("PRAGMA schema_version = {}", version + 1)).await?;
    run(manager, "PRAGMA writable_schema = OFF").await?;
    if changed.rows_affected() != 1 {
        return Err(DbErr::Migration("escalations is not defined as expected".to_owned()));
    }
    Ok(())
}
