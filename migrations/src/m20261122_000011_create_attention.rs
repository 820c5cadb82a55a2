use sea_orm_migration::prelude::*;

use crate::support::{
    APP_ALL, Access, bytes_or_null, flag, index, instant, instant_or_null, number, primary_key, protect, references,
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
        let attention_rules = table(
            "attention_rules",
            vec![
                uuid("organization_id"),
                text("kind"),
                flag("enabled"),
                text("parameters"),
                number("version"),
                instant("updated_at"),
            ],
        )
        .primary_key(&mut primary_key(&["organization_id", "kind"]))
        .take();
        manager.create_table(attention_rules).await?;

        let attention_reasons = table(
            "attention_reasons",
            vec![
                uuid("id"),
                uuid("organization_id"),
                uuid("client_id"),
                text("kind"),
                number("severity"),
                instant("since"),
                text("code"),
                text("parameters"),
                text_or_null("subject_type"),
                text("subject_id"),
                flag("standing"),
                text("state"),
                instant_or_null("due_at"),
                instant("created_at"),
                instant_or_null("acknowledged_at"),
                uuid_or_null("acknowledged_by"),
                instant_or_null("ended_at"),
                uuid_or_null("ended_by"),
                text_or_null("outcome"),
                bytes_or_null("note"),
            ],
        )
        .primary_key(&mut primary_key(&["id"]))
        .foreign_key(&mut references("client_id", "clients"))
        .take();
        manager.create_table(attention_reasons).await?;
        index(manager, "attention_reasons", &["client_id", "created_at"], false).await?;
        run(
            manager,
            "CREATE UNIQUE INDEX uq_attention_reasons_standing ON attention_reasons (client_id, kind, subject_id) \
             WHERE standing",
        )
        .await?;
        run(
            manager,
            "CREATE INDEX ix_attention_reasons_open ON attention_reasons (organization_id, severity) \
             WHERE state IN ('open', 'acknowledged')",
        )
        .await?;

        let attention_refreshes = table(
            "attention_refreshes",
            vec![uuid("client_id"), uuid("organization_id"), instant_or_null("refresh_at")],
        )
        .primary_key(&mut primary_key(&["client_id"]))
        .foreign_key(&mut references("client_id", "clients"))
        .take();
        manager.create_table(attention_refreshes).await?;
        index(manager, "attention_refreshes", &["refresh_at"], false).await?;
        run(
            manager,
            "CREATE INDEX ix_participations_attendance ON participations (client_id, attendance_at) \
             WHERE attendance IS NOT NULL",
        )
        .await?;
        // Whoever is there already is looked at once.
        run(
            manager,
            "INSERT INTO attention_refreshes (client_id, organization_id, refresh_at) \
             SELECT id, organization_id, 0 FROM clients",
        )
        .await?;

        for (name, worker) in
            [("attention_rules", ""), ("attention_reasons", ""), ("attention_refreshes", "SELECT, UPDATE")]
        {
            protect(manager, name, &Access { app: APP_ALL, worker, found_by_secret: false }).await?;
        }
        Ok(())
    }
}
