//! Quiet hours: the part of the day in which a person's phone stays silent, by the clock on their own wall.
//!
//! The window begins when the clock first reaches `from` and ends when it reaches `to` for the last time, so an hour
//! that is shown twice is quiet both times. Its two ends are outside: a reminder at 21:00 sharp is sent though quiet
//! hours begin then, because that is also where reminders go that cannot wait for the morning.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Timelike, Utc};
use chrono_tz::Tz;

use crate::agenda::zone;

/// A reminder that waits for the end of quiet hours must leave this much time before an appointment's start.
const LEAD: TimeDelta = TimeDelta::minutes(15);
/// A reminder that goes out this soon after it was due still counts as sent at its due time.
const ON_TIME: TimeDelta = TimeDelta::minutes(5);

/// Local times of day; `from` later than `to` crosses midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuietHours {
    from: NaiveTime,
    to: NaiveTime,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuietHoursError {
    #[error("quiet hours begin and end at the same time")]
    Empty,
    #[error("quiet hours are in whole minutes")]
    NotWholeMinutes,
}

/// Until when a reminder may wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deadline {
    /// The start of an appointment or a meeting, which must be announced 15 minutes before, or else the evening before.
    Start(DateTime<Utc>),
    /// The instant from which a reminder of any other kind is of no use.
    UsefulUntil(DateTime<Utc>),
}

/// A due time outside quiet hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Adjusted {
    pub due: DateTime<Utc>,
    pub moved: Moved,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moved {
    No,
    /// To where the quiet hours end.
    Later,
    /// To where they begin: it could not wait.
    Earlier,
}

/// What to do with a reminder that is about to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AtSend {
    Send,
    WaitUntil(DateTime<Utc>),
    /// It is late, it is quiet, and afterwards it is of no use.
    TooLate,
}

impl QuietHours {
    pub fn new(from: NaiveTime, to: NaiveTime) -> Result<Self, QuietHoursError> {
        if [from, to].iter().any(|time| time.second() != 0 || time.nanosecond() != 0) {
            return Err(QuietHoursError::NotWholeMinutes);
        }
        if from == to { Err(QuietHoursError::Empty) } else { Ok(Self { from, to }) }
    }

    pub fn from(self) -> NaiveTime {
        self.from
    }

    pub fn to(self) -> NaiveTime {
        self.to
    }

    /// Whether an instant lies inside quiet hours in the zone `tz`.
    pub fn contains(self, at: DateTime<Utc>, tz: Tz) -> bool {
        self.window_around(at, tz).is_some()
    }

    /// A reminder's due time with quiet hours heeded: unchanged outside of them; inside, their end if the deadline
    /// allows it, else their beginning. Never dropped. The beginning can lie in the past when an item is made during
    /// quiet hours: then it is due at once.
    #[must_use]
    pub fn adjust(self, due: DateTime<Utc>, deadline: Deadline, tz: Tz) -> Adjusted {
        match self.window_around(due, tz) {
            None => Adjusted { due, moved: Moved::No },
            Some(window) if deadline.allows(window.end) => Adjusted { due: window.end, moved: Moved::Later },
            Some(window) => Adjusted { due: window.start, moved: Moved::Earlier },
        }
    }

    /// The second look, when a reminder planned for `due` is about to go out at `now`: quiet hours may have changed
    /// since, or the sender may be late. An appointment's reminder that cannot wait is sent even so.
    pub fn at_send(self, due: DateTime<Utc>, now: DateTime<Utc>, deadline: Deadline, tz: Tz) -> AtSend {
        let on_time = now - due < ON_TIME && !self.contains(due, tz);
        let Some(window) = self.window_around(now, tz).filter(|_| !on_time) else { return AtSend::Send };
        match deadline {
            _ if deadline.allows(window.end) => AtSend::WaitUntil(window.end),
            Deadline::Start(_) => AtSend::Send,
            Deadline::UsefulUntil(_) => AtSend::TooLate,
        }
    }

    /// The quiet window around an instant, if it is quiet then.
    fn window_around(self, at: DateTime<Utc>, tz: Tz) -> Option<Window> {
        let today = zone::local_of(at, tz).date();
        let first = today.checked_sub_days(Days::new(2))?;
        let mut around: Option<Window> = None;
        for date in first.iter_days().take(5) {
            let next = self.window_from(date, tz);
            around = match around {
                // On days with a clock change, windows that leave a short pause can grow together.
                Some(last) if next.start <= last.end => Some(Window { start: last.start, end: last.end.max(next.end) }),
                Some(last) if last.holds(at) => return Some(last),
                Some(_) | None => Some(next),
            };
        }
        around.filter(|window| window.holds(at))
    }

    /// The window that begins on a local date.
    fn window_from(self, date: NaiveDate, tz: Tz) -> Window {
        let last_day = if self.from < self.to { date } else { date.succ_opt().unwrap_or(date) };
        Window {
            start: zone::reached(date.and_time(self.from), tz).0,
            end: zone::reached(last_day.and_time(self.to), tz).1,
        }
    }
}

#[derive(Clone, Copy)]
struct Window {
    start: DateTime<Utc>,
    end: DateTime<Utc>,
}

impl Window {
    fn holds(self, at: DateTime<Utc>) -> bool {
        self.start < at && at < self.end
    }
}

impl Deadline {
    fn allows(self, at: DateTime<Utc>) -> bool {
        match self {
            Self::Start(start) => at <= start - LEAD,
            Self::UsefulUntil(until) => at < until,
        }
    }
}

#[cfg(test)]
mod tests;
