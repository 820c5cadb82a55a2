//! Minutes are never typed: they follow from two instants, so a clock that is set forward or back in between changes
//! nothing.

use chrono::NaiveDate;
use chrono_tz::Tz;

use crate::agenda::zone::{day_bounds, local_of};
use crate::clock::Timestamp;

const MINUTE_MS: i64 = 60_000;

/// The part of a session that lies on one local date: what a payer is charged is charged by date of service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Portion {
    pub date: NaiveDate,
    pub minutes: i64,
}

/// Whole minutes that passed, less those that are excluded.
pub fn minutes(starts_at: Timestamp, ends_at: Timestamp, excluded: i64) -> i64 {
    (elapsed(starts_at, ends_at) - excluded).max(0)
}

pub(super) fn elapsed(starts_at: Timestamp, ends_at: Timestamp) -> i64 {
    (ends_at.0 - starts_at.0).max(0) / MINUTE_MS
}

/// The local date of an instant. Where a clock goes back over midnight, the later date holds from the first midnight on.
pub fn day_of(at: Timestamp, zone: Tz) -> NaiveDate {
    let at = at.to_utc();
    let date = local_of(at, zone).date();
    match date.succ_opt() {
        Some(next) if at >= day_bounds(date, zone).end => next,
        _ => date,
    }
}

/// A session's minutes by local date: more than one portion when it goes over midnight. Together they are its
/// [`minutes`]. What is excluded is taken off the earlier date first.
pub fn portions(starts_at: Timestamp, ends_at: Timestamp, excluded: i64, zone: Tz) -> Vec<Portion> {
    let mut found: Vec<Portion> = Vec::new();
    let mut left = excluded.max(0);
    let mut date = day_of(starts_at, zone);
    let mut counted = 0;
    loop {
        let end = Timestamp::from(day_bounds(date, zone).end).min(ends_at);
        // Counted from the start each time, so that no part of a minute is lost or found at midnight.
        let until = elapsed(starts_at, end).max(counted);
        let taken = left.min(until - counted);
        left -= taken;
        let portion = Portion { date, minutes: until - counted - taken };
        if portion.minutes > 0 || found.is_empty() {
            found.push(portion);
        }
        counted = until;
        match date.succ_opt() {
            Some(next) if end < ends_at => date = next,
            _ => break,
        }
    }
    if found.len() > 1 && found[0].minutes == 0 {
        found.remove(0);
    }
    found
}

/// The part of a session in which an attendee was there.
pub fn attended(
    (starts_at, ends_at): (Timestamp, Timestamp),
    arrived_at: Option<Timestamp>,
    left_at: Option<Timestamp>,
) -> (Timestamp, Timestamp) {
    let from = arrived_at.map_or(starts_at, |at| at.clamp(starts_at, ends_at));
    let to = left_at.map_or(ends_at, |at| at.clamp(starts_at, ends_at));
    (from, to.max(from))
}

#[cfg(test)]
mod tests;
