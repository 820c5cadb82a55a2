use proptest::prelude::*;
use serde_json::json;

use super::*;

fn answers(values: &[Option<i64>]) -> Map<String, Value> {
    let given = values.iter().enumerate().filter_map(|(index, value)| Some((format!("q{}", index + 1), (*value)?)));
    given.map(|(id, value)| (id, json!(value))).collect()
}

fn of(instrument: Instrument, values: &[Option<i64>]) -> Score {
    score(Scoring { instrument, version: 1 }, &answers(values)).expect("version 1")
}

fn whole_form(instrument: Instrument, values: &[i64]) -> (Option<i64>, Option<&'static str>) {
    let values: Vec<Option<i64>> = values.iter().copied().map(Some).collect();
    let score = of(instrument, &values);
    assert_eq!((score.status, score.missing), (ScoreStatus::Scored, 0));
    (score.total, score.band)
}

/// Totals at the ends of every published band (Kroenke 2001, table of the instruction manual).
#[test]
fn phq9_bands_are_the_published_ones() {
    for (total, band) in [
        (0, "minimal"),
        (4, "minimal"),
        (5, "mild"),
        (9, "mild"),
        (10, "moderate"),
        (14, "moderate"),
        (15, "moderately_severe"),
        (19, "moderately_severe"),
        (20, "severe"),
        (27, "severe"),
    ] {
        let values: Vec<i64> = (0..9).map(|index| (total - 3 * index).clamp(0, 3)).collect();
        assert_eq!(whole_form(Instrument::Phq9, &values), (Some(total), Some(band)));
    }
}

#[test]
fn gad7_bands_are_the_published_ones() {
    for (total, band) in [
        (0, "minimal"),
        (4, "minimal"),
        (5, "mild"),
        (9, "mild"),
        (10, "moderate"),
        (14, "moderate"),
        (15, "severe"),
        (21, "severe"),
    ] {
        let values: Vec<i64> = (0..7).map(|index| (total - 3 * index).clamp(0, 3)).collect();
        assert_eq!(whole_form(Instrument::Gad7, &values), (Some(total), Some(band)));
    }
}

#[test]
fn the_tenth_question_of_the_phq_is_not_scored() {
    let values = [1, 1, 1, 1, 1, 1, 1, 1, 1, 3];
    assert_eq!(whole_form(Instrument::Phq9, &values), (Some(9), Some("mild")));
}

/// The manual's rule: one or two missing answers become the mean of the others; with more there is no score.
#[test]
fn phq9_makes_up_for_two_missing_answers() {
    let two = |n| Some(n);
    // Eight answers sum to 8: mean 1, total 9. Seven answers sum to 10: 10/7 * 9 = 12.86.
    let one_missing = [two(1), two(1), two(1), two(1), two(1), two(1), two(1), two(1), None];
    assert_eq!(
        of(Instrument::Phq9, &one_missing),
        Score { status: ScoreStatus::Prorated, total: Some(9), band: Some("mild"), missing: 1 }
    );
    let two_missing = [two(2), two(2), two(2), two(1), two(1), two(1), two(1), None, None];
    assert_eq!(
        of(Instrument::Phq9, &two_missing),
        Score { status: ScoreStatus::Prorated, total: Some(13), band: Some("moderate"), missing: 2 }
    );
    let three_missing = [two(3), two(3), two(3), two(3), two(3), two(3), None, None, None];
    assert_eq!(
        of(Instrument::Phq9, &three_missing),
        Score { status: ScoreStatus::NotScored, total: None, band: None, missing: 3 }
    );
}

#[test]
fn halves_are_rounded_up() {
    // Eight answers sum to 4: 4/8 * 9 = 4.5, which is 5 and no longer minimal.
    let values = [Some(1), Some(1), Some(1), Some(1), Some(0), Some(0), Some(0), Some(0), None];
    assert_eq!((of(Instrument::Phq9, &values).total, of(Instrument::Phq9, &values).band), (Some(5), Some("mild")));
    // Six answers sum to 3: 3/6 * 7 = 3.5.
    let values = [Some(1), Some(1), Some(1), Some(0), Some(0), Some(0), None];
    assert_eq!(of(Instrument::Gad7, &values).total, Some(4));
}

#[test]
fn gad7_makes_up_for_one_missing_answer() {
    let values = [Some(3), Some(3), Some(3), Some(3), Some(3), Some(3), None];
    assert_eq!(of(Instrument::Gad7, &values).total, Some(21));
    let values = [Some(3), Some(3), Some(3), Some(3), Some(3), None, None];
    assert_eq!(of(Instrument::Gad7, &values).status, ScoreStatus::NotScored);
}

/// WHO: the raw score of 0 to 25 is multiplied by 4; 50 or below is low, 28 or below very low.
#[test]
fn who5_is_the_raw_sum_times_four() {
    for (raw, band) in [(0, "very_low"), (7, "very_low"), (8, "low"), (12, "low"), (13, "adequate"), (25, "adequate")] {
        let values: Vec<i64> = (0..5).map(|index| (raw - 5 * index).clamp(0, 5)).collect();
        assert_eq!(whole_form(Instrument::Who5, &values), (Some(raw * 4), Some(band)));
    }
    assert_eq!(of(Instrument::Who5, &[Some(5), Some(5), Some(5), Some(5), None]).status, ScoreStatus::NotScored);
}

/// Vilsaint 2017: the sum of ten items of 1 to 6; 47 is the published cut.
#[test]
fn barc10_is_the_sum() {
    assert_eq!(whole_form(Instrument::Barc10, &[1; 10]), (Some(10), Some("below_47")));
    assert_eq!(whole_form(Instrument::Barc10, &[6; 10]), (Some(60), Some("47_or_more")));
    assert_eq!(whole_form(Instrument::Barc10, &[5, 5, 5, 5, 5, 5, 5, 4, 4, 4]).0, Some(47));
    assert_eq!(whole_form(Instrument::Barc10, &[5, 5, 5, 5, 5, 5, 5, 4, 4, 4]).1, Some("47_or_more"));
    assert_eq!(whole_form(Instrument::Barc10, &[5, 5, 5, 5, 5, 5, 4, 4, 4, 4]), (Some(46), Some("below_47")));
    let mut values = [Some(6); 10];
    values[3] = None;
    assert_eq!(of(Instrument::Barc10, &values).status, ScoreStatus::NotScored);
}

#[test]
fn other_versions_do_not_exist() {
    for instrument in Instrument::ALL {
        assert!(items_of(instrument, 1).is_some());
        for version in [-1, 0, 2] {
            assert!(score(Scoring { instrument, version }, &Map::new()).is_none());
        }
        assert_eq!(Instrument::parse(instrument.as_str()), Some(instrument));
    }
}

proptest! {
    /// Against the rule in plain arithmetic: mean of what is there, times the items, rounded.
    #[test]
    fn every_total_is_the_rounded_mean(values in proptest::collection::vec(proptest::option::weighted(0.85, 0_i64..=3), 9)) {
        let given: Vec<i64> = values.iter().flatten().copied().collect();
        let score = of(Instrument::Phq9, &values);
        let missing = 9 - i64::try_from(given.len()).unwrap();
        prop_assert_eq!(score.missing, missing);
        if missing > 2 {
            prop_assert_eq!(score.total, None);
        } else {
            let (sum, count) = (given.iter().sum::<i64>(), 9 - missing);
            prop_assert_eq!(score.total, Some((2 * 9 * sum + count) / (2 * count)));
            prop_assert!(score.band.is_some());
        }
    }

    /// Missing is not zero: what is left out never counts as the lowest answer.
    #[test]
    fn leaving_out_a_lowest_answer_never_lowers_the_score(values in proptest::collection::vec(0_i64..=3, 7)) {
        let all: Vec<Option<i64>> = values.iter().copied().map(Some).collect();
        let lowest = values.iter().enumerate().min_by_key(|(_, value)| **value).map_or(0, |(index, _)| index);
        let mut without = all.clone();
        without[lowest] = None;
        prop_assert!(of(Instrument::Gad7, &without).total >= of(Instrument::Gad7, &all).total);
    }
}
