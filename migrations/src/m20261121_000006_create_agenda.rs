use sea_orm_migration::prelude::*;

use crate::support::{
    APP_ALL, Access, bytes, bytes_or_null, index, instant, instant_or_null, number, number_or_null, primary_key,
    protect, references, table, text, text_or_null, uuid, uuid_or_null,
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let items = table(
            "agenda_items",
            vec![
                uuid("id"),
                uuid("organization_id"),
                uuid("data_key_id"),
                text("kind"),
                text("created_by_kind"),
                uuid_or_null("created_by"),
                instant_or_null("cancelled_at"),
                number("version"),
                instant("planned_until"),
                instant("created_at"),
            ],
        )
        .primary_key(&mut primary_key(&["id"]))
        .foreign_key(&mut references("organization_id", "organizations"))
        .take();
        manager.create_table(items).await?;
        index(manager, "agenda_items", &["planned_until"], false).await?;

        // One row a stretch of an item's life: what it says and when it recurs.
        let schedules = table(
            "agenda_schedules",
            vec![
                uuid("id"),
                uuid("organization_id"),
                uuid("item_id"),
                bytes("title"),
                bytes_or_null("location"),
                bytes_or_null("notes"),
                text("starts_at_local"),
                text("time_zone"),
                number_or_null("duration_minutes"),
                text_or_null("recurrence"),
                text("reminders"),
                text_or_null("from_local"),
                text_or_null("until_local"),
                instant("first_at"),
                instant("last_at"),
            ],
        )
        .primary_key(&mut primary_key(&["id"]))
        .foreign_key(&mut references("item_id", "agenda_items"))
        .take();
        manager.create_table(schedules).await?;
        index(manager, "agenda_schedules", &["item_id"], false).await?;
        // The time first: SQLite would otherwise take this index for every query that names an organization, and walk
        // through all that the organization has.
        index(manager, "agenda_schedules", &["last_at", "organization_id"], false).await?;

        let item_clients =
            table("agenda_item_clients", vec![uuid("item_id"), uuid("client_id"), uuid("organization_id")])
                .primary_key(&mut primary_key(&["item_id", "client_id"]))
                .foreign_key(&mut references("item_id", "agenda_items"))
                .foreign_key(&mut references("client_id", "clients"))
                .take();
        manager.create_table(item_clients).await?;
        index(manager, "agenda_item_clients", &["client_id"], false).await?;

        let item_staff = table("agenda_item_staff", vec![uuid("item_id"), uuid("staff_id"), uuid("organization_id")])
            .primary_key(&mut primary_key(&["item_id", "staff_id"]))
            .foreign_key(&mut references("item_id", "agenda_items"))
            .foreign_key(&mut references("staff_id", "staff"))
            .take();
        manager.create_table(item_staff).await?;
        index(manager, "agenda_item_staff", &["staff_id"], false).await?;

        // Exists only when the occurrence was moved, cancelled or changed by itself.
        let occurrences = table(
            "occurrences",
            vec![
                uuid("item_id"),
                text("original_local"),
                uuid("organization_id"),
                instant_or_null("cancelled_at"),
                text_or_null("moved_to_local"),
                number_or_null("duration_minutes"),
                bytes_or_null("title"),
                bytes_or_null("location"),
                bytes_or_null("notes"),
                number("version"),
                instant("updated_at"),
            ],
        )
        .primary_key(&mut primary_key(&["item_id", "original_local"]))
        .foreign_key(&mut references("item_id", "agenda_items"))
        .take();
        manager.create_table(occurrences).await?;

        // Exists only when the client answered or attendance was recorded.
        let participations = table(
            "participations",
            vec![
                uuid("item_id"),
                text("original_local"),
                uuid("client_id"),
                uuid("organization_id"),
                text_or_null("response"),
                bytes_or_null("note"),
                instant_or_null("responded_at"),
                instant_or_null("snoozed_until"),
                text_or_null("attendance"),
                instant_or_null("attendance_at"),
            ],
        )
        .primary_key(&mut primary_key(&["item_id", "original_local", "client_id"]))
        .foreign_key(&mut references("item_id", "agenda_items"))
        .foreign_key(&mut references("client_id", "clients"))
        .take();
        manager.create_table(participations).await?;

        for (name, worker) in [
            ("agenda_items", "SELECT, UPDATE"),
            ("agenda_schedules", "SELECT"),
            ("agenda_item_clients", "SELECT"),
            ("agenda_item_staff", "SELECT"),
            ("occurrences", "SELECT"),
            ("participations", "SELECT"),
        ] {
            protect(manager, name, &Access { app: APP_ALL, worker, found_by_secret: false }).await?;
        }
        Ok(())
    }
}
