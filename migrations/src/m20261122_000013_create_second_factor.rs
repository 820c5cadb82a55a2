use sea_orm_migration::prelude::*;

use crate::support::{
    APP_ALL, Access, bytes, index, instant, instant_or_null, number, primary_key, protect, references, run, table,
    text, text_or_null, uuid, uuid_or_null,
};

#[derive(DeriveMigrationName)]
pub struct Migration;

/// Rows that are looked for among a million: a client's, a person's, a day's, those of one kind, and what was refused.
const AUDIT_INDEXES: &str = "
CREATE INDEX ix_audit_events_client ON audit_events (organization_id, client_id, seq) WHERE client_id IS NOT NULL;
CREATE INDEX ix_audit_events_actor ON audit_events (organization_id, actor_id, seq) WHERE actor_id IS NOT NULL;
CREATE INDEX ix_audit_events_at ON audit_events (organization_id, at, seq);
CREATE INDEX ix_audit_events_kind ON audit_events (organization_id, object_type, action, seq);
CREATE INDEX ix_audit_events_refused ON audit_events (organization_id, seq) WHERE outcome <> 'success';
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, mut column) in [
            // When a second factor was enrolled; null without one.
            ("staff", instant_or_null("second_factor_at")),
            // When the person last proved who they are, and until when one of their emergency accesses lasts.
            ("sign_ins", instant_or_null("proved_at")),
            ("sign_ins", instant_or_null("break_glass_until")),
            ("audit_events", text_or_null("actor_roles")),
            ("audit_events", uuid_or_null("break_glass_id")),
        ] {
            manager.alter_table(Table::alter().table(name).add_column(&mut column).take()).await?;
        }
        run(manager, AUDIT_INDEXES).await?;

        let second_factors = table(
            "second_factors",
            vec![
                uuid("id"),
                uuid("organization_id"),
                uuid("staff_id"),
                text("state"),
                bytes("secret"),
                number("last_step"),
                instant("created_at"),
            ],
        )
        .primary_key(&mut primary_key(&["id"]))
        .foreign_key(&mut references("staff_id", "staff"))
        .take();
        manager.create_table(second_factors).await?;
        index(manager, "second_factors", &["staff_id", "state"], true).await?;

        let recovery_codes = table(
            "recovery_codes",
            vec![
                uuid("id"),
                uuid("organization_id"),
                uuid("staff_id"),
                bytes("code_hmac"),
                instant_or_null("used_at"),
                instant("created_at"),
            ],
        )
        .primary_key(&mut primary_key(&["id"]))
        .foreign_key(&mut references("staff_id", "staff"))
        .take();
        manager.create_table(recovery_codes).await?;
        index(manager, "recovery_codes", &["staff_id", "code_hmac"], true).await?;

        for name in ["second_factors", "recovery_codes"] {
            protect(manager, name, &Access { app: APP_ALL, worker: "", found_by_secret: false }).await?;
        }
        Ok(())
    }
}
