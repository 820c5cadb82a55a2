//! What the queue's library does and does not do. Each of these is a reason for something in `worker/src/queue/`; one
//! that turns red after an update tells which reason has gone, or which has come.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use apalis::prelude::{BackendExt, BoxDynError, Data, TaskBuilder, TaskSink, WorkerBuilder, WorkerContext};
use apalis_core::backend::ext::poll_strategy::{PollSnapshot, PollStrategy};
use apalis_core::error::RetryAfterError;
use apalis_postgres::PostgresStorage;
use apalis_sqlite::SqliteStorage;
use cairn_shared::db::{DatabaseUrl, sqlite_options};
use cairn_tests::{Backend, TestApp, both};
use sqlx::Connection;
use sqlx::postgres::PgConnection;
use sqlx::sqlite::{SqlitePool, SqlitePoolOptions};
use tokio::sync::Barrier;
use tokio::time::{Interval, MissedTickBehavior, interval, sleep, timeout};

const QUEUE: &str = "trial";
/// Long enough for a worker that looks every few milliseconds to do whatever it will ever do.
const WHILE: Duration = Duration::from_millis(1500);
const PATIENCE: Duration = Duration::from_secs(20);

#[derive(Clone, Default)]
struct Runs(Arc<AtomicUsize>);

impl Runs {
    fn add(&self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }

    fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }

    async fn reach(&self, count: usize) {
        let began = Instant::now();
        while self.count() < count {
            assert!(began.elapsed() < PATIENCE, "{} of {count} runs", self.count());
            sleep(Duration::from_millis(10)).await;
        }
    }
}

async fn pool(app: &TestApp) -> SqlitePool {
    let DatabaseUrl::Sqlite(path) = &app.url else { panic!("this is SQLite's") };
    SqlitePoolOptions::new().max_connections(4).connect_with(sqlite_options(path)).await.unwrap()
}

fn sqlite(pool: &SqlitePool) -> SqliteStorage<String> {
    SqliteStorage::new(pool).with_config(apalis_sqlite::Config::default().queue(QUEUE))
}

/// Looks every few milliseconds. Not the library's own interval: see `worker/src/queue/pace.rs`.
struct Often(Interval);

impl PollStrategy for Often {
    fn poll_drive(&mut self, cx: &mut Context<'_>, _: &PollSnapshot) -> Poll<Option<()>> {
        let mut due = Poll::Pending;
        while self.0.poll_tick(cx).is_ready() {
            due = Poll::Ready(Some(()));
        }
        due
    }
}

fn often() -> Often {
    let mut ticks = interval(Duration::from_millis(10));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    Often(ticks)
}

async fn count(runs: Data<Runs>) {
    runs.add();
}

async fn fail(runs: Data<Runs>) -> Result<(), BoxDynError> {
    runs.add();
    Err("no".into())
}

async fn ask_for_an_hour(runs: Data<Runs>) -> Result<(), BoxDynError> {
    runs.add();
    Err(Box::new(RetryAfterError::new("later", Duration::from_hours(1))))
}

/// A job's task, whose payload nobody looks at.
macro_rules! handler {
    ($name:ident) => {
        |_: String, runs: Data<Runs>| $name(runs)
    };
}

macro_rules! start {
    ($storage:expr, $runs:expr, $handler:expr) => {{
        let worker = WorkerBuilder::new("trial").backend($storage).data($runs.clone()).build($handler);
        tokio::spawn(async move { worker.run().await })
    }};
}

// Why we say how often to look.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_strategy_a_worker_does_not_look_again() {
    let app = TestApp::start(Backend::Sqlite).await;
    let pool = pool(&app).await;
    let runs = Runs::default();
    let working = start!(sqlite(&pool), runs, handler!(count));
    sleep(WHILE).await;
    sqlite(&pool).push("late".to_owned()).await.unwrap();
    sleep(WHILE).await;
    assert_eq!(runs.count(), 0, "only its next heartbeat would make it look");
    working.abort();
    pool.close().await;
    app.close().await;
}

// Why the carrier is started again whatever ends it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_error_of_the_database_ends_the_worker() {
    let app = TestApp::start(Backend::Sqlite).await;
    let pool = pool(&app).await;
    let working = start!(sqlite(&pool).poll_with_strategy(often()), Runs::default(), handler!(count));
    sleep(WHILE).await;
    assert!(!working.is_finished());
    sqlx::query("ALTER TABLE Jobs RENAME TO Gone").execute(&pool).await.unwrap();
    let ended = timeout(PATIENCE, working).await.expect("it ends").unwrap();
    assert!(ended.is_err());
    pool.close().await;
    app.close().await;
}

// Why a worker is told how many jobs it may do at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_limit_every_fetched_job_starts_at_once() {
    let app = TestApp::start(Backend::Sqlite).await;
    let pool = pool(&app).await;
    for job in 0..8 {
        sqlite(&pool).push(job.to_string()).await.unwrap();
    }
    let runs = Runs::default();
    let meeting = Arc::new(Barrier::new(8));
    let worker = WorkerBuilder::new("crowd")
        .backend(sqlite(&pool).poll_with_strategy(often()))
        .data(runs.clone())
        .data(meeting)
        .build(async |_: String, runs: Data<Runs>, meeting: Data<Arc<Barrier>>| {
            meeting.wait().await;
            runs.add();
        });
    let working = tokio::spawn(async move { worker.run().await });
    runs.reach(8).await;
    working.abort();
    pool.close().await;
    app.close().await;
}

// Why a job never fails towards the queue: when to try again stands in our rows.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failed_job_is_tried_again_at_once_until_its_attempts_are_used_up() {
    let app = TestApp::start(Backend::Sqlite).await;
    let pool = pool(&app).await;
    let job = TaskBuilder::new("bad".to_owned()).max_attempts(5).build();
    sqlite(&pool).push_task(job).await.unwrap();
    let runs = Runs::default();
    let began = Instant::now();
    let working = start!(sqlite(&pool).poll_with_strategy(often()), runs, handler!(fail));
    runs.reach(5).await;
    assert!(began.elapsed() < PATIENCE / 2, "no pause between attempts");
    sleep(WHILE).await;
    assert_eq!(runs.count(), 5);
    working.abort();
    pool.close().await;
    app.close().await;
}

// Why "try again later" is not said to the library: it forgets how much later, and SQLite's job is never fetched again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_retry_with_a_pause_is_lost_on_sqlite() {
    let app = TestApp::start(Backend::Sqlite).await;
    let pool = pool(&app).await;
    sqlite(&pool).push("later".to_owned()).await.unwrap();
    let runs = Runs::default();
    let working = start!(sqlite(&pool).poll_with_strategy(often()), runs, handler!(ask_for_an_hour));
    runs.reach(1).await;
    sleep(WHILE).await;
    assert_eq!(runs.count(), 1);
    let held = "SELECT COUNT(*) FROM Jobs WHERE status = 'Pending' AND lock_by IS NOT NULL";
    assert_eq!(sqlx::query_scalar::<_, i64>(held).fetch_one(&pool).await.unwrap(), 1, "held by a worker, for ever");
    working.abort();
    pool.close().await;
    app.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_retry_with_a_pause_has_none_on_postgres() {
    if !Backend::Postgres.is_wanted() {
        return;
    }
    let app = TestApp::start(Backend::Postgres).await;
    let DatabaseUrl::Postgres(url) = &app.url else { panic!("this is PostgreSQL's") };
    let pool = sqlx::PgPool::connect(url).await.unwrap();
    let storage = || -> PostgresStorage<String> {
        PostgresStorage::new(&pool).with_config(apalis_postgres::Config::default().queue(QUEUE))
    };
    storage().push("later".to_owned()).await.unwrap();
    let runs = Runs::default();
    let working = start!(storage().poll_with_strategy(often()), runs, handler!(ask_for_an_hour));
    runs.reach(3).await;
    working.abort();
    pool.close().await;
    app.close().await;
}

// Why what a job does is guarded by a lease in our rows: the queue's own lock can be taken over.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_can_lock_a_job_that_another_holds() {
    let app = TestApp::start(Backend::Sqlite).await;
    let pool = pool(&app).await;
    sqlite(&pool).push("one".to_owned()).await.unwrap();
    for name in ["owner", "thief"] {
        let sql = "INSERT INTO Workers (id, worker_type, storage_name, layers) VALUES (?1, 'trial', 's', '')";
        sqlx::query(sql).bind(name).execute(&pool).await.unwrap();
    }
    let config = apalis_sqlite::Config::default().queue(QUEUE);
    let fetched = apalis_sqlite::queries::fetch_next(&pool, &config, &WorkerContext::new("owner")).await.unwrap();
    let ids = [fetched[0].task_id().unwrap().to_string()];
    assert_eq!(apalis_sqlite::queries::lock_tasks(&pool, &ids, "thief").await.unwrap(), 1);
    let owner: String = sqlx::query_scalar("SELECT lock_by FROM Jobs").fetch_one(&pool).await.unwrap();
    assert_eq!(owner, "thief");
    pool.close().await;
    app.close().await;
}

// Why attempts are counted in our rows, and why every life of a worker has a name of its own.
both!(a_dead_workers_jobs_come_back_by_age_alone_whatever_their_attempts, async |app| {
    let (jobs, workers, old) = match app.backend {
        Backend::Sqlite => ("Jobs", "Workers", "strftime('%s', 'now') - 100"),
        Backend::Postgres => ("apalis.jobs", "apalis.workers", "now() - interval '100 seconds'"),
    };
    let queue = cairn_worker::queue::Queue::connect(&app.url).await.unwrap();
    queue.enqueue(cairn_worker::queue::Task::Plan, "1").await.unwrap();
    let seen = match app.backend {
        Backend::Sqlite => "strftime('%s', 'now')",
        Backend::Postgres => "now()",
    };
    app.sql(&format!(
        "INSERT INTO {workers} (id, worker_type, storage_name, layers, last_seen) VALUES ('dead', 'cairn', 's', '', {seen})"
    ))
    .await;
    app.sql(&format!("UPDATE {jobs} SET status = 'Running', lock_by = 'dead', attempts = 50, max_attempts = 5")).await;
    let sweep = async || match &app.url {
        DatabaseUrl::Sqlite(_) => {
            let pool = pool(app).await;
            let filter = apalis_core::backend::WorkerFilter::None;
            apalis_sqlite::queries::reenqueue_orphaned(&pool, 60, "cairn", &filter).await.unwrap()
        }
        DatabaseUrl::Postgres(url) => {
            let mut connection = PgConnection::connect(url).await.unwrap();
            apalis_postgres::queries::reenqueue_orphaned(&mut connection, "cairn", 60).await.unwrap()
        }
    };
    assert_eq!(sweep().await, 0, "its name was seen a moment ago, by whichever worker bears it");
    app.sql(&format!("UPDATE {workers} SET last_seen = {old}")).await;
    assert_eq!(sweep().await, 1);
    assert_eq!(app.column(&format!("SELECT status || ' ' || attempts FROM {jobs}")).await, ["Pending 51"]);
    queue.close().await;
});

// Why finished jobs are removed by a statement of ours.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pruning_by_age_removes_every_finished_job() {
    use apalis_core::backend::Vacuum;
    let app = TestApp::start(Backend::Sqlite).await;
    let pool = pool(&app).await;
    sqlite(&pool).push("just done".to_owned()).await.unwrap();
    sqlx::query("UPDATE Jobs SET status = 'Done', done_at = strftime('%s', 'now')").execute(&pool).await.unwrap();
    sqlite(&pool).vacuum_before(Duration::from_hours(1000)).await.unwrap();
    assert_eq!(sqlx::query_scalar::<_, i64>("SELECT COUNT(*) FROM Jobs").fetch_one(&pool).await.unwrap(), 0);
    pool.close().await;
    app.close().await;
}
