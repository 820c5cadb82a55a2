use sea_orm_migration::prelude::*;

use crate::support::{
    APP_ALL, Access, bytes, flag, index, instant, instant_or_null, number, primary_key, protect, references, table,
    text, uuid, uuid_or_null,
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // What calendars call LAST-MODIFIED; empty for what has not changed since it was made.
        let mut changed = instant_or_null("changed_at");
        manager.alter_table(Table::alter().table("agenda_items").add_column(&mut changed).to_owned()).await?;

        let feeds = table(
            "calendar_feeds",
            vec![
                uuid("id"),
                uuid("organization_id"),
                text("owner_kind"),
                uuid("owner_id"),
                // The phone that asked for it: when that is revoked, the feed ends.
                uuid_or_null("device_id"),
                bytes("token_hash"),
                text("detail"),
                instant("created_at"),
            ],
        )
        .primary_key(&mut primary_key(&["id"]))
        .take();
        manager.create_table(feeds).await?;
        index(manager, "calendar_feeds", &["token_hash"], true).await?;
        index(manager, "calendar_feeds", &["owner_id"], false).await?;

        let availability = table(
            "staff_availability",
            vec![
                uuid("staff_id"),
                uuid("organization_id"),
                text("time_zone"),
                text("hours"),
                text("time_off"),
                number("version"),
                instant("updated_at"),
            ],
        )
        .primary_key(&mut primary_key(&["staff_id"]))
        .foreign_key(&mut references("staff_id", "staff"))
        .take();
        manager.create_table(availability).await?;

        let settings = table(
            "calendar_settings",
            vec![uuid("organization_id"), flag("initials"), number("version"), instant("updated_at")],
        )
        .primary_key(&mut primary_key(&["organization_id"]))
        .foreign_key(&mut references("organization_id", "organizations"))
        .take();
        manager.create_table(settings).await?;

        protect(manager, "calendar_settings", &Access { app: APP_ALL, worker: "", found_by_secret: false }).await?;
        protect(manager, "calendar_feeds", &Access { app: APP_ALL, worker: "", found_by_secret: true }).await?;
        protect(manager, "staff_availability", &Access { app: APP_ALL, worker: "", found_by_secret: false }).await
    }
}
