use crate::text::check_text;
use chrono::NaiveTime;
use chrono_tz::Tz;
use uuid::Uuid;

use super::kind::Kind;
use super::local::parse_local;
use super::recurrence::Recurrence;
use super::series::Schedule;
use super::zone::parse_zone;
use crate::error::FieldErrors;
use crate::reminders::rule::{ReminderRule, ReminderRuleError};

const MAX_REMINDERS: usize = 5;
const MAX_DURATION: i64 = 7 * 24 * 60;

/// A reminder as written: so many minutes before, or so many days before at a local time of day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReminderInput {
    MinutesBefore(i64),
    DaysBefore { days: i64, at: String },
}

/// A new agenda item, as written by a person or an import.
#[derive(Clone, Debug)]
pub struct NewItem {
    pub client_ids: Vec<Uuid>,
    pub staff_ids: Vec<Uuid>,
    pub kind: Kind,
    pub title: String,
    pub location: Option<String>,
    pub notes: Option<String>,
    pub starts_at_local: String,
    /// An IANA name, or `client`: the zone of each client, wherever they are.
    pub time_zone: String,
    pub duration_minutes: Option<i64>,
    pub recurrence: Option<String>,
    pub reminders: Vec<ReminderInput>,
    /// The goal, and the step of it, that this is a part of.
    pub goal_id: Option<Uuid>,
    pub step_id: Option<Uuid>,
}

/// The texts of an item.
#[derive(Clone, Debug)]
pub struct Texts {
    pub title: String,
    pub location: Option<String>,
    pub notes: Option<String>,
}

/// The members of which a schedule is made.
pub struct Timing<'a> {
    pub starts_at_local: &'a str,
    pub time_zone: &'a str,
    pub duration_minutes: Option<i64>,
    pub recurrence: Option<&'a str>,
    pub reminders: &'a [ReminderInput],
}

pub fn check_texts(errors: &mut FieldErrors, texts: &Texts) {
    check_text(errors, "title", &texts.title, 1, 200);
    if let Some(location) = &texts.location {
        check_text(errors, "location", location, 0, 500);
    }
    if let Some(notes) = &texts.notes {
        check_text(errors, "notes", notes, 0, 4000);
    }
}

/// Reads a schedule, or adds to `errors` every member that is wrong.
pub fn read_schedule(errors: &mut FieldErrors, id: Uuid, timing: &Timing<'_>) -> Option<Schedule> {
    let start = parse_local(timing.starts_at_local);
    if start.is_none() {
        errors.add(
            "starts_at_local",
            "invalid_local_time",
            "a local time such as 2027-03-08T09:30, on a date that exists",
        );
    }
    let zone = match timing.time_zone {
        "client" => Some(None),
        name => parse_zone(name).ok().map(Some),
    };
    if zone.is_none() {
        errors.add("time_zone", "unknown_time_zone", "an IANA time zone name such as America/Boise, or \"client\"");
    }
    if timing.duration_minutes.is_some_and(|minutes| !(1..=MAX_DURATION).contains(&minutes)) {
        errors.add("duration_minutes", "out_of_range", format!("1 to {MAX_DURATION} minutes"));
    }
    let recurrence = timing.recurrence.map(|text| {
        Recurrence::parse(text).map_err(|error| errors.add("recurrence", "invalid_recurrence", error.to_string())).ok()
    });
    let reminders = read_reminders(errors, start.map(|start| start.time()), timing.reminders);

    let recurrence = match recurrence {
        Some(None) => return None,
        Some(Some(rule)) => Some(rule),
        None => None,
    };
    let (start, zone, reminders) = (start?, zone?, reminders?);
    let schedule = Schedule {
        id,
        start,
        zone,
        duration_minutes: timing.duration_minutes,
        recurrence,
        reminders,
        from: None,
        until: None,
    };
    if schedule.next(Tz::UTC, start).is_none() {
        errors.add("recurrence", "no_occurrence", "with this start the rule never happens");
        return None;
    }
    Some(schedule)
}

fn read_reminders(
    errors: &mut FieldErrors,
    start: Option<NaiveTime>,
    inputs: &[ReminderInput],
) -> Option<Vec<ReminderRule>> {
    if inputs.len() > MAX_REMINDERS {
        errors.add("reminders", "too_many", format!("at most {MAX_REMINDERS} reminders"));
        return None;
    }
    let mut rules = Vec::with_capacity(inputs.len());
    let mut whole = true;
    for (index, input) in inputs.iter().enumerate() {
        match read_reminder(input, start) {
            Ok(rule) if rules.contains(&rule) => {}
            Ok(rule) => rules.push(rule),
            Err((member, code, message)) => {
                errors.add(format!("reminders[{index}].{member}"), code, message);
                whole = false;
            }
        }
    }
    whole.then_some(rules)
}

type Fault = (&'static str, &'static str, String);

fn read_reminder(input: &ReminderInput, start: Option<NaiveTime>) -> Result<ReminderRule, Fault> {
    let (member, rule) = match input {
        ReminderInput::MinutesBefore(minutes) if *minutes < 0 => {
            return Err(("minutes_before", "reminder_after_start", "a reminder comes before the start".to_owned()));
        }
        ReminderInput::MinutesBefore(minutes) => {
            ("minutes_before", ReminderRule::MinutesBefore(u32::try_from(*minutes).unwrap_or(u32::MAX)))
        }
        ReminderInput::DaysBefore { days, .. } if *days < 0 => {
            return Err(("days_before", "reminder_after_start", "a reminder comes before the start".to_owned()));
        }
        ReminderInput::DaysBefore { days, at } => {
            let at = NaiveTime::parse_from_str(at, "%H:%M").ok().filter(|_| at.len() == 5);
            let at = at.ok_or(("at", "invalid_time", "a time of day such as 09:00".to_owned()))?;
            ("days_before", ReminderRule::DaysBefore { days: u16::try_from(*days).unwrap_or(u16::MAX), at })
        }
    };
    // Without a readable start only the rule's own limits can be judged: midnight's last minute allows every time of day.
    let start = start.unwrap_or(NaiveTime::MIN + chrono::Duration::minutes(24 * 60 - 1));
    rule.validate(start).map_err(|error| {
        let code = if error == ReminderRuleError::AfterStart { "reminder_after_start" } else { "out_of_range" };
        (member, code, error.to_string())
    })?;
    Ok(rule)
}
