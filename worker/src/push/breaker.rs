//! A circuit breaker for one push service: when half of the last calls failed it lets nothing through for a while, then
//! one call as a trial. Pure.

/// Calls that are looked back on.
pub const WINDOW: u32 = 20;
/// So many failures among them open the circuit.
pub const FAILURES: u32 = WINDOW / 2;
/// How long it stays open before a trial.
pub const OPEN_MS: i64 = 30_000;
/// A clock may step back a little between two readings; further back, what was to last until a later time is over.
const CLOCK_SLACK_MS: i64 = 60_000;

/// A stretch of time without calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hold {
    since_ms: i64,
    pub until_ms: i64,
}

impl Hold {
    pub fn new(since_ms: i64, length_ms: i64) -> Self {
        Self { since_ms, until_ms: since_ms.saturating_add(length_ms) }
    }

    pub fn is_on(&self, now_ms: i64) -> bool {
        (self.since_ms - CLOCK_SLACK_MS..self.until_ms).contains(&now_ms)
    }
}

/// What the breaker allows now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allowance {
    All,
    /// One call; its result decides.
    OneTrial,
    /// A trial is under way.
    TrialRunning,
    NoneUntil(i64),
}

#[derive(Debug, Clone, Default)]
pub struct Breaker {
    /// The last results, the newest in the lowest bit; 1 is a failure.
    results: u32,
    seen: u32,
    open: Option<Hold>,
    trial_running: bool,
}

impl Breaker {
    pub fn allowance(&self, now_ms: i64) -> Allowance {
        match self.open {
            None => Allowance::All,
            Some(hold) if hold.is_on(now_ms) => Allowance::NoneUntil(hold.until_ms),
            Some(_) if self.trial_running => Allowance::TrialRunning,
            Some(_) => Allowance::OneTrial,
        }
    }

    /// Open, or waiting for a trial's result.
    pub fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// To be called for each call that starts; true when it is the trial.
    pub fn start(&mut self, now_ms: i64) -> bool {
        let is_trial = self.allowance(now_ms) == Allowance::OneTrial;
        self.trial_running |= is_trial;
        is_trial
    }

    /// The result of a call. Those that were under way when the circuit opened no longer matter; the trial's does.
    pub fn finish(&mut self, was_trial: bool, failed: bool, now_ms: i64) {
        if was_trial {
            self.trial_running = false;
            if failed {
                self.open_for(OPEN_MS, now_ms);
            } else {
                *self = Self::default();
            }
        } else if self.open.is_none() {
            self.results = (self.results << 1 | u32::from(failed)) & ((1 << WINDOW) - 1);
            self.seen = (self.seen + 1).min(WINDOW);
            if self.seen == WINDOW && self.results.count_ones() >= FAILURES {
                self.open_for(OPEN_MS, now_ms);
            }
        }
    }

    /// A call that was given up without a result.
    pub fn forget(&mut self, was_trial: bool) {
        if was_trial {
            self.trial_running = false;
        }
    }

    /// Opens the circuit, whatever the results were.
    pub fn open_for(&mut self, length_ms: i64, now_ms: i64) {
        *self = Self { open: Some(Hold::new(now_ms, length_ms)), trial_running: self.trial_running, ..Self::default() };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(breaker: &mut Breaker, results: impl IntoIterator<Item = bool>, now_ms: i64) {
        for failed in results {
            let trial = breaker.start(now_ms);
            breaker.finish(trial, failed, now_ms);
        }
    }

    #[test]
    fn it_opens_at_half_of_the_last_twenty() {
        let mut breaker = Breaker::default();
        run(&mut breaker, [true; 19], 0);
        assert_eq!(breaker.allowance(0), Allowance::All, "too few calls to judge");
        run(&mut breaker, [false], 0);
        assert_eq!(breaker.allowance(0), Allowance::NoneUntil(OPEN_MS));

        let mut breaker = Breaker::default();
        run(&mut breaker, (0..200).map(|call| call % 20 < 9), 0);
        assert_eq!(breaker.allowance(0), Allowance::All, "nine of twenty");
        run(&mut breaker, (0..20).map(|call| call % 2 == 0), 5);
        assert_eq!(breaker.allowance(5), Allowance::NoneUntil(OPEN_MS + 5));
    }

    #[test]
    fn old_failures_are_forgotten() {
        let mut breaker = Breaker::default();
        run(&mut breaker, (0..20).map(|call| call < 9), 0);
        run(&mut breaker, [false; 11].into_iter().chain([true; 9]), 0);
        assert_eq!(breaker.allowance(0), Allowance::All);
    }

    #[test]
    fn a_trial_decides() {
        let mut breaker = Breaker::default();
        run(&mut breaker, [true; 20], 1000);
        assert_eq!(breaker.allowance(1000 + OPEN_MS - 1), Allowance::NoneUntil(1000 + OPEN_MS));
        assert_eq!(breaker.allowance(1000 + OPEN_MS), Allowance::OneTrial);
        assert!(breaker.start(31_000));
        assert_eq!(breaker.allowance(31_000), Allowance::TrialRunning);
        breaker.finish(true, true, 32_000);
        assert_eq!(breaker.allowance(32_000), Allowance::NoneUntil(62_000));
        assert!(breaker.start(62_000));
        breaker.finish(true, false, 62_500);
        assert_eq!(breaker.allowance(62_500), Allowance::All);
        run(&mut breaker, [true; 19], 62_500);
        assert_eq!(breaker.allowance(62_500), Allowance::All, "it starts afresh");
    }

    #[test]
    fn results_of_calls_from_before_do_not_count_and_a_lost_trial_is_replaced() {
        let mut breaker = Breaker::default();
        run(&mut breaker, [true; 20], 0);
        breaker.finish(false, false, 10);
        breaker.finish(false, true, OPEN_MS + 10);
        assert_eq!(breaker.allowance(OPEN_MS + 10), Allowance::OneTrial);
        let trial = breaker.start(OPEN_MS + 10);
        breaker.forget(trial);
        assert_eq!(breaker.allowance(OPEN_MS + 10), Allowance::OneTrial);
    }

    #[test]
    fn a_clock_set_back_does_not_keep_it_open_for_ever() {
        let hold = Hold::new(10_000_000, OPEN_MS);
        assert!(hold.is_on(10_000_000) && hold.is_on(10_029_999) && hold.is_on(9_999_000));
        assert!(!hold.is_on(10_030_000) && !hold.is_on(2_000_000));
    }
}
