//! Reading the text of a rule. Case, spaces around it, an `RRULE:` in front and a `;` at the end are forgiven; anything
//! else odd is refused by name.

use chrono::{NaiveDate, NaiveDateTime, Weekday};
use chrono_tz::Tz;

use super::{ByDay, End, Frequency, MAX_TEXT, Recurrence, RecurrenceError, Until};

/// Parts of RFC 5545 (and 7529) that name times within a day or dates that this rule does not know.
const UNSUPPORTED: [&str; 7] = ["BYSECOND", "BYMINUTE", "BYHOUR", "BYYEARDAY", "BYWEEKNO", "RSCALE", "SKIP"];

/// The parts as they stand in the text, each at most once.
#[derive(Default)]
struct Parts<'a> {
    freq: Option<&'a str>,
    interval: Option<&'a str>,
    by_month: Option<&'a str>,
    by_month_day: Option<&'a str>,
    by_day: Option<&'a str>,
    by_set_pos: Option<&'a str>,
    wkst: Option<&'a str>,
    count: Option<&'a str>,
    until: Option<&'a str>,
}

impl Recurrence {
    /// Reads a rule such as `FREQ=MONTHLY;BYDAY=2TU;COUNT=6`.
    ///
    /// # Errors
    /// [`RecurrenceError`] names the part that is unknown, unsupported, repeated, out of range or in contradiction with
    /// another, and refuses a rule that no date can ever fit.
    pub fn parse(text: &str) -> Result<Self, RecurrenceError> {
        if text.chars().count() > MAX_TEXT {
            return Err(RecurrenceError::TooLong);
        }
        let text = text.trim().to_ascii_uppercase();
        let text = text.strip_prefix("RRULE:").unwrap_or(&text);
        let text = text.strip_suffix(';').unwrap_or(text);
        if text.is_empty() {
            return Err(RecurrenceError::Empty);
        }
        let parts = Parts::read(text)?;
        let rule = Self {
            frequency: frequency(parts.freq)?,
            interval: parts
                .interval
                .map_or(Ok(1), |value| number("INTERVAL", value, 1..=9999, "a whole number from 1 to 9999"))?,
            by_month: list(parts.by_month, |value| number("BYMONTH", value, 1..=12, "months from 1 to 12"))?,
            by_month_day: list(parts.by_month_day, |value| {
                signed("BYMONTHDAY", value, 31, "days from 1 to 31 or from -31 to -1")
            })?,
            by_day: by_day(parts.by_day)?,
            by_set_pos: list(parts.by_set_pos, |value| {
                signed("BYSETPOS", value, 366, "positions from 1 to 366 or from -366 to -1")
            })?,
            week_start: parts.wkst.map_or(Ok(Weekday::Mon), |value| weekday("WKST", value))?,
            end: end(parts.count, parts.until)?,
        };
        rule.check()?;
        Ok(rule)
    }

    /// What no single part can tell.
    fn check(&self) -> Result<(), RecurrenceError> {
        let weekly = self.frequency == Frequency::Weekly;
        if (weekly || self.frequency == Frequency::Daily)
            && let Some(day) = self.by_day.iter().find(|day| day.ordinal.is_some())
        {
            return Err(RecurrenceError::OrdinalDay(day.to_string()));
        }
        let within_month = self.frequency == Frequency::Monthly || !self.by_month.is_empty();
        if let Some(day) =
            self.by_day.iter().find(|day| within_month && day.ordinal.is_some_and(|ordinal| ordinal.abs() > 5))
        {
            return Err(invalid("BYDAY", &day.to_string(), "a month has at most five of a weekday"));
        }
        if weekly && !self.by_month_day.is_empty() {
            return Err(RecurrenceError::MonthDayInWeek);
        }
        if !self.by_set_pos.is_empty()
            && self.by_day.is_empty()
            && self.by_month_day.is_empty()
            && self.by_month.is_empty()
        {
            return Err(RecurrenceError::PositionAlone);
        }
        if self.can_fire() { Ok(()) } else { Err(RecurrenceError::NeverFires) }
    }

    /// Whether any date fits. Years repeat their weekdays and leap days after 28, so 28 hold every case.
    fn can_fire(&self) -> bool {
        let each_period = Self { interval: 1, end: End::Never, ..self.clone() };
        let years = NaiveDate::from_ymd_opt(2000, 1, 1).zip(NaiveDate::from_ymd_opt(2027, 12, 31));
        years.is_some_and(|(first, last)| each_period.instances(first.into(), Tz::UTC, 0, last).next().is_some())
    }
}

impl<'a> Parts<'a> {
    fn read(text: &'a str) -> Result<Self, RecurrenceError> {
        let mut parts = Self::default();
        for part in text.split(';') {
            let Some((name, value)) = part.split_once('=') else {
                return Err(RecurrenceError::Malformed(part.to_owned()));
            };
            let (name, slot) = match name {
                "FREQ" => ("FREQ", &mut parts.freq),
                "INTERVAL" => ("INTERVAL", &mut parts.interval),
                "BYMONTH" => ("BYMONTH", &mut parts.by_month),
                "BYMONTHDAY" => ("BYMONTHDAY", &mut parts.by_month_day),
                "BYDAY" => ("BYDAY", &mut parts.by_day),
                "BYSETPOS" => ("BYSETPOS", &mut parts.by_set_pos),
                "WKST" => ("WKST", &mut parts.wkst),
                "COUNT" => ("COUNT", &mut parts.count),
                "UNTIL" => ("UNTIL", &mut parts.until),
                other => {
                    let known = UNSUPPORTED.into_iter().find(|name| *name == other);
                    return Err(known.map_or_else(
                        || RecurrenceError::UnknownPart(other.to_owned()),
                        RecurrenceError::UnsupportedPart,
                    ));
                }
            };
            if slot.replace(value).is_some() {
                return Err(RecurrenceError::Repeated(name));
            }
        }
        Ok(parts)
    }
}

fn frequency(value: Option<&str>) -> Result<Frequency, RecurrenceError> {
    match value.ok_or(RecurrenceError::NoFrequency)? {
        "DAILY" => Ok(Frequency::Daily),
        "WEEKLY" => Ok(Frequency::Weekly),
        "MONTHLY" => Ok(Frequency::Monthly),
        "YEARLY" => Ok(Frequency::Yearly),
        "HOURLY" => Err(RecurrenceError::SubDaily("HOURLY")),
        "MINUTELY" => Err(RecurrenceError::SubDaily("MINUTELY")),
        "SECONDLY" => Err(RecurrenceError::SubDaily("SECONDLY")),
        other => Err(invalid("FREQ", other, "DAILY, WEEKLY, MONTHLY or YEARLY")),
    }
}

fn end(count: Option<&str>, until: Option<&str>) -> Result<End, RecurrenceError> {
    match (count, until) {
        (None, None) => Ok(End::Never),
        (Some(count), None) => number("COUNT", count, 1..=9999, "a whole number from 1 to 9999").map(End::Count),
        (None, Some(value)) => until_of(value)
            .map(End::Until)
            .ok_or_else(|| invalid("UNTIL", value, "YYYYMMDD, YYYYMMDDTHHMMSS or YYYYMMDDTHHMMSSZ")),
        (Some(_), Some(_)) => Err(RecurrenceError::CountAndUntil),
    }
}

fn until_of(value: &str) -> Option<Until> {
    let Some((date, time)) = value.split_once('T') else { return date_of(value).map(Until::Date) };
    let (time, utc) = time.strip_suffix('Z').map_or((time, false), |time| (time, true));
    let time = digits(time, 6)?;
    let local: NaiveDateTime = date_of(date)?.and_hms_opt(time / 10_000, time / 100 % 100, time % 100)?;
    Some(if utc { Until::Utc(local.and_utc()) } else { Until::Local(local) })
}

fn date_of(text: &str) -> Option<NaiveDate> {
    let date = digits(text, 8)?;
    let year = i32::try_from(date / 10_000).ok().filter(|year| *year > 0)?;
    NaiveDate::from_ymd_opt(year, date / 100 % 100, date % 100)
}

fn by_day(value: Option<&str>) -> Result<Vec<ByDay>, RecurrenceError> {
    let mut days = Vec::new();
    for item in value.into_iter().flat_map(|value| value.split(',')) {
        // The weekday is the last two letters; what stands before it is the ordinal.
        let (ordinal, day) = item.split_at_checked(item.len().saturating_sub(2)).unwrap_or(("", item));
        let weekday = weekday("BYDAY", day).map_err(|_| invalid("BYDAY", item, WEEKDAYS))?;
        let ordinal = if ordinal.is_empty() {
            None
        } else {
            Some(
                signed("BYDAY", ordinal, 53, "ordinals from 1 to 53 or from -53 to -1")
                    .map_err(|_| invalid("BYDAY", item, "ordinals from 1 to 53 or from -53 to -1"))?,
            )
        };
        days.push(ByDay { ordinal, weekday });
    }
    days.sort_unstable_by_key(|day| (day.ordinal, day.weekday.num_days_from_monday()));
    days.dedup();
    Ok(days)
}

const WEEKDAYS: &str = "weekdays are MO, TU, WE, TH, FR, SA, SU";

fn weekday(part: &'static str, value: &str) -> Result<Weekday, RecurrenceError> {
    match value {
        "MO" => Ok(Weekday::Mon),
        "TU" => Ok(Weekday::Tue),
        "WE" => Ok(Weekday::Wed),
        "TH" => Ok(Weekday::Thu),
        "FR" => Ok(Weekday::Fri),
        "SA" => Ok(Weekday::Sat),
        "SU" => Ok(Weekday::Sun),
        other => Err(invalid(part, other, WEEKDAYS)),
    }
}

/// A comma-separated list, ascending and without repeats.
fn list<T: Ord>(
    value: Option<&str>,
    read: impl Fn(&str) -> Result<T, RecurrenceError>,
) -> Result<Vec<T>, RecurrenceError> {
    let mut values = value.into_iter().flat_map(|value| value.split(',')).map(read).collect::<Result<Vec<T>, _>>()?;
    values.sort_unstable();
    values.dedup();
    Ok(values)
}

fn number(
    part: &'static str,
    value: &str,
    range: std::ops::RangeInclusive<u32>,
    allowed: &'static str,
) -> Result<u32, RecurrenceError> {
    (1..=4)
        .find_map(|length| digits(value, length))
        .filter(|number| range.contains(number))
        .ok_or_else(|| invalid(part, value, allowed))
}

/// A number other than 0 from `-size` to `size`.
fn signed(part: &'static str, value: &str, size: u32, allowed: &'static str) -> Result<i32, RecurrenceError> {
    let (negative, unsigned) =
        value.strip_prefix('-').map_or((false, value.strip_prefix('+').unwrap_or(value)), |unsigned| (true, unsigned));
    let number = number(part, unsigned, 1..=size, allowed).map_err(|_| invalid(part, value, allowed))?;
    let number = i32::try_from(number).map_err(|_| invalid(part, value, allowed))?;
    Ok(if negative { -number } else { number })
}

/// Exactly `length` decimal digits, at most nine.
fn digits(text: &str, length: usize) -> Option<u32> {
    (text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

fn invalid(part: &'static str, value: &str, allowed: &'static str) -> RecurrenceError {
    RecurrenceError::Value { part, value: value.to_owned(), allowed }
}
