//! Working hours and time off as people write them: wall-clock times of one zone.

use chrono::{NaiveDateTime, NaiveTime, Weekday};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::agenda::parse_local;
use crate::error::FieldErrors;

pub const MAX_HOURS: usize = 50;
pub const MAX_TIME_OFF: usize = 200;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DayOfWeek {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl From<Weekday> for DayOfWeek {
    fn from(day: Weekday) -> Self {
        match day {
            Weekday::Mon => Self::Monday,
            Weekday::Tue => Self::Tuesday,
            Weekday::Wed => Self::Wednesday,
            Weekday::Thu => Self::Thursday,
            Weekday::Fri => Self::Friday,
            Weekday::Sat => Self::Saturday,
            Weekday::Sun => Self::Sunday,
        }
    }
}

/// A stretch of work on one day of every week.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WorkingHours {
    #[schema(inline)]
    pub weekday: DayOfWeek,
    #[schema(pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$", example = "09:00")]
    pub from: String,
    /// Later than `from`; `24:00` is the end of the day.
    #[schema(pattern = "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$", example = "17:00")]
    pub to: String,
}

/// A stretch without work.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TimeOff {
    /// A local time.
    #[schema(example = "2027-03-08T00:00")]
    pub from: String,
    /// Later than `from`.
    #[schema(example = "2027-03-13T00:00")]
    pub to: String,
}

/// Minutes after midnight.
pub(super) fn minute(text: &str) -> Option<i64> {
    if text == "24:00" {
        return Some(24 * 60);
    }
    let time = NaiveTime::parse_from_str(text, "%H:%M").ok().filter(|_| text.len() == 5)?;
    Some((time - NaiveTime::MIN).num_minutes())
}

pub(super) fn span(time_off: &TimeOff) -> Option<(NaiveDateTime, NaiveDateTime)> {
    let (from, to) = (parse_local(&time_off.from)?, parse_local(&time_off.to)?);
    (from < to).then_some((from, to))
}

/// Sorts, and says what is wrong.
pub(super) fn check(errors: &mut FieldErrors, hours: &mut [WorkingHours], time_off: &mut [TimeOff]) {
    if hours.len() > MAX_HOURS {
        errors.add("hours", "too_many", format!("at most {MAX_HOURS}"));
    }
    if time_off.len() > MAX_TIME_OFF {
        errors.add("time_off", "too_many", format!("at most {MAX_TIME_OFF}"));
    }
    for (index, one) in hours.iter().enumerate() {
        if minute(&one.from).zip(minute(&one.to)).is_none_or(|(from, to)| from >= to) {
            errors.add(
                format!("hours[{index}]"),
                "invalid_hours",
                "two times of day such as 09:00, the later one last",
            );
        }
    }
    for (index, one) in time_off.iter().enumerate() {
        if span(one).is_none() {
            let message = "two local times such as 2027-03-08T00:00, the later one last";
            errors.add(format!("time_off[{index}]"), "invalid_time_off", message);
        }
    }
    hours.sort_unstable();
    time_off.sort_unstable();
    let overlap = hours.windows(2).any(|pair| pair[0].weekday == pair[1].weekday && pair[0].to > pair[1].from);
    if overlap {
        errors.add("hours", "overlapping", "stretches of one day do not overlap");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(hours: &[(DayOfWeek, &str, &str)], off: &[(&str, &str)]) -> bool {
        let hours = hours.iter().map(|(weekday, from, to)| WorkingHours {
            weekday: *weekday,
            from: (*from).to_owned(),
            to: (*to).to_owned(),
        });
        let off = off.iter().map(|(from, to)| TimeOff { from: (*from).to_owned(), to: (*to).to_owned() });
        let mut errors = FieldErrors::default();
        check(&mut errors, &mut hours.collect::<Vec<_>>(), &mut off.collect::<Vec<_>>());
        errors.into_result().is_err()
    }

    #[test]
    fn what_is_accepted() {
        use DayOfWeek::{Friday, Monday};
        assert!(!wrong(&[(Monday, "13:00", "24:00"), (Monday, "09:00", "12:00"), (Friday, "09:00", "13:00")], &[]));
        assert!(!wrong(&[(Monday, "09:00", "12:00"), (Monday, "12:00", "13:00")], &[]), "touching is no overlap");
        assert!(!wrong(&[], &[("2027-03-08T00:00", "2027-03-09T00:00")]));
        for (from, to) in [("09:00", "09:00"), ("17:00", "09:00"), ("9:00", "17:00"), ("24:00", "24:00"), ("", "1")] {
            assert!(wrong(&[(Monday, from, to)], &[]), "{from} {to}");
        }
        assert!(wrong(&[(Monday, "09:00", "12:00"), (Monday, "11:00", "13:00")], &[]));
        assert!(wrong(&[], &[("2027-03-09T00:00", "2027-03-08T00:00")]));
        assert!(wrong(&[], &[("2027-03-09", "2027-03-10")]));
    }
}
