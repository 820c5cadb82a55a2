use sea_orm_migration::prelude::*;

use crate::support::{
    APP_ALL, Access, amount_or_null, bytes, bytes_or_null, flag, index, instant, instant_or_null, number, primary_key,
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
        create_care_plans(manager).await?;
        create_person(manager).await?;
        for (name, worker) in [
            ("care_plans", "SELECT"),
            ("care_plan_goals", ""),
            ("care_plan_signatures", ""),
            ("profiles", ""),
            ("plan_documents", ""),
        ] {
            protect(manager, name, &Access { app: APP_ALL, worker, found_by_secret: false }).await?;
        }
        Ok(())
    }
}

async fn create_care_plans(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let plans = table(
        "care_plans",
        vec![
            uuid("id"),
            uuid("organization_id"),
            uuid("client_id"),
            number("version_number"),
            text("state"),
            text("effective_on"),
            text("expires_on"),
            text("review_due_on"),
            bytes("services"),
            bytes_or_null("ordered_by"),
            text_or_null("ordered_on"),
            text_or_null("order_valid_from"),
            text_or_null("order_valid_to"),
            bytes_or_null("content"),
            text_or_null("content_hash"),
            uuid_or_null("replaces"),
            flag("needs_revision"),
            uuid_or_null("created_by"),
            number("version"),
            instant("created_at"),
            instant_or_null("submitted_at"),
            instant_or_null("in_force_at"),
        ],
    )
    .primary_key(&mut primary_key(&["id"]))
    .foreign_key(&mut references("client_id", "clients"))
    .take();
    manager.create_table(plans).await?;
    // Two people who write a client's next version at once: one of them is told.
    index(manager, "care_plans", &["client_id", "version_number"], true).await?;

    let goals = table(
        "care_plan_goals",
        vec![
            uuid("id"),
            uuid("organization_id"),
            uuid("plan_id"),
            uuid("goal_id"),
            number("position"),
            bytes("title"),
            bytes_or_null("measure"),
            amount_or_null("value"),
            bytes_or_null("unit"),
            text_or_null("due_on"),
        ],
    )
    .primary_key(&mut primary_key(&["id"]))
    .foreign_key(&mut references("plan_id", "care_plans"))
    .foreign_key(&mut references("goal_id", "goals"))
    .take();
    manager.create_table(goals).await?;
    index(manager, "care_plan_goals", &["plan_id", "goal_id"], true).await?;

    let signatures = table(
        "care_plan_signatures",
        vec![
            uuid("id"),
            uuid("organization_id"),
            uuid("plan_id"),
            text("role"),
            uuid("signer_id"),
            bytes("name"),
            instant("signed_at"),
            text("content_hash"),
        ],
    )
    .primary_key(&mut primary_key(&["id"]))
    .foreign_key(&mut references("plan_id", "care_plans"))
    .take();
    manager.create_table(signatures).await?;
    index(manager, "care_plan_signatures", &["plan_id", "role"], true).await
}

async fn create_person(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let profiles = table(
        "profiles",
        vec![
            uuid("client_id"),
            uuid("organization_id"),
            bytes_or_null("strengths"),
            bytes_or_null("support_network"),
            bytes_or_null("stage_of_recovery"),
            text_or_null("rights_version"),
            text_or_null("rights_acknowledged_on"),
            bytes_or_null("guardians"),
            number("version"),
            instant("updated_at"),
        ],
    )
    .primary_key(&mut primary_key(&["client_id"]))
    .foreign_key(&mut references("client_id", "clients"))
    .take();
    manager.create_table(profiles).await?;

    // One row a version; the newest counts.
    let documents = table(
        "plan_documents",
        vec![
            uuid("id"),
            uuid("organization_id"),
            uuid("client_id"),
            text("kind"),
            number("version"),
            bytes("sections"),
            instant("created_at"),
        ],
    )
    .primary_key(&mut primary_key(&["id"]))
    .foreign_key(&mut references("client_id", "clients"))
    .take();
    manager.create_table(documents).await?;
    index(manager, "plan_documents", &["client_id", "kind", "version"], true).await
}
