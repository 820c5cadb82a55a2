use std::sync::Arc;
use std::time::{Duration, Instant};

use cairn_tests::{Backend, Phone, TestApp, both, hours};
use cairn_worker::WorkerContext;
use cairn_worker::queue::Queue;
use serde_json::json;

async fn due_in_an_hour(app: &TestApp) -> Phone {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.phone(&sam, ana).await;
    app.appointment(&sam, ana, "2027-03-01T14:00", json!([{ "minutes_before": 180 }])).await;
    phone
}

async fn arrives_within(app: &TestApp, phone: &Phone, patience: Duration) {
    let began = Instant::now();
    while phone.posts(app).is_empty() {
        assert!(began.elapsed() < patience, "nothing arrived in {patience:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn start(app: &TestApp) -> (Arc<WorkerContext>, tokio::task::JoinHandle<()>) {
    let worker = Arc::new(app.worker_with(|_| {}));
    let queue = Queue::connect(&app.url).await.unwrap();
    let running = Arc::clone(&worker);
    (worker, tokio::spawn(async move { cairn_worker::run(running, queue).await.unwrap() }))
}

async fn stop(worker: &WorkerContext, running: tokio::task::JoinHandle<()>) {
    worker.stop.cancel();
    tokio::time::timeout(Duration::from_secs(25), running).await.expect("it drains").unwrap();
}

both!(a_running_worker_delivers_within_seconds_and_stops_when_told, async |app| {
    let phone = due_in_an_hour(app).await;
    let (worker, running) = start(app).await;
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert_eq!(phone.posts(app).len(), 0);
    app.advance(hours(1));
    arrives_within(app, &phone, Duration::from_secs(9)).await;
    stop(&worker, running).await;
    assert_eq!(phone.posts(app).len(), 1);
    // The queue has carried nothing but "look now".
    let jobs = match app.backend {
        Backend::Sqlite => "SELECT CAST(job AS TEXT) FROM Jobs",
        Backend::Postgres => "SELECT convert_from(job, 'UTF8') FROM apalis.jobs",
    };
    for job in app.column(jobs).await {
        assert!(job == r#"{"v":1,"task":"deliver_due"}"# || job == r#"{"v":1,"task":"plan"}"#, "{job}");
    }
});

both!(delivery_goes_on_without_the_queue, async |app| {
    let phone = due_in_an_hour(app).await;
    let (worker, running) = start(app).await;
    match app.backend {
        Backend::Sqlite => app.sql("DROP TABLE Jobs").await,
        // The queue at work may hold locks in another order; the database then picks a loser.
        Backend::Postgres => {
            let dropped = async || app.try_sql("DROP SCHEMA apalis CASCADE").await;
            while let Err(error) = dropped().await {
                assert!(error.to_string().contains("deadlock"), "{error}");
            }
        }
    }
    app.advance(hours(1));
    arrives_within(app, &phone, Duration::from_secs(12)).await;
    assert_eq!(phone.posts(app).len(), 1);
    stop(&worker, running).await;
});
