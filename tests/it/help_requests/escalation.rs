use std::collections::HashSet;
use std::sync::Arc;

use cairn_shared::scope::Role;
use cairn_tests::{Backend, Desk, Reply, TestApp, both, id_of, minutes, seconds};
use serde_json::json;
use tokio::sync::Barrier;

use super::{log, on_call, watched_phone};

fn posts(app: &TestApp, desks: &[&Desk]) -> Vec<usize> {
    desks.iter().map(|desk| desk.posts(app).len()).collect()
}

both!(nobody_there_walks_the_list_step_by_step_and_the_log_has_each, async |app| {
    let sam = app.specialist().await;
    let (first, second) = (app.specialist().await, app.specialist().await);
    let boss = app.staff(&[Role::Supervisor]).await;
    let ana = app.client(&sam).await;
    let phone = watched_phone(app, &sam, ana).await;
    let desks = [app.desk(&sam).await, app.desk(&first).await, app.desk(&second).await, app.desk(&boss).await];
    let desks: Vec<&Desk> = desks.iter().collect();
    on_call(app, &[&first, &second]).await;
    let id = id_of(&app.post("/v1/help-requests", json!({})).by(&phone).await.expect(201));
    app.deliver().await;
    assert_eq!(posts(app, &desks), [1, 0, 0, 0]);

    // One second early nothing happens, then one step at a time.
    app.advance(minutes(15) - seconds(1));
    assert_eq!(app.watch().await, 0);
    let mut seen = Vec::new();
    app.advance(seconds(1));
    for _ in 0..8 {
        assert_eq!(app.watch().await, 1);
        assert_eq!(app.watch().await, 0, "once");
        app.deliver().await;
        seen.push(posts(app, &desks));
        app.advance(minutes(15));
    }
    assert_eq!(
        seen,
        [
            vec![1, 1, 0, 0],
            vec![1, 1, 1, 0],
            vec![1, 1, 1, 1],
            vec![1, 2, 1, 1],
            vec![1, 2, 2, 1],
            vec![1, 2, 2, 2],
            vec![1, 3, 2, 2],
            vec![1, 3, 3, 2],
        ]
    );
    assert_eq!(app.watch().await, 1, "the last: every supervisor, the third time");
    app.advance(minutes(15));
    assert_eq!(app.watch().await, 1, "the list is used up");
    app.advance(minutes(600));
    assert_eq!(app.watch().await, 0);
    app.deliver().await;
    assert_eq!(posts(app, &desks), [1, 3, 3, 3]);

    let said = log(app, "help_request").await;
    let steps: Vec<(String, i64, i64)> = said
        .iter()
        .filter(|(action, _)| action == "alert" || action == "escalate")
        .map(|(action, detail)| (action.clone(), detail["step"].as_i64().unwrap(), detail["round"].as_i64().unwrap()))
        .collect();
    let expected: Vec<(String, i64, i64)> = std::iter::once(("alert".to_owned(), 0, 1))
        .chain((0..9).map(|step| ("escalate".to_owned(), step + 1, step / 3 + 1)))
        .collect();
    assert_eq!(steps, expected);
    assert_eq!(said[2].1["staff_ids"], json!([first.id]));
    assert_eq!(said.last().unwrap(), &("exhaust".to_owned(), json!({ "rounds": 3, "steps": 9 })));
    let state = app.get(format!("/v1/help-requests/{id}")).by(&phone).await.expect(200);
    assert_eq!(state["state"], "escalated", "it stays open for whoever looks");
    app.call("POST", format!("/v1/help-requests/{id}/claim")).by(&app.fresh(&sam).await).await.expect(200);
});

both!(who_has_no_device_is_not_waited_for, async |app| {
    let sam = app.specialist().await;
    let (without, with) = (app.specialist().await, app.specialist().await);
    let ana = app.client(&sam).await;
    let phone = watched_phone(app, &sam, ana).await;
    let desk = app.desk(&with).await;
    on_call(app, &[&without, &with]).await;
    app.post("/v1/help-requests", json!({})).by(&phone).await.expect(201);
    // Neither the specialist nor the first on call has one.
    assert_eq!(app.watch().await, 1);
    app.deliver().await;
    assert_eq!(desk.posts(app).len(), 1);
    assert_eq!(app.watch().await, 0, "whoever has one is given the time");
    let said = log(app, "help_request").await;
    let devices: Vec<i64> = said.iter().filter_map(|(_, detail)| detail["devices"].as_i64()).collect();
    assert_eq!(devices, [0, 0, 1]);
    assert_eq!(app.column("SELECT state FROM alerts ORDER BY step").await, ["no_device", "no_device", "sent"]);
});

both!(whoever_is_disabled_or_off_duty_is_left_out, async |app| {
    let sam = app.specialist().await;
    let (gone, here) = (app.specialist().await, app.specialist().await);
    let ana = app.client(&sam).await;
    let phone = watched_phone(app, &sam, ana).await;
    let (one, other) = (app.desk(&gone).await, app.desk(&here).await);
    on_call(app, &[&gone, &here]).await;
    app.post("/v1/help-requests", json!({})).by(&phone).await.expect(201);
    app.advance(minutes(15));
    app.watch().await;
    // Disabled between the step and the sending.
    let disable = |id: uuid::Uuid| match app.backend {
        Backend::Sqlite => format!("UPDATE staff SET disabled_at = 1 WHERE id = X'{}'", id.simple()),
        Backend::Postgres => format!("UPDATE staff SET disabled_at = 1 WHERE id = '{id}'"),
    };
    app.sql(&disable(gone.id)).await;
    app.deliver().await;
    assert_eq!((one.posts(app).len(), other.posts(app).len()), (0, 0));
    app.advance(minutes(15));
    app.watch().await;
    app.deliver().await;
    assert_eq!((one.posts(app).len(), other.posts(app).len()), (0, 1));
    // The shift ends with March.
    app.travel_to("2027-04-02T00:00:00Z");
    app.watch().await;
    app.deliver().await;
    assert_eq!((one.posts(app).len(), other.posts(app).len()), (0, 1));
});

// Red when `escalate_due` does not look at the row again under its lock.
both!(workers_that_race_take_each_step_once, async |app| {
    let sam = app.specialist().await;
    let first = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = watched_phone(app, &sam, ana).await;
    let desk = app.desk(&first).await;
    on_call(app, &[&first]).await;
    for _ in 0..10 {
        app.post("/v1/help-requests", json!({})).by(&phone).await.expect(201);
    }
    app.advance(minutes(15));
    let workers = [app.another_worker(11).await, app.another_worker(12).await];
    let start = Arc::new(Barrier::new(workers.len()));
    let mut running = Vec::new();
    for worker in workers {
        let start = Arc::clone(&start);
        running.push(tokio::spawn(async move {
            start.wait().await;
            let mut taken = 0;
            for _ in 0..20 {
                match cairn_worker::watch_once(&worker.database).await {
                    Ok(count) => taken += count,
                    Err(cairn_shared::Error::Unavailable(_)) => {}
                    Err(error) => panic!("{error}"),
                }
            }
            worker.database.clone().close().await;
            taken
        }));
    }
    let mut taken = 0;
    for worker in running {
        taken += worker.await.unwrap();
    }
    assert_eq!(taken, 10);
    app.deliver().await;
    assert_eq!(desk.posts(app).len(), 10);
    let said = log(app, "help_request").await;
    assert_eq!(said.iter().filter(|(action, _)| action == "escalate").count(), 10);
});

// Red when a step is more than one transaction.
both!(a_worker_that_is_killed_in_a_step_takes_it_whole_or_not_at_all, async |app| {
    let sam = app.specialist().await;
    let first = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = watched_phone(app, &sam, ana).await;
    let desk = app.desk(&first).await;
    on_call(app, &[&first]).await;
    app.post("/v1/help-requests", json!({})).by(&phone).await.expect(201);
    app.deliver().await;
    app.advance(minutes(15));
    for micros in [50, 200, 800, 1600, 3200, 6400, 12_800] {
        let patience = std::time::Duration::from_micros(micros);
        let _ = tokio::time::timeout(patience, cairn_worker::watch_once(&app.database)).await;
        let alerts = app.count_where("alerts", "step = 1").await;
        let deliveries = app.count_where("deliveries", "staff_id IS NOT NULL").await;
        let steps = log(app, "help_request").await.iter().filter(|(action, _)| action == "escalate").count();
        assert!(matches!((alerts, deliveries, steps), (0, 0, 0) | (1, 1, 1)), "{alerts} {deliveries} {steps}");
    }
    // Another process finds the clock where it stood.
    let other = app.another_worker(11).await;
    cairn_worker::watch_once(&other.database).await.unwrap();
    other.database.clone().close().await;
    app.deliver().await;
    app.deliver().await;
    assert_eq!(desk.posts(app).len(), 1);
});

both!(an_alert_survives_a_stubborn_push_service_and_is_sent_once, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = watched_phone(app, &sam, ana).await;
    let (desk, tablet) = (app.desk(&sam).await, app.desk(&sam).await);
    app.push.answers_next([Reply::status(503), Reply::status(410)]);
    app.post("/v1/help-requests", json!({})).by(&phone).await.expect(201);
    app.deliver().await;
    for _ in 0..20 {
        app.advance(minutes(1));
        app.deliver().await;
    }
    let accepted: HashSet<String> =
        app.column("SELECT state FROM deliveries WHERE staff_id IS NOT NULL").await.into_iter().collect();
    assert_eq!(accepted, HashSet::from(["accepted".to_owned(), "gone".to_owned()]));
    assert_eq!(desk.posts(app).len() + tablet.posts(app).len(), 3, "one was tried twice, one was gone");
    assert_eq!(app.column("SELECT state FROM alerts").await, ["sent"]);
    assert_eq!(app.count_where("push_subscriptions", "staff_id IS NOT NULL").await, 1);
});

both!(a_receipt_of_an_alert_is_kept_once, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = watched_phone(app, &sam, ana).await;
    let desk = app.desk(&sam).await;
    app.post("/v1/help-requests", json!({})).by(&phone).await.expect(201);
    app.deliver().await;
    let data = desk.inbox(app)[0]["notification"]["data"].clone();
    let receipt = |event: &str| {
        let (delivery, token) = (&data["delivery_id"], &data["receipt_token"]);
        json!({ "delivery_id": delivery, "receipt_token": token, "event": event, "at": app.now() })
    };
    for event in ["shown", "clicked", "clicked"] {
        app.post("/v1/receipts", receipt(event)).await.expect(204);
    }
    assert_eq!(app.count_where("alerts", "shown_at IS NOT NULL AND clicked_at IS NOT NULL").await, 1);
    assert_eq!(app.count_where("delivery_events", "event = 'clicked'").await, 1);
});
