use cairn_tests::both;
use serde_json::json;

use super::{many, send};

both!(a_large_file_is_worked_on_in_steps_that_two_workers_share, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let target = format!("/v1/clients/{}/agenda/imports", ana.id);
    let answer = send(app, &sam, &target, many(620)).await;
    let location = answer.header("location").unwrap().to_owned();
    let started = answer.expect(202);
    assert_eq!((&started["state"], &started["total"], &started["done"]), (&json!("waiting"), &json!(620), &json!(0)));
    let other = app.another_worker(99).await;
    let (first, second) =
        tokio::join!(cairn_worker::import_waiting(&app.database), cairn_worker::import_waiting(&other.database));
    first.unwrap();
    second.unwrap();
    let ended = app.get(location.clone()).by(&sam).await.expect(200);
    assert_eq!(
        (&ended["state"], &ended["done"], &ended["result"]["imported"]),
        (&json!("done"), &json!(620), &json!(620))
    );
    assert_eq!(app.column("SELECT CAST(COUNT(*) AS TEXT) FROM agenda_items").await, ["620"]);
    assert_eq!(app.column("SELECT CAST(COUNT(*) AS TEXT) FROM calendar_imports WHERE file IS NOT NULL").await, ["0"]);
    // Nobody else learns of it.
    let kim = app.specialist().await;
    app.get(location).by(&kim).await.refused(404);
    // Once more: nothing changes.
    let again = send(app, &sam, &target, many(620)).await.expect(202);
    cairn_worker::import_waiting(&app.database).await.unwrap();
    let ended = app.get(format!("/v1/imports/{}", again["id"].as_str().unwrap())).by(&sam).await.expect(200);
    assert_eq!(ended["result"]["unchanged"], 620);
});

both!(who_may_no_longer_write_the_agenda_imports_no_further, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let target = format!("/v1/clients/{}/agenda/imports", ana.id);
    let started = send(app, &sam, &target, many(520)).await.expect(202);
    app.sql("DELETE FROM assignments").await;
    cairn_worker::import_waiting(&app.database).await.unwrap();
    let ended = app.get(format!("/v1/imports/{}", started["id"].as_str().unwrap())).by(&sam).await.expect(200);
    assert_eq!((&ended["state"], &ended["error"], &ended["done"]), (&json!("failed"), &json!("forbidden"), &json!(0)));
    assert_eq!(app.column("SELECT CAST(COUNT(*) AS TEXT) FROM agenda_items").await, ["0"]);
});
