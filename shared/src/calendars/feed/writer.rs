//! From agenda items to `VEVENT`s (RFC 5545 section 3.6.1). Series stay series: a rule, dates that are left out, and
//! single dates that changed.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Duration, NaiveDateTime, NaiveTime, Utc};
use chrono_tz::Tz;
use uuid::Uuid;

use super::lines::Lines;
use super::time_zone::{self, stamp};
use crate::agenda::recurrence::{End, Recurrence};
use crate::agenda::zone::{local_of, resolve};
use crate::agenda::{Item, Schedule};
use crate::clock::Timestamp;
use crate::error::Result;

/// What was cancelled is shown as cancelled for so long.
const CANCELLED_DAYS: i64 = 30;
/// Zones are described for at least so many years ahead.
const YEARS_AHEAD: i32 = 11;

/// What an event says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    pub summary: String,
    pub location: Option<String>,
    /// Takes the person's time, as others see it.
    pub busy: bool,
}

/// What a calendar says of itself (RFC 7986).
pub struct Head<'a> {
    pub id: Uuid,
    pub name: &'a str,
    pub source: &'a str,
}

pub struct Writer {
    now: Timestamp,
    events: Lines,
    /// The first and the last year in which each zone is needed.
    zones: BTreeMap<&'static str, (Tz, i32, i32)>,
}

/// One `VEVENT` on its way.
struct Event<'a> {
    item: &'a Item,
    uid: String,
    zone: Tz,
    whole_days: bool,
    /// RECURRENCE-ID.
    original: Option<NaiveDateTime>,
    start: NaiveDateTime,
    minutes: Option<i64>,
    rule: Option<Recurrence>,
    excluded: Vec<NaiveDateTime>,
    cancelled: bool,
}

impl Writer {
    pub fn new(now: Timestamp) -> Self {
        Self { now, events: Lines::default(), zones: BTreeMap::new() }
    }

    /// Adds an item as it happens in a client's zone. `said` gives the texts of a stretch, or of one of its occurrences.
    pub fn add(
        &mut self,
        item: &Item,
        client_zone: Tz,
        said: &mut dyn FnMut(usize, Option<NaiveDateTime>) -> Result<Said>,
    ) -> Result<()> {
        let mut firsts: Vec<(NaiveDateTime, usize)> = Vec::new();
        for (index, schedule) in item.schedules.iter().enumerate() {
            let from = schedule.from.map_or(schedule.start, |from| from.max(schedule.start));
            firsts.extend(schedule.next(client_zone, from).map(|first| (first, index)));
        }
        firsts.sort_unstable();
        for (nth, (first, index)) in firsts.into_iter().enumerate() {
            // The first stretch keeps the item's own name, whatever becomes of the later ones.
            let uid = match nth {
                0 => format!("{}@cairn", item.row.id),
                _ => format!("{}-{}@cairn", item.row.id, first.format("%Y%m%dT%H%M")),
            };
            self.stretch(item, index, first, uid, client_zone, said)?;
        }
        Ok(())
    }

    fn stretch(
        &mut self,
        item: &Item,
        index: usize,
        first: NaiveDateTime,
        uid: String,
        client_zone: Tz,
        said: &mut dyn FnMut(usize, Option<NaiveDateTime>) -> Result<Said>,
    ) -> Result<()> {
        let schedule = &item.schedules[index];
        let zone = schedule.zone.unwrap_or(client_zone);
        let keep = self.now.minus(Duration::days(CANCELLED_DAYS));
        let mut until = schedule.until;
        let mut cancelled = false;
        if let Some(at) = item.row.cancelled_at {
            let begun = resolve(first, zone).is_some_and(|start| Timestamp::from(start.at) < at);
            if begun && schedule.recurrence.is_some() {
                let at = local_of(at.to_utc(), zone);
                until = Some(until.map_or(at, |until| until.min(at)));
            } else if !begun {
                if at < keep {
                    return Ok(());
                }
                cancelled = true;
            }
        }
        let rule = schedule.recurrence.as_ref().and_then(|rule| rest(rule, schedule.start, zone, first, until));
        let mut event = Event {
            item,
            uid,
            zone,
            whole_days: whole_days(schedule, item),
            original: None,
            start: first,
            minutes: schedule.duration_minutes,
            rule,
            excluded: Vec::new(),
            cancelled,
        };
        if schedule.recurrence.is_none() {
            let change = item.overrides.get(&first);
            if let Some(change) = change {
                event.start = change.moved_to.unwrap_or(first);
                event.minutes = change.duration_minutes.or(event.minutes);
                if change.cancelled && self.cancelled_at(item, first) < keep {
                    return Ok(());
                }
                event.cancelled |= change.cancelled;
            }
            let texts = said(index, Some(first))?;
            self.write(&event, &texts);
            return Ok(());
        }
        let mut changed = Vec::new();
        let mut originals: Vec<&NaiveDateTime> = item.overrides.keys().collect();
        originals.sort_unstable();
        for original in originals {
            let change = &item.overrides[original];
            let within = until.is_none_or(|until| *original < until) && schedule.has(client_zone, *original);
            if !within {
                continue;
            }
            if change.cancelled && self.cancelled_at(item, *original) < keep {
                event.excluded.push(*original);
                continue;
            }
            changed.push(Event {
                item,
                uid: event.uid.clone(),
                zone,
                whole_days: event.whole_days,
                original: Some(*original),
                start: change.moved_to.unwrap_or(*original),
                minutes: change.duration_minutes.or(schedule.duration_minutes),
                rule: None,
                excluded: Vec::new(),
                cancelled: cancelled || change.cancelled,
            });
        }
        self.write(&event, &said(index, None)?);
        for event in changed {
            let texts = said(index, event.original)?;
            self.write(&event, &texts);
        }
        Ok(())
    }

    fn cancelled_at(&self, item: &Item, original: NaiveDateTime) -> Timestamp {
        item.occurrence_rows.get(&original).and_then(|row| row.cancelled_at).unwrap_or(self.now)
    }

    fn write(&mut self, event: &Event<'_>, said: &Said) {
        let modified = modified(event.item).to_utc();
        self.note(event.zone, event.start.year());
        self.note(event.zone, event.original.unwrap_or(event.start).year());
        let lines = &mut self.events;
        lines.add("BEGIN", "VEVENT");
        lines.add("UID", &event.uid);
        lines.add("DTSTAMP", &in_utc(modified));
        lines.add("LAST-MODIFIED", &in_utc(modified));
        lines.add("SEQUENCE", &(event.item.row.version - 1).max(0).to_string());
        if let Some(original) = event.original {
            event.time(lines, "RECURRENCE-ID", &[original]);
        }
        event.time(lines, "DTSTART", &[event.start]);
        match event.minutes.map(|minutes| (minutes, event.end(minutes))) {
            None => {}
            Some((_, Some(end))) => event.time(lines, "DTEND", &[end]),
            Some((minutes, None)) => lines.add("DURATION", &format!("PT{minutes}M")),
        }
        if let Some(rule) = &event.rule {
            lines.add("RRULE", &event.rule_text(rule));
        }
        if !event.excluded.is_empty() {
            event.time(lines, "EXDATE", &event.excluded);
        }
        lines.text("SUMMARY", &said.summary);
        if let Some(location) = said.location.as_deref().filter(|text| !text.is_empty()) {
            lines.text("LOCATION", location);
        }
        lines.add("CLASS", "PRIVATE");
        lines.add("TRANSP", if said.busy { "OPAQUE" } else { "TRANSPARENT" });
        if event.cancelled {
            lines.add("STATUS", "CANCELLED");
        }
        lines.add("END", "VEVENT");
    }

    fn note(&mut self, zone: Tz, year: i32) {
        if zone == Tz::UTC {
            return;
        }
        let span = self.zones.entry(zone.name()).or_insert((zone, year, year));
        *span = (zone, span.1.min(year), span.2.max(year));
    }

    pub fn finish(self, head: &Head<'_>) -> String {
        let mut lines = Lines::default();
        lines.add("BEGIN", "VCALENDAR");
        lines.add("VERSION", "2.0");
        lines.add("PRODID", "-//Cairn//Cairn//EN");
        lines.add("CALSCALE", "GREGORIAN");
        lines.add("UID", &format!("{}@cairn", head.id));
        lines.text("NAME", head.name);
        lines.text("X-WR-CALNAME", head.name);
        lines.add("COLOR", "teal");
        lines.add("REFRESH-INTERVAL;VALUE=DURATION", "PT1H");
        lines.add("X-PUBLISHED-TTL", "PT1H");
        lines.add("SOURCE;VALUE=URI", head.source);
        let this_year = self.now.to_utc().year();
        for (zone, first, last) in self.zones.into_values() {
            time_zone::write(&mut lines, zone, first - 1..=last.max(this_year) + YEARS_AHEAD);
        }
        lines.append(&self.events);
        lines.add("END", "VCALENDAR");
        lines.into_text()
    }
}

impl Event<'_> {
    fn time(&self, lines: &mut Lines, name: &str, times: &[NaiveDateTime]) {
        let join = |text: fn(&NaiveDateTime) -> String| times.iter().map(text).collect::<Vec<_>>().join(",");
        if self.whole_days {
            lines.add(&format!("{name};VALUE=DATE"), &join(|at| at.format("%Y%m%d").to_string()));
        } else if self.zone == Tz::UTC {
            lines.add(name, &join(|at| format!("{}Z", stamp(*at))));
        } else {
            lines.add(&format!("{name};TZID={}", self.zone.name()), &join(|at| stamp(*at)));
        }
    }

    /// Elapsed time after the start, as the wall clock shows it then; whole days by the calendar. `None` when that time
    /// of the clock means another moment: the clock shows it twice.
    fn end(&self, minutes: i64) -> Option<NaiveDateTime> {
        let length = Duration::minutes(minutes);
        let start = resolve(self.start, self.zone).filter(|_| !self.whole_days);
        let Some(start) = start else { return Some(self.start + length) };
        let end = local_of(start.at + length, self.zone);
        let meant = resolve(end, self.zone).is_some_and(|found| found.at == start.at + length);
        // From a start that the clock skips, readers count on from where it moved to, or from where it stood.
        (meant && start.local == self.start).then_some(end)
    }

    fn rule_text(&self, rule: &Recurrence) -> String {
        if !self.whole_days || !matches!(rule.end(), End::Until(_)) {
            return rule.with_until_in_utc(self.zone).to_string();
        }
        // Beside a date UNTIL is a date (RFC 5545 section 3.3.10).
        let last = rule.last(self.start, self.zone).unwrap_or(self.start);
        let text = rule.to_string();
        let parts = text.split(';').filter(|part| !part.starts_with("UNTIL="));
        format!("{};UNTIL={}", parts.collect::<Vec<_>>().join(";"), last.format("%Y%m%d"))
    }
}

/// The rule from the stretch's first date on, up to its end.
fn rest(
    rule: &Recurrence,
    start: NaiveDateTime,
    zone: Tz,
    first: NaiveDateTime,
    until: Option<NaiveDateTime>,
) -> Option<Recurrence> {
    let rest = rule.split_at(start, zone, first).1?;
    match until {
        Some(until) => rest.split_at(first, zone, until).0,
        None => Some(rest),
    }
}

/// Midnight to midnight wherever one is, and never anything else.
fn whole_days(schedule: &Schedule, item: &Item) -> bool {
    let whole = |minutes: Option<i64>| minutes.is_some_and(|minutes| minutes % (24 * 60) == 0);
    let midnight = |at: NaiveDateTime| at.time() == NaiveTime::MIN;
    let changes = item.overrides.values();
    schedule.zone.is_none()
        && midnight(schedule.start)
        && whole(schedule.duration_minutes)
        && changes.clone().all(|change| change.moved_to.is_none_or(midnight))
        && changes.clone().all(|change| change.duration_minutes.is_none() || whole(change.duration_minutes))
}

fn in_utc(at: DateTime<Utc>) -> String {
    at.format("%Y%m%dT%H%M%SZ").to_string()
}

fn modified(item: &Item) -> Timestamp {
    let rows = item.occurrence_rows.values().map(|row| row.updated_at);
    let own = [Some(item.row.created_at), item.row.changed_at, item.row.cancelled_at];
    own.into_iter().flatten().chain(rows).max().unwrap_or(item.row.created_at)
}

#[cfg(test)]
mod tests;
