//! Every clock change of every IANA zone from 2020 to 2040: a series gives exactly one occurrence for each local date,
//! in order, whatever the clock does. What is expected is worked out here from nothing but "what does the clock show at
//! this instant", never from the code under test.

use std::collections::BTreeSet;
use std::ops::Range;

use cairn_shared::agenda::recurrence::Recurrence;
use cairn_shared::agenda::zone::{Shift, day_bounds, resolve};
use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::{TZ_VARIANTS, Tz};

/// One moment at which a zone's offset changes; offsets in seconds east of UTC.
#[derive(Clone, Copy, Debug)]
struct Change {
    at: DateTime<Utc>,
    before: i64,
    after: i64,
}

/// What an independent look at the clock says about a local time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Expected {
    at: DateTime<Utc>,
    shown: NaiveDateTime,
    shift: Shift,
}

/// A zone with all its changes in some years.
struct Clock {
    tz: Tz,
    changes: Vec<Change>,
    offsets: BTreeSet<i64>,
}

fn offset(at: DateTime<Utc>, tz: Tz) -> i64 {
    i64::from(tz.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc())
}

fn local(year: i32, month: u32, day: u32) -> NaiveDateTime {
    let Some(date) = NaiveDate::from_ymd_opt(year, month, day) else { panic!("no date {year}-{month}-{day}") };
    date.and_time(NaiveTime::MIN)
}

impl Clock {
    /// Finds the changes by looking every 12 hours and halving from there to the second.
    fn of(tz: Tz, years: Range<i32>) -> Self {
        let (mut at, end) = (local(years.start, 1, 1).and_utc(), local(years.end, 1, 1).and_utc());
        let mut before = offset(at, tz);
        let mut clock = Self { tz, changes: Vec::new(), offsets: BTreeSet::from([before]) };
        while at < end {
            let next = at + TimeDelta::hours(12);
            let after = offset(next, tz);
            if after != before {
                let (mut low, mut high) = (at, next);
                while high - low > TimeDelta::seconds(1) {
                    let middle = low + TimeDelta::seconds((high - low).num_seconds() / 2);
                    if offset(middle, tz) == before { low = middle } else { high = middle }
                }
                clock.changes.push(Change { at: high, before, after });
                clock.offsets.insert(after);
            }
            (at, before) = (next, after);
        }
        clock
    }

    /// A local time means the first instant that shows it. One that no instant shows lies in a gap and is read with the
    /// offset before the gap.
    fn expected(&self, local: NaiveDateTime) -> Expected {
        let with = |offset| local.and_utc() - TimeDelta::seconds(offset);
        let shows = |at: &DateTime<Utc>| at.naive_utc() + TimeDelta::seconds(offset(*at, self.tz)) == local;
        let showing: BTreeSet<DateTime<Utc>> = self.offsets.iter().map(|offset| with(*offset)).filter(shows).collect();
        if let Some(first) = showing.first() {
            let shift = if showing.len() > 1 { Shift::Overlap } else { Shift::None };
            return Expected { at: *first, shown: local, shift };
        }
        let skipping =
            self.changes.iter().find(|change| change.edge(change.before) <= local && local < change.edge(change.after));
        let Some(gap) = skipping else { panic!("{} {local}: neither shown nor skipped", self.tz) };
        Expected { at: with(gap.before), shown: local + TimeDelta::seconds(gap.after - gap.before), shift: Shift::Gap }
    }

    /// A daily, two-daily or weekly series through `slot`: one occurrence a date, in order, each where the clock says.
    fn prove(&self, rule: &Recurrence, slot: NaiveDateTime, step_days: i64) {
        let tz = self.tz;
        let start = slot - TimeDelta::days(step_days * 2);
        let locals = rule.expand(start, tz, start, slot + TimeDelta::days(step_days * 2 + 1), 100);
        let wanted: Vec<NaiveDateTime> = (0..5).map(|step| start + TimeDelta::days(step * step_days)).collect();
        assert_eq!(locals, wanted, "{tz} {rule}: one occurrence for each local date");
        self.prove_in_order(&locals);
    }

    fn prove_in_order(&self, locals: &[NaiveDateTime]) {
        let tz = self.tz;
        let mut last: Option<DateTime<Utc>> = None;
        for local in locals {
            let Some(resolved) = resolve(*local, tz) else { panic!("{tz} {local}: no instant") };
            let got = Expected { at: resolved.at, shown: resolved.local, shift: resolved.shift };
            assert_eq!(got, self.expected(*local), "{tz} {local}");
            assert_eq!(i64::from(resolved.offset_seconds), offset(resolved.at, tz), "{tz} {local}");
            assert!(last.is_none_or(|last| last < resolved.at), "{tz} {local}: instants go forward");
            last = Some(resolved.at);
        }
    }
}

impl Change {
    fn is_gap(self) -> bool {
        self.after > self.before
    }

    /// What the clock shows at the change, with one of the two offsets.
    fn edge(self, offset: i64) -> NaiveDateTime {
        self.at.naive_utc() + TimeDelta::seconds(offset)
    }

    /// Local times worth a look: the edges, the middle and both sides of the time that is skipped or repeated; and
    /// whether they are inside it.
    fn slots(self) -> [(NaiveDateTime, bool); 6] {
        let (first, end) = (self.edge(self.before.min(self.after)), self.edge(self.before.max(self.after)));
        let minute = TimeDelta::minutes(1);
        let middle = first + (end - first) / 2;
        [
            (first - minute, false),
            (first, true),
            (middle, true),
            (end - minute, true),
            (end, false),
            (end + TimeDelta::minutes(61), false),
        ]
    }
}

fn parse(text: &str) -> Recurrence {
    match Recurrence::parse(text) {
        Ok(rule) => rule,
        Err(error) => panic!("{text}: {error}"),
    }
}

#[test]
fn every_clock_change_from_2020_to_2040() {
    let rules = [(parse("FREQ=DAILY"), 1), (parse("FREQ=DAILY;INTERVAL=2"), 2), (parse("FREQ=WEEKLY"), 7)];
    let (mut zones, mut gaps, mut overlaps, mut series) = (0, 0, 0, 0);
    for tz in TZ_VARIANTS {
        // A year more on either side, for the series that reach over.
        let clock = Clock::of(tz, 2019..2042);
        let within: Vec<Change> =
            clock.changes.iter().copied().filter(|change| (2020..=2040).contains(&change.at.year())).collect();
        zones += usize::from(!within.is_empty());
        for change in within {
            let shift = if change.is_gap() { Shift::Gap } else { Shift::Overlap };
            gaps += usize::from(change.is_gap());
            overlaps += usize::from(!change.is_gap());
            for (slot, inside) in change.slots() {
                assert_eq!(
                    clock.expected(slot).shift,
                    if inside { shift } else { Shift::None },
                    "{tz} {slot}: the proof knows its changes"
                );
                for (rule, step_days) in &rules {
                    clock.prove(rule, slot, *step_days);
                    series += 1;
                }
            }
        }
    }
    println!("{} zones, {zones} of them with {gaps} gaps and {overlaps} overlaps: {series} series", TZ_VARIANTS.len());
    assert!(zones > 150 && gaps > 3000 && overlaps > 3000, "the scan has found too little: {zones} {gaps} {overlaps}");
}

/// Zones with whole, half and quarter hours, with changes at midnight, with Ramadan, with negative saving, and without
/// any.
const YEAR_ROUND: [Tz; 16] = [
    Tz::America__New_York,
    Tz::America__Boise,
    Tz::America__Phoenix,
    Tz::America__St_Johns,
    Tz::America__Havana,
    Tz::America__Santiago,
    Tz::America__Nuuk,
    Tz::America__Scoresbysund,
    Tz::Europe__Dublin,
    Tz::Africa__Cairo,
    Tz::Africa__Casablanca,
    Tz::Asia__Beirut,
    Tz::Asia__Kathmandu,
    Tz::Australia__Lord_Howe,
    Tz::Pacific__Chatham,
    Tz::Antarctica__Troll,
];

#[test]
fn every_half_hour_of_a_year() {
    let daily = parse("FREQ=DAILY");
    for tz in YEAR_ROUND {
        let clock = Clock::of(tz, 2026..2029);
        for half_hour in 0..48 {
            let start = local(2026, 12, 1) + TimeDelta::minutes(30 * half_hour);
            let locals = daily.expand(start, tz, start, start + TimeDelta::days(365), 1000);
            assert_eq!(locals.len(), 365, "{tz}");
            clock.prove_in_order(&locals);
        }
    }
}

/// Days have the length that the clock gives them, begin where their date is first shown, and no instant belongs to
/// two.
#[test]
fn every_changed_day_has_its_length() {
    for tz in TZ_VARIANTS {
        let clock = Clock::of(tz, 2020..2041);
        for change in &clock.changes {
            let date = change.edge(change.before).date();
            let days = [date - TimeDelta::days(1), date, date + TimeDelta::days(1)];
            let mut end = None;
            for day in days {
                let bounds = day_bounds(day, tz);
                assert!(end.is_none_or(|end| end == bounds.start), "{tz} {day}: days follow one another");
                let shown = |at: DateTime<Utc>| (at.naive_utc() + TimeDelta::seconds(offset(at, tz))).date();
                assert!(
                    shown(bounds.start) == day && shown(bounds.start - TimeDelta::seconds(1)) < day,
                    "{tz} {day}: where the day begins"
                );
                end = Some(bounds.end);
            }
            let total = end.map(|end| end - day_bounds(days[0], tz).start);
            let changed: i64 = clock
                .changes
                .iter()
                .filter(|other| days.contains(&other.edge(other.before).date()))
                .map(|other| other.after - other.before)
                .sum();
            assert_eq!(total, Some(TimeDelta::hours(72) - TimeDelta::seconds(changed)), "{tz} {date}");
        }
    }
}

/// Samoa and its neighbours left out a whole date to change sides of the date line. A daily series has nothing on it
/// and nothing twice beside it.
#[test]
fn left_out_dates_are_left_out() {
    let cases = [
        (Tz::Pacific__Apia, (2011, 12, 30)),
        (Tz::Pacific__Fakaofo, (2011, 12, 30)),
        (Tz::Pacific__Kiritimati, (1994, 12, 31)),
    ];
    let daily = parse("FREQ=DAILY");
    for (tz, (year, month, day)) in cases {
        let missing = local(year, month, day);
        for hour in 0..24 {
            let start = missing - TimeDelta::days(3) + TimeDelta::hours(hour);
            let dates = daily.expand(start, tz, start, start + TimeDelta::days(7), 100);
            let found: Vec<_> = dates.iter().filter_map(|local| resolve(*local, tz)).collect();
            assert_eq!((dates.len(), found.len()), (7, 6), "{tz}");
            for pair in found.windows(2) {
                assert_eq!(
                    pair[1].at - pair[0].at,
                    TimeDelta::hours(24),
                    "{tz}: the instants do not know of the date line"
                );
                assert!(pair[0].local.date() < pair[1].local.date(), "{tz}");
            }
            assert!(found.iter().all(|one| one.local.date() != missing.date()), "{tz}");
        }
    }
}
