//! What can be wrong with the text of a rule.

use super::MAX_TEXT;

/// Why a rule was refused. The messages name the part and say what is allowed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecurrenceError {
    #[error("the rule is empty")]
    Empty,
    #[error("the rule is longer than {MAX_TEXT} characters")]
    TooLong,
    #[error("`{0}` is not of the form NAME=VALUE")]
    Malformed(String),
    #[error("{0} is not a part of a recurrence rule")]
    UnknownPart(String),
    #[error("{0} is not supported: a series has one time a day, on dates by BYMONTH, BYMONTHDAY, BYDAY and BYSETPOS")]
    UnsupportedPart(&'static str),
    #[error("{0} is given twice")]
    Repeated(&'static str),
    #[error("FREQ is missing")]
    NoFrequency,
    #[error("FREQ={0} repeats within a day; DAILY, WEEKLY, MONTHLY and YEARLY are supported")]
    SubDaily(&'static str),
    #[error("{part}={value} is not valid: {allowed}")]
    Value { part: &'static str, value: String, allowed: &'static str },
    #[error("COUNT and UNTIL exclude each other")]
    CountAndUntil,
    #[error("BYDAY={0} with an ordinal needs FREQ=MONTHLY or FREQ=YEARLY")]
    OrdinalDay(String),
    #[error("BYMONTHDAY cannot go with FREQ=WEEKLY")]
    MonthDayInWeek,
    #[error("BYSETPOS needs BYDAY, BYMONTHDAY or BYMONTH beside it")]
    PositionAlone,
    #[error("no date ever fits the rule")]
    NeverFires,
}

impl RecurrenceError {
    /// The part at fault as RFC 5545 names it; `RRULE` when it is the rule as a whole.
    pub fn part(&self) -> &str {
        match self {
            Self::Empty | Self::TooLong | Self::Malformed(_) | Self::NeverFires => "RRULE",
            Self::UnknownPart(part) => part,
            Self::UnsupportedPart(part) | Self::Repeated(part) | Self::Value { part, .. } => part,
            Self::NoFrequency | Self::SubDaily(_) => "FREQ",
            Self::CountAndUntil => "COUNT",
            Self::OrdinalDay(_) => "BYDAY",
            Self::MonthDayInWeek => "BYMONTHDAY",
            Self::PositionAlone => "BYSETPOS",
        }
    }
}
