use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use cairn_shared::calendars::waiting_import;
use cairn_shared::credentials::notice_expiring;
use cairn_shared::dashboards::refresh_old;
use cairn_shared::reminders::{anything_due, replan_after_zone_update};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, timeout};
use tokio_util::sync::CancellationToken;

use crate::attention::watch;
use crate::calendars::import_waiting;
use crate::context::{WorkerContext, WorkerError};
use crate::deliver::deliver_due;
use crate::maintenance::tidy;
use crate::plan::plan_all;
use crate::queue::{Queue, Task};

const LOOK: Duration = Duration::from_secs(1);
const SWEEP: Duration = Duration::from_secs(5);
const PLAN: Duration = Duration::from_mins(1);
const TIDY: Duration = Duration::from_mins(1);
const IMPORT: Duration = Duration::from_secs(2);
const IMPORT_AGAIN_MS: i64 = 30_000;
const DRAIN: Duration = Duration::from_secs(20);
/// A worker that can do nothing for so long ends, so that whoever supervises the process starts it anew.
const GIVE_UP: Duration = Duration::from_mins(5);

/// Works until told to stop, then lets what is on the wire come to its end.
///
/// # Errors
/// `Dead` when nothing was possible for five minutes.
pub async fn run(context: Arc<WorkerContext>, queue: Queue) -> Result<(), WorkerError> {
    let stop = context.stop.clone();
    let jobs = tokio::spawn(queue.clone().run(Arc::clone(&context), stop.clone()));
    let sweeper = tokio::spawn(sweep(Arc::clone(&context), stop.clone()));
    let keeper = tokio::spawn(keep(Arc::clone(&context), queue.clone(), stop.clone()));
    let importer = tokio::spawn(import(Arc::clone(&context), queue.clone(), stop.clone()));
    let summaries = tokio::spawn(renew_summaries(Arc::clone(&context), stop.clone()));
    let watcher = tokio::spawn(watch(Arc::clone(&context), stop.clone()));
    let (mut sweeper, mut keeper, mut watcher) = (sweeper, keeper, watcher);
    let result = tokio::select! {
        ended = look(&context, &queue, &stop) => ended,
        // They end only with the process, unless they panic.
        _ = &mut sweeper, if !stop.is_cancelled() => Err(WorkerError::Dead),
        _ = &mut keeper, if !stop.is_cancelled() => Err(WorkerError::Dead),
        _ = &mut watcher, if !stop.is_cancelled() => Err(WorkerError::Dead),
    };
    let result = if stop.is_cancelled() { Ok(()) } else { result };
    stop.cancel();
    for task in [jobs, sweeper, keeper, importer, watcher, summaries] {
        if task.is_finished() {
            continue;
        }
        if timeout(DRAIN, task).await.is_err() {
            tracing::warn!("work on the wire did not end in time; its leases will run out");
        }
    }
    // Whoever delivers, in a job or beside the queue, holds this until its answers are written down.
    if timeout(DRAIN, context.delivering.lock()).await.is_err() {
        tracing::warn!("answers could not be written down in time; their leases will run out");
    }
    queue.close().await;
    result
}

/// Once a second: one indexed read whether anything is due, and only then one small job. What is still due a second later
/// is delivered without the queue.
async fn look(context: &Arc<WorkerContext>, queue: &Queue, stop: &CancellationToken) -> Result<(), WorkerError> {
    let mut ticks = interval(LOOK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut last_success = Instant::now();
    let mut asked = false;
    loop {
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            _ = ticks.tick() => {}
        }
        let now = context.database.env.clock.now();
        match anything_due(&context.database).await {
            Ok(due) => {
                // Due work that cannot be done is no life.
                if !context.failing.load(Ordering::Relaxed) {
                    context.observer.beat(now);
                }
                last_success = Instant::now();
                if due && asked {
                    tokio::spawn(deliver(Arc::clone(context)));
                } else if due && let Err(error) = queue.enqueue(Task::DeliverDue, &(now.0 / 1000).to_string()).await {
                    tracing::warn!(%error, "the queue took no job; it is delivered without");
                }
                asked = due;
            }
            Err(error) => {
                tracing::warn!(%error, "cannot see what is due");
                if last_success.elapsed() > GIVE_UP {
                    return Err(WorkerError::Dead);
                }
            }
        }
    }
}

/// Delivers without the queue: what it lost, and everything when it is stopped. What time has made old is made new.
async fn sweep(context: Arc<WorkerContext>, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = sleep(SWEEP) => {}
        }
        let due = anything_due(&context.database).await.unwrap_or(false);
        if due {
            deliver(Arc::clone(&context)).await;
        }
    }
}

/// Rows over clients of which time alone has made old: a next appointment that began.
async fn renew_summaries(context: Arc<WorkerContext>, stop: CancellationToken) {
    loop {
        if let Err(error) = refresh_old(&context.database).await {
            tracing::warn!(%error, "summaries stay old for a while");
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = sleep(SWEEP) => {}
        }
    }
}

async fn deliver(context: Arc<WorkerContext>) {
    if let Err(error) = deliver_due(&context).await {
        tracing::warn!(%error, "delivering failed; it is tried again");
    }
}

/// Calendar files that wait: looked for with one indexed read, worked on by a job. A job that is lost is followed by
/// another half a minute later.
async fn import(context: Arc<WorkerContext>, queue: Queue, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = sleep(IMPORT) => {}
        }
        let Ok(Some((_, id))) = waiting_import(&context.database).await else { continue };
        let now = context.database.env.clock.now();
        let key = format!("{id}:{}", now.0 / IMPORT_AGAIN_MS);
        if let Err(error) = queue.enqueue(Task::Import, &key).await {
            tracing::warn!(%error, "the queue took no job; the file is worked on without");
            if let Err(error) = import_waiting(&context.database).await {
                tracing::warn!(%error, "importing failed; it is tried again");
            }
        }
    }
}

/// Planning and tidying, now and every minute.
async fn keep(context: Arc<WorkerContext>, queue: Queue, stop: CancellationToken) {
    match replan_after_zone_update(&context.database).await {
        Ok(0) => {}
        Ok(items) => tracing::info!(items, "planned anew with new zone data"),
        Err(error) => tracing::warn!(%error, "planning with new zone data failed"),
    }
    let mut last_tidy: Option<Instant> = None;
    loop {
        if let Err(error) = plan_all(&context.database).await {
            tracing::warn!(%error, "planning failed; it is tried again");
        }
        if last_tidy.is_none_or(|at| at.elapsed() >= TIDY) {
            last_tidy = Some(Instant::now());
            let now_seconds = context.database.env.clock.now().0 / 1000;
            if let Err(error) = tidy(&context.database).await {
                tracing::warn!(%error, "tidying failed; it is tried again");
            }
            if let Err(error) = notice_expiring(&context.database).await {
                tracing::warn!(%error, "ending credentials were not told; it is tried again");
            }
            match queue.depth().await {
                Ok(depth) => context.observer.queue_depth(depth),
                Err(error) => tracing::warn!(%error, "the queue's depth is unknown"),
            }
            if let Err(error) = queue.prune(now_seconds).await {
                tracing::warn!(%error, "pruning the queue failed");
            }
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = sleep(PLAN) => {}
        }
    }
}
