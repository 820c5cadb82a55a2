use sea_orm_migration::prelude::*;

use crate::support::{
    APP_ALL, Access, bytes, bytes_or_null, flag, index, instant, instant_or_null, number, number_or_null, primary_key,
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
        // How other programs know a client.
        for column in ["email", "email_hmac", "phone", "phone_hmac"] {
            let mut column = bytes_or_null(column);
            manager.alter_table(Table::alter().table("clients").add_column(&mut column).to_owned()).await?;
        }
        index(manager, "clients", &["organization_id", "email_hmac"], false).await?;

        let imports = table(
            "calendar_imports",
            vec![
                uuid("id"),
                uuid("organization_id"),
                // The client whose agenda it is for; none for a calendar whose attendees say.
                uuid_or_null("client_id"),
                text("created_by_kind"),
                uuid_or_null("created_by"),
                uuid("data_key_id"),
                number_or_null("reminder_minutes"),
                text("state"),
                // Kept until the work is done.
                bytes_or_null("file"),
                number("total"),
                number("done"),
                number("imported"),
                number("updated"),
                number("unchanged"),
                number("cancelled"),
                bytes_or_null("skipped"),
                text_or_null("error"),
                instant("created_at"),
                instant_or_null("finished_at"),
            ],
        )
        .primary_key(&mut primary_key(&["id"]))
        .take();
        manager.create_table(imports).await?;
        index(manager, "calendar_imports", &["state"], false).await?;

        let series = table(
            "imported_series",
            vec![
                uuid("organization_id"),
                // The client whose calendar it is, or the organization itself.
                uuid("owner_id"),
                bytes("uid_hmac"),
                uuid("item_id"),
                number("sequence"),
                instant_or_null("stamp"),
                bytes("fingerprint"),
                flag("cancelled"),
            ],
        )
        .primary_key(&mut primary_key(&["organization_id", "owner_id", "uid_hmac"]))
        .foreign_key(&mut references("item_id", "agenda_items"))
        .take();
        manager.create_table(series).await?;
        index(manager, "imported_series", &["item_id"], false).await?;

        let imports_access = Access { app: APP_ALL, worker: "SELECT", found_by_secret: false };
        protect(manager, "calendar_imports", &imports_access).await?;
        protect(manager, "imported_series", &Access { app: APP_ALL, worker: "", found_by_secret: false }).await
    }
}
