//! The database schema, one file a change. Migrations import no entities: entities follow the code, history does not.

mod m20261121_000001_create_organizations;
mod m20261121_000002_create_audit;
mod m20261121_000003_create_identity;
mod m20261121_000004_create_clients;
mod m20261121_000005_create_devices;
mod m20261121_000006_create_agenda;
mod m20261121_000007_create_reminders;
mod m20261122_000008_create_goals;
mod m20261122_000009_create_plans;
mod m20261122_000010_create_check_ins;
mod m20261122_000011_create_attention;
mod m20261122_000012_create_help;
mod m20261122_000013_create_second_factor;
mod m20261122_000014_create_break_glass;
mod m20261122_000015_create_views;
mod m20261122_000016_add_answered_at;
mod m20261122_000018_mark_demo;
mod m20261122_000019_create_imports;
mod m20261122_000020_create_calendar_feeds;
mod m20261122_000021_create_sessions;
mod m20261122_000022_create_payers;
mod m20261122_000023_create_credentials;
mod m20261122_000024_create_notes;
mod m20261122_000025_alerts_of_no_client;
mod support;

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::{MigrationTrait, async_trait};

/// Runs the migrations of this crate, oldest first.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261121_000001_create_organizations::Migration),
            Box::new(m20261121_000002_create_audit::Migration),
            Box::new(m20261121_000003_create_identity::Migration),
            Box::new(m20261121_000004_create_clients::Migration),
            Box::new(m20261121_000005_create_devices::Migration),
            Box::new(m20261121_000006_create_agenda::Migration),
            Box::new(m20261121_000007_create_reminders::Migration),
            Box::new(m20261122_000008_create_goals::Migration),
            Box::new(m20261122_000009_create_plans::Migration),
            Box::new(m20261122_000010_create_check_ins::Migration),
            Box::new(m20261122_000011_create_attention::Migration),
            Box::new(m20261122_000012_create_help::Migration),
            Box::new(m20261122_000016_add_answered_at::Migration),
            Box::new(m20261122_000013_create_second_factor::Migration),
            Box::new(m20261122_000014_create_break_glass::Migration),
            Box::new(m20261122_000015_create_views::Migration),
            Box::new(m20261122_000018_mark_demo::Migration),
            Box::new(m20261122_000019_create_imports::Migration),
            Box::new(m20261122_000020_create_calendar_feeds::Migration),
            Box::new(m20261122_000021_create_sessions::Migration),
            Box::new(m20261122_000022_create_payers::Migration),
            Box::new(m20261122_000023_create_credentials::Migration),
            Box::new(m20261122_000024_create_notes::Migration),
            Box::new(m20261122_000025_alerts_of_no_client::Migration),
        ]
    }
}
