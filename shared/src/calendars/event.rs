//! One `VEVENT` (RFC 5545 section 3.6.1), as far as an agenda has use for it.

use std::borrow::Cow;

use calcard::common::PartialDateTime;
use calcard::icalendar::{
    ICalendar, ICalendarComponent, ICalendarComponentType, ICalendarDuration, ICalendarEntry, ICalendarParameterName,
    ICalendarParameterValue, ICalendarPeriod, ICalendarProperty, ICalendarRelated, ICalendarStatus, ICalendarValue,
};
use calcard::{Entry, Parser};
use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// More dates than this in one event are not an agenda.
const MAX_DATES: usize = 2000;
/// Far more than a title or note ever has.
const MAX_TEXT: usize = 32 * 1024;

/// A date or time as written, with what says in which zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct When {
    /// For a date, its midnight.
    pub local: NaiveDateTime,
    pub zone: WrittenZone,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WrittenZone {
    /// `VALUE=DATE`: a whole day, wherever one is.
    Date,
    /// Neither `Z` nor TZID: the same wall-clock time wherever one is.
    Floating,
    Utc,
    Named(String),
}

/// How long it takes, as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Length {
    Unsaid,
    Until(When),
    Minutes(i64),
}

/// When an alarm goes off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Alarm {
    /// Seconds after the start; before it when negative.
    FromStart(i64),
    FromEnd(i64),
    At(When),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    pub uid: String,
    pub recurrence_id: Option<When>,
    /// `RANGE=THISANDFUTURE`: the change goes for all that follow, too.
    pub this_and_future: bool,
    pub sequence: i64,
    /// DTSTAMP or LAST-MODIFIED, the later; tells which of two is newer when SEQUENCE does not.
    pub stamp: Option<NaiveDateTime>,
    pub cancelled: bool,
    pub title: String,
    pub location: Option<String>,
    pub notes: Option<String>,
    pub start: When,
    pub length: Length,
    pub rule: Option<String>,
    pub excluded: Vec<When>,
    pub added: Vec<When>,
    pub alarms: Vec<Alarm>,
    /// E-mail addresses of attendees and organizer, in lower case.
    pub people: Vec<String>,
}

impl Event {
    /// Says in which zone its times are that name none. Whole days stay where one is.
    pub fn place(&mut self, zone: &str) {
        let length = if let Length::Until(end) = &mut self.length { Some(end) } else { None };
        let times = [Some(&mut self.start), self.recurrence_id.as_mut(), length].into_iter().flatten();
        for when in times.chain(&mut self.excluded).chain(&mut self.added) {
            if when.zone == WrittenZone::Floating {
                when.zone = WrittenZone::Named(zone.to_owned());
            }
        }
    }
}

/// Why an event is left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Skip {
    pub uid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recurrence_id: Option<String>,
    /// Stable, for programs: `unknown_time_zone`.
    #[schema(value_type = String)]
    pub reason: Cow<'static, str>,
    pub message: String,
}

impl Skip {
    pub fn new(uid: Option<&str>, reason: &'static str, message: impl Into<String>) -> Self {
        Self {
            uid: uid.map(str::to_owned),
            recurrence_id: None,
            reason: Cow::Borrowed(reason),
            message: message.into(),
        }
    }
}

/// Reads the text of one block.
pub fn read(text: &str) -> Result<Event, Skip> {
    let calendar = match Parser::new(text).entry() {
        Entry::ICalendar(calendar) => calendar,
        _ => return Err(Skip::new(None, "unreadable", "the event cannot be read")),
    };
    let component = calendar
        .components
        .first()
        .filter(|component| component.component_type == ICalendarComponentType::VEvent)
        .ok_or_else(|| Skip::new(None, "unreadable", "the event cannot be read"))?;
    let uid =
        text_of(component, &ICalendarProperty::Uid).map(|uid| uid.trim().to_owned()).filter(|uid| !uid.is_empty());
    let uid =
        uid.ok_or_else(|| Skip::new(None, "no_uid", "the event has no UID, so it could not be recognized again"))?;
    if uid.chars().count() > 1000 {
        return Err(Skip::new(None, "uid_too_long", "a UID has at most 1,000 characters"));
    }
    let skip = |reason, message: &str| Skip::new(Some(&uid), reason, message);
    let recurrence_id = entry(component, &ICalendarProperty::RecurrenceId);
    let this_and_future = recurrence_id.is_some_and(|entry| parameter(entry, &ICalendarParameterName::Range).is_some());
    let recurrence_id = match recurrence_id {
        None => None,
        Some(entry) => {
            let when = whens(entry).first().cloned();
            Some(when.ok_or_else(|| skip("invalid_recurrence_id", "RECURRENCE-ID is not a date or time"))?)
        }
    };
    let start = entry(component, &ICalendarProperty::Dtstart).and_then(|entry| whens(entry).first().cloned());
    let start = start.ok_or_else(|| skip("no_start", "DTSTART is missing or not a date or time"))?;
    let rules: Vec<&ICalendarEntry> = entries(component, &ICalendarProperty::Rrule).collect();
    if rules.len() > 1 || entry(component, &ICalendarProperty::Exrule).is_some() {
        return Err(skip("several_rules", "more than one RRULE, or an EXRULE, is not supported"));
    }
    let event = Event {
        recurrence_id,
        this_and_future,
        sequence: integer_of(component, &ICalendarProperty::Sequence).unwrap_or(0),
        stamp: [ICalendarProperty::Dtstamp, ICalendarProperty::LastModified]
            .iter()
            .filter_map(|name| whens(entry(component, name)?).first().map(|when| when.local))
            .max(),
        cancelled: entry(component, &ICalendarProperty::Status).is_some_and(|entry| {
            matches!(entry.values.first(), Some(ICalendarValue::Status(ICalendarStatus::Cancelled)))
        }),
        title: text_of(component, &ICalendarProperty::Summary).unwrap_or_default().trim().to_owned(),
        location: full(text_of(component, &ICalendarProperty::Location)),
        notes: full(text_of(component, &ICalendarProperty::Description)),
        length: length(component),
        rule: rules.first().and_then(|_| rule_text(text)),
        excluded: entries(component, &ICalendarProperty::Exdate).flat_map(whens).collect(),
        added: entries(component, &ICalendarProperty::Rdate).flat_map(whens).collect(),
        alarms: alarms(&calendar, component),
        people: people(component),
        start,
        uid: uid.clone(),
    };
    if event.excluded.len() > MAX_DATES || event.added.len() > MAX_DATES {
        return Err(skip("too_many_dates", "at most 2,000 dates in one event"));
    }
    let texts = [Some(&event.title), event.location.as_ref(), event.notes.as_ref()];
    if texts.iter().flatten().any(|text| text.len() > MAX_TEXT) {
        return Err(skip("text_too_long", "a text of the event is longer than 32 kB"));
    }
    Ok(event)
}

fn entries<'a>(
    component: &'a ICalendarComponent,
    name: &'a ICalendarProperty,
) -> impl Iterator<Item = &'a ICalendarEntry> {
    component.entries.iter().filter(move |entry| entry.name == *name)
}

fn entry<'a>(component: &'a ICalendarComponent, name: &ICalendarProperty) -> Option<&'a ICalendarEntry> {
    component.entries.iter().find(|entry| entry.name == *name)
}

fn parameter<'a>(entry: &'a ICalendarEntry, name: &ICalendarParameterName) -> Option<&'a ICalendarParameterValue> {
    entry.params.iter().find(|parameter| parameter.name == *name).map(|parameter| &parameter.value)
}

fn text_of(component: &ICalendarComponent, name: &ICalendarProperty) -> Option<String> {
    let texts: Vec<&str> = entry(component, name)?.values.iter().filter_map(ICalendarValue::as_text).collect();
    Some(texts.join(",").chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect())
}

fn full(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

fn integer_of(component: &ICalendarComponent, name: &ICalendarProperty) -> Option<i64> {
    match entry(component, name)?.values.first()? {
        ICalendarValue::Integer(number) => Some(*number),
        other => other.as_text()?.trim().parse().ok(),
    }
}

/// The rule as it stands in the block, unfolded: what a reader of numbers makes of `INTERVAL=0` or of a COUNT beyond all
/// numbers is not what was written.
fn rule_text(block: &str) -> Option<String> {
    let mut depth = 0_usize;
    let mut rule: Option<String> = None;
    for line in block.split("\r\n") {
        if let Some(more) = line.strip_prefix([' ', '\t']) {
            if let Some(rule) = &mut rule {
                rule.push_str(more);
            }
            continue;
        }
        if rule.is_some() {
            break;
        }
        let is = |word: &str| line.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word));
        if is("BEGIN:") {
            depth += 1;
        } else if is("END:") {
            depth = depth.saturating_sub(1);
        } else if depth == 1 && (is("RRULE:") || is("RRULE;")) {
            rule = line.split_once(':').map(|(_, value)| value.to_owned());
        }
    }
    rule
}

fn whens(entry: &ICalendarEntry) -> Vec<When> {
    let zone = match parameter(entry, &ICalendarParameterName::Tzid) {
        Some(ICalendarParameterValue::Text(name)) => Some(name.as_str()),
        _ => None,
    };
    let start = |value: &ICalendarValue| match value {
        ICalendarValue::PartialDateTime(time) => when(time, zone),
        ICalendarValue::Period(ICalendarPeriod::Range { start, .. } | ICalendarPeriod::Duration { start, .. }) => {
            when(start, zone)
        }
        _ => None,
    };
    entry.values.iter().filter_map(start).collect()
}

fn when(time: &PartialDateTime, zone: Option<&str>) -> Option<When> {
    let date = NaiveDate::from_ymd_opt(i32::from(time.year?), u32::from(time.month?), u32::from(time.day?))?;
    let Some(hour) = time.hour else {
        return Some(When { local: date.and_time(NaiveTime::MIN), zone: WrittenZone::Date });
    };
    // Agendas go by the minute; a leap second is the last of its minute.
    let clock = NaiveTime::from_hms_opt(u32::from(hour), u32::from(time.minute.unwrap_or(0)), 0)?;
    let zone = match zone {
        _ if time.tz_hour.is_some() => WrittenZone::Utc,
        Some(name) => WrittenZone::Named(name.to_owned()),
        None => WrittenZone::Floating,
    };
    Some(When { local: date.and_time(clock), zone })
}

fn length(component: &ICalendarComponent) -> Length {
    if let Some(end) = entry(component, &ICalendarProperty::Dtend).and_then(|entry| whens(entry).first().cloned()) {
        return Length::Until(end);
    }
    match entry(component, &ICalendarProperty::Duration).and_then(|entry| entry.values.first()) {
        Some(ICalendarValue::Duration(duration)) => Length::Minutes(seconds(duration) / 60),
        _ => Length::Unsaid,
    }
}

fn seconds(duration: &ICalendarDuration) -> i64 {
    let days = i64::from(duration.weeks) * 7 + i64::from(duration.days);
    let hours = days * 24 + i64::from(duration.hours);
    let size = (hours * 60 + i64::from(duration.minutes)) * 60 + i64::from(duration.seconds);
    if duration.neg { -size } else { size }
}

fn alarms(calendar: &ICalendar, component: &ICalendarComponent) -> Vec<Alarm> {
    let alarms = component.component_ids.iter().filter_map(|id| calendar.component_by_id(*id));
    let alarms = alarms.filter(|alarm| alarm.component_type == ICalendarComponentType::VAlarm);
    let trigger = |alarm: &ICalendarComponent| {
        let trigger = entry(alarm, &ICalendarProperty::Trigger)?;
        match trigger.values.first()? {
            ICalendarValue::Duration(duration) => {
                let from_end = matches!(
                    parameter(trigger, &ICalendarParameterName::Related),
                    Some(ICalendarParameterValue::Related(ICalendarRelated::End))
                );
                let after = seconds(duration);
                Some(if from_end { Alarm::FromEnd(after) } else { Alarm::FromStart(after) })
            }
            ICalendarValue::PartialDateTime(time) => when(time, None).map(Alarm::At),
            _ => None,
        }
    };
    alarms.filter_map(trigger).collect()
}

fn people(component: &ICalendarComponent) -> Vec<String> {
    let mut people: Vec<String> = component
        .entries
        .iter()
        .filter(|entry| matches!(entry.name, ICalendarProperty::Attendee | ICalendarProperty::Organizer))
        .filter_map(|entry| entry.values.first().and_then(ICalendarValue::as_text))
        .filter_map(|address| {
            let address = address.trim();
            let rest = address.split_at_checked(7).filter(|(scheme, _)| scheme.eq_ignore_ascii_case("mailto:"));
            let address = rest.map_or(address, |(_, rest)| rest).trim().to_lowercase();
            address.contains('@').then_some(address)
        })
        .collect();
    people.sort_unstable();
    people.dedup();
    people
}
