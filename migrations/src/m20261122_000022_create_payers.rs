use sea_orm_migration::prelude::*;

use crate::support::{
    Access, index, instant, number, primary_key, protect, references, table, text, text_or_null, uuid, uuid_or_null,
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Never changed, only followed by the next version.
        let profiles = table(
            "payer_profiles",
            vec![
                uuid("id"),
                uuid("organization_id"),
                text("state"),
                text("payer"),
                text("program"),
                text("effective_from"),
                text_or_null("effective_to"),
                number("version_number"),
                text("rules"),
                text("rules_hash"),
                instant("created_at"),
                uuid_or_null("created_by"),
            ],
        )
        .primary_key(&mut primary_key(&["id"]))
        .take();
        manager.create_table(profiles).await?;
        index(
            manager,
            "payer_profiles",
            &["organization_id", "state", "payer", "program", "effective_from", "version_number"],
            true,
        )
        .await?;
        let coverages = table(
            "client_coverages",
            vec![
                uuid("id"),
                uuid("organization_id"),
                uuid("client_id"),
                text("state"),
                text("payer"),
                text("program"),
                text("starts_on"),
                text_or_null("ends_on"),
                instant("created_at"),
                uuid_or_null("created_by"),
            ],
        )
        .primary_key(&mut primary_key(&["id"]))
        .foreign_key(&mut references("client_id", "clients"))
        .take();
        manager.create_table(coverages).await?;
        index(manager, "client_coverages", &["client_id", "starts_on"], false).await?;
        for (name, app) in [("payer_profiles", "SELECT, INSERT"), ("client_coverages", "SELECT, INSERT, UPDATE")] {
            protect(manager, name, &Access { app, worker: "", found_by_secret: false }).await?;
        }
        Ok(())
    }
}
