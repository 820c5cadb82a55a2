//! Recurrence rules: the RRULE of RFC 5545 section 3.3.10 without its sub-daily half.
//!
//! A rule works on the local times that people write. It never looks at a zone, except to compare an UNTIL given in
//! UTC, so a series keeps its hour when clocks change; `agenda::zone` then finds each instant. Readings where the RFC
//! leaves room:
//!
//! - Days that do not exist (31 April) are left out, not moved; `BYMONTHDAY=-1` is the last day.
//! - A local time that the clock skips is still an instance, is counted, and is moved by the zone (section 3.3.5, not
//!   the "ignored" of 3.3.10), because a reminder must not be lost.
//! - A start that its own rule does not name is undefined in the RFC (section 3.8.5.3). Here, as in python-dateutil and
//!   the Rust `rrule` crate, a rule yields only what it names, from the start on, and COUNT counts only that.
//!   [`Recurrence::includes`] tells, so that callers can refuse such a start.
//! - An UNTIL that is a bare date includes that whole day.
//! - BYSETPOS picks from the whole week, month or year, also in the one where the series starts; what it picks before
//!   the start is dropped.

mod dates;
mod error;
mod parse;
mod text;

pub use error::RecurrenceError;

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc, Weekday};
use chrono_tz::Tz;

use crate::agenda::zone;

/// The longest rule text that is read, in characters.
pub const MAX_TEXT: usize = 500;

/// Days that one call looks at, two centuries. Bounds the work for any rule, and ends a series with COUNT that has not
/// reached its number by then.
const MAX_DAYS: i64 = 75_000;

/// A recurrence rule. Made by [`Recurrence::parse`], written by `Display` in one canonical form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recurrence {
    frequency: Frequency,
    interval: u32,
    /// Each list is ascending and without repeats; empty means that the part is absent.
    by_month: Vec<u32>,
    by_month_day: Vec<i32>,
    by_day: Vec<ByDay>,
    by_set_pos: Vec<i32>,
    week_start: Weekday,
    end: End,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frequency {
    Daily,
    Weekly,
    Monthly,
    Yearly,
}

/// Where a series ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Never,
    /// After so many instances.
    Count(u32),
    /// With the last instance that is not after this.
    Until(Until),
}

/// The three forms of UNTIL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    Utc(DateTime<Utc>),
    Local(NaiveDateTime),
    Date(NaiveDate),
}

/// A weekday, or with an ordinal the nth of its month or year (from the end when negative).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct ByDay {
    ordinal: Option<i32>,
    weekday: Weekday,
}

impl Recurrence {
    /// The instances in `[from, to)`, ascending and each once, at most `limit`: local times as the rule names them,
    /// before any clock change.
    ///
    /// `start` is the series' first local time (DTSTART); `tz` matters only for an UNTIL in UTC. A window far from the
    /// start costs no more than one near it unless the rule has a COUNT.
    pub fn expand(
        &self,
        start: NaiveDateTime,
        tz: Tz,
        from: NaiveDateTime,
        to: NaiveDateTime,
        limit: usize,
    ) -> Vec<NaiveDateTime> {
        let first_step = match self.end {
            End::Count(_) => 0,
            End::Never | End::Until(_) => self.step_towards(start.date(), from.date()),
        };
        self.instances(start, tz, first_step, to.date())
            .skip_while(|local| *local < from)
            .take_while(|local| *local < to)
            .take(limit)
            .collect()
    }

    /// Whether `start` is an instance of its own rule, and so the first.
    pub fn includes(&self, start: NaiveDateTime, tz: Tz) -> bool {
        self.instances(start, tz, 0, start.date()).next() == Some(start)
    }

    pub fn frequency(&self) -> Frequency {
        self.frequency
    }

    pub fn end(&self) -> End {
        self.end
    }

    pub fn is_endless(&self) -> bool {
        self.end == End::Never
    }

    /// The last instance. `None` for an endless rule, for a series without any instance, and for a COUNT that two
    /// centuries do not reach.
    pub fn last(&self, start: NaiveDateTime, tz: Tz) -> Option<NaiveDateTime> {
        match self.end {
            End::Never => None,
            End::Count(count) => {
                self.instances(start, tz, 0, NaiveDate::MAX).nth(usize::try_from(count).ok()?.checked_sub(1)?)
            }
            End::Until(until) => {
                let last_step = self.step_towards(start.date(), until.local(tz).date());
                (0..=last_step)
                    .rev()
                    .take(usize::try_from(self.max_periods()).unwrap_or(usize::MAX))
                    .flat_map(|step| self.dates_in(self.period(start.date(), step), start.date()).into_iter().rev())
                    .map(|date| date.and_time(start.time()))
                    .take_while(|local| *local >= start)
                    .find(|local| until.allows(*local, tz))
            }
        }
    }

    /// The series cut in two at `at`, for "change this and all following": the rule of what stays before it, and the
    /// rule to go on with from it. `None` for a half without instances.
    pub fn split_at(&self, start: NaiveDateTime, tz: Tz, at: NaiveDateTime) -> (Option<Self>, Option<Self>) {
        let with_end = |end| Self { end, ..self.clone() };
        if at <= start {
            return (None, Some(self.clone()));
        }
        if self.last(start, tz).is_some_and(|last| last < at) {
            return (Some(self.clone()), None);
        }
        let End::Count(count) = self.end else {
            return (Some(with_end(End::Until(Until::Local(at - TimeDelta::seconds(1))))), Some(self.clone()));
        };
        let held = self.instances(start, tz, 0, at.date()).take_while(|local| *local < at).count();
        let held = u32::try_from(held).unwrap_or(u32::MAX).min(count);
        ((held > 0).then(|| with_end(End::Count(held))), (held < count).then(|| with_end(End::Count(count - held))))
    }

    /// The same series with its UNTIL in UTC, as iCalendar demands when DTSTART names a zone (RFC 5545 section 3.3.10).
    #[must_use]
    pub fn with_until_in_utc(&self, tz: Tz) -> Self {
        match self.end {
            End::Until(until) => Self { end: End::Until(Until::Utc(until.at(tz))), ..self.clone() },
            End::Never | End::Count(_) => self.clone(),
        }
    }

    fn max_periods(&self) -> i64 {
        match self.frequency {
            Frequency::Daily => MAX_DAYS,
            Frequency::Weekly => MAX_DAYS / 7,
            Frequency::Monthly => MAX_DAYS / 30,
            Frequency::Yearly => MAX_DAYS / 365,
        }
    }

    /// All instances from the given step on, in order, as far as periods that begin by `horizon`. COUNT is right only
    /// from step 0.
    fn instances(
        &self,
        start: NaiveDateTime,
        tz: Tz,
        first_step: i64,
        horizon: NaiveDate,
    ) -> impl Iterator<Item = NaiveDateTime> {
        let count = match self.end {
            End::Count(count) => usize::try_from(count).unwrap_or(usize::MAX),
            End::Never | End::Until(_) => usize::MAX,
        };
        (first_step..first_step.saturating_add(self.max_periods()))
            .map(move |step| self.period(start.date(), step))
            .take_while(move |period| self.first_day(*period).is_some_and(|day| day <= horizon))
            .flat_map(move |period| self.dates_in(period, start.date()))
            .map(move |date| date.and_time(start.time()))
            .filter(move |local| *local >= start)
            .take(count)
            .take_while(move |local| match self.end {
                End::Until(until) => until.allows(*local, tz),
                End::Never | End::Count(_) => true,
            })
    }
}

impl Until {
    fn allows(self, local: NaiveDateTime, tz: Tz) -> bool {
        match self {
            // A date that the zone left out has no instant to compare; the next one decides.
            Self::Utc(at) => zone::resolve(local, tz).is_none_or(|resolved| resolved.at <= at),
            Self::Local(last) => local <= last,
            Self::Date(last) => local.date() <= last,
        }
    }

    /// A local time that no allowed instance is after, not even one that a clock change moves.
    fn local(self, tz: Tz) -> NaiveDateTime {
        match self {
            Self::Utc(at) => zone::local_of(at, tz).checked_add_days(Days::new(1)).unwrap_or(NaiveDateTime::MAX),
            Self::Local(last) => last,
            Self::Date(last) => last.and_time(NaiveTime::MIN),
        }
    }

    fn at(self, tz: Tz) -> DateTime<Utc> {
        match self {
            Self::Utc(at) => at,
            Self::Local(last) => {
                zone::resolve(last, tz).map_or_else(|| zone::reached(last, tz).0, |resolved| resolved.at)
            }
            Self::Date(last) => zone::day_bounds(last, tz).end - TimeDelta::seconds(1),
        }
    }
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
