//! How a client wants to be reached: zone, language, quiet hours, detail on the lock screen.

use chrono::{NaiveTime, Timelike};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::agenda::zone::parse_zone;
use crate::error::{Error, FieldErrors, Result};
use crate::reminders::quiet_hours::QuietHours;

/// The languages that Cairn speaks to clients.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    #[default]
    En,
    Es,
}

impl Language {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Es => "es",
        }
    }

    pub fn parse(text: &str) -> Self {
        if text == "es" { Self::Es } else { Self::En }
    }
}

/// What a notification may show on a lock screen. Anything but `None` is the client's own choice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NotificationDetail {
    #[default]
    None,
    Time,
    Title,
}

impl NotificationDetail {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Time => "time",
            Self::Title => "title",
        }
    }

    pub fn parse(text: &str) -> Self {
        match text {
            "time" => Self::Time,
            "title" => Self::Title,
            _ => Self::None,
        }
    }
}

/// Quiet hours as written by people: `{"from": "21:00", "to": "08:00"}`, local wall-clock times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuietHoursInput {
    pub from: String,
    pub to: String,
}

impl QuietHoursInput {
    /// Nine in the evening to eight in the morning.
    pub fn usual() -> Self {
        Self { from: "21:00".to_owned(), to: "08:00".to_owned() }
    }

    pub(super) fn read(&self, errors: &mut FieldErrors) -> Option<QuietHours> {
        let mut time = |field: &str, text: &str| {
            let time = NaiveTime::parse_from_str(text, "%H:%M").ok().filter(|_| text.len() == 5);
            if time.is_none() {
                errors.add(format!("quiet_hours.{field}"), "invalid_time", "a time of day such as 21:00");
            }
            time
        };
        let (from, to) = (time("from", &self.from)?, time("to", &self.to)?);
        let hours = QuietHours::new(from, to).ok();
        if hours.is_none() {
            errors.add("quiet_hours", "empty_window", "quiet hours must end at another time than they begin");
        }
        hours
    }
}

pub(super) fn minute_of_day(time: NaiveTime) -> i64 {
    i64::from(time.num_seconds_from_midnight() / 60)
}

/// Quiet hours from their columns.
pub(crate) fn quiet_hours(from: Option<i64>, to: Option<i64>) -> Option<QuietHours> {
    let time = |minutes: i64| NaiveTime::from_num_seconds_from_midnight_opt(u32::try_from(minutes * 60).ok()?, 0);
    QuietHours::new(time(from?)?, time(to?)?).ok()
}

/// An IANA zone name, or the field error that says it is none.
pub fn read_zone(field: &str, name: &str) -> Result<Tz> {
    parse_zone(name)
        .map_err(|_| Error::invalid(field, "unknown_time_zone", "not an IANA time zone name such as America/Boise"))
}

/// A client's quiet hours.
pub(crate) fn quiet_hours_of(row: &super::entity::client::Model) -> Option<QuietHours> {
    quiet_hours(row.quiet_from, row.quiet_to)
}
