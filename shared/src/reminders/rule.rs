//! When a reminder of an occurrence is due: so many minutes before its start, or at a time of day some days before.

use chrono::{DateTime, Days, NaiveDateTime, NaiveTime, TimeDelta, Timelike, Utc};
use chrono_tz::Tz;

use crate::agenda::zone;

/// Four weeks, in minutes.
pub const MAX_MINUTES_BEFORE: u32 = 40_320;
/// Four weeks, in days.
pub const MAX_DAYS_BEFORE: u16 = 28;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReminderRule {
    /// Elapsed time: 60 minutes before 03:30 on the night of a clock change is still 60 minutes.
    MinutesBefore(u32),
    /// Wall-clock time, in the zone of the item: "the day before at 09:00". 0 days is the day itself.
    DaysBefore { days: u16, at: NaiveTime },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReminderRuleError {
    #[error("a reminder comes at most {MAX_MINUTES_BEFORE} minutes (28 days) before the start")]
    TooManyMinutes,
    #[error("a reminder comes at most {MAX_DAYS_BEFORE} days before the start")]
    TooManyDays,
    #[error("a reminder's time of day is in whole minutes")]
    NotWholeMinutes,
    #[error("a reminder after its start")]
    AfterStart,
    #[error("not the key of a reminder rule, such as m15 or d1@09:00")]
    UnreadableKey,
}

impl ReminderRule {
    /// Checks the limits, and against `start`, the item's local time of day, that the reminder is not after it.
    pub fn validate(self, start: NaiveTime) -> Result<(), ReminderRuleError> {
        self.check_limits()?;
        match self {
            Self::DaysBefore { days: 0, at } if at > start => Err(ReminderRuleError::AfterStart),
            Self::MinutesBefore(_) | Self::DaysBefore { .. } => Ok(()),
        }
    }

    /// A short stable name, unique among the rules of one item: `m15` or `d1@09:00`.
    pub fn key(self) -> String {
        match self {
            Self::MinutesBefore(minutes) => format!("m{minutes}"),
            Self::DaysBefore { days, at } => format!("d{days}@{}", at.format("%H:%M")),
        }
    }

    /// The rule of a [`ReminderRule::key`]; other spellings of it (`m015`) are refused.
    pub fn from_key(key: &str) -> Result<Self, ReminderRuleError> {
        let rule = Self::read(key).ok_or(ReminderRuleError::UnreadableKey)?;
        rule.check_limits()?;
        if rule.key() == key { Ok(rule) } else { Err(ReminderRuleError::UnreadableKey) }
    }

    /// The instant at which the reminder is due; never after `start_at`.
    ///
    /// `start_local` and `start_at` are the same start, on the wall and as an instant; `tz` is the zone of that wall.
    pub fn due_at(self, start_local: NaiveDateTime, start_at: DateTime<Utc>, tz: Tz) -> DateTime<Utc> {
        match self {
            Self::MinutesBefore(minutes) => start_at - TimeDelta::minutes(i64::from(minutes)),
            Self::DaysBefore { days, at } => {
                let Some(date) = start_local.date().checked_sub_days(Days::new(u64::from(days))) else {
                    return start_at;
                };
                // On a date that the zone left out, the reminder comes when the next begins.
                let due = zone::resolve(date.and_time(at), tz)
                    .map_or_else(|| zone::start_of_day(date, tz), |resolved| resolved.at);
                // A clock change can push a time of the same day past the start.
                due.min(start_at)
            }
        }
    }

    fn check_limits(self) -> Result<(), ReminderRuleError> {
        match self {
            Self::MinutesBefore(minutes) if minutes > MAX_MINUTES_BEFORE => Err(ReminderRuleError::TooManyMinutes),
            Self::DaysBefore { days, .. } if days > MAX_DAYS_BEFORE => Err(ReminderRuleError::TooManyDays),
            Self::DaysBefore { at, .. } if at.second() != 0 || at.nanosecond() != 0 => {
                Err(ReminderRuleError::NotWholeMinutes)
            }
            Self::MinutesBefore(_) | Self::DaysBefore { .. } => Ok(()),
        }
    }

    fn read(key: &str) -> Option<Self> {
        if let Some(minutes) = key.strip_prefix('m') {
            return Some(Self::MinutesBefore(minutes.parse().ok()?));
        }
        let (days, at) = key.strip_prefix('d')?.split_once('@')?;
        Some(Self::DaysBefore { days: days.parse().ok()?, at: NaiveTime::parse_from_str(at, "%H:%M").ok()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agenda::zone::resolve;
    use chrono_tz::{America, Pacific};
    use proptest::prelude::*;

    fn time(text: &str) -> NaiveTime {
        NaiveTime::parse_from_str(text, "%H:%M").unwrap()
    }

    fn due(rule: ReminderRule, start: &str, tz: Tz) -> String {
        let start = NaiveDateTime::parse_from_str(start, "%Y-%m-%dT%H:%M").unwrap();
        rule.due_at(start, resolve(start, tz).unwrap().at, tz).format("%Y-%m-%dT%H:%MZ").to_string()
    }

    const fn days(days: u16, hour: u32, minute: u32) -> ReminderRule {
        match NaiveTime::from_hms_opt(hour, minute, 0) {
            Some(at) => ReminderRule::DaysBefore { days, at },
            None => panic!("not a time"),
        }
    }

    #[test]
    fn minutes_are_elapsed_time() {
        // 02:00 to 03:00 does not exist: an hour before 03:30 is 01:30.
        assert_eq!(due(ReminderRule::MinutesBefore(60), "2026-03-08T03:30", America::New_York), "2026-03-08T06:30Z");
        // 01:00 to 02:00 exists twice: two hours before 02:30 is the first 01:30.
        assert_eq!(due(ReminderRule::MinutesBefore(120), "2026-11-01T02:30", America::New_York), "2026-11-01T05:30Z");
        assert_eq!(due(ReminderRule::MinutesBefore(0), "2026-11-01T02:30", America::New_York), "2026-11-01T07:30Z");
    }

    #[test]
    fn days_are_wall_clock() {
        // 09:00 the day before, on both sides of the change.
        assert_eq!(due(days(1, 9, 0), "2026-03-08T10:00", America::New_York), "2026-03-07T14:00Z");
        assert_eq!(due(days(1, 9, 0), "2026-03-09T10:00", America::New_York), "2026-03-08T13:00Z");
        // Skipped: moved by the gap; shown twice: the first.
        assert_eq!(due(days(1, 2, 30), "2026-03-09T10:00", America::New_York), "2026-03-08T07:30Z");
        assert_eq!(due(days(0, 1, 30), "2026-11-01T10:00", America::New_York), "2026-11-01T05:30Z");
        // Moved by the gap to 03:30, after the start at 03:00: at the start then.
        assert_eq!(due(days(0, 2, 30), "2026-03-08T03:00", America::New_York), "2026-03-08T07:00Z");
        // The day before New Year's Eve 2011 was left out in Samoa.
        assert_eq!(due(days(1, 9, 0), "2011-12-31T12:00", Pacific::Apia), "2011-12-30T10:00Z");
    }

    #[test]
    fn limits() {
        let noon = time("12:00");
        for rule in
            [ReminderRule::MinutesBefore(0), ReminderRule::MinutesBefore(40_320), days(0, 12, 0), days(28, 23, 59)]
        {
            assert_eq!(rule.validate(noon), Ok(()));
        }
        let seconds = ReminderRule::DaysBefore { days: 1, at: NaiveTime::from_hms_opt(9, 0, 30).unwrap() };
        let wrong = [
            (ReminderRule::MinutesBefore(40_321), ReminderRuleError::TooManyMinutes),
            (days(29, 9, 0), ReminderRuleError::TooManyDays),
            (days(0, 12, 1), ReminderRuleError::AfterStart),
            (seconds, ReminderRuleError::NotWholeMinutes),
        ];
        for (rule, error) in wrong {
            assert_eq!(rule.validate(noon), Err(error));
        }
        assert_eq!(ReminderRuleError::AfterStart.to_string(), "a reminder after its start");
    }

    #[test]
    fn keys_have_one_spelling() {
        assert_eq!(ReminderRule::MinutesBefore(15).key(), "m15");
        assert_eq!(days(1, 9, 0).key(), "d1@09:00");
        for key in [
            "",
            "m",
            "m015",
            "m+15",
            "m-1",
            "M15",
            "m40321",
            "m99999999999",
            "d1",
            "d1@9:00",
            "d01@09:00",
            "d1@24:00",
            "d1@09:00:00",
            "d29@09:00",
            "x1",
            "m15 ",
        ] {
            assert!(ReminderRule::from_key(key).is_err(), "{key}");
        }
    }

    fn any_rule() -> impl Strategy<Value = ReminderRule> {
        prop_oneof![
            (0..=MAX_MINUTES_BEFORE).prop_map(ReminderRule::MinutesBefore),
            (0..=MAX_DAYS_BEFORE, 0..24_u32, 0..60_u32).prop_map(|(before, hour, minute)| days(before, hour, minute)),
        ]
    }

    proptest! {
        #[test]
        fn a_key_leads_back_to_its_rule(rule in any_rule()) {
            prop_assert_eq!(ReminderRule::from_key(&rule.key()), Ok(rule));
        }

        #[test]
        fn no_reminder_is_due_after_its_start(
            rule in any_rule(),
            zone in 0..chrono_tz::TZ_VARIANTS.len(),
            seconds in 946_684_800_i64..2_208_988_800,
        ) {
            let tz = chrono_tz::TZ_VARIANTS[zone];
            let start_at = DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds);
            let start_local = zone::local_of(start_at, tz);
            let due = rule.due_at(start_local, start_at, tz);
            prop_assert!(due <= start_at);
            // 28 days, a day for the time of day, and a clock change.
            prop_assert!(start_at - due <= TimeDelta::hours(29 * 24 + 2));
        }
    }
}
