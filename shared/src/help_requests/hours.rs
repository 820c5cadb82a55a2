//! When somebody is there to look at what comes in: hours of the week on the organization's clocks.

use chrono::{Datelike, NaiveDateTime, NaiveTime, Weekday};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::FieldErrors;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum WeekDay {
    Mo,
    Tu,
    We,
    Th,
    Fr,
    Sa,
    Su,
}

impl WeekDay {
    fn of(day: Weekday) -> Self {
        match day {
            Weekday::Mon => Self::Mo,
            Weekday::Tue => Self::Tu,
            Weekday::Wed => Self::We,
            Weekday::Thu => Self::Th,
            Weekday::Fri => Self::Fr,
            Weekday::Sat => Self::Sa,
            Weekday::Sun => Self::Su,
        }
    }
}

/// One stretch of the day on some days of the week. `to` at or before `from` is on the day after; equal is the whole day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StaffedHours {
    #[schema(min_items = 1, max_items = 7)]
    pub days: Vec<WeekDay>,
    /// `HH:MM`
    #[schema(pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    pub from: String,
    /// `HH:MM`
    #[schema(pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    pub to: String,
}

fn time(text: &str) -> Option<NaiveTime> {
    let time = NaiveTime::parse_from_str(text, "%H:%M").ok()?;
    (time.format("%H:%M").to_string() == text).then_some(time)
}

impl StaffedHours {
    fn covers(&self, local: NaiveDateTime) -> bool {
        let (Some(from), Some(to)) = (time(&self.from), time(&self.to)) else { return false };
        let on = |day: Weekday| self.days.contains(&WeekDay::of(day));
        let today = on(local.weekday());
        if from < to {
            return today && from <= local.time() && local.time() < to;
        }
        let yesterday = on(local.weekday().pred());
        (today && from <= local.time()) || (yesterday && local.time() < to)
    }
}

/// Whether somebody is there at this local moment.
pub fn staffed(hours: &[StaffedHours], local: NaiveDateTime) -> bool {
    hours.iter().any(|stretch| stretch.covers(local))
}

pub(super) fn check(errors: &mut FieldErrors, hours: &[StaffedHours]) {
    if hours.len() > 21 {
        errors.add("staffed_hours", "too_many", "at most 21 stretches");
    }
    for (at, stretch) in hours.iter().enumerate().take(21) {
        if stretch.days.is_empty() || stretch.days.len() > 7 {
            errors.add(format!("staffed_hours[{at}].days"), "length", "1 to 7 days");
        }
        for (member, text) in [("from", &stretch.from), ("to", &stretch.to)] {
            if time(text).is_none() {
                errors.add(format!("staffed_hours[{at}].{member}"), "invalid_time", "a time of day such as 09:30");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agenda::parse_local;

    fn at(hours: &[StaffedHours], text: &str) -> bool {
        staffed(hours, parse_local(text).expect("a local time"))
    }

    #[test]
    fn hours_hold_on_their_days_and_over_midnight() {
        let stretch = |days: &[WeekDay], from: &str, to: &str| StaffedHours {
            days: days.to_vec(),
            from: from.to_owned(),
            to: to.to_owned(),
        };
        // 1 March 2027 is a Monday.
        let office = [stretch(&[WeekDay::Mo, WeekDay::Tu], "09:00", "17:00")];
        assert!(at(&office, "2027-03-01T09:00") && at(&office, "2027-03-02T16:59"));
        assert!(
            !at(&office, "2027-03-01T08:59") && !at(&office, "2027-03-01T17:00") && !at(&office, "2027-03-03T12:00")
        );
        let night = [stretch(&[WeekDay::Su], "22:00", "06:00")];
        assert!(at(&night, "2027-02-28T22:00") && at(&night, "2027-03-01T05:59"));
        assert!(!at(&night, "2027-03-01T22:00") && !at(&night, "2027-02-28T05:00"));
        let always = [stretch(&[WeekDay::Mo], "00:00", "00:00")];
        assert!(at(&always, "2027-03-01T00:00") && at(&always, "2027-03-01T23:59") && !at(&always, "2027-03-02T00:00"));
        assert!(!at(&[], "2027-03-01T12:00"));
    }
}
