use cairn_migrations::{Migrator, MigratorTrait};
use cairn_tests::{Backend, TestApp, both};
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};

/// Every column of every table: name, type, whether it may be empty, its place in the primary key.
async fn columns(app: &TestApp, connection: &DatabaseConnection, schema: &str) -> Vec<String> {
    let sql = match app.backend {
        Backend::Sqlite => format!(
            "SELECT t.name || '.' || c.name || ' ' || lower(c.type) || ' ' || c.\"notnull\" || ' ' || c.pk
             FROM {schema}.sqlite_schema t, pragma_table_info(t.name, '{schema}') c
             WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%' AND t.name NOT IN ('seaql_migrations', '_sqlx_migrations',
             'Jobs', 'Workers') ORDER BY 1"
        ),
        Backend::Postgres => format!(
            "SELECT c.table_name || '.' || c.column_name || ' ' || c.data_type || ' ' || c.is_nullable || ' ' ||
                COALESCE((SELECT k.ordinal_position::text FROM information_schema.key_column_usage k
                    JOIN information_schema.table_constraints p USING (constraint_schema, constraint_name)
                    WHERE p.constraint_type = 'PRIMARY KEY' AND k.table_schema = c.table_schema
                    AND k.table_name = c.table_name AND k.column_name = c.column_name), '0')
             FROM information_schema.columns c WHERE c.table_schema = '{schema}' AND c.table_name <> 'seaql_migrations'
             ORDER BY 1"
        ),
    };
    let statement = Statement::from_string(connection.get_database_backend(), sql);
    let rows = connection.query_all_raw(statement).await.unwrap();
    // Text has two names that mean the same to both databases, and whole numbers have two on SQLite.
    let plain = |text: String| {
        let text = text.replace("character varying", "text").replace("varchar", "text");
        text.replace("varbinary_blob", "blob").replace("bigint", "integer")
    };
    rows.iter().map(|row| plain(row.try_get_by_index(0).unwrap())).collect()
}

/// All that defines the schema, indexes and policies included.
async fn definition(app: &TestApp) -> Vec<String> {
    match app.backend {
        Backend::Sqlite => app.column("SELECT sql FROM sqlite_schema ORDER BY name").await,
        Backend::Postgres => {
            let mut all = columns(app, app.owner(), "public").await;
            all.extend(app.column("SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1").await);
            all.extend(app.column("SELECT conname || pg_get_constraintdef(oid) FROM pg_constraint ORDER BY 1").await);
            all
        }
    }
}

both!(entities_find_nothing_to_add_to_the_migrated_schema, async |app| {
    // Entities cannot tell of a unique index over some of the rows, nor of a column that is part of two.
    let unsaid = [
        "uq_attention_reasons_standing",
        "uq_help_requests_occurrence",
        "uq_deliveries_alert_id_subscription_id",
        "uq_notes_live",
        "uq_notes_replacement",
        "uq_sessions_occurrence",
    ];
    for index in unsaid {
        app.sql(&format!("DROP INDEX {index}")).await;
    }
    let before = definition(app).await;
    app.owner().get_schema_registry("cairn_shared::*").sync(app.owner()).await.unwrap();
    assert_eq!(definition(app).await, before);
});

both!(a_schema_made_from_the_entities_has_the_same_columns, async |app| {
    let registry = app.owner().get_schema_registry("cairn_shared::*");
    let (migrated, entities) = match app.backend {
        Backend::Sqlite => {
            let aside = sea_orm::Database::connect("sqlite::memory:").await.unwrap();
            registry.apply(&aside).await.unwrap();
            (columns(app, app.owner(), "main").await, columns(app, &aside, "main").await)
        }
        Backend::Postgres => {
            app.sql("CREATE SCHEMA aside").await;
            app.sql("SET search_path TO aside").await;
            registry.apply(app.owner()).await.unwrap();
            app.sql("SET search_path TO public").await;
            (columns(app, app.owner(), "public").await, columns(app, app.owner(), "aside").await)
        }
    };
    let missing: Vec<_> = migrated.iter().filter(|column| !entities.contains(column)).collect();
    let surplus: Vec<_> = entities.iter().filter(|column| !migrated.contains(column)).collect();
    assert!(missing.is_empty() && surplus.is_empty(), "migrations only: {missing:#?}\nentities only: {surplus:#?}");
    assert!(migrated.len() > 150, "something was compared: {}", migrated.len());
});

/// SQLite cannot loosen a column by itself: what lies in the table, and what hangs on it, stays as it was.
#[tokio::test]
async fn an_alert_from_before_alerts_without_a_client_is_kept() {
    let connection = sea_orm::Database::connect("sqlite::memory:").await.unwrap();
    let place = Migrator::migrations().iter().position(|one| one.name().ends_with("alerts_of_no_client")).unwrap();
    Migrator::up(&connection, Some(u32::try_from(place).unwrap())).await.unwrap();
    let run = async |sql: &str| connection.execute_unprepared(sql).await.map(|_| ());
    let of = |id: &str, client: &str| {
        format!(
            "PRAGMA foreign_keys = OFF; INSERT INTO escalations (id, organization_id, client_id, subject_type, subject_id, severity,
             state, step, round, interval_minutes, started_at) VALUES ('{id}', 'o', {client}, 'x', '{id}', 1, 'running', 0, 1, 0, 5)"
        )
    };
    run(&of("before", "'ana'")).await.unwrap();
    run(&of("too early", "NULL")).await.unwrap_err();
    let text = async |sql: &str| {
        let statement = Statement::from_string(connection.get_database_backend(), sql);
        let rows = connection.query_all_raw(statement).await.unwrap();
        rows.iter().map(|row| row.try_get_by_index::<String>(0).unwrap()).collect::<Vec<_>>()
    };
    let beside = "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name <> 'escalations' ORDER BY name";
    let others = text(beside).await;
    Migrator::up(&connection, Some(1)).await.unwrap();
    run(&of("after", "NULL")).await.unwrap();
    assert_eq!(text("SELECT id FROM escalations ORDER BY id").await, ["after", "before"]);
    assert_eq!(text(beside).await, others);
    assert_eq!(text("PRAGMA integrity_check").await, ["ok"]);
    assert_eq!(text("SELECT \"table\" FROM pragma_foreign_key_list('escalations')").await, ["clients"]);
}
