use sea_orm_migration::prelude::*;

use crate::support::{
    APP_ALL, Access, bytes, index, instant, instant_or_null, primary_key, protect, references, table, text, uuid,
    uuid_or_null,
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let activation_codes = table(
            "activation_codes",
            vec![
                uuid("id"),
                uuid("organization_id"),
                uuid("client_id"),
                bytes("code_hmac"),
                instant("created_at"),
                instant("expires_at"),
                instant_or_null("used_at"),
            ],
        )
        .primary_key(&mut primary_key(&["id"]))
        .foreign_key(&mut references("client_id", "clients"))
        .take();
        manager.create_table(activation_codes).await?;
        index(manager, "activation_codes", &["code_hmac"], true).await?;

        let devices = table(
            "devices",
            vec![
                uuid("id"),
                uuid("organization_id"),
                uuid_or_null("client_id"),
                uuid_or_null("staff_id"),
                bytes("name"),
                instant("created_at"),
                instant_or_null("revoked_at"),
            ],
        )
        .primary_key(&mut primary_key(&["id"]))
        .take();
        manager.create_table(devices).await?;
        index(manager, "devices", &["client_id"], false).await?;

        let push_subscriptions = table(
            "push_subscriptions",
            vec![
                uuid("id"),
                uuid("organization_id"),
                uuid("device_id"),
                uuid_or_null("client_id"),
                uuid_or_null("staff_id"),
                uuid("data_key_id"),
                text("origin"),
                bytes("endpoint"),
                bytes("endpoint_hmac"),
                bytes("keys"),
                instant("created_at"),
                instant("confirmed_at"),
            ],
        )
        .primary_key(&mut primary_key(&["id"]))
        .foreign_key(&mut references("device_id", "devices"))
        .take();
        manager.create_table(push_subscriptions).await?;
        index(manager, "push_subscriptions", &["endpoint_hmac"], true).await?;
        index(manager, "push_subscriptions", &["client_id"], false).await?;
        index(manager, "push_subscriptions", &["device_id"], false).await?;

        for (name, worker, found_by_secret) in [
            ("activation_codes", "SELECT, DELETE", true),
            ("devices", "SELECT", false),
            ("push_subscriptions", "SELECT, DELETE", false),
        ] {
            protect(manager, name, &Access { app: APP_ALL, worker, found_by_secret }).await?;
        }
        Ok(())
    }
}
