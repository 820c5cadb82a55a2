use sea_orm_migration::prelude::*;

use crate::support::{
    APP_ALL, Access, bytes, index, instant, instant_or_null, is_postgres, number, primary_key, protect, references,
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
        let staff = table(
            "staff",
            vec![
                uuid("id"),
                uuid("organization_id"),
                bytes("email_hmac"),
                bytes("email"),
                bytes("name"),
                text("password_hash"),
                instant_or_null("disabled_at"),
                instant("created_at"),
            ],
        )
        .primary_key(&mut primary_key(&["id"]))
        .foreign_key(&mut references("organization_id", "organizations"))
        .take();
        manager.create_table(staff).await?;
        index(manager, "staff", &["email_hmac"], true).await?;
        index(manager, "staff", &["organization_id"], false).await?;

        let staff_roles = table("staff_roles", vec![uuid("staff_id"), text("role"), uuid("organization_id")])
            .primary_key(&mut primary_key(&["staff_id", "role"]))
            .foreign_key(&mut references("staff_id", "staff"))
            .take();
        manager.create_table(staff_roles).await?;

        let supervisions = table(
            "supervisions",
            vec![
                uuid("id"),
                uuid("organization_id"),
                uuid("supervisor_id"),
                uuid("staff_id"),
                text("starts_on"),
                text_or_null("ends_on"),
                instant("created_at"),
            ],
        )
        .primary_key(&mut primary_key(&["id"]))
        .foreign_key(&mut references("supervisor_id", "staff"))
        .foreign_key(&mut references("staff_id", "staff"))
        .take();
        manager.create_table(supervisions).await?;
        index(manager, "supervisions", &["supervisor_id"], false).await?;

        let sign_ins = table(
            "sign_ins",
            vec![
                uuid("id"),
                uuid("organization_id"),
                uuid_or_null("staff_id"),
                uuid_or_null("client_id"),
                uuid_or_null("device_id"),
                bytes("token_hash"),
                text("carrier"),
                instant("created_at"),
                instant("last_used_at"),
                number("idle_limit"),
                instant_or_null("expires_at"),
                instant_or_null("ended_at"),
            ],
        )
        .primary_key(&mut primary_key(&["id"]))
        .take();
        manager.create_table(sign_ins).await?;
        index(manager, "sign_ins", &["token_hash"], true).await?;
        index(manager, "sign_ins", &["staff_id"], false).await?;
        index(manager, "sign_ins", &["client_id"], false).await?;

        let throttles = table(
            "throttles",
            vec![bytes("id"), number("failures"), instant("last_failure_at"), instant("blocked_until")],
        )
        .primary_key(&mut primary_key(&["id"]))
        .take();
        manager.create_table(throttles).await?;
        if is_postgres(manager) {
            // Keyed by an HMAC of address or account; belongs to no organization.
            run(
                manager,
                "GRANT SELECT, INSERT, UPDATE, DELETE ON throttles TO cairn_app;
                 GRANT SELECT, DELETE ON throttles TO cairn_worker;",
            )
            .await?;
        }

        let idempotency_keys = table(
            "idempotency_keys",
            vec![
                uuid("actor_id"),
                text("route"),
                text("idempotency_key"),
                uuid("organization_id"),
                bytes("request_hash"),
                number("status"),
                bytes("response"),
                instant("created_at"),
            ],
        )
        .primary_key(&mut primary_key(&["actor_id", "route", "idempotency_key"]))
        .take();
        manager.create_table(idempotency_keys).await?;
        index(manager, "idempotency_keys", &["created_at"], false).await?;

        for (name, worker, found_by_secret) in [
            ("staff", "SELECT", true),
            ("staff_roles", "SELECT", true),
            ("supervisions", "", false),
            ("sign_ins", "SELECT, UPDATE, DELETE", true),
            ("idempotency_keys", "SELECT, DELETE", false),
        ] {
            protect(manager, name, &Access { app: APP_ALL, worker, found_by_secret }).await?;
        }
        Ok(())
    }
}
