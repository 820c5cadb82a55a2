//! From what was written down to what happens when: pure, for one client's zone.

use std::collections::HashMap;

use chrono::{Duration, NaiveDateTime};
use chrono_tz::Tz;

use super::entity::{agenda_schedule, occurrence};
use super::local::stored_local;
use super::recurrence::Recurrence;
use super::zone::{Resolved, local_of, parse_zone, resolve};
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::reminders::rule::ReminderRule;
use uuid::Uuid;

/// No more occurrences than this come from one item in one request.
pub const MAX_INSTANCES: usize = 1000;

/// A stretch of an item's life, read from its row.
#[derive(Clone, Debug)]
pub struct Schedule {
    pub id: Uuid,
    pub start: NaiveDateTime,
    /// `None`: the zone of each client.
    pub zone: Option<Tz>,
    pub duration_minutes: Option<i64>,
    pub recurrence: Option<Recurrence>,
    pub reminders: Vec<ReminderRule>,
    pub from: Option<NaiveDateTime>,
    pub until: Option<NaiveDateTime>,
}

/// A change to one occurrence.
#[derive(Clone, Debug)]
pub struct Override {
    pub cancelled: bool,
    pub moved_to: Option<NaiveDateTime>,
    pub duration_minutes: Option<i64>,
}

/// One happening for one client.
#[derive(Clone, Debug)]
pub struct Happening {
    pub original_local: NaiveDateTime,
    /// The start, with the zone's offset and what the wall clock really shows.
    pub start: Resolved,
    pub zone: Tz,
    pub duration_minutes: Option<i64>,
    pub cancelled: bool,
    pub moved: bool,
    /// Index of its schedule.
    pub schedule: usize,
}

impl Happening {
    pub fn starts_at(&self) -> Timestamp {
        self.start.at.into()
    }

    /// Elapsed time after the start, whatever the clocks do meanwhile.
    pub fn ends_at(&self) -> Option<Timestamp> {
        self.duration_minutes.map(|minutes| self.starts_at().plus(Duration::minutes(minutes)))
    }
}

/// Half-open: `[from, to)`.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    pub from: Timestamp,
    pub to: Timestamp,
}

impl Window {
    fn contains(&self, at: Timestamp) -> bool {
        self.from <= at && at < self.to
    }
}

impl TryFrom<&agenda_schedule::Model> for Schedule {
    type Error = Error;

    fn try_from(row: &agenda_schedule::Model) -> Result<Self> {
        let zone = match row.time_zone.as_str() {
            "client" => None,
            name => Some(parse_zone(name).map_err(Error::internal)?),
        };
        let keys = row.reminders.split(',').filter(|key| !key.is_empty());
        Ok(Self {
            id: row.id,
            start: stored_local(&row.starts_at_local)?,
            zone,
            duration_minutes: row.duration_minutes,
            recurrence: row.recurrence.as_deref().map(Recurrence::parse).transpose().map_err(Error::internal)?,
            reminders: keys.map(ReminderRule::from_key).collect::<Result<_, _>>().map_err(Error::internal)?,
            from: row.from_local.as_deref().map(stored_local).transpose()?,
            until: row.until_local.as_deref().map(stored_local).transpose()?,
        })
    }
}

impl TryFrom<&occurrence::Model> for Override {
    type Error = Error;

    fn try_from(row: &occurrence::Model) -> Result<Self> {
        Ok(Self {
            cancelled: row.cancelled_at.is_some(),
            moved_to: row.moved_to_local.as_deref().map(stored_local).transpose()?,
            duration_minutes: row.duration_minutes,
        })
    }
}

impl Schedule {
    /// Original local starts in `[from, to)`, ascending.
    pub fn originals(&self, client_zone: Tz, from: NaiveDateTime, to: NaiveDateTime) -> Vec<NaiveDateTime> {
        let from = self.from.map_or(from, |bound| bound.max(from));
        let to = self.until.map_or(to, |bound| bound.min(to));
        match &self.recurrence {
            Some(rule) => rule.expand(self.start, self.zone.unwrap_or(client_zone), from, to, MAX_INSTANCES),
            None if from <= self.start && self.start < to => vec![self.start],
            None => Vec::new(),
        }
    }

    pub fn has(&self, client_zone: Tz, original: NaiveDateTime) -> bool {
        self.originals(client_zone, original, original + Duration::minutes(1)).first() == Some(&original)
    }

    /// The first original start from `from` on, looked for over at most forty years.
    pub fn next(&self, client_zone: Tz, from: NaiveDateTime) -> Option<NaiveDateTime> {
        let from = self.from.map_or(from, |bound| bound.max(from));
        let far = from + Duration::days(366 * 40);
        match &self.recurrence {
            Some(rule) => {
                let to = self.until.map_or(far, |bound| bound.min(far));
                rule.expand(self.start, self.zone.unwrap_or(client_zone), from, to, 1).first().copied()
            }
            None => self.originals(client_zone, from, far.max(self.start + Duration::minutes(1))).first().copied(),
        }
    }

    /// Instants outside of which nothing of it happens in any zone on earth.
    pub fn bounds(&self) -> (Timestamp, Timestamp) {
        let margin = Duration::hours(26);
        let first = self.from.map_or(self.start, |from| from.max(self.start));
        let last = match &self.recurrence {
            None => Some(self.start),
            Some(rule) => rule.last(self.start, Tz::UTC).map(|last| last + Duration::days(1)),
        };
        let last = match (last, self.until) {
            (Some(last), Some(until)) => Some(last.min(until)),
            (last, until) => last.or(until),
        };
        let length = Duration::minutes(self.duration_minutes.unwrap_or(0));
        let last_at = match last {
            Some(last) => Timestamp::from((last + margin + length).and_utc()),
            None => Timestamp::FAR_FUTURE,
        };
        (Timestamp::from((first - margin).and_utc()), last_at)
    }

    fn place(
        &self,
        index: usize,
        client_zone: Tz,
        original: NaiveDateTime,
        change: Option<&Override>,
    ) -> Option<Happening> {
        let zone = self.zone.unwrap_or(client_zone);
        let moved_to = change.and_then(|change| change.moved_to);
        Some(Happening {
            original_local: original,
            start: resolve(moved_to.unwrap_or(original), zone)?,
            zone,
            duration_minutes: change.and_then(|change| change.duration_minutes).or(self.duration_minutes),
            cancelled: change.is_some_and(|change| change.cancelled),
            moved: moved_to.is_some(),
            schedule: index,
        })
    }
}

/// What starts within the window, by start. Cancelled occurrences are among them, marked.
pub fn happenings(
    schedules: &[Schedule],
    overrides: &HashMap<NaiveDateTime, Override>,
    client_zone: Tz,
    window: Window,
) -> Vec<Happening> {
    let mut found = Vec::new();
    for (index, schedule) in schedules.iter().enumerate() {
        let zone = schedule.zone.unwrap_or(client_zone);
        // A clock change moves a start by less than a day.
        let from = local_of(window.from.to_utc(), zone) - Duration::days(1);
        let to = local_of(window.to.to_utc(), zone) + Duration::days(1);
        let originals = schedule.originals(client_zone, from, to);
        let in_place = originals
            .into_iter()
            .filter(|original| overrides.get(original).is_none_or(|change| change.moved_to.is_none()));
        let moved = overrides.iter().filter(|(original, change)| {
            change.moved_to.is_some_and(|moved_to| from <= moved_to && moved_to < to)
                && schedule.has(client_zone, **original)
        });
        let originals: Vec<NaiveDateTime> = in_place.chain(moved.map(|(original, _)| *original)).collect();
        for original in originals {
            let happening = schedule.place(index, client_zone, original, overrides.get(&original));
            found.extend(happening.filter(|happening| window.contains(happening.starts_at())));
        }
    }
    found.sort_by_key(|happening| (happening.starts_at(), happening.original_local));
    found
}

/// One occurrence by its original start; `None` when the item never had it.
pub fn happening_at(
    schedules: &[Schedule],
    overrides: &HashMap<NaiveDateTime, Override>,
    client_zone: Tz,
    original: NaiveDateTime,
) -> Option<Happening> {
    let owner = schedules.iter().position(|schedule| schedule.has(client_zone, original));
    if let Some(index) = owner {
        return schedules[index].place(index, client_zone, original, overrides.get(&original));
    }
    // Ended meanwhile: it was there once, and is cancelled now.
    let ended =
        schedules.iter().position(|schedule| Schedule { until: None, ..schedule.clone() }.has(client_zone, original));
    let index = ended?;
    let happening = schedules[index].place(index, client_zone, original, overrides.get(&original))?;
    Some(Happening { cancelled: true, ..happening })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agenda::local::parse_local;

    fn local(text: &str) -> NaiveDateTime {
        parse_local(text).expect("a local time")
    }

    fn daily(start: &str, zone: Option<Tz>) -> Schedule {
        Schedule {
            id: Uuid::nil(),
            start: local(start),
            zone,
            duration_minutes: Some(60),
            recurrence: Some(Recurrence::parse("FREQ=DAILY").expect("a rule")),
            reminders: Vec::new(),
            from: None,
            until: None,
        }
    }

    fn window(from: &str, to: &str) -> Window {
        let at = |text: &str| Timestamp::from(local(text).and_utc());
        Window { from: at(from), to: at(to) }
    }

    #[test]
    fn a_series_keeps_its_hour_when_clocks_change() {
        let schedules = [daily("2026-03-06T02:30", Some(Tz::America__New_York))];
        let starts: Vec<String> =
            happenings(&schedules, &HashMap::new(), Tz::UTC, window("2026-03-07T00:00", "2026-03-10T00:00"))
                .iter()
                .map(|happening| happening.starts_at().to_string())
                .collect();
        assert_eq!(starts, ["2026-03-07T07:30:00.000Z", "2026-03-08T07:30:00.000Z", "2026-03-09T06:30:00.000Z"]);
    }

    #[test]
    fn a_moved_occurrence_appears_where_it_went_and_nowhere_else() {
        let schedules = [daily("2026-06-01T09:00", Some(Tz::UTC))];
        let moved = Override { cancelled: false, moved_to: Some(local("2026-06-20T15:00")), duration_minutes: None };
        let overrides = HashMap::from([(local("2026-06-02T09:00"), moved)]);
        let of = |from, to| happenings(&schedules, &overrides, Tz::UTC, window(from, to)).len();
        assert_eq!(of("2026-06-02T00:00", "2026-06-03T00:00"), 0);
        assert_eq!(of("2026-06-20T00:00", "2026-06-21T00:00"), 2);
    }

    #[test]
    fn ended_occurrences_can_still_be_looked_up_as_cancelled() {
        let mut schedule = daily("2026-06-01T09:00", Some(Tz::UTC));
        schedule.until = Some(local("2026-06-05T09:00"));
        let at = |text| happening_at(std::slice::from_ref(&schedule), &HashMap::new(), Tz::UTC, local(text));
        assert!(!at("2026-06-04T09:00").expect("there").cancelled);
        assert!(at("2026-06-05T09:00").expect("once planned").cancelled);
        assert!(at("2026-06-05T10:00").is_none());
    }

    #[test]
    fn bounds_hold_in_every_zone() {
        let schedule = Schedule { recurrence: None, ..daily("2026-06-01T09:00", None) };
        let (first, last) = schedule.bounds();
        for zone in [Tz::Pacific__Kiritimati, Tz::Pacific__Pago_Pago] {
            let at = Timestamp::from(resolve(schedule.start, zone).expect("exists").at);
            assert!(first < at && at < last);
        }
        assert_eq!(daily("2026-06-01T09:00", None).bounds().1, Timestamp::FAR_FUTURE);
    }
}
