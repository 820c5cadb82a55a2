use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use apalis::prelude::{BackendExt, Data, Monitor, TaskBuilder, TaskSink, WorkerBuilder, WorkerBuilderExt};
use apalis_postgres::PostgresStorage;
use apalis_sqlite::SqliteStorage;
use cairn_shared::db::DatabaseUrl;
use cairn_shared::random;
use futures::FutureExt;
use sqlx::postgres::PgPool;
use sqlx::sqlite::SqlitePool;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::job::{Job, Task};
use super::pace::{Pace, Pulse};
use super::pool;
use crate::calendars::import_waiting;
use crate::context::{WorkerContext, WorkerError};
use crate::deliver::deliver_due;
use crate::plan::plan_all;

/// The queue's name is ours, not a Rust path: renaming a type must not strand jobs.
const NAME: &str = "cairn";
/// The interval decides how late a job is picked up; nothing depends on notifications.
const POLL: Duration = Duration::from_secs(1);
/// Each beat is a write, and an idle server writes nothing. What a dead worker held is found by our own sweeper, not by
/// the queue's rescue, so rare beats lose nothing.
const HEARTBEAT: Duration = Duration::from_hours(1);
const AT_ONCE: usize = 4;
const PAUSE_BEFORE_RESTART: Duration = Duration::from_secs(1);
/// Finished jobs stay this long, for a look at what happened.
const KEEP_DONE_SECONDS: i64 = 3600;
const PRUNE_AT_ONCE: i64 = 500;

/// The queue on either database.
#[derive(Clone)]
pub enum Queue {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

fn fault(error: impl std::fmt::Display) -> WorkerError {
    WorkerError::Queue(error.to_string())
}

impl Queue {
    pub async fn connect(url: &DatabaseUrl) -> Result<Self, WorkerError> {
        Ok(match url {
            DatabaseUrl::Sqlite(path) => Self::Sqlite(pool::sqlite(path).await?),
            DatabaseUrl::Postgres(url) => Self::Postgres(pool::postgres(url).await?),
        })
    }

    /// Puts a job into the queue. Under one `key` it is there once: that another process was first is success.
    pub async fn enqueue(&self, task: Task, key: &str) -> Result<(), WorkerError> {
        let key = format!("{}:{key}", task.as_str());
        let job = TaskBuilder::new(Job::new(task)).max_attempts(1).idempotency_key(key).build();
        let pushed = match self {
            Self::Sqlite(pool) => sqlite_storage(pool).push_task(job).await.map_err(|error| format!("{error:?}")),
            Self::Postgres(pool) => postgres_storage(pool).push_task(job).await.map_err(|error| format!("{error:?}")),
        };
        match pushed {
            Err(cause) if cause.contains("duplicate key") || cause.contains("23505") => Ok(()),
            other => other.map_err(WorkerError::Queue),
        }
    }

    /// Works on jobs until told to stop. Whatever ends the queue's own worker, it is started again.
    pub async fn run(self, context: Arc<WorkerContext>, stop: CancellationToken) {
        while !stop.is_cancelled() {
            let env = &context.database.env;
            let incarnation = random::id(env.clock.now(), &*env.random);
            let pulse = Arc::new(Pulse::default());
            let monitor = match &self {
                Self::Sqlite(pool) => monitor_sqlite(pool, &context, incarnation, &pulse),
                Self::Postgres(pool) => monitor_postgres(pool, &context, incarnation, &pulse),
            };
            let signal = stop.clone();
            let ended = monitor.run_with_signal(async move {
                signal.cancelled().await;
                Ok(())
            });
            // A worker that ended with an error looks the same as one that ended; the library has logged why.
            tokio::select! {
                _ = ended => if !stop.is_cancelled() {
                    tracing::warn!("the queue's worker ended and is started again");
                },
                () = pulse.silence(), if !stop.is_cancelled() => {
                    tracing::warn!("the queue's worker came to a stand and is started again");
                }
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(PAUSE_BEFORE_RESTART) => {}
            }
        }
    }

    /// Jobs that wait or run.
    pub async fn depth(&self) -> Result<i64, WorkerError> {
        let sql = "SELECT COUNT(*) FROM {} WHERE status IN ('Pending', 'Queued', 'Running')";
        match self {
            Self::Sqlite(pool) => {
                sqlx::query_scalar(sqlx::AssertSqlSafe(sql.replace("{}", "Jobs"))).fetch_one(pool).await
            }
            Self::Postgres(pool) => {
                sqlx::query_scalar(sqlx::AssertSqlSafe(sql.replace("{}", "apalis.jobs"))).fetch_one(pool).await
            }
        }
        .map_err(fault)
    }

    /// Removes jobs after an hour, finished or never fetched, and workers that no job names any more; the library's own pruning would
    /// remove every finished job whatever its age. Nothing to remove, nothing written.
    pub async fn prune(&self, now_seconds: i64) -> Result<(), WorkerError> {
        let before = now_seconds - KEEP_DONE_SECONDS;
        match self {
            Self::Sqlite(pool) => {
                let sql = "DELETE FROM Jobs WHERE id IN (SELECT id FROM Jobs WHERE (status IN ('Done', 'Failed', 'Killed') \
                           AND done_at < ?1) OR (status = 'Pending' AND run_at < ?1) LIMIT ?2)";
                sqlx::query(sql).bind(before).bind(PRUNE_AT_ONCE).execute(pool).await.map_err(fault)?;
                let sql = "DELETE FROM Workers WHERE last_seen < ?1 AND id NOT IN (SELECT lock_by FROM Jobs WHERE lock_by \
                           IS NOT NULL)";
                sqlx::query(sql).bind(now_seconds - 7 * 86_400).execute(pool).await.map_err(fault)?;
            }
            Self::Postgres(pool) => {
                let sql = "DELETE FROM apalis.jobs WHERE id IN (SELECT id FROM apalis.jobs WHERE (status IN ('Done', \
                           'Failed', 'Killed') AND done_at < to_timestamp($1)) OR (status = 'Pending' AND run_at < \
                           to_timestamp($1)) LIMIT $2)";
                sqlx::query(sql).bind(before as f64).bind(PRUNE_AT_ONCE).execute(pool).await.map_err(fault)?;
                let sql = "DELETE FROM apalis.workers WHERE last_seen < to_timestamp($1) AND id NOT IN (SELECT lock_by \
                           FROM apalis.jobs WHERE lock_by IS NOT NULL)";
                sqlx::query(sql).bind((now_seconds - 7 * 86_400) as f64).execute(pool).await.map_err(fault)?;
            }
        }
        Ok(())
    }

    pub async fn close(&self) {
        match self {
            Self::Sqlite(pool) => pool.close().await,
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

fn monitor_sqlite(pool: &SqlitePool, context: &Arc<WorkerContext>, incarnation: Uuid, pulse: &Arc<Pulse>) -> Monitor {
    let (pool, context, pulse) = (pool.clone(), Arc::clone(context), Arc::clone(pulse));
    Monitor::new()
        .register(move |restarts| {
            WorkerBuilder::new(worker_name(incarnation, restarts))
                .backend(sqlite_storage(&pool).poll_with_strategy(Pace::new(POLL, Arc::clone(&pulse))))
                .data(Arc::clone(&context))
                .data(Arc::clone(&pulse))
                .concurrency(AT_ONCE)
                .build(work)
        })
        .shutdown_timeout(Duration::from_secs(20))
}

fn monitor_postgres(pool: &PgPool, context: &Arc<WorkerContext>, incarnation: Uuid, pulse: &Arc<Pulse>) -> Monitor {
    let (pool, context, pulse) = (pool.clone(), Arc::clone(context), Arc::clone(pulse));
    Monitor::new()
        .register(move |restarts| {
            WorkerBuilder::new(worker_name(incarnation, restarts))
                .backend(postgres_storage(&pool).poll_with_strategy(Pace::new(POLL, Arc::clone(&pulse))))
                .data(Arc::clone(&context))
                .data(Arc::clone(&pulse))
                .concurrency(AT_ONCE)
                .build(work)
        })
        .shutdown_timeout(Duration::from_secs(20))
}

fn sqlite_storage(pool: &SqlitePool) -> SqliteStorage<Job> {
    let config = apalis_sqlite::Config::default().queue(NAME).batch_size(AT_ONCE).heartbeat_interval(HEARTBEAT);
    SqliteStorage::new(pool).with_config(config)
}

fn postgres_storage(pool: &PgPool) -> PostgresStorage<Job> {
    let config = apalis_postgres::Config::default().queue(NAME).batch_size(AT_ONCE).heartbeat_interval(HEARTBEAT);
    PostgresStorage::new(pool).with_config(config)
}

/// A new name each time: under a reused one, jobs of the life before would never be rescued.
fn worker_name(incarnation: Uuid, restarts: usize) -> String {
    format!("cairn-{incarnation}-{restarts}")
}

/// Does one job. Never fails and never panics towards the queue: when to try again is decided by our rows.
async fn work(job: Job, context: Data<Arc<WorkerContext>>, pulse: Data<Arc<Pulse>>) {
    let _busy = Arc::clone(&pulse).busy();
    let Some(task) = job.task() else {
        tracing::warn!(version = job.v, "a job of another version was let go");
        return;
    };
    let result = AssertUnwindSafe(async {
        match task {
            // In a task of its own: what is on the wire is not dropped with the queue's worker.
            Task::DeliverDue => {
                let context = Arc::clone(&context);
                let delivering = tokio::spawn(async move { deliver_due(&context).await });
                delivering.await.map_err(cairn_shared::Error::internal)?.map(|_| ())
            }
            Task::Plan => plan_all(&context.database).await.map(|_| ()),
            Task::Import => import_waiting(&context.database).await,
        }
    })
    .catch_unwind()
    .await;
    match result {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, task = task.as_str(), "a job will be made up for by the sweeper"),
        Err(_) => tracing::error!(task = task.as_str(), "a job panicked"),
    }
}
