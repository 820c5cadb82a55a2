use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use cairn_shared::clock::Timestamp;

/// A part of the process that must keep moving shows it here.
#[derive(Clone)]
pub struct Pulse(Arc<AtomicI64>);

impl Pulse {
    pub fn beat(&self, now: Timestamp) {
        self.0.store(now.0, Ordering::Relaxed);
    }
}

/// What this process must be doing to be ready.
#[derive(Default)]
pub struct Health {
    pulses: Mutex<BTreeMap<&'static str, Pulse>>,
    draining: std::sync::atomic::AtomicBool,
    /// Whether crisis resources were due for review, and when that was looked up.
    review: Mutex<Option<(Timestamp, bool)>>,
}

/// How long it is remembered whether crisis resources are due for review.
const REVIEW_EVERY_MS: i64 = 60 * 60 * 1000;

/// A part that has been silent for so long is taken for dead.
const SILENCE_MS: i64 = 15_000;

impl Health {
    /// A part of this process that readiness depends on.
    pub fn pulse(&self, part: &'static str, now: Timestamp) -> Pulse {
        let pulse = Pulse(Arc::new(AtomicI64::new(now.0)));
        self.pulses.lock().unwrap_or_else(PoisonError::into_inner).insert(part, pulse.clone());
        pulse
    }

    /// From now on not ready: the process is about to stop.
    pub fn drain(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }

    pub(super) fn review_overdue(&self, now: Timestamp) -> Option<bool> {
        let known = *self.review.lock().unwrap_or_else(PoisonError::into_inner);
        known.filter(|(at, _)| (now.0 - at.0).abs() < REVIEW_EVERY_MS).map(|(_, overdue)| overdue)
    }

    pub(super) fn remember_review(&self, now: Timestamp, overdue: bool) {
        *self.review.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, overdue));
    }

    pub(super) fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }

    /// Each part, and whether it still moves.
    pub(super) fn parts(&self, now: Timestamp) -> Vec<(&'static str, bool)> {
        let pulses = self.pulses.lock().unwrap_or_else(PoisonError::into_inner);
        pulses
            .iter()
            .map(|(part, pulse)| (*part, (now.0 - pulse.0.load(Ordering::Relaxed)).abs() < SILENCE_MS))
            .collect()
    }
}
