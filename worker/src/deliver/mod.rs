//! Delivery: claim, check, send, finish, until nothing is due.

mod outcome;
mod payload;
mod send;

use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::time::Duration;

use cairn_shared::reminders::{Finished, Slots, claim, finish};
use futures::future::FutureExt;
use futures::stream::{FuturesUnordered, StreamExt};

pub use payload::payload;
pub use send::send;

use crate::context::WorkerContext;

/// While answers are awaited, what becomes due meanwhile is looked for this often.
const LOOK_AGAIN: Duration = Duration::from_millis(250);

/// Together less than a lease.
const FINISH_TRIES: u32 = 10;
const FINISH_PAUSE: Duration = Duration::from_secs(1);

/// What a run delivered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delivered {
    pub sent: usize,
    /// Answers that came too late: another process had taken the delivery over.
    pub lost: usize,
}

/// Delivers until nothing is due. The only way in which reminders leave, whoever calls it: a job of the queue, the
/// sweeper, a test. Returns at once when this process is at it already.
pub async fn deliver_due(context: &WorkerContext) -> cairn_shared::Result<Delivered> {
    let Ok(_alone) = context.delivering.try_lock() else { return Ok(Delivered::default()) };
    let result = deliver(context).await;
    context.failing.store(result.is_err(), Ordering::Relaxed);
    result
}

async fn deliver(context: &WorkerContext) -> cairn_shared::Result<Delivered> {
    let mut delivered = Delivered::default();
    let mut wire = FuturesUnordered::new();
    let mut answers: Vec<Finished> = Vec::new();
    loop {
        // Answers first: what is not written down would be sent again.
        if !answers.is_empty() {
            let batch = std::mem::take(&mut answers);
            delivered.sent += batch.len();
            let lost = beside(write_down(context, &batch), &mut wire, &mut answers).await?;
            if !lost.is_empty() {
                tracing::warn!(count = lost.len(), "answers came after their lease had ended");
                delivered.lost += lost.len();
            }
            continue;
        }
        let slots = slots(context, wire.len());
        let mut idle = true;
        // A stopping process takes nothing new on.
        if slots.total > 0 && !context.stop.is_cancelled() {
            match beside(claim(&context.database, &slots), &mut wire, &mut answers).await {
                Ok(batch) => {
                    context.observer.missed(batch.missed);
                    idle = batch.claimed.is_empty() && batch.settled == 0;
                    for claimed in batch.claimed {
                        wire.push(send(context, claimed));
                    }
                }
                Err(error) if wire.is_empty() && answers.is_empty() => return Err(error),
                // What is on the wire must still be written down.
                Err(error) => tracing::warn!(%error, "nothing more can be claimed for now"),
            }
        }
        if wire.is_empty() && answers.is_empty() && idle {
            return Ok(delivered);
        }
        if !wire.is_empty()
            && answers.is_empty()
            && let Ok(Some(first)) = tokio::time::timeout(LOOK_AGAIN, wire.next()).await
        {
            answers.push(first);
        }
        while let Some(Some(next)) = wire.next().now_or_never() {
            answers.push(next);
        }
    }
}

/// Waits for the database while what is on the wire goes on; a push that is not looked at would seem to have timed out.
async fn beside<T, S: Future<Output = Finished>>(
    work: impl Future<Output = T>,
    wire: &mut FuturesUnordered<S>,
    answers: &mut Vec<Finished>,
) -> T {
    tokio::pin!(work);
    loop {
        tokio::select! {
            biased;
            Some(next) = wire.next(), if !wire.is_empty() => answers.push(next),
            done = &mut work => return done,
        }
    }
}

/// Writes answers down, with patience: an answer that is forgotten means that the phone is reminded twice.
async fn write_down(context: &WorkerContext, answers: &[Finished]) -> cairn_shared::Result<Vec<uuid::Uuid>> {
    let mut tries = 0;
    loop {
        match finish(&context.database, answers).await {
            Err(error) if tries < FINISH_TRIES => {
                tracing::warn!(%error, "answers cannot be written down yet");
                tries += 1;
                tokio::time::sleep(FINISH_PAUSE).await;
            }
            done => return done,
        }
    }
}

fn slots(context: &WorkerContext, on_the_wire: usize) -> Slots {
    let now = context.database.env.clock.now();
    let by_origin: HashMap<String, usize> = context
        .gates
        .statuses(now.0)
        .into_iter()
        .map(|status| {
            let free = context.gates.free_slots(&status.origin, now.0);
            (status.origin, free)
        })
        .collect();
    let each_origin = context.gates.free_slots("", now.0);
    Slots { total: context.in_flight.saturating_sub(on_the_wire), each_origin, by_origin }
}
