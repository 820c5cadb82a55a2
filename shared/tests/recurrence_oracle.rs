//! Random rules, expanded by us and by the `rrule` crate, which shares no code with us. In UTC, so that only the rule
//! is compared; what zones do to instances is proved in `clock_proof.rs`.

use cairn_shared::agenda::recurrence::Recurrence;
use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use chrono_tz::Tz;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use rrule::RRuleSet;

const DAY_CODES: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

#[derive(Clone, Debug)]
struct Case {
    freq: &'static str,
    interval: u32,
    by_month: Vec<u32>,
    by_month_day: Vec<i32>,
    by_day: Vec<String>,
    by_set_pos: Vec<i32>,
    week_start: Option<&'static str>,
    end: Option<String>,
    start: NaiveDateTime,
}

impl Case {
    fn text(&self) -> String {
        let mut text = format!("FREQ={};INTERVAL={}", self.freq, self.interval);
        let mut part = |name: &str, values: Vec<String>| {
            if !values.is_empty() {
                text = format!("{text};{name}={}", values.join(","));
            }
        };
        part("BYMONTH", self.by_month.iter().map(ToString::to_string).collect());
        part("BYMONTHDAY", self.by_month_day.iter().map(ToString::to_string).collect());
        part("BYDAY", self.by_day.clone());
        part("BYSETPOS", self.by_set_pos.iter().map(ToString::to_string).collect());
        part("WKST", self.week_start.iter().map(ToString::to_string).collect());
        text.push_str(self.end.as_deref().unwrap_or_default());
        text
    }

    /// Rules that the crate reads differently from the RFC.
    ///
    /// - A BYDAY list with and without ordinals (`MO,1TU`) is a union (RFC 5545 section 3.3.10: "each BYDAY value").
    ///   The crate, like python-dateutil from which its code descends, demands both at once and finds nothing.
    /// - BYSETPOS in a weekly series that starts within a week: the crate and dateutil pick from what is left of the
    ///   first week, the RFC from "one interval of the recurrence rule". With BYDAY=MO,WE,FR;BYSETPOS=2 from a
    ///   Wednesday on, they lose the start itself.
    /// - `-5MO` of a month and `-53MO` of a year: the crate refuses them, though it allows `5MO` and `53MO`. The RFC
    ///   and dateutil know all four.
    fn is_misread_by_the_crate(&self) -> bool {
        let with_ordinal = self.by_day.iter().filter(|day| day.len() > 2).count();
        let mixed = with_ordinal > 0 && with_ordinal < self.by_day.len();
        let week_start = DAY_CODES.iter().position(|code| Some(*code) == self.week_start).unwrap_or(0);
        let starts_week =
            usize::try_from(self.start.weekday().num_days_from_monday()).is_ok_and(|day| day == week_start);
        let too_far_back =
            self.by_day.iter().any(|day| day.starts_with("-53") || (self.freq == "MONTHLY" && day.starts_with("-5")));
        mixed || too_far_back || (self.freq == "WEEKLY" && !self.by_set_pos.is_empty() && !starts_week)
    }
}

fn weekdays(freq: &'static str) -> BoxedStrategy<Vec<String>> {
    let plain =
        subsequence(DAY_CODES.to_vec(), 1..=4).prop_map(|days| days.into_iter().map(str::to_owned).collect::<Vec<_>>());
    let most = match freq {
        "MONTHLY" => 5,
        "YEARLY" => 53,
        _ => return plain.boxed(),
    };
    let ordinal = (1..=most, any::<bool>(), select(&DAY_CODES))
        .prop_map(|(size, negative, day)| format!("{}{size}{day}", if negative { "-" } else { "" }));
    // Small ordinals are what people use.
    let small = (1..=5, any::<bool>(), select(&DAY_CODES))
        .prop_map(|(size, negative, day)| format!("{}{size}{day}", if negative { "-" } else { "" }));
    prop_oneof![plain, prop::collection::vec(small, 1..4), prop::collection::vec(ordinal, 1..4)].boxed()
}

fn sometimes<T: Clone + std::fmt::Debug + 'static>(
    strategy: impl Strategy<Value = Vec<T>> + 'static,
) -> impl Strategy<Value = Vec<T>> {
    prop_oneof![2 => Just(Vec::new()), 1 => strategy]
}

fn any_start() -> impl Strategy<Value = NaiveDateTime> {
    let day = prop_oneof![3 => 0..3000_i64, 1 => select(vec![59_i64, 30, 364, 1520, 1155])];
    (day, 0..24 * 60_i64).prop_map(|(days, minutes)| {
        let Some(first) = NaiveDate::from_ymd_opt(2024, 1, 1) else { panic!("no such date") };
        first.and_time(NaiveTime::MIN) + TimeDelta::days(days) + TimeDelta::minutes(minutes)
    })
}

fn any_end(start: NaiveDateTime) -> impl Strategy<Value = Option<String>> {
    prop_oneof![
        2 => Just(None),
        1 => (1..60_u32).prop_map(|count| Some(format!(";COUNT={count}"))),
        1 => (0..4000_i64, -1..=1_i64).prop_map(move |(days, minutes)| {
            let until = (start + TimeDelta::days(days) + TimeDelta::minutes(minutes)).max(start);
            Some(format!(";UNTIL={}", until.format("%Y%m%dT%H%M%SZ")))
        }),
    ]
}

fn any_case() -> impl Strategy<Value = Case> {
    (select(vec!["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]), any_start()).prop_flat_map(|(freq, start)| {
        let month_days = prop::collection::vec(prop_oneof![1..=31, -31..=-1], 1..5);
        let positions = prop::collection::vec(prop_oneof![4 => 1..=4, 4 => -4..=-1, 1 => 5..=31, 1 => -31..=-5], 1..3);
        let within_day = freq == "DAILY";
        (
            prop_oneof![3 => Just(1), 2 => 2..5_u32, 1 => 5..40_u32],
            sometimes(subsequence((1..=12).collect::<Vec<u32>>(), 1..6)),
            sometimes(month_days).prop_map(move |days| if freq == "WEEKLY" { Vec::new() } else { days }),
            sometimes(weekdays(freq)),
            sometimes(positions).prop_map(move |positions| if within_day { Vec::new() } else { positions }),
            prop::option::of(select(&DAY_CODES)),
            any_end(start),
        )
            .prop_map(move |(interval, by_month, by_month_day, by_day, by_set_pos, week_start, end)| Case {
                freq,
                interval,
                by_month,
                by_month_day,
                by_day,
                by_set_pos,
                week_start,
                end,
                start,
            })
    })
}

/// The crate's first instances, ascending.
fn theirs(case: &Case, limit: u16) -> Vec<NaiveDateTime> {
    let text = format!("DTSTART:{}\nRRULE:{}", case.start.format("%Y%m%dT%H%M%SZ"), case.text());
    match text.parse::<RRuleSet>() {
        Ok(set) => set.all(limit).dates.into_iter().map(|date| date.naive_utc()).collect(),
        Err(error) => panic!("{text}: {error}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { max_global_rejects: u32::MAX, ..ProptestConfig::default() })]

    #[test]
    fn the_same_instances_as_the_rrule_crate(case in any_case()) {
        prop_assume!(!case.is_misread_by_the_crate());
        // What is refused (no date fits, the RFC forbids it) is named by the tests beside the parser. The crate looks
        // for such a date for 8,000 years.
        let rule = Recurrence::parse(&case.text()).map_err(|error| TestCaseError::reject(error.to_string()))?;
        let start = case.start;
        let horizon = start + TimeDelta::days(40 * 365);
        let mut theirs = theirs(&case, 80);
        let complete = !rule.is_endless() && theirs.len() < 80 && theirs.last().is_none_or(|last| *last < horizon);
        theirs.retain(|local| *local < horizon);
        let ours = rule.expand(start, Tz::UTC, start, horizon, 80);
        prop_assert_eq!(&ours, &theirs, "{}", case.text());

        // The canonical text is the same rule, also to the crate's eyes.
        prop_assert_eq!(Recurrence::parse(&rule.to_string()), Ok(rule.clone()));

        // A window in the middle, reached without the instances before it.
        if let [first, .., last] = theirs[..] {
            let (from, to) = (first + (last - first) / 3, first + (last - first) * 2 / 3);
            let window = from..to;
            let within: Vec<NaiveDateTime> = theirs.iter().copied().filter(|local| window.contains(local)).collect();
            prop_assert_eq!(rule.expand(start, Tz::UTC, from, to, 80), within, "{} in {:?}", case.text(), window);
        }
        if complete {
            prop_assert_eq!(rule.last(start, Tz::UTC), theirs.last().copied(), "the last of {}", case.text());
        }
    }
}

/// The two readings that are left out above, so that a change in the crate is noticed.
#[test]
fn where_the_crate_differs() {
    let start = |month, day| NaiveDate::from_ymd_opt(2026, month, day).unwrap().and_hms_opt(9, 0, 0).unwrap();
    let crate_dates = |text: &str, start: NaiveDateTime| {
        let set: RRuleSet = format!("DTSTART:{}\nRRULE:{text}", start.format("%Y%m%dT%H%M%SZ")).parse().unwrap();
        set.all(3).dates.iter().map(|date| date.format("%m-%d").to_string()).collect::<Vec<_>>()
    };
    let our_dates = |text: &str, start: NaiveDateTime| {
        let found = Recurrence::parse(text).unwrap().expand(start, Tz::UTC, start, start + TimeDelta::days(400), 3);
        found.iter().map(|local| local.format("%m-%d").to_string()).collect::<Vec<_>>()
    };
    let union = "FREQ=MONTHLY;BYDAY=MO,1TU;COUNT=3";
    assert_eq!(our_dates(union, start(11, 2)), ["11-02", "11-03", "11-09"]);
    assert!(crate_dates(union, start(11, 2)).is_empty());
    let second = "FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=2";
    assert_eq!(our_dates(second, start(11, 18)), ["11-18", "11-25", "12-02"]);
    assert_eq!(crate_dates(second, start(11, 18)), ["11-20", "11-25", "12-02"]);
}
