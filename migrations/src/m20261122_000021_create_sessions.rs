use sea_orm_migration::prelude::*;

use crate::support::{
    APP_ALL, Access, bytes_or_null, flag, index, instant, instant_or_null, is_postgres, number, primary_key, protect,
    references, run, table, text, text_or_null, uuid, uuid_or_null,
};

#[derive(DeriveMigrationName)]
pub struct Migration;

/// Nobody is in two meetings at once. What did not take place takes no time; touching ends do not overlap. A session
/// without an end goes on.
const NO_OVERLAP_POSTGRES: &str = "
CREATE EXTENSION IF NOT EXISTS btree_gist;
ALTER TABLE sessions ADD CONSTRAINT sessions_no_overlap EXCLUDE USING gist
    (specialist_id WITH =, int8range(starts_at, ends_at, '[)') WITH &&)
    WHERE (state IN ('in_progress', 'finished'));
";

const NO_OVERLAP_SQLITE: &str = "
CREATE TRIGGER sessions_no_overlap_insert BEFORE INSERT ON sessions
    WHEN NEW.state IN ('in_progress', 'finished') AND EXISTS (
        SELECT 1 FROM sessions other WHERE other.specialist_id = NEW.specialist_id
        AND other.state IN ('in_progress', 'finished')
        AND other.starts_at < COALESCE(NEW.ends_at, 9223372036854775807)
        AND NEW.starts_at < COALESCE(other.ends_at, 9223372036854775807))
    BEGIN SELECT RAISE(ABORT, 'sessions_no_overlap'); END;
CREATE TRIGGER sessions_no_overlap_update BEFORE UPDATE ON sessions
    WHEN NEW.state IN ('in_progress', 'finished') AND EXISTS (
        SELECT 1 FROM sessions other WHERE other.specialist_id = NEW.specialist_id AND other.id <> NEW.id
        AND other.state IN ('in_progress', 'finished')
        AND other.starts_at < COALESCE(NEW.ends_at, 9223372036854775807)
        AND NEW.starts_at < COALESCE(other.ends_at, 9223372036854775807))
    BEGIN SELECT RAISE(ABORT, 'sessions_no_overlap'); END;
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_sessions(manager).await?;
        create_attendees(manager).await?;
        for name in ["sessions", "session_attendees"] {
            protect(manager, name, &Access { app: APP_ALL, worker: "", found_by_secret: false }).await?;
        }
        Ok(())
    }
}

async fn create_sessions(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let sessions = table(
        "sessions",
        vec![
            uuid("id"),
            uuid("organization_id"),
            uuid("specialist_id"),
            uuid("data_key_id"),
            text("kind"),
            text("state"),
            text("modality"),
            text("place_of_service"),
            bytes_or_null("setting"),
            text_or_null("occurrence_id"),
            instant("starts_at"),
            instant_or_null("ends_at"),
            text("time_zone"),
            text("service_date"),
            number("excluded_minutes"),
            text_or_null("excluded_reason"),
            flag("billable"),
            text_or_null("non_billable_reason"),
            text_or_null("service_code"),
            text("modifiers"),
            bytes_or_null("state_reason"),
            number("signed_notes"),
            number("version"),
            instant("created_at"),
            uuid_or_null("created_by"),
        ],
    )
    .primary_key(&mut primary_key(&["id"]))
    .foreign_key(&mut references("specialist_id", "staff"))
    .take();
    manager.create_table(sessions).await?;
    index(manager, "sessions", &["organization_id", "service_date", "id"], false).await?;
    index(manager, "sessions", &["specialist_id", "starts_at"], false).await?;
    run(
        manager,
        "CREATE UNIQUE INDEX uq_sessions_occurrence ON sessions (organization_id, occurrence_id) \
         WHERE state <> 'entered_in_error' AND occurrence_id IS NOT NULL",
    )
    .await?;
    run(manager, if is_postgres(manager) { NO_OVERLAP_POSTGRES } else { NO_OVERLAP_SQLITE }).await
}

async fn create_attendees(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let attendees = table(
        "session_attendees",
        vec![
            uuid("id"),
            uuid("organization_id"),
            uuid("session_id"),
            uuid("client_id"),
            text("attendance"),
            instant_or_null("arrived_at"),
            instant_or_null("left_at"),
            text("others_present"),
        ],
    )
    .primary_key(&mut primary_key(&["id"]))
    .foreign_key(&mut references("session_id", "sessions"))
    .foreign_key(&mut references("client_id", "clients"))
    .take();
    manager.create_table(attendees).await?;
    index(manager, "session_attendees", &["session_id", "client_id"], true).await?;
    index(manager, "session_attendees", &["client_id", "session_id"], false).await
}
