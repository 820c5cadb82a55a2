//! From the events of one UID to one agenda item: stretches of a series, single dates beside it, and changes to single
//! occurrences. Pure; nothing here knows a client.

mod shift;
mod texts;

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, Duration, NaiveDateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use uuid::Uuid;

use self::shift::shift_rule;
use self::texts::texts;
use super::event::{Alarm, Event, Length, Skip, When, WrittenZone};
use super::zones::Zones;
use crate::agenda::recurrence::Recurrence;
use crate::agenda::zone::{local_of, resolve};
use crate::agenda::{Schedule, format_local};
use crate::reminders::rule::{MAX_MINUTES_BEFORE, ReminderRule};

const MAX_CHANGES: usize = 1000;
const MAX_REMINDERS: usize = 5;
const MAX_MINUTES: i64 = 7 * 24 * 60;

/// What a calendar calls one event and its repetitions.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    pub uid: String,
    pub sequence: i64,
    pub stamp: Option<NaiveDateTime>,
    pub cancelled: bool,
    pub lines: Vec<Line>,
    /// By original local start.
    pub changes: BTreeMap<NaiveDateTime, Change>,
    pub people: Vec<String>,
}

/// A stretch of a series, or a single date, with its texts.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    pub schedule: LineSchedule,
    pub texts: Texts,
}

/// A schedule that has no id yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineSchedule {
    pub start: NaiveDateTime,
    /// `None`: wherever the client is (floating times and whole days).
    pub zone: Option<Tz>,
    pub duration_minutes: Option<i64>,
    pub recurrence: Option<Recurrence>,
    pub reminders: Vec<ReminderRule>,
    pub until: Option<NaiveDateTime>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Texts {
    pub title: String,
    pub location: Option<String>,
    pub notes: Option<String>,
}

/// What differs in one occurrence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    pub cancelled: bool,
    pub moved_to: Option<NaiveDateTime>,
    pub duration_minutes: Option<i64>,
    pub texts: Option<Texts>,
}

impl LineSchedule {
    pub fn schedule(&self, id: Uuid) -> Schedule {
        Schedule {
            id,
            start: self.start,
            zone: self.zone,
            duration_minutes: self.duration_minutes,
            recurrence: self.recurrence.clone(),
            reminders: self.reminders.clone(),
            from: None,
            until: self.until,
        }
    }

    fn happens(&self) -> bool {
        self.schedule(Uuid::nil()).next(Tz::UTC, self.start).is_some()
    }

    fn has(&self, original: NaiveDateTime) -> bool {
        self.schedule(Uuid::nil()).has(Tz::UTC, original)
    }
}

/// What the importer chose for events that say nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Defaults {
    /// For events without a usable alarm.
    pub reminder_minutes: Option<u32>,
}

/// Puts the events of one UID together. What must be left out is listed; `None` when nothing remains.
pub fn build(events: Vec<Event>, zones: &Zones, defaults: Defaults, skipped: &mut Vec<Skip>) -> Option<Series> {
    let (mut masters, mut overrides): (Vec<Event>, Vec<Event>) =
        events.into_iter().partition(|event| event.recurrence_id.is_none());
    masters.sort_by_key(|event| (event.sequence, event.stamp));
    let master = masters.pop();
    for other in masters {
        skipped.push(Skip::new(
            Some(&other.uid),
            "uid_repeated",
            "another event of this file has the same UID and is newer",
        ));
    }
    overrides = newest_of_each(overrides);
    let build = Build { zones, defaults };
    let built = match &master {
        Some(master) => build.series(master, &overrides, skipped),
        None => Ok(build.orphans(&overrides, skipped)),
    };
    match built {
        Ok(series) => series,
        Err(skip) => {
            skipped.push(skip);
            None
        }
    }
}

fn newest_of_each(mut overrides: Vec<Event>) -> Vec<Event> {
    overrides.sort_by_key(|event| Reverse((event.sequence, event.stamp)));
    let mut seen = HashSet::new();
    overrides
        .retain(|event| seen.insert(event.recurrence_id.as_ref().map(|when| (when.local, format!("{:?}", when.zone)))));
    overrides.sort_by_key(|event| event.recurrence_id.as_ref().map(|when| when.local));
    overrides
}

struct Build<'a> {
    zones: &'a Zones,
    defaults: Defaults,
}

/// A stretch with what it was before it was shifted.
struct Stretch {
    /// Unshifted originals from this one on.
    from: NaiveDateTime,
    shift: TimeDelta,
    line: Line,
}

impl Build<'_> {
    fn series(&self, master: &Event, overrides: &[Event], skipped: &mut Vec<Skip>) -> Result<Option<Series>, Skip> {
        let zone = self.zone(master, &master.start)?;
        let start = master.start.local;
        let mut stretches =
            vec![Stretch { from: NaiveDateTime::MIN, shift: TimeDelta::zero(), line: self.line(master, zone)? }];
        if let Some(text) = &master.rule {
            let rule = Recurrence::parse(text)
                .map_err(|error| Skip::new(Some(&master.uid), "unsupported_recurrence", error.to_string()))?;
            stretches[0].line.schedule.recurrence = Some(rule);
        }
        let mut changes = BTreeMap::new();
        let whole: LineSchedule = stretches[0].line.schedule.clone();
        for event in overrides.iter().filter(|event| event.this_and_future && !event.cancelled) {
            if let Err(skip) = self.split(&mut stretches, &whole, event, zone) {
                skipped.push(skip);
            }
        }
        let mut lines: Vec<Line> = Vec::new();
        // A start that its own rule does not name happens all the same (RFC 5545 section 3.8.5.3).
        if whole.recurrence.as_ref().is_some_and(|rule| !rule.includes(start, zone.unwrap_or(Tz::UTC))) {
            let single = LineSchedule { recurrence: None, ..whole.clone() };
            lines.push(Line { schedule: single, texts: stretches[0].line.texts.clone() });
        }
        for when in &master.added {
            self.add_date(master, when, zone, &stretches, &mut lines)?;
        }
        for when in &master.excluded {
            for original in self.meant(master, when, zone, &whole)? {
                let original = shifted(&stretches, original);
                changes.insert(original, Change { cancelled: true, ..Change::default() });
            }
            // Dates that were added are taken out like others.
            let local = shifted(&stretches, self.local_in(master, when, zone)?);
            if lines.iter().any(|line| line.schedule.has(local)) {
                changes.insert(local, Change { cancelled: true, ..Change::default() });
            }
        }
        let all: Vec<Line> =
            stretches.iter().map(|stretch| stretch.line.clone()).chain(lines.iter().cloned()).collect();
        for event in overrides {
            let Some(id) = &event.recurrence_id else { continue };
            let original = shifted(&stretches, self.local_in(event, id, zone)?);
            if event.this_and_future {
                if event.cancelled {
                    end_all(&mut stretches, original);
                }
                continue;
            }
            // The series was written anew since, without this date.
            let stale = event.sequence < master.sequence;
            match self.change(event, zone, original, &all) {
                Ok(Some(_)) if stale && changes.get(&original).is_some_and(|change: &Change| change.cancelled) => {}
                Ok(Some(change)) => {
                    changes.insert(original, change);
                }
                // Not an occurrence of the series: a date of its own.
                Ok(None) if event.cancelled || stale => {}
                Ok(None) => match self.zone(event, &event.start).and_then(|own| self.line(event, own)) {
                    Ok(line) => lines.push(line),
                    Err(skip) => skipped.push(of_instance(skip, event)),
                },
                Err(skip) => skipped.push(of_instance(skip, event)),
            }
        }
        if changes.len() > MAX_CHANGES {
            return Err(Skip::new(
                Some(&master.uid),
                "too_many_changes",
                format!("at most {MAX_CHANGES} changed dates"),
            ));
        }
        let mut all: Vec<Line> = stretches.into_iter().map(|stretch| stretch.line).collect();
        all.extend(lines);
        all.retain(|line| line.schedule.happens());
        if all.is_empty() {
            return Err(Skip::new(Some(&master.uid), "no_occurrence", "the event never happens"));
        }
        let newest =
            overrides.iter().map(|event| (event.sequence, event.stamp)).chain([(master.sequence, master.stamp)]);
        let stamp = newest.clone().filter_map(|(_, stamp)| stamp).max();
        let mut people: Vec<String> = overrides.iter().chain([master]).flat_map(|event| event.people.clone()).collect();
        people.sort_unstable();
        people.dedup();
        Ok(Some(Series {
            uid: master.uid.clone(),
            sequence: newest.map(|(sequence, _)| sequence).max().unwrap_or(0),
            stamp,
            cancelled: master.cancelled,
            lines: all,
            changes,
            people,
        }))
    }

    /// Invitations to single dates of a series that the file does not hold: each is a date of its own.
    fn orphans(&self, overrides: &[Event], skipped: &mut Vec<Skip>) -> Option<Series> {
        let first = overrides.first()?;
        let mut lines = Vec::new();
        for event in overrides.iter().filter(|event| !event.cancelled) {
            match self.zone(event, &event.start).and_then(|zone| self.line(event, zone)) {
                Ok(line) => lines.push(line),
                Err(skip) => skipped.push(of_instance(skip, event)),
            }
        }
        let cancelled = lines.is_empty() && overrides.iter().all(|event| event.cancelled);
        if lines.is_empty() && !cancelled {
            return None;
        }
        Some(Series {
            uid: first.uid.clone(),
            sequence: overrides.iter().map(|event| event.sequence).max().unwrap_or(0),
            stamp: overrides.iter().filter_map(|event| event.stamp).max(),
            cancelled,
            lines,
            changes: BTreeMap::new(),
            people: overrides.iter().flat_map(|event| event.people.clone()).collect(),
        })
    }

    /// The zone of a time: `None` for whole days and floating times.
    fn zone(&self, event: &Event, when: &When) -> Result<Option<Tz>, Skip> {
        match &when.zone {
            WrittenZone::Date | WrittenZone::Floating => Ok(None),
            WrittenZone::Utc => Ok(Some(Tz::UTC)),
            WrittenZone::Named(name) => self.zones.find(name).map(Some).ok_or_else(|| {
                let name: String = name.chars().take(60).collect();
                Skip::new(Some(&event.uid), "unknown_time_zone", format!("no time zone is known as {name:?}"))
            }),
        }
    }

    fn instant(&self, event: &Event, when: &When, otherwise: Option<Tz>) -> Result<DateTime<Utc>, Skip> {
        let zone = self.zone(event, when)?.or(otherwise).unwrap_or(Tz::UTC);
        let found = resolve(when.local, zone).map(|resolved| resolved.at);
        found.ok_or_else(|| Skip::new(Some(&event.uid), "no_such_time", "a time that its zone does not have"))
    }

    /// A time of an event as the series' own clock shows it.
    fn local_in(&self, event: &Event, when: &When, zone: Option<Tz>) -> Result<NaiveDateTime, Skip> {
        let own = self.zone(event, when)?;
        if own == zone || own.is_none() || zone.is_none() {
            return Ok(when.local);
        }
        Ok(local_of(self.instant(event, when, None)?, zone.unwrap_or(Tz::UTC)))
    }

    fn line(&self, event: &Event, zone: Option<Tz>) -> Result<Line, Skip> {
        let start = event.start.local;
        if !(2000..2200).contains(&chrono::Datelike::year(&start)) {
            return Err(Skip::new(Some(&event.uid), "out_of_range", "dates from 2000 to 2199"));
        }
        let duration_minutes = self.duration(event, zone)?;
        let reminders = self.reminders(event, zone, duration_minutes)?;
        let schedule = LineSchedule { start, zone, duration_minutes, recurrence: None, reminders, until: None };
        Ok(Line { schedule, texts: texts(event)? })
    }

    fn duration(&self, event: &Event, zone: Option<Tz>) -> Result<Option<i64>, Skip> {
        let minutes = match &event.length {
            Length::Minutes(minutes) => *minutes,
            Length::Until(end) if end.zone == event.start.zone && zone.is_none() => {
                (end.local - event.start.local).num_minutes()
            }
            Length::Until(end) => {
                (self.instant(event, end, zone)? - self.instant(event, &event.start, zone)?).num_minutes()
            }
            Length::Unsaid if event.start.zone == WrittenZone::Date => 24 * 60,
            Length::Unsaid => 0,
        };
        if minutes < 0 {
            return Err(Skip::new(Some(&event.uid), "end_before_start", "the event ends before it starts"));
        }
        if minutes > MAX_MINUTES {
            return Err(Skip::new(Some(&event.uid), "too_long", "an event lasts at most seven days"));
        }
        Ok((minutes > 0).then_some(minutes))
    }

    /// At most five, none after the start; seconds are rounded to the earlier minute.
    fn reminders(&self, event: &Event, zone: Option<Tz>, duration: Option<i64>) -> Result<Vec<ReminderRule>, Skip> {
        let mut rules: Vec<ReminderRule> = Vec::new();
        for alarm in &event.alarms {
            let before = match alarm {
                Alarm::FromStart(seconds) => -seconds,
                Alarm::FromEnd(seconds) => -(seconds + duration.unwrap_or(0) * 60),
                Alarm::At(when) if event.rule.is_none() => {
                    (self.instant(event, &event.start, zone)? - self.instant(event, when, zone)?).num_seconds()
                }
                Alarm::At(_) => continue,
            };
            let Ok(minutes) = u32::try_from((before + 59).div_euclid(60)) else { continue };
            let rule = ReminderRule::MinutesBefore(minutes);
            if minutes <= MAX_MINUTES_BEFORE && !rules.contains(&rule) && rules.len() < MAX_REMINDERS {
                rules.push(rule);
            }
        }
        if rules.is_empty() {
            rules.extend(self.defaults.reminder_minutes.map(ReminderRule::MinutesBefore));
        }
        Ok(rules)
    }

    /// Goes on from the RECURRENCE-ID with other times or texts.
    fn split(
        &self,
        stretches: &mut Vec<Stretch>,
        whole: &LineSchedule,
        event: &Event,
        zone: Option<Tz>,
    ) -> Result<(), Skip> {
        let Some(id) = &event.recurrence_id else { return Ok(()) };
        let refuse = |message: &str| of_instance(Skip::new(Some(&event.uid), "unsupported_change", message), event);
        let at = self.local_in(event, id, zone)?;
        let Some(rule) = &whole.recurrence else { return Err(refuse("a change to what follows needs a series")) };
        let tz = zone.unwrap_or(Tz::UTC);
        let (_, after) = rule.split_at(whole.start, tz, at);
        let Some(after) = after.filter(|_| whole.has(at)) else {
            return Err(refuse("the series has no such date to go on from"));
        };
        let new_start = self.local_in(event, &event.start, zone)?;
        let shift = new_start - at;
        let (after, until) = shift_rule(&after, at, tz, shift)
            .ok_or_else(|| refuse("moving this series to other days is not supported"))?;
        let mut line = self.line(event, zone)?;
        line.schedule.start = new_start;
        line.schedule.zone = zone;
        line.schedule.recurrence = Some(after);
        line.schedule.until = until;
        end_all(stretches, at);
        stretches.retain(|stretch| stretch.from < at);
        stretches.push(Stretch { from: at, shift, line });
        Ok(())
    }

    fn add_date(
        &self,
        master: &Event,
        when: &When,
        zone: Option<Tz>,
        stretches: &[Stretch],
        lines: &mut Vec<Line>,
    ) -> Result<(), Skip> {
        let own = self.zone(master, when)?;
        let local = self.local_in(master, when, zone)?;
        // What goes for all that follow goes for added dates, too.
        let stretch = stretches.iter().rev().find(|stretch| stretch.from <= local).unwrap_or(&stretches[0]);
        let local = local + stretch.shift;
        let taken =
            stretches.iter().map(|stretch| &stretch.line).chain(lines.iter()).any(|line| line.schedule.has(local));
        if !taken {
            let line = &stretch.line;
            let zone = if own.is_some() && zone.is_none() { own } else { zone };
            let schedule = LineSchedule { start: local, zone, recurrence: None, until: None, ..line.schedule.clone() };
            lines.push(Line { schedule, texts: line.texts.clone() });
        }
        Ok(())
    }

    /// The originals that an EXDATE takes out; a bare date takes out all of its day.
    fn meant(
        &self,
        master: &Event,
        when: &When,
        zone: Option<Tz>,
        whole: &LineSchedule,
    ) -> Result<Vec<NaiveDateTime>, Skip> {
        let local = if master.start.zone == WrittenZone::Date {
            when.local.date().and_time(master.start.local.time())
        } else {
            self.local_in(master, when, zone)?
        };
        if when.zone == WrittenZone::Date && master.start.zone != WrittenZone::Date {
            let day = local.date().and_time(chrono::NaiveTime::MIN);
            return Ok(whole.schedule(Uuid::nil()).originals(Tz::UTC, day, day + Duration::days(1)));
        }
        Ok(whole.has(local).then_some(local).into_iter().collect())
    }

    /// What an override changes; `None` when the series has no such occurrence.
    fn change(
        &self,
        event: &Event,
        zone: Option<Tz>,
        original: NaiveDateTime,
        lines: &[Line],
    ) -> Result<Option<Change>, Skip> {
        let Some(line) = lines.iter().find(|line| line.schedule.has(original)) else { return Ok(None) };
        if event.cancelled {
            return Ok(Some(Change { cancelled: true, ..Change::default() }));
        }
        let own = self.zone(event, &event.start)?;
        let start = self.local_in(event, &event.start, zone)?;
        let changed = self.line(event, own)?;
        let duration = changed.schedule.duration_minutes;
        Ok(Some(Change {
            cancelled: false,
            moved_to: (start != original).then_some(start),
            duration_minutes: duration.filter(|_| duration != line.schedule.duration_minutes),
            texts: (changed.texts != line.texts).then_some(changed.texts),
        }))
    }
}

fn of_instance(skip: Skip, event: &Event) -> Skip {
    Skip { recurrence_id: event.recurrence_id.as_ref().map(|when| format_local(when.local)), ..skip }
}

/// Where an original of the series as first written went when what follows was shifted.
fn shifted(stretches: &[Stretch], original: NaiveDateTime) -> NaiveDateTime {
    let stretch = stretches.iter().rev().find(|stretch| stretch.from <= original);
    original + stretch.map_or(TimeDelta::zero(), |stretch| stretch.shift)
}

fn end_all(stretches: &mut [Stretch], at: NaiveDateTime) {
    for stretch in stretches {
        let schedule = &mut stretch.line.schedule;
        let at = at + stretch.shift;
        schedule.until = Some(schedule.until.map_or(at, |until| until.min(at)));
    }
}

#[cfg(test)]
mod tests;
