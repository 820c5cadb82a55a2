//! How much may be sent to each push service now. In memory, one for the process; every service stands for itself, so a
//! slow one delays no other.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::answer::{Outage, PushAnswer};
use super::breaker::{Allowance, Breaker, Hold};
use super::rate::TokenBucket;

/// A service that refuses our key or our clock is left alone so long before the next trial.
const STOP_MS: i64 = 300_000;
/// A service that took a message so recently has nothing against our key: a refusal then is about one subscription,
/// made for another key.
const PROVEN_MS: i64 = 300_000;
/// So many refusals with nothing taken in between stop the service all the same.
const REFUSALS: u32 = 3;
/// Origins remembered before the idle ones are forgotten. Anybody may register a made-up name under an allowed parent.
const MANY: usize = 256;
const IDLE_MS: i64 = 600_000;

#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Calls under way at once to one origin.
    pub max_in_flight: usize,
    /// Calls a second to one origin, and as many at once; `None` is no limit.
    pub max_rate: Option<u32>,
}

/// How an origin stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Flowing,
    /// The service asked for a pause.
    Paused {
        until_ms: i64,
    },
    /// Too many calls failed.
    Broken {
        until_ms: i64,
    },
    /// The service refuses us with this status: the operator must look at the key and the clock.
    Stopped {
        until_ms: i64,
        status: u16,
    },
    /// One call goes through, or is under way, to see whether the trouble is over.
    OnTrial,
}

/// For health pages and metrics. The origin is no secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OriginStatus {
    pub origin: String,
    pub standing: Standing,
    pub in_flight: usize,
    /// The status with which the service refused us last, while nothing was taken since.
    pub refused_with: Option<u16>,
}

#[derive(Debug)]
struct State {
    in_flight: usize,
    bucket: Option<TokenBucket>,
    breaker: Breaker,
    pause: Option<Hold>,
    taken_at_ms: Option<i64>,
    refusals: u32,
    refused_with: Option<u16>,
    stopped: bool,
    used_at_ms: i64,
}

/// The gates of all origins. Clones share them.
#[derive(Debug, Clone)]
pub struct OriginGates {
    limits: Limits,
    states: Arc<Mutex<HashMap<String, State>>>,
}

/// Leave to make one call. Dropped without a result (the task was cancelled) it gives its slot back and says nothing
/// about the service.
#[derive(Debug)]
#[must_use]
pub struct Permit {
    gates: OriginGates,
    origin: String,
    is_trial: bool,
    settled: bool,
}

impl OriginGates {
    pub fn new(limits: Limits) -> Self {
        Self { limits, states: Arc::default() }
    }

    /// How many calls to the origin may start now.
    pub fn free_slots(&self, origin: &str, now_ms: i64) -> usize {
        match self.lock().get(origin) {
            Some(state) => state.free_slots(self.limits, now_ms),
            None => State::new(self.limits, now_ms).free_slots(self.limits, now_ms),
        }
    }

    /// Takes a slot, if there is one.
    pub fn enter(&self, origin: &str, now_ms: i64) -> Option<Permit> {
        let mut states = self.lock();
        if states.len() >= MANY && !states.contains_key(origin) {
            states.retain(|_, state| !state.is_idle(now_ms));
        }
        let state = states.entry(origin.to_owned()).or_insert_with(|| State::new(self.limits, now_ms));
        if state.free_slots(self.limits, now_ms) == 0 {
            return None;
        }
        state.in_flight += 1;
        state.used_at_ms = now_ms;
        if let Some(bucket) = &mut state.bucket {
            bucket.take(now_ms);
        }
        let is_trial = state.breaker.start(now_ms);
        drop(states);
        Some(Permit { gates: self.clone(), origin: origin.to_owned(), is_trial, settled: false })
    }

    pub fn standing(&self, origin: &str, now_ms: i64) -> Standing {
        self.lock().get(origin).map_or(Standing::Flowing, |state| state.standing(now_ms))
    }

    /// Every origin that was used lately, in alphabetical order.
    pub fn statuses(&self, now_ms: i64) -> Vec<OriginStatus> {
        let mut all: Vec<OriginStatus> =
            self.lock().iter().map(|(origin, state)| state.status(origin, now_ms)).collect();
        all.sort_by(|one, other| one.origin.cmp(&other.origin));
        all
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, State>> {
        self.states.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Permit {
    /// Gives the slot back and lets the gate learn from the answer.
    pub fn settle(mut self, answer: &PushAnswer, now_ms: i64) {
        self.settled = true;
        if let Some(state) = self.gates.lock().get_mut(&self.origin) {
            state.settle(self.is_trial, answer, now_ms);
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if self.settled {
            return;
        }
        if let Some(state) = self.gates.lock().get_mut(&self.origin) {
            state.in_flight = state.in_flight.saturating_sub(1);
            state.breaker.forget(self.is_trial);
        }
    }
}

impl State {
    fn new(limits: Limits, now_ms: i64) -> Self {
        Self {
            in_flight: 0,
            bucket: limits.max_rate.map(|rate| TokenBucket::new(rate, now_ms)),
            breaker: Breaker::default(),
            pause: None,
            taken_at_ms: None,
            refusals: 0,
            refused_with: None,
            stopped: false,
            used_at_ms: now_ms,
        }
    }

    fn free_slots(&self, limits: Limits, now_ms: i64) -> usize {
        if self.pause.is_some_and(|pause| pause.is_on(now_ms)) {
            return 0;
        }
        let allowed = match self.breaker.allowance(now_ms) {
            Allowance::All => limits.max_in_flight.saturating_sub(self.in_flight),
            Allowance::OneTrial => 1,
            Allowance::TrialRunning | Allowance::NoneUntil(_) => 0,
        };
        self.bucket.as_ref().map_or(allowed, |bucket| allowed.min(bucket.available(now_ms)))
    }

    fn settle(&mut self, is_trial: bool, answer: &PushAnswer, now_ms: i64) {
        self.in_flight = self.in_flight.saturating_sub(1);
        self.used_at_ms = now_ms;
        // A forbidden address is the name's fault and a message that was not sent says nothing: neither counts against
        // the service.
        if matches!(answer, PushAnswer::NotSent(_) | PushAnswer::Unavailable { outage: Outage::ForbiddenAddress, .. }) {
            self.breaker.forget(is_trial);
            return;
        }
        let was_open = self.breaker.is_open();
        self.breaker.finish(is_trial, matches!(answer, PushAnswer::Unavailable { .. }), now_ms);
        self.stopped &= self.breaker.is_open();
        match *answer {
            PushAnswer::Accepted { .. } => {
                self.taken_at_ms = Some(now_ms);
                self.refusals = 0;
                self.refused_with = None;
            }
            PushAnswer::OurFault { status: status @ (401 | 403) } => {
                // While the circuit is open only the trial counts; the others were under way before.
                self.refuse(is_trial, was_open && !is_trial, status, now_ms);
            }
            PushAnswer::SlowDown { retry_after_ms } => self.pause_for(retry_after_ms, now_ms),
            PushAnswer::Unavailable { retry_after_ms: Some(pause_ms), .. } => self.pause_for(pause_ms, now_ms),
            _ => {}
        }
    }

    fn refuse(&mut self, is_trial: bool, is_late: bool, status: u16, now_ms: i64) {
        self.refused_with = Some(status);
        if is_late {
            return;
        }
        self.refusals += 1;
        let proven = self.taken_at_ms.is_some_and(|taken| now_ms.saturating_sub(taken) < PROVEN_MS);
        if is_trial || !proven || self.refusals >= REFUSALS {
            self.stopped = true;
            self.breaker.open_for(STOP_MS, now_ms);
        }
    }

    /// The longest pause asked for counts.
    fn pause_for(&mut self, length_ms: i64, now_ms: i64) {
        let pause = Hold::new(now_ms, length_ms);
        if self.pause.is_none_or(|known| !known.is_on(now_ms) || known.until_ms < pause.until_ms) {
            self.pause = Some(pause);
        }
    }

    fn standing(&self, now_ms: i64) -> Standing {
        match (self.breaker.allowance(now_ms), self.pause.filter(|pause| pause.is_on(now_ms))) {
            (Allowance::NoneUntil(until_ms), _) if self.stopped => {
                Standing::Stopped { until_ms, status: self.refused_with.unwrap_or_default() }
            }
            (_, Some(pause)) => Standing::Paused { until_ms: pause.until_ms },
            (Allowance::NoneUntil(until_ms), None) => Standing::Broken { until_ms },
            (Allowance::OneTrial | Allowance::TrialRunning, None) => Standing::OnTrial,
            (Allowance::All, None) => Standing::Flowing,
        }
    }

    fn status(&self, origin: &str, now_ms: i64) -> OriginStatus {
        OriginStatus {
            origin: origin.to_owned(),
            standing: self.standing(now_ms),
            in_flight: self.in_flight,
            refused_with: self.refused_with,
        }
    }

    fn is_idle(&self, now_ms: i64) -> bool {
        let idle = self.in_flight == 0 && now_ms.saturating_sub(self.used_at_ms) > IDLE_MS;
        idle && !matches!(self.standing(now_ms), Standing::Paused { .. } | Standing::Stopped { .. })
    }
}

#[cfg(test)]
mod tests;
