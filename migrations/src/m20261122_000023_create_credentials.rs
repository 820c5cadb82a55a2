use sea_orm_migration::prelude::*;

use crate::support::{
    Access, bytes, bytes_or_null, index, instant, instant_or_null, number, primary_key, protect, references, run,
    table, text, text_or_null, uuid, uuid_or_null,
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_credentials(manager).await?;
        create_supervision_log(manager).await?;
        run(manager, "ALTER TABLE supervisions ADD COLUMN supervisor_type text NULL").await?;
        run(manager, "ALTER TABLE supervisions ADD COLUMN is_primary boolean NOT NULL DEFAULT FALSE").await?;
        // Whoever supervises longest is the primary supervisor.
        run(
            manager,
            "UPDATE supervisions SET is_primary = TRUE WHERE ends_on IS NULL AND NOT EXISTS (SELECT 1 FROM supervisions \
             earlier WHERE earlier.staff_id = supervisions.staff_id AND earlier.ends_on IS NULL \
             AND (earlier.starts_on < supervisions.starts_on \
             OR (earlier.starts_on = supervisions.starts_on AND earlier.id < supervisions.id)))",
        )
        .await?;
        for (name, app, worker) in [
            ("credentials", "SELECT, INSERT, UPDATE", "SELECT"),
            ("credential_changes", "SELECT, INSERT", ""),
            ("credential_notices", "SELECT, INSERT", "SELECT"),
            ("supervision_log", "SELECT, INSERT, UPDATE", ""),
        ] {
            protect(manager, name, &Access { app, worker, found_by_secret: false }).await?;
        }
        Ok(())
    }
}

async fn create_credentials(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let credentials = table(
        "credentials",
        vec![
            uuid("id"),
            uuid("organization_id"),
            uuid("user_id"),
            text("state"),
            text("credential_type"),
            bytes("number"),
            bytes("number_hmac"),
            text("issuer"),
            text("issued_on"),
            text_or_null("expires_on"),
            text("status"),
            number("version"),
            instant("created_at"),
        ],
    )
    .primary_key(&mut primary_key(&["id"]))
    .foreign_key(&mut references("user_id", "staff"))
    .take();
    manager.create_table(credentials).await?;
    index(manager, "credentials", &["user_id"], false).await?;
    index(manager, "credentials", &["organization_id", "state", "credential_type", "number_hmac"], true).await?;
    index(manager, "credentials", &["expires_on"], false).await?;

    // What a credential was from which day on.
    let changes = table(
        "credential_changes",
        vec![
            uuid("id"),
            uuid("organization_id"),
            uuid("credential_id"),
            text("status"),
            text("effective_on"),
            text_or_null("expires_on"),
            instant("created_at"),
            uuid_or_null("created_by"),
        ],
    )
    .primary_key(&mut primary_key(&["id"]))
    .foreign_key(&mut references("credential_id", "credentials"))
    .take();
    manager.create_table(changes).await?;
    index(manager, "credential_changes", &["credential_id", "effective_on"], false).await?;

    // Said once for each stage of each end.
    let notices = table(
        "credential_notices",
        vec![
            uuid("id"),
            uuid("organization_id"),
            uuid("credential_id"),
            text("expires_on"),
            number("days_before"),
            instant("created_at"),
        ],
    )
    .primary_key(&mut primary_key(&["id"]))
    .foreign_key(&mut references("credential_id", "credentials"))
    .take();
    manager.create_table(notices).await?;
    index(manager, "credential_notices", &["credential_id", "expires_on", "days_before"], true).await
}

async fn create_supervision_log(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let log = table(
        "supervision_log",
        vec![
            uuid("id"),
            uuid("organization_id"),
            uuid("supervisor_id"),
            uuid("staff_id"),
            text("held_on"),
            number("minutes"),
            text("mode"),
            bytes_or_null("topics"),
            instant("supervisor_signed_at"),
            instant_or_null("staff_signed_at"),
            instant("created_at"),
        ],
    )
    .primary_key(&mut primary_key(&["id"]))
    .foreign_key(&mut references("supervisor_id", "staff"))
    .foreign_key(&mut references("staff_id", "staff"))
    .take();
    manager.create_table(log).await?;
    index(manager, "supervision_log", &["staff_id", "held_on"], false).await
}
