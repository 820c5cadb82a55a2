use sea_orm_migration::prelude::*;

use crate::support::{
    APP_ALL, Access, bytes, bytes_or_null, index, instant, instant_or_null, number, number_or_null, primary_key,
    protect, references, table, text, text_or_null, uuid,
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let clients = table(
            "clients",
            vec![
                uuid("id"),
                uuid("organization_id"),
                uuid("data_key_id"),
                bytes("preferred_name"),
                bytes_or_null("legal_name"),
                bytes_or_null("strengths"),
                text("time_zone"),
                text("language"),
                number_or_null("quiet_from"),
                number_or_null("quiet_to"),
                number_or_null("daily_cap"),
                text("notification_detail"),
                instant_or_null("detail_chosen_at"),
                instant_or_null("paused_until"),
                number("version"),
                instant("created_at"),
            ],
        )
        .primary_key(&mut primary_key(&["id"]))
        .foreign_key(&mut references("organization_id", "organizations"))
        .take();
        manager.create_table(clients).await?;
        index(manager, "clients", &["organization_id", "id"], false).await?;

        let assignments = table(
            "assignments",
            vec![
                uuid("id"),
                uuid("organization_id"),
                uuid("client_id"),
                uuid("staff_id"),
                text("starts_on"),
                text_or_null("ends_on"),
                instant("created_at"),
            ],
        )
        .primary_key(&mut primary_key(&["id"]))
        .foreign_key(&mut references("client_id", "clients"))
        .foreign_key(&mut references("staff_id", "staff"))
        .take();
        manager.create_table(assignments).await?;
        index(manager, "assignments", &["client_id"], false).await?;
        index(manager, "assignments", &["staff_id"], false).await?;

        for (name, worker) in [("clients", "SELECT, UPDATE"), ("assignments", "SELECT")] {
            protect(manager, name, &Access { app: APP_ALL, worker, found_by_secret: false }).await?;
        }
        Ok(())
    }
}
