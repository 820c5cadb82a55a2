use sea_orm_migration::prelude::*;

use crate::support::flag;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// An organization whose people are invented says so to everybody who signs in.
#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = Table::alter().table("organizations").add_column(flag("demo").default(false)).take();
        manager.alter_table(column).await
    }
}
