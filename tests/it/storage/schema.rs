use cairn_tests::{Backend, TestApp, both};
use sea_orm::ConnectionTrait;

/// Every column of every table: name, type, whether it may be empty, its place in the primary key.
async fn columns(app: &TestApp, schema: &str) -> Vec<String> {
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
    app.column(&sql).await
}

/// All that defines the schema, indexes and policies included.
async fn definition(app: &TestApp) -> Vec<String> {
    match app.backend {
        Backend::Sqlite => app.column("SELECT sql FROM sqlite_schema ORDER BY name").await,
        Backend::Postgres => {
            let mut all = columns(app, "public").await;
            all.extend(app.column("SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1").await);
            all.extend(
                app.column("SELECT conname || pg_get_constraintdef(oid) FROM pg_constraint ORDER BY 1").await,
            );
            all
        }
    }
}

both!(entities_find_nothing_to_add_to_the_migrated_schema, async |app| {
    let before = definition(app).await;
    app.owner().get_schema_registry("cairn_shared::*").sync(app.owner()).await.unwrap();
    assert_eq!(definition(app).await, before);
});

both!(a_schema_made_from_the_entities_has_the_same_columns, async |app| {
    let (migrated, aside) = match app.backend {
        Backend::Sqlite => ("main", "temp"),
        Backend::Postgres => ("public", "aside"),
    };
    let migrated = columns(app, migrated).await;
    let registry = app.owner().get_schema_registry("cairn_shared::*");
    match app.backend {
        Backend::Sqlite => {
            // Beside the real tables, in a file of its own that ends with the connection.
            let made = format!("{registry:?}");
            assert!(made.contains("CREATE TABLE"), "{made}");
            for statement in made.split("CREATE TABLE ").skip(1) {
                let (name, rest) = statement.split_once(" (").expect("a table with columns");
                let end = rest.rfind(')').expect("its end");
                let name = name.trim().trim_start_matches("IF NOT EXISTS ");
                app.sql(&format!("CREATE TEMP TABLE {name} ({}", &rest[..=end])).await;
            }
        }
        Backend::Postgres => {
            app.sql("CREATE SCHEMA aside").await;
            app.sql("SET search_path TO aside").await;
            registry.apply(app.owner()).await.unwrap();
            app.owner().execute_unprepared("SET search_path TO public").await.unwrap();
        }
    }
    let entities = columns(app, aside).await;
    let missing: Vec<_> = migrated.iter().filter(|column| !entities.contains(column)).collect();
    let surplus: Vec<_> = entities.iter().filter(|column| !migrated.contains(column)).collect();
    assert!(missing.is_empty() && surplus.is_empty(), "migrations only: {missing:#?}\nentities only: {surplus:#?}");
    assert!(migrated.len() > 150, "something was compared: {}", migrated.len());
});
