//! What to do with a reminder that has become due: a pure decision over what is known at that moment.

use chrono::Duration;
use chrono_tz::Tz;

use super::quiet_hours::{AtSend, Deadline, QuietHours};
use super::state::ReminderState;
use crate::agenda::Kind;
use crate::clock::Timestamp;

/// What is known of a due reminder.
#[derive(Clone, Debug)]
pub(super) struct Facts {
    pub kind: Kind,
    pub due_at: Timestamp,
    pub starts_at: Timestamp,
    pub useful_until: Timestamp,
    pub ignores_quiet_hours: bool,
    /// The item or this occurrence was cancelled; a notice of the cancellation is not held by it.
    pub cancelled: bool,
    /// The occurrence now starts at another moment than this reminder announces.
    pub moved: bool,
    /// The client has said "done" or "declined".
    pub answered: bool,
    pub paused: bool,
    /// A newer one that is due too makes this late one pointless.
    pub outdone: bool,
    pub over_daily_cap: bool,
    pub quiet: Option<QuietHours>,
    pub zone: Tz,
    pub devices: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decision {
    Send,
    Wait(Timestamp),
    End(ReminderState, Option<&'static str>),
}

/// Later than this a reminder counts as late: then only the newest of its kind is sent.
pub(super) const LATE: Duration = Duration::minutes(1);

/// Checked in the transaction that claims, so nothing cancelled before it commits is sent after.
pub(super) fn decide(facts: &Facts, now: Timestamp) -> Decision {
    use ReminderState::{Cancelled, Missed, NoDevice, Superseded, Suppressed};
    if facts.cancelled {
        return Decision::End(Cancelled, None);
    }
    if facts.moved {
        return Decision::End(Superseded, None);
    }
    if facts.answered {
        return Decision::End(Suppressed, Some("answered"));
    }
    if now >= facts.useful_until {
        return Decision::End(Missed, Some("too_late"));
    }
    if facts.paused {
        return Decision::End(Suppressed, Some("paused"));
    }
    if facts.outdone && now > facts.due_at.plus(LATE) {
        return Decision::End(Missed, Some("newer_sent"));
    }
    if facts.devices == 0 {
        return Decision::End(NoDevice, None);
    }
    if let Some(quiet) = facts.quiet.filter(|_| !facts.ignores_quiet_hours) {
        let deadline = if facts.kind.is_with_others() {
            Deadline::Start(facts.starts_at.to_utc())
        } else {
            Deadline::UsefulUntil(facts.useful_until.to_utc())
        };
        match quiet.at_send(facts.due_at.to_utc(), now.to_utc(), deadline, facts.zone) {
            AtSend::Send => {}
            AtSend::WaitUntil(at) => return Decision::Wait(at.into()),
            AtSend::TooLate => return Decision::End(Suppressed, Some("quiet_hours")),
        }
    }
    if facts.over_daily_cap && !facts.kind.is_with_others() {
        return Decision::End(Suppressed, Some("daily_cap"));
    }
    Decision::Send
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveTime;

    const HOUR: i64 = 3_600_000;

    fn facts() -> Facts {
        Facts {
            kind: Kind::Appointment,
            due_at: Timestamp(10 * HOUR),
            starts_at: Timestamp(11 * HOUR),
            useful_until: Timestamp(11 * HOUR),
            ignores_quiet_hours: false,
            cancelled: false,
            moved: false,
            answered: false,
            paused: false,
            outdone: false,
            over_daily_cap: false,
            quiet: None,
            zone: Tz::UTC,
            devices: 1,
        }
    }

    #[test]
    fn what_is_in_order_is_sent() {
        assert_eq!(decide(&facts(), Timestamp(10 * HOUR)), Decision::Send);
        assert_eq!(decide(&facts(), Timestamp(11 * HOUR - 1)), Decision::Send, "late but of use");
    }

    #[test]
    fn each_hindrance_has_its_own_end() {
        use ReminderState::{Cancelled, Missed, NoDevice, Superseded, Suppressed};
        let now = Timestamp(10 * HOUR);
        let end = |change: fn(&mut Facts), now| {
            let mut facts = facts();
            change(&mut facts);
            decide(&facts, now)
        };
        assert_eq!(end(|f| f.cancelled = true, now), Decision::End(Cancelled, None));
        assert_eq!(end(|f| f.moved = true, now), Decision::End(Superseded, None));
        assert_eq!(end(|f| f.answered = true, now), Decision::End(Suppressed, Some("answered")));
        assert_eq!(end(|_| (), Timestamp(11 * HOUR)), Decision::End(Missed, Some("too_late")));
        assert_eq!(end(|f| f.paused = true, now), Decision::End(Suppressed, Some("paused")));
        assert_eq!(end(|f| f.devices = 0, now), Decision::End(NoDevice, None));
        assert_eq!(end(|f| f.outdone = true, now), Decision::Send, "on time");
        let later = Timestamp(10 * HOUR + 120_000);
        assert_eq!(end(|f| f.outdone = true, later), Decision::End(Missed, Some("newer_sent")));
        assert_eq!(end(|f| f.over_daily_cap = true, now), Decision::Send, "an appointment is never held by the cap");
        let routine = |f: &mut Facts| (f.kind, f.over_daily_cap) = (Kind::Routine, true);
        assert_eq!(end(routine, now), Decision::End(Suppressed, Some("daily_cap")));
    }

    #[test]
    fn quiet_hours_hold_what_can_wait() {
        let time = |hour| NaiveTime::from_hms_opt(hour, 0, 0).expect("a time");
        let mut facts = facts();
        facts.quiet = QuietHours::new(time(9), time(10)).ok();
        let (due, start) = (Timestamp(9 * HOUR + HOUR / 2), Timestamp(13 * HOUR));
        (facts.due_at, facts.starts_at, facts.useful_until) = (due, start, start);
        assert_eq!(decide(&facts, due), Decision::Wait(Timestamp(10 * HOUR)));
        facts.ignores_quiet_hours = true;
        assert_eq!(decide(&facts, due), Decision::Send);
    }
}
