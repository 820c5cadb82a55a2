use sea_orm_migration::prelude::*;

use crate::support::{
    APP_ALL, Access, bytes_or_null, flag, index, instant, instant_or_null, is_postgres, number, number_or_null,
    primary_key, protect, references, run, table, text, text_or_null, uuid, uuid_or_null,
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        settings(manager).await?;
        requests(manager).await?;
        alerts(manager).await?;
        manager
            .alter_table(Table::alter().table("push_subscriptions").add_column(text_or_null("language")).take())
            .await?;
        index(manager, "push_subscriptions", &["staff_id"], false).await?;
        if is_postgres(manager) {
            deliveries_postgres(manager).await?;
        } else {
            deliveries_sqlite(manager).await?;
        }
        index(manager, "deliveries", &["alert_id", "subscription_id"], true).await?;

        for (name, worker) in [
            ("help_settings", ""),
            ("on_call_entries", ""),
            ("crisis_resources", ""),
            ("help_requests", ""),
            ("escalations", "SELECT"),
            ("alerts", "SELECT, UPDATE"),
        ] {
            protect(manager, name, &Access { app: APP_ALL, worker, found_by_secret: false }).await?;
        }
        Ok(())
    }
}

async fn settings(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let help_settings = table(
        "help_settings",
        vec![
            uuid("organization_id"),
            number("escalation_minutes"),
            text_or_null("staffed_hours"),
            number("on_call_version"),
            number("version"),
            instant("updated_at"),
        ],
    )
    .primary_key(&mut primary_key(&["organization_id"]))
    .take();
    manager.create_table(help_settings).await?;

    let on_call_entries = table(
        "on_call_entries",
        vec![
            uuid("id"),
            uuid("organization_id"),
            uuid("staff_id"),
            instant("starts_at"),
            instant("ends_at"),
            number("position"),
            instant("created_at"),
        ],
    )
    .primary_key(&mut primary_key(&["id"]))
    .foreign_key(&mut references("staff_id", "staff"))
    .take();
    manager.create_table(on_call_entries).await?;
    index(manager, "on_call_entries", &["organization_id", "ends_at"], false).await?;

    let crisis_resources = table(
        "crisis_resources",
        vec![
            uuid("organization_id"),
            number("version"),
            text("content"),
            text("review_due_on"),
            instant("created_at"),
            uuid("created_by"),
        ],
    )
    .primary_key(&mut primary_key(&["organization_id", "version"]))
    .take();
    manager.create_table(crisis_resources).await
}

async fn requests(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let help_requests = table(
        "help_requests",
        vec![
            uuid("id"),
            uuid("organization_id"),
            uuid("client_id"),
            text("state"),
            bytes_or_null("message"),
            text_or_null("occurrence_id"),
            flag("staffed"),
            instant("due_at"),
            instant("created_at"),
            instant_or_null("claimed_at"),
            uuid_or_null("claimed_by"),
            instant_or_null("closed_at"),
            uuid_or_null("closed_by"),
            text_or_null("outcome"),
            bytes_or_null("note"),
            number("version"),
        ],
    )
    .primary_key(&mut primary_key(&["id"]))
    .foreign_key(&mut references("client_id", "clients"))
    .take();
    manager.create_table(help_requests).await?;
    index(manager, "help_requests", &["client_id", "created_at"], false).await?;
    run(
        manager,
        "CREATE INDEX ix_help_requests_unsettled ON help_requests (organization_id, created_at) WHERE state <> 'closed'",
    )
    .await?;
    run(
        manager,
        "CREATE UNIQUE INDEX uq_help_requests_occurrence ON help_requests (client_id, occurrence_id) \
         WHERE state <> 'closed' AND occurrence_id IS NOT NULL",
    )
    .await
}

async fn alerts(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let escalations = table(
        "escalations",
        vec![
            uuid("id"),
            uuid("organization_id"),
            uuid("client_id"),
            text("subject_type"),
            uuid("subject_id"),
            number("severity"),
            text("state"),
            number("step"),
            number("round"),
            number("interval_minutes"),
            instant_or_null("next_at"),
            instant("started_at"),
            instant_or_null("settled_at"),
        ],
    )
    .primary_key(&mut primary_key(&["id"]))
    .foreign_key(&mut references("client_id", "clients"))
    .take();
    manager.create_table(escalations).await?;
    index(manager, "escalations", &["subject_id"], true).await?;
    run(manager, "CREATE INDEX ix_escalations_running ON escalations (next_at) WHERE state = 'running'").await?;

    let alerts = table(
        "alerts",
        vec![
            uuid("id"),
            uuid("organization_id"),
            uuid("escalation_id"),
            uuid("staff_id"),
            number("step"),
            number("round"),
            flag("urgent"),
            text("state"),
            instant("useful_until"),
            instant("created_at"),
            instant_or_null("sent_at"),
            instant_or_null("shown_at"),
            instant_or_null("clicked_at"),
        ],
    )
    .primary_key(&mut primary_key(&["id"]))
    .foreign_key(&mut references("escalation_id", "escalations"))
    .foreign_key(&mut references("staff_id", "staff"))
    .take();
    manager.create_table(alerts).await?;
    index(manager, "alerts", &["escalation_id", "staff_id", "round"], true).await?;
    index(manager, "alerts", &["staff_id"], false).await?;
    run(manager, "CREATE INDEX ix_alerts_open ON alerts (useful_until) WHERE state = 'sending'").await
}

/// A delivery is of a reminder to a client's device, or of an alert to a device of staff.
async fn deliveries_postgres(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    run(
        manager,
        "ALTER TABLE deliveries ALTER COLUMN reminder_id DROP NOT NULL, ALTER COLUMN client_id DROP NOT NULL,
             ADD COLUMN alert_id uuid REFERENCES alerts (id) ON DELETE RESTRICT, ADD COLUMN staff_id uuid",
    )
    .await
}

/// SQLite cannot loosen a column, so both tables are made anew around their rows.
async fn deliveries_sqlite(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    for name in ["delivery_events", "deliveries"] {
        run(manager, &format!("CREATE TABLE {name}_kept AS SELECT * FROM {name}")).await?;
        run(manager, &format!("DROP TABLE {name}")).await?;
    }
    let deliveries = table(
        "deliveries",
        vec![
            uuid("id"),
            uuid("organization_id"),
            uuid_or_null("reminder_id"),
            uuid_or_null("client_id"),
            uuid("subscription_id"),
            text("origin"),
            text("state"),
            number("attempts"),
            instant("next_attempt_at"),
            uuid_or_null("lease_token"),
            instant_or_null("lease_until"),
            number_or_null("push_status"),
            instant("created_at"),
            uuid_or_null("alert_id"),
            uuid_or_null("staff_id"),
        ],
    )
    .primary_key(&mut primary_key(&["id"]))
    .foreign_key(&mut references("reminder_id", "reminders"))
    .foreign_key(&mut references("alert_id", "alerts"))
    .take();
    manager.create_table(deliveries).await?;
    run(manager, "INSERT INTO deliveries SELECT *, NULL, NULL FROM deliveries_kept").await?;
    index(manager, "deliveries", &["reminder_id", "subscription_id"], true).await?;
    run(manager, "CREATE INDEX ix_deliveries_open ON deliveries (next_attempt_at) WHERE state IN ('due', 'sending')")
        .await?;

    let events = table(
        "delivery_events",
        vec![
            uuid("id"),
            uuid("organization_id"),
            uuid("delivery_id"),
            instant("at"),
            text("event"),
            number_or_null("status"),
        ],
    )
    .primary_key(&mut primary_key(&["id"]))
    .foreign_key(&mut references("delivery_id", "deliveries"))
    .take();
    manager.create_table(events).await?;
    run(manager, "INSERT INTO delivery_events SELECT * FROM delivery_events_kept").await?;
    index(manager, "delivery_events", &["delivery_id"], false).await?;
    for name in ["delivery_events", "deliveries"] {
        run(manager, &format!("DROP TABLE {name}_kept")).await?;
    }
    Ok(())
}
