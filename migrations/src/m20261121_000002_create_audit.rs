use sea_orm_migration::prelude::*;

use crate::support::{
    Access, bytes, instant, is_postgres, number, primary_key, protect, run, table, text, text_or_null, uuid,
    uuid_or_null,
};

#[derive(DeriveMigrationName)]
pub struct Migration;

const APPEND_ONLY_POSTGRES: &str = "
CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit_events is append-only';
END $$;
CREATE TRIGGER audit_events_append_only BEFORE UPDATE OR DELETE ON audit_events
    FOR EACH ROW EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER audit_events_no_truncate BEFORE TRUNCATE ON audit_events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
";

const APPEND_ONLY_SQLITE: &str = "
CREATE TRIGGER audit_events_no_update BEFORE UPDATE ON audit_events
    BEGIN SELECT RAISE(ABORT, 'audit_events is append-only'); END;
CREATE TRIGGER audit_events_no_delete BEFORE DELETE ON audit_events
    BEGIN SELECT RAISE(ABORT, 'audit_events is append-only'); END;
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let audit_events = table(
            "audit_events",
            vec![
                uuid("organization_id"),
                number("seq"),
                instant("at"),
                text("actor_kind"),
                uuid_or_null("actor_id"),
                uuid_or_null("sign_in_id"),
                text("action"),
                text("object_type"),
                text("object_id"),
                uuid_or_null("client_id"),
                text("purpose"),
                text("outcome"),
                text_or_null("request_id"),
                text_or_null("ip"),
                text("detail"),
                bytes("hash"),
            ],
        )
        .primary_key(&mut primary_key(&["organization_id", "seq"]))
        .take();
        manager.create_table(audit_events).await?;
        let heads = table("audit_heads", vec![uuid("organization_id"), number("seq"), bytes("hash")])
            .primary_key(&mut primary_key(&["organization_id"]))
            .take();
        manager.create_table(heads).await?;
        let reads = table(
            "audit_reads",
            vec![
                uuid("sign_in_id"),
                uuid("client_id"),
                text("data_class"),
                number("time_window"),
                uuid("organization_id"),
            ],
        )
        .primary_key(&mut primary_key(&["sign_in_id", "client_id", "data_class", "time_window"]))
        .take();
        manager.create_table(reads).await?;

        for (name, app, worker) in [
            ("audit_events", "SELECT, INSERT", "SELECT, INSERT"),
            ("audit_heads", "SELECT, INSERT, UPDATE", "SELECT, INSERT, UPDATE"),
            ("audit_reads", "SELECT, INSERT, DELETE", "SELECT, DELETE"),
        ] {
            protect(manager, name, &Access { app, worker, found_by_secret: false }).await?;
        }
        let append_only = if is_postgres(manager) { APPEND_ONLY_POSTGRES } else { APPEND_ONLY_SQLITE };
        run(manager, append_only).await
    }
}
