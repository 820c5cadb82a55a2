use sea_orm_migration::prelude::*;

use crate::support::{
    APP_ALL, Access, bytes, instant, is_postgres, primary_key, protect, run, table, text, uuid, uuid_or_null,
};

#[derive(DeriveMigrationName)]
pub struct Migration;

/// The roles belong to the cluster, not to the database, so another database may have made them already. Who may not
/// grant them must have been granted them before; connecting tells otherwise.
const ROLES: &str = "
DO $$
DECLARE role_name text;
BEGIN
    FOREACH role_name IN ARRAY ARRAY['cairn_app', 'cairn_worker'] LOOP
        BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
                EXECUTE format('CREATE ROLE %I NOLOGIN NOBYPASSRLS', role_name);
            END IF;
            EXECUTE format('GRANT %I TO CURRENT_USER', role_name);
        EXCEPTION WHEN duplicate_object OR unique_violation OR insufficient_privilege THEN
            NULL;
        END;
    END LOOP;
END $$;
GRANT USAGE ON SCHEMA public TO cairn_app, cairn_worker;
GRANT SELECT ON seaql_migrations TO cairn_app, cairn_worker;
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if is_postgres(manager) {
            run(manager, ROLES).await?;
        }
        let organizations = table(
            "organizations",
            vec![
                uuid("id"),
                text("name"),
                text("time_zone"),
                text("second_factor"),
                uuid("data_key_id"),
                instant("created_at"),
            ],
        )
        .primary_key(&mut primary_key(&["id"]))
        .index(Index::create().unique().name("uq_organizations_name").col("name"))
        .take();
        manager.create_table(organizations).await?;
        if is_postgres(manager) {
            // An organization's own row is found by its id; `cairn user add` finds it by name before any scope exists.
            run(
                manager,
                "ALTER TABLE organizations ENABLE ROW LEVEL SECURITY;
                 ALTER TABLE organizations FORCE ROW LEVEL SECURITY;
                 GRANT SELECT, INSERT, UPDATE ON organizations TO cairn_app;
                 GRANT SELECT ON organizations TO cairn_worker;
                 CREATE POLICY organization ON organizations TO cairn_app
                     USING (id = NULLIF(current_setting('app.org', true), '')::uuid)
                     WITH CHECK (id = NULLIF(current_setting('app.org', true), '')::uuid);
                 CREATE POLICY authentication ON organizations FOR SELECT TO cairn_app
                     USING (current_setting('app.purpose', true) = 'authentication');
                 CREATE POLICY worker ON organizations TO cairn_worker USING (true);",
            )
            .await?;
        }

        let data_keys = table(
            "data_keys",
            vec![
                uuid("id"),
                uuid("organization_id"),
                uuid_or_null("client_id"),
                text("master_key_id"),
                bytes("wrapped"),
                instant("created_at"),
            ],
        )
        .primary_key(&mut primary_key(&["id"]))
        .take();
        manager.create_table(data_keys).await?;
        protect(manager, "data_keys", &Access { app: APP_ALL, worker: "SELECT", found_by_secret: false }).await
    }
}
