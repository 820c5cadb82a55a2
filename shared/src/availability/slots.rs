//! Free slots: working hours without time off and without what is on the agenda already.

use chrono::{DateTime, Datelike, Days, Duration, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;
use uuid::Uuid;

use super::hours::{minute, span};
use super::store::{Availability, get_availability};
use crate::agenda::zone::{local_of, reached};
use crate::agenda::{busy_times, format_local};
use crate::clock::Timestamp;
use crate::db::ScopedTx;
use crate::error::{Error, Result};

/// The longest range of one request, in days.
pub const MAX_SLOT_DAYS: i64 = 31;
/// Slots begin at full quarters of an hour.
const GRID_MINUTES: i64 = 15;

/// A stretch of time in which somebody is free.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
    /// On the clock of the member of staff.
    pub starts_at_local: String,
}

type Span = (DateTime<Utc>, DateTime<Utc>);

/// Slots of so many minutes, one after the other, over local dates of the member of staff. None lies in the past.
pub async fn free_slots(
    tx: &ScopedTx,
    staff_id: Uuid,
    from: NaiveDate,
    to: NaiveDate,
    minutes: i64,
) -> Result<(Availability, Vec<Slot>)> {
    let availability = get_availability(tx, staff_id).await?;
    if to <= from {
        return Err(Error::invalid("to", "before_from", "the day after the last one, later than from"));
    }
    if (to - from).num_days() > MAX_SLOT_DAYS {
        return Err(Error::invalid("to", "range_too_long", format!("at most {MAX_SLOT_DAYS} days")));
    }
    if !(5..=24 * 60).contains(&minutes) {
        return Err(Error::invalid("minutes", "out_of_range", "5 to 1440 minutes"));
    }
    let mut taken = time_off(&availability);
    let zone = availability.zone;
    let edge = |date: NaiveDate| reached(date.and_time(NaiveTime::MIN), zone).0;
    taken.extend(busy_times(tx, staff_id, edge(from).into(), edge(to).into()).await?);
    let now = tx.now().to_utc();
    taken.push((DateTime::<Utc>::MIN_UTC, now));
    let free = without(working(&availability, from, to), taken);
    Ok((availability, cut(&free, minutes, zone)))
}

/// Working hours as instants, ascending.
fn working(availability: &Availability, from: NaiveDate, to: NaiveDate) -> Vec<Span> {
    let mut spans = Vec::new();
    for date in from.iter_days().take_while(|date| *date < to) {
        let at = |minutes: i64| {
            let local = date.and_time(NaiveTime::MIN) + Duration::minutes(minutes);
            reached(local, availability.zone).0
        };
        for hours in availability.hours.iter().filter(|hours| hours.weekday == date.weekday().into()) {
            if let (Some(begin), Some(end)) = (minute(&hours.from), minute(&hours.to)) {
                spans.push((at(begin), at(end)));
            }
        }
        if date.checked_add_days(Days::new(1)).is_none() {
            break;
        }
    }
    spans
}

fn time_off(availability: &Availability) -> Vec<Span> {
    let spans = availability.time_off.iter().filter_map(span);
    spans.map(|(from, to)| (reached(from, availability.zone).0, reached(to, availability.zone).1)).collect()
}

/// What is left of `spans`, which are ascending and do not overlap.
fn without(spans: Vec<Span>, mut taken: Vec<Span>) -> Vec<Span> {
    taken.sort_unstable();
    let mut free = Vec::new();
    for (mut begin, end) in spans {
        for (from, to) in &taken {
            if *from >= end || *to <= begin {
                continue;
            }
            if *from > begin {
                free.push((begin, *from));
            }
            begin = begin.max(*to);
        }
        if begin < end {
            free.push((begin, end));
        }
    }
    free
}

fn cut(free: &[Span], minutes: i64, zone: Tz) -> Vec<Slot> {
    let length = Duration::minutes(minutes);
    let mut slots = Vec::new();
    for (begin, end) in free {
        let grid = GRID_MINUTES * 60;
        let late = begin.timestamp().rem_euclid(grid);
        let fraction = begin.timestamp_subsec_nanos() > 0;
        let wait = if late == 0 && !fraction { 0 } else { grid - late };
        let mut at = DateTime::<Utc>::from_timestamp(begin.timestamp() + wait, 0).unwrap_or(*end);
        while at + length <= *end {
            let starts_at_local = format_local(local_of(at, zone));
            slots.push(Slot { starts_at: at.into(), ends_at: (at + length).into(), starts_at_local });
            at += length;
        }
    }
    slots
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::availability::{DayOfWeek, TimeOff, WorkingHours};

    fn availability(hours: &[(DayOfWeek, &str, &str)], off: &[(&str, &str)]) -> Availability {
        Availability {
            staff_id: Uuid::nil(),
            zone: Tz::America__New_York,
            hours: hours
                .iter()
                .map(|(weekday, from, to)| WorkingHours { weekday: *weekday, from: (*from).into(), to: (*to).into() })
                .collect(),
            time_off: off.iter().map(|(from, to)| TimeOff { from: (*from).into(), to: (*to).into() }).collect(),
            version: 1,
        }
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("an instant")
    }

    fn starts(availability: &Availability, from: &str, to: &str, mut taken: Vec<Span>) -> Vec<String> {
        taken.extend(time_off(availability));
        let free = without(working(availability, day(from), day(to)), taken);
        cut(&free, 60, availability.zone).into_iter().map(|slot| slot.starts_at_local[5..].to_owned()).collect()
    }

    #[test]
    fn slots_lie_between_what_is_taken() {
        let hours = [(DayOfWeek::Monday, "09:00", "12:00"), (DayOfWeek::Monday, "13:00", "15:30")];
        let own = availability(&hours, &[]);
        let all = ["03-01T09:00", "03-01T10:00", "03-01T11:00", "03-01T13:00", "03-01T14:00"];
        assert_eq!(starts(&own, "2027-03-01", "2027-03-08", vec![]), all);
        let taken = vec![
            (at("2027-03-01T15:10:00Z"), at("2027-03-01T15:40:00Z")),
            (at("2027-03-01T15:20:00Z"), at("2027-03-01T15:35:00Z")),
            (at("2027-03-01T18:30:00Z"), at("2027-03-01T19:00:00Z")),
        ];
        assert_eq!(
            starts(&own, "2027-03-01", "2027-03-02", taken),
            ["03-01T09:00", "03-01T10:45", "03-01T14:00"],
            "after 10:40 the next quarter begins at 10:45"
        );
        let off = availability(&hours, &[("2027-03-01T00:00", "2027-03-01T13:00")]);
        assert_eq!(starts(&off, "2027-03-01", "2027-03-02", vec![]), ["03-01T13:00", "03-01T14:00"]);
    }

    #[test]
    fn days_of_clock_changes_have_the_hours_that_they_have() {
        let nights = availability(&[(DayOfWeek::Sunday, "00:00", "04:00")], &[]);
        let of = |from, to| starts(&nights, from, to, vec![]).len();
        assert_eq!((of("2027-03-07", "2027-03-08"), of("2027-03-14", "2027-03-15")), (4, 3));
        assert_eq!(of("2027-11-07", "2027-11-08"), 5);
    }
}
