use cairn_tests::both;
use serde_json::json;

// Copies of one item, made in the database: five hundred requests say no more than one.
both!(an_agenda_that_is_full_takes_no_more, async |app| {
    let sam = app.specialist().await;
    let (ana, bo) = (app.client(&sam).await, app.client(&sam).await);
    let body = |clients: &[uuid::Uuid]| {
        json!({ "client_ids": clients, "kind": "appointment", "title": "Talk", "starts_at_local": "2027-03-02T10:00",
                "time_zone": "client" })
    };
    app.post("/v1/agenda-items", body(&[ana.id])).by(&sam).await.expect(201);
    let fresh = match app.backend {
        cairn_tests::Backend::Sqlite => "randomblob(16)",
        cairn_tests::Backend::Postgres => "gen_random_uuid()",
    };
    app.sql("CREATE TABLE copies (id uuid, n integer)").await;
    app.sql(&format!(
        "INSERT INTO copies WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 499)
         SELECT {fresh}, n FROM numbers"
    ))
    .await;
    let columns = async |table: &str, id: &str| {
        let names = app.columns_of(table).await;
        let values: Vec<String> =
            names.iter().map(|name| if name == id { "copies.id".to_owned() } else { format!("t.{name}") }).collect();
        format!("INSERT INTO {table} ({}) SELECT {} FROM {table} t, copies", names.join(", "), values.join(", "))
    };
    let items = columns("agenda_items", "id").await;
    app.sql(&items).await;
    let links = columns("agenda_item_clients", "item_id").await;
    app.sql(&links).await;
    // A schedule's own id is new as well.
    let schedules = columns("agenda_schedules", "item_id").await.replace("t.id", fresh);
    app.sql(&schedules).await;
    app.sql("DROP TABLE copies").await;
    assert_eq!(app.count("agenda_items").await, 500);

    app.post("/v1/agenda-items", body(&[ana.id])).by(&sam).await.refused(409);
    app.post("/v1/agenda-items", body(&[bo.id, ana.id])).by(&sam).await.refused(409);
    app.post("/v1/agenda-items", body(&[bo.id])).by(&sam).await.expect(201);
    // What is cancelled or over counts no more.
    app.sql("UPDATE agenda_items SET cancelled_at = 1 WHERE id IN (SELECT id FROM agenda_items LIMIT 3)").await;
    app.post("/v1/agenda-items", body(&[ana.id])).by(&sam).await.expect(201);
});
