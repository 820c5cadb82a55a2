use cairn_tests::{Backend, both};
use sea_orm::{ConnectionTrait, Statement};
use uuid::Uuid;

/// Nothing looks for these by their client: they are found by their own id, by that of what they belong to, or by a code.
const FOUND_OTHERWISE: [&str; 7] =
    ["activation_codes", "audit_reads", "calendar_imports", "data_keys", "deliveries", "escalations", "goal_steps"];

both!(a_plan_made_while_a_table_is_small_reads_no_whole_table, async |app| {
    if app.backend == Backend::Postgres {
        // Nobody is here yet: what PostgreSQL plans now, a connection keeps while the tables grow.
        let tx = app.database.begin_read(&app.organization.scope()).await.unwrap();
        let (own, nobody) = (app.organization.id, Uuid::nil());
        let mut seen = 0;
        for table in app.tables().await {
            let columns = app.columns_of(&table).await;
            let has = |name: &str| columns.iter().any(|column| column == name);
            if !has("organization_id") || !has("client_id") || FOUND_OTHERWISE.contains(&table.as_str()) {
                continue;
            }
            let sql =
                format!("EXPLAIN SELECT * FROM {table} WHERE organization_id = '{own}' AND client_id = '{nobody}'");
            let lines = tx.conn().query_all_raw(Statement::from_string(app.database.backend(), sql)).await.unwrap();
            let lines = lines.iter().map(|line| line.try_get_by_index(0).unwrap()).collect::<Vec<String>>();
            assert!(!lines.iter().any(|line| line.contains("Seq Scan")), "{table}: {lines:#?}");
            seen += 1;
        }
        assert!(seen >= 20, "{seen} tables");
    }
});
