use std::sync::Arc;
use std::time::{Duration, Instant};

use cairn_tests::{TestApp, both};
use cairn_worker::queue::{Queue, Task};
use cairn_worker::run;
use serde_json::json;
use tokio::time::sleep;

/// Real seconds: the worker's own ticks are not the test's clock.
const PATIENCE: Duration = Duration::from_secs(20);

async fn something_due(app: &TestApp) {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    app.phone(&sam, ana).await;
    app.appointment(&sam, ana, "2027-03-01T12:00", json!([{ "minutes_before": 60 }])).await;
    app.travel_to("2027-03-01T16:00:30Z");
}

async fn pushed_within(app: &TestApp, patience: Duration) -> bool {
    let began = Instant::now();
    while began.elapsed() < patience {
        if app.push.count() > 0 {
            return true;
        }
        sleep(Duration::from_millis(50)).await;
    }
    false
}

both!(a_job_makes_a_process_deliver, async |app| {
    something_due(app).await;
    let queue = Queue::connect(&app.url).await.unwrap();
    queue.enqueue(Task::DeliverDue, "1").await.unwrap();
    queue.enqueue(Task::DeliverDue, "1").await.unwrap();
    assert_eq!(queue.depth().await.unwrap(), 1, "one job under one key, on both databases");
    let stop = tokio_util::sync::CancellationToken::new();
    let working = tokio::spawn(queue.clone().run(Arc::clone(&app.worker), stop.clone()));
    assert!(pushed_within(app, PATIENCE).await, "the job was done");
    stop.cancel();
    working.await.unwrap();
    assert_eq!(app.push.count(), 1);
    queue.close().await;
});

// Red when the sweeper is taken out of `run`.
both!(delivery_goes_on_when_the_queue_is_stopped, async |app| {
    something_due(app).await;
    let queue = Queue::connect(&app.url).await.unwrap();
    queue.close().await;
    let worker = app.another_worker(9).await;
    let working = tokio::spawn(run(Arc::clone(&worker), queue));
    assert!(pushed_within(app, PATIENCE).await, "the sweeper delivered");
    worker.stop.cancel();
    working.await.unwrap().unwrap();
    assert_eq!(app.push.count(), 1, "once");
});

both!(a_worker_stops_when_told_and_leaves_nothing_half_done, async |app| {
    something_due(app).await;
    let queue = Queue::connect(&app.url).await.unwrap();
    let worker = app.another_worker(9).await;
    let working = tokio::spawn(run(Arc::clone(&worker), queue));
    assert!(pushed_within(app, PATIENCE).await);
    worker.stop.cancel();
    working.await.unwrap().unwrap();
    let states = app.column("SELECT state || ' ' || attempts FROM deliveries").await;
    assert_eq!(states, ["accepted 1"]);
});
