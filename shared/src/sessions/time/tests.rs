use proptest::prelude::*;

use super::*;

fn at(text: &str) -> Timestamp {
    text.parse::<chrono::DateTime<chrono::Utc>>().expect("an instant").into()
}

fn zone(name: &str) -> Tz {
    name.parse().expect("a zone")
}

fn by_date(portions: &[Portion]) -> Vec<(String, i64)> {
    portions.iter().map(|portion| (portion.date.to_string(), portion.minutes)).collect()
}

#[test]
fn minutes_are_those_that_passed() {
    let start = at("2027-03-01T15:00:00Z");
    assert_eq!(minutes(start, at("2027-03-01T15:53:00Z"), 0), 53);
    assert_eq!(minutes(start, at("2027-03-01T15:53:59Z"), 0), 53, "a minute that is not over does not count");
    assert_eq!(minutes(start, at("2027-03-01T15:53:00Z"), 13), 40);
    assert_eq!(minutes(start, at("2027-03-01T15:53:00Z"), 60), 0);
    assert_eq!(minutes(at("2027-03-01T15:53:00Z"), start, 0), 0);
}

/// In New York the clock goes from 2:00 to 3:00 on 14 March 2027, and from 2:00 back to 1:00 on 7 November.
#[test]
fn a_clock_that_is_set_changes_no_minutes() {
    let new_york = zone("America/New_York");
    // 1:30 to 3:30 on the wall is one hour in spring, 1:30 (the first) to 2:30 two hours in autumn.
    let spring = (at("2027-03-14T06:30:00Z"), at("2027-03-14T07:30:00Z"));
    assert_eq!(by_date(&portions(spring.0, spring.1, 0, new_york)), [("2027-03-14".to_owned(), 60)]);
    let autumn = (at("2027-11-07T05:30:00Z"), at("2027-11-07T07:30:00Z"));
    assert_eq!(by_date(&portions(autumn.0, autumn.1, 0, new_york)), [("2027-11-07".to_owned(), 120)]);
}

#[test]
fn midnight_divides_a_session() {
    let new_york = zone("America/New_York");
    let (start, end) = (at("2027-03-02T04:40:00Z"), at("2027-03-02T05:25:00Z"));
    let both = [("2027-03-01".to_owned(), 20), ("2027-03-02".to_owned(), 25)];
    assert_eq!(by_date(&portions(start, end, 0, new_york)), both);
    assert_eq!(by_date(&portions(start, end, 5, new_york))[0].1, 15, "off the earlier date first");
    assert_eq!(by_date(&portions(start, end, 30, new_york)), [("2027-03-02".to_owned(), 15)]);
    assert_eq!(by_date(&portions(start, end, 60, new_york)), [("2027-03-01".to_owned(), 0)]);
    // Ending at midnight is still the day before.
    assert_eq!(by_date(&portions(start, at("2027-03-02T05:00:00Z"), 0, new_york)), [("2027-03-01".to_owned(), 20)]);
    assert_eq!(day_of(at("2027-03-02T05:00:00Z"), new_york).to_string(), "2027-03-02");
}

/// In Cuba the clock goes from 1:00 back to 0:00 on 7 November 2027, and from 0:00 to 1:00 on 14 March: there the day of
/// 14 March begins at 1:00.
#[test]
fn midnights_that_are_skipped_or_come_twice_divide_once() {
    let havana = zone("America/Havana");
    let (start, end) = (at("2027-03-14T04:30:00Z"), at("2027-03-14T05:30:00Z"));
    let both = [("2027-03-13".to_owned(), 30), ("2027-03-14".to_owned(), 30)];
    assert_eq!(by_date(&portions(start, end, 0, havana)), both);
    // 23:30, midnight at 04:00Z, again midnight at 05:00Z, 0:30.
    let (start, end) = (at("2027-11-07T03:30:00Z"), at("2027-11-07T05:30:00Z"));
    let both = [("2027-11-06".to_owned(), 30), ("2027-11-07".to_owned(), 90)];
    assert_eq!(by_date(&portions(start, end, 0, havana)), both);
}

#[test]
fn whoever_comes_late_and_leaves_early_was_there_in_between() {
    let span = (at("2027-03-01T15:00:00Z"), at("2027-03-01T16:00:00Z"));
    let (late, early) = (at("2027-03-01T15:10:00Z"), at("2027-03-01T15:40:00Z"));
    assert_eq!(attended(span, None, None), span);
    assert_eq!(attended(span, Some(late), Some(early)), (late, early));
    assert_eq!(attended(span, Some(at("2027-03-01T14:00:00Z")), Some(at("2027-03-01T18:00:00Z"))), span);
    let (from, to) = attended(span, Some(early), Some(late));
    assert_eq!(minutes(from, to, 0), 0);
}

proptest! {
    /// In any zone, at any time of twenty years, over any transition.
    #[test]
    fn the_portions_are_the_minutes_and_each_has_its_date(
        zone in 0..chrono_tz::TZ_VARIANTS.len(),
        start in 946_684_800_i64..1_893_456_000,
        seconds in 0_i64..86_400,
        excluded in 0_i64..200,
    ) {
        let zone = chrono_tz::TZ_VARIANTS[zone];
        let (start, end) = (Timestamp(start * 1000), Timestamp((start + seconds) * 1000));
        let found = portions(start, end, excluded, zone);
        let sum: i64 = found.iter().map(|portion| portion.minutes).sum();
        prop_assert_eq!(sum, minutes(start, end, excluded));
        prop_assert!(found.iter().all(|portion| portion.minutes >= 0));
        prop_assert!(found.windows(2).all(|pair| pair[0].date < pair[1].date), "{:?}", found);
        // Not more on a date than the date has of the session.
        for portion in &found {
            let day = day_bounds(portion.date, zone);
            let from = start.max(day.start.into());
            let to = end.min(day.end.into());
            prop_assert!(portion.minutes <= (to.0 - from.0).max(0) / 60_000 + 1, "{:?}", found);
        }
    }

    #[test]
    fn a_minute_more_is_never_a_minute_less(start in 0_i64..1_000_000, length in 0_i64..1440, excluded in 0_i64..100) {
        let start = Timestamp(start * 60_000);
        let end = |minutes: i64| Timestamp(start.0 + minutes * 60_000);
        prop_assert!(minutes(start, end(length + 1), excluded) >= minutes(start, end(length), excluded));
        prop_assert!(minutes(start, end(length), excluded + 1) <= minutes(start, end(length), excluded));
    }
}
