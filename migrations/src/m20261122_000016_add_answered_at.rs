use sea_orm_migration::prelude::*;

use crate::support::instant_or_null;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// An answer given without a network arrives later than it was given. Empty: it was given when it arrived.
#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = Table::alter().table("participations").add_column(instant_or_null("answered_at")).take();
        manager.alter_table(column).await
    }
}
