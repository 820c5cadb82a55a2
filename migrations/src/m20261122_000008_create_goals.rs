use sea_orm_migration::prelude::*;

use crate::support::{
    APP_ALL, Access, amount_or_null, bytes, bytes_or_null, flag_or_null, index, instant, instant_or_null, number,
    primary_key, protect, references, table, text, text_or_null, uuid, uuid_or_null,
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let goals = table(
            "goals",
            vec![
                uuid("id"),
                uuid("organization_id"),
                uuid("client_id"),
                text("created_by_kind"),
                uuid_or_null("created_by"),
                bytes("title"),
                bytes_or_null("why"),
                text("life_area"),
                text("lifecycle_status"),
                text_or_null("achievement_status"),
                bytes_or_null("target_measure"),
                amount_or_null("target_value"),
                bytes_or_null("target_unit"),
                text_or_null("target_due_on"),
                amount_or_null("progress_value"),
                instant_or_null("progress_value_at"),
                instant_or_null("progress_at"),
                number("progress_count"),
                uuid_or_null("open_proposal_id"),
                number("content_version"),
                number("version"),
                instant("created_at"),
                instant("updated_at"),
            ],
        )
        .primary_key(&mut primary_key(&["id"]))
        .foreign_key(&mut references("client_id", "clients"))
        .take();
        manager.create_table(goals).await?;
        index(manager, "goals", &["client_id", "id"], false).await?;

        let steps = table(
            "goal_steps",
            vec![
                uuid("id"),
                uuid("organization_id"),
                uuid("client_id"),
                uuid("goal_id"),
                number("position"),
                bytes("title"),
                text_or_null("due_on"),
                instant_or_null("done_at"),
                uuid_or_null("agenda_item_id"),
            ],
        )
        .primary_key(&mut primary_key(&["id"]))
        .foreign_key(&mut references("goal_id", "goals"))
        .take();
        manager.create_table(steps).await?;
        index(manager, "goal_steps", &["goal_id", "position"], false).await?;

        let proposals = table(
            "goal_proposals",
            vec![
                uuid("id"),
                uuid("organization_id"),
                uuid("client_id"),
                uuid("goal_id"),
                text("kind"),
                bytes("changes"),
                bytes_or_null("reason"),
                text("state"),
                number("content_version"),
                uuid("proposed_by"),
                instant("created_at"),
                instant_or_null("decided_at"),
                bytes_or_null("note"),
            ],
        )
        .primary_key(&mut primary_key(&["id"]))
        .foreign_key(&mut references("goal_id", "goals"))
        .take();
        manager.create_table(proposals).await?;
        index(manager, "goal_proposals", &["goal_id", "id"], false).await?;
        index(manager, "goal_proposals", &["client_id", "state", "id"], false).await?;

        let progress = table(
            "goal_progress",
            vec![
                uuid("id"),
                uuid("organization_id"),
                uuid("client_id"),
                uuid("goal_id"),
                amount_or_null("value"),
                bytes_or_null("note"),
                text_or_null("achievement_status"),
                uuid_or_null("step_id"),
                flag_or_null("step_done"),
                instant("recorded_at"),
                text("recorded_by_kind"),
                uuid_or_null("recorded_by"),
                instant("created_at"),
            ],
        )
        .primary_key(&mut primary_key(&["id"]))
        .foreign_key(&mut references("goal_id", "goals"))
        .take();
        manager.create_table(progress).await?;
        index(manager, "goal_progress", &["goal_id", "recorded_at", "id"], false).await?;
        index(manager, "goal_progress", &["client_id", "recorded_at"], false).await?;

        // What an agenda item is a part of. Empty for what was there before.
        for column in ["goal_id", "step_id"] {
            let mut add = Table::alter();
            add.table("agenda_items").add_column(uuid_or_null(column));
            manager.alter_table(add).await?;
        }

        for (name, worker) in
            [("goals", "SELECT"), ("goal_steps", ""), ("goal_proposals", ""), ("goal_progress", "SELECT")]
        {
            protect(manager, name, &Access { app: APP_ALL, worker, found_by_secret: false }).await?;
        }
        Ok(())
    }
}
