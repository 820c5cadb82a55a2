//! Until when a reminder is worth sending, and what a push service is told about it.
//!
//! Which of the three ends applies follows from the kind: appointments and meetings are announced until they start;
//! routines, to-dos and milestones are of use until they end; a check-in until its day is over. Each leaves at least 15
//! minutes after the due time, the final one that quiet hours have been heeded in, so that a short outage of the sender
//! does not silence it.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use crate::agenda::zone;

/// The least time for which a reminder stays useful after it was due.
const LEAST: TimeDelta = TimeDelta::minutes(15);
/// Closer than this to a start, a phone in power saving should be woken.
const CLOSE: TimeDelta = TimeDelta::minutes(10);

/// The shortest and the longest time, in seconds, that a push service is asked to keep a message.
const TTL_SECONDS: (i64, i64) = (60, 86_400);

/// How a push service should treat a message (RFC 8030 section 5.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    High,
    Normal,
}

impl Urgency {
    /// The value of the `Urgency` header.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Normal => "normal",
        }
    }
}

/// For an appointment or a meeting.
pub fn until_start(start: DateTime<Utc>, due: DateTime<Utc>) -> DateTime<Utc> {
    start.max(due + LEAST)
}

/// For a routine, a to-do or a milestone; one without a duration ends when it starts.
pub fn until_end(start: DateTime<Utc>, end: Option<DateTime<Utc>>, due: DateTime<Utc>) -> DateTime<Utc> {
    end.unwrap_or(start).max(due + LEAST)
}

/// For a check-in: the end of the local day that it starts on.
pub fn until_day_end(start: DateTime<Utc>, due: DateTime<Utc>, tz: Tz) -> DateTime<Utc> {
    zone::day_bounds(zone::local_of(start, tz).date(), tz).end.max(due + LEAST)
}

/// The TTL of a push message (RFC 8030 section 5.2): what is left of its use, from a minute to a day.
pub fn ttl_seconds(useful_until: DateTime<Utc>, now: DateTime<Utc>) -> u32 {
    let (least, most) = TTL_SECONDS;
    u32::try_from((useful_until - now).num_seconds().clamp(least, most)).unwrap_or(u32::MAX)
}

/// High within 10 minutes of the start of an appointment or meeting (`start`), else normal; `None` for the other kinds.
pub fn urgency(start: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Urgency {
    match start {
        Some(start) if (start - now).abs() <= CLOSE => Urgency::High,
        Some(_) | None => Urgency::Normal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::{Africa, America};
    use proptest::prelude::*;

    fn utc(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn each_kind_has_its_end() {
        let (start, end) = (utc("2026-11-02T15:00:00Z"), utc("2026-11-02T16:00:00Z"));
        let due = utc("2026-11-02T14:00:00Z");
        assert_eq!(until_start(start, due), start);
        assert_eq!(until_end(start, Some(end), due), end);
        assert_eq!(until_end(start, None, due), start);
        assert_eq!(until_day_end(start, due, America::New_York), utc("2026-11-03T05:00:00Z"));
    }

    #[test]
    fn a_quarter_of_an_hour_is_the_least() {
        let start = utc("2026-11-02T15:00:00Z");
        let due = utc("2026-11-02T14:55:00Z");
        assert_eq!(until_start(start, due), utc("2026-11-02T15:10:00Z"));
        assert_eq!(until_end(start, None, start), utc("2026-11-02T15:15:00Z"));
        // Due at 23:55 local time.
        assert_eq!(
            until_day_end(utc("2026-11-03T04:55:00Z"), utc("2026-11-03T04:55:00Z"), America::New_York),
            utc("2026-11-03T05:10:00Z")
        );
    }

    #[test]
    fn a_day_ends_where_the_next_begins() {
        // Cairo's 24 April 2026 begins at 01:00.
        assert_eq!(
            until_day_end(utc("2026-04-23T18:00:00Z"), utc("2026-04-23T18:00:00Z"), Africa::Cairo),
            utc("2026-04-23T22:00:00Z")
        );
    }

    #[test]
    fn what_the_push_service_is_told() {
        let now = utc("2026-11-02T15:00:00Z");
        for (left, ttl) in [(-5, 60), (59, 60), (61, 61), (86_400, 86_400), (900_000, 86_400)] {
            assert_eq!(ttl_seconds(now + TimeDelta::seconds(left), now), ttl);
        }
        assert_eq!(urgency(Some(now + TimeDelta::minutes(10)), now), Urgency::High);
        assert_eq!(urgency(Some(now + TimeDelta::minutes(11)), now), Urgency::Normal);
        assert_eq!(urgency(Some(now - TimeDelta::minutes(5)), now), Urgency::High);
        assert_eq!(urgency(None, now), Urgency::Normal);
        assert_eq!((Urgency::High.as_str(), Urgency::Normal.as_str()), ("high", "normal"));
    }

    proptest! {
        #[test]
        fn useful_for_a_while_whatever_the_times(
            start in 0_i64..2_000_000_000,
            length in 0_i64..200_000,
            early in -100_000_i64..3_000_000,
            zone in 0..chrono_tz::TZ_VARIANTS.len(),
        ) {
            let start = DateTime::UNIX_EPOCH + TimeDelta::seconds(start);
            let (end, due) = (start + TimeDelta::seconds(length), start - TimeDelta::seconds(early));
            let tz = chrono_tz::TZ_VARIANTS[zone];
            let by_end = [until_end(start, Some(end), due), until_end(start, None, due)];
            for until in by_end.into_iter().chain([until_start(start, due), until_day_end(start, due, tz)]) {
                prop_assert!(until - due >= LEAST);
                prop_assert!(until >= start);
                prop_assert!((60..=86_400).contains(&ttl_seconds(until, due)));
            }
        }
    }
}
