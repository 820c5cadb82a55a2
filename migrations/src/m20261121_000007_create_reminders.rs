use sea_orm_migration::prelude::*;

use crate::support::{
    APP_ALL, Access, flag, index, instant, instant_or_null, number, number_or_null, primary_key, protect, references,
    run, table, text, text_or_null, uuid, uuid_or_null,
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let reminders = table(
            "reminders",
            vec![
                uuid("id"),
                uuid("organization_id"),
                uuid("item_id"),
                text("original_local"),
                uuid("client_id"),
                text("rule_key"),
                number("version"),
                text("kind"),
                text("starts_at_local"),
                instant("starts_at"),
                instant("due_at"),
                instant("useful_until"),
                flag("ignores_quiet_hours"),
                text("state"),
                text_or_null("reason"),
                instant_or_null("sent_at"),
                instant_or_null("shown_at"),
                instant_or_null("clicked_at"),
                instant_or_null("answered_at"),
                text("tzdata"),
                instant("created_at"),
            ],
        )
        .primary_key(&mut primary_key(&["id"]))
        .foreign_key(&mut references("item_id", "agenda_items"))
        .foreign_key(&mut references("client_id", "clients"))
        .take();
        manager.create_table(reminders).await?;
        index(manager, "reminders", &["item_id", "original_local", "client_id", "rule_key", "version"], true).await?;
        index(manager, "reminders", &["client_id", "due_at"], false).await?;
        run(manager, "CREATE INDEX ix_reminders_open ON reminders (due_at) WHERE state IN ('planned', 'sending')")
            .await?;

        let deliveries = table(
            "deliveries",
            vec![
                uuid("id"),
                uuid("organization_id"),
                uuid("reminder_id"),
                uuid("client_id"),
                uuid("subscription_id"),
                text("origin"),
                text("state"),
                number("attempts"),
                instant("next_attempt_at"),
                uuid_or_null("lease_token"),
                instant_or_null("lease_until"),
                number_or_null("push_status"),
                instant("created_at"),
            ],
        )
        .primary_key(&mut primary_key(&["id"]))
        .foreign_key(&mut references("reminder_id", "reminders"))
        .take();
        manager.create_table(deliveries).await?;
        index(manager, "deliveries", &["reminder_id", "subscription_id"], true).await?;
        run(
            manager,
            "CREATE INDEX ix_deliveries_open ON deliveries (next_attempt_at) WHERE state IN ('due', 'sending')",
        )
        .await?;

        let events = table(
            "delivery_events",
            vec![
                uuid("id"),
                uuid("organization_id"),
                uuid("delivery_id"),
                instant("at"),
                text("event"),
                number_or_null("status"),
            ],
        )
        .primary_key(&mut primary_key(&["id"]))
        .foreign_key(&mut references("delivery_id", "deliveries"))
        .take();
        manager.create_table(events).await?;
        index(manager, "delivery_events", &["delivery_id"], false).await?;

        for (name, found_by_secret) in [("reminders", false), ("deliveries", true), ("delivery_events", false)] {
            protect(manager, name, &Access { app: APP_ALL, worker: "SELECT, INSERT, UPDATE", found_by_secret }).await?;
        }
        Ok(())
    }
}
