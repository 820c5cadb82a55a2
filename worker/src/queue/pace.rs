use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use apalis_core::backend::ext::poll_strategy::{PollSnapshot, PollStrategy};
use tokio::time::{Interval, MissedTickBehavior, interval, sleep};

/// A worker that looks once a second and did not look for so long has come to a stand.
const SILENCE: Duration = Duration::from_secs(30);

/// Asks the queue for jobs at a steady pace. The library's own interval starts its next timer without listening to it;
/// a fetch that answers at once then leaves nobody to wake the worker, and it stands still for ever.
pub struct Pace {
    ticks: Interval,
    pulse: Arc<Pulse>,
}

impl Pace {
    pub fn new(period: Duration, pulse: Arc<Pulse>) -> Self {
        let mut ticks = interval(period);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self { ticks, pulse }
    }
}

impl PollStrategy for Pace {
    fn poll_drive(&mut self, cx: &mut Context<'_>, _: &PollSnapshot) -> Poll<Option<()>> {
        self.pulse.beat();
        let mut due = Poll::Pending;
        // Until the timer says "later": only then is it known whom to wake.
        while self.ticks.poll_tick(cx).is_ready() {
            due = Poll::Ready(Some(()));
        }
        due
    }
}

/// Tells a worker that waits from one that has come to a stand.
#[derive(Default)]
pub struct Pulse {
    beats: AtomicU64,
    busy: AtomicU64,
}

impl Pulse {
    fn beat(&self) {
        self.beats.fetch_add(1, Ordering::Relaxed);
    }

    /// While this is held a job is being done, and the worker may be too busy to look for more.
    pub fn busy(self: Arc<Self>) -> Busy {
        self.busy.fetch_add(1, Ordering::Relaxed);
        Busy(self)
    }

    /// Whether the worker has looked since the last call, or is busy. `seen` is what the last call saw.
    fn lives(&self, seen: &mut Option<u64>) -> bool {
        let beats = self.beats.load(Ordering::Relaxed);
        let busy = self.busy.load(Ordering::Relaxed) > 0;
        let last = std::mem::replace(seen, (!busy).then_some(beats));
        busy || last != Some(beats)
    }

    /// Ends when the worker has neither looked nor worked for half a minute.
    pub async fn silence(&self) {
        let mut seen = None;
        while self.lives(&mut seen) {
            sleep(SILENCE).await;
        }
    }
}

pub struct Busy(Arc<Pulse>);

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.busy.fetch_sub(1, Ordering::Relaxed);
        self.0.beat();
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use apalis_core::backend::Backend;
    use apalis_core::backend::ext::poll_strategy::{PollWith, Strategy};
    use apalis_core::worker::context::WorkerContext;
    use tokio::time::timeout;

    use super::*;

    /// A queue that is always empty and says so at once, as a database on another thread does when it is quick.
    struct EmptyAtOnce {
        fetches: usize,
    }

    impl Backend for EmptyAtOnce {
        type Task = ();
        type Error = std::io::Error;

        fn poll_ready(&mut self, _: &mut Context<'_>, _: &WorkerContext) -> Poll<Result<(), Self::Error>> {
            Poll::Ready(Ok(()))
        }

        fn poll_next(&mut self, _: &mut Context<'_>, _: &WorkerContext) -> Poll<Option<Result<(), Self::Error>>> {
            self.fetches += 1;
            if self.fetches == 5 { Poll::Ready(Some(Ok(()))) } else { Poll::Pending }
        }

        fn poll_close(&mut self, _: &mut Context<'_>, _: &WorkerContext) -> Poll<Result<(), Self::Error>> {
            Poll::Ready(Ok(()))
        }
    }

    /// Whether the fifth look comes, with nothing but the strategy to wake the worker.
    async fn keeps_looking(strategy: impl PollStrategy) -> bool {
        let worker = WorkerContext::new("test");
        let mut backend = PollWith::new(EmptyAtOnce { fetches: 0 }, strategy);
        let fifth = poll_fn(|cx| backend.poll_next(cx, &worker));
        timeout(Duration::from_secs(3), fifth).await.is_ok()
    }

    #[tokio::test]
    async fn a_fetch_that_answers_at_once_does_not_stop_the_worker() {
        assert!(keeps_looking(Pace::new(Duration::from_millis(5), Arc::default())).await);
    }

    // Why `Pace` exists. When this turns red, the library's interval can be used again.
    #[tokio::test]
    async fn the_librarys_interval_stops_after_a_fetch_that_answers_at_once() {
        assert!(!keeps_looking(Strategy::new().interval(Duration::from_millis(5))).await);
    }

    #[test]
    fn silence_is_noticed_and_work_is_not_taken_for_it() {
        let pulse = Arc::new(Pulse::default());
        let mut seen = None;
        assert!(pulse.lives(&mut seen), "it has only just begun");
        assert!(!pulse.lives(&mut seen), "nobody looked");
        pulse.beat();
        assert!(pulse.lives(&mut seen), "it looked");
        let busy = Arc::clone(&pulse).busy();
        assert!(pulse.lives(&mut seen) && pulse.lives(&mut seen), "a long job");
        drop(busy);
        assert!(pulse.lives(&mut seen), "it has just become free");
        assert!(!pulse.lives(&mut seen), "and never looked again");
    }
}
