use sea_orm_migration::prelude::*;

use crate::support::{
    APP_ALL, Access, bytes, index, instant, instant_or_null, number, primary_key, protect, references, run, table,
    text, text_or_null, uuid, uuid_or_null,
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let summaries = table(
            "client_summaries",
            vec![
                uuid("client_id"),
                uuid("organization_id"),
                instant_or_null("last_contact_at"),
                instant_or_null("last_check_in_at"),
                text("moods"),
                number("goals_in_progress"),
                number("unconfirmed_reminders"),
                uuid_or_null("next_item_id"),
                text_or_null("next_original_local"),
                instant_or_null("next_starts_at"),
                number("top_severity"),
                instant_or_null("attention_since"),
                uuid_or_null("open_help_request_id"),
                instant("refresh_at"),
            ],
        )
        .primary_key(&mut primary_key(&["client_id"]))
        .foreign_key(&mut references("client_id", "clients"))
        .take();
        manager.create_table(summaries).await?;
        index(manager, "client_summaries", &["refresh_at"], false).await?;
        // Due at once: the worker fills the rows of clients who are there already.
        run(
            manager,
            "INSERT INTO client_summaries (client_id, organization_id, moods, goals_in_progress, unconfirmed_reminders,
                 top_severity, refresh_at)
             SELECT id, organization_id, '', 0, 0, 0, 0 FROM clients",
        )
        .await?;
        run(
            manager,
            "CREATE INDEX ix_reminders_sent ON reminders (client_id, starts_at)
             WHERE state = 'sent'",
        )
        .await?;
        run(
            manager,
            "CREATE INDEX ix_participations_attended ON participations (client_id, original_local)
             WHERE attendance = 'attended'",
        )
        .await?;

        let views = table(
            "saved_views",
            vec![
                uuid("id"),
                uuid("organization_id"),
                uuid("staff_id"),
                bytes("name"),
                text("filter"),
                instant("created_at"),
            ],
        )
        .primary_key(&mut primary_key(&["id"]))
        .foreign_key(&mut references("staff_id", "staff"))
        .take();
        manager.create_table(views).await?;
        index(manager, "saved_views", &["staff_id"], false).await?;

        for (name, worker) in [("client_summaries", "SELECT, UPDATE"), ("saved_views", "")] {
            protect(manager, name, &Access { app: APP_ALL, worker, found_by_secret: false }).await?;
        }
        Ok(())
    }
}
