use sea_orm_migration::prelude::*;

use crate::support::{
    Access, bytes, bytes_or_null, index, instant, instant_or_null, primary_key, protect, references, table, text,
    text_or_null, uuid, uuid_or_null,
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let break_glass = table(
            "break_glass",
            vec![
                uuid("id"),
                uuid("organization_id"),
                uuid("client_id"),
                uuid("staff_id"),
                uuid("sign_in_id"),
                text("purpose"),
                bytes("reason"),
                instant("created_at"),
                instant("expires_at"),
                instant_or_null("reviewed_at"),
                uuid_or_null("reviewed_by"),
                text_or_null("outcome"),
                bytes_or_null("note"),
            ],
        )
        .primary_key(&mut primary_key(&["id"]))
        .foreign_key(&mut references("client_id", "clients"))
        .foreign_key(&mut references("staff_id", "staff"))
        .take();
        manager.create_table(break_glass).await?;
        index(manager, "break_glass", &["sign_in_id", "client_id"], false).await?;
        index(manager, "break_glass", &["organization_id", "reviewed_at", "id"], false).await?;
        index(manager, "break_glass", &["client_id"], false).await?;
        let access = Access { app: "SELECT, INSERT, UPDATE", worker: "", found_by_secret: false };
        protect(manager, "break_glass", &access).await
    }
}
