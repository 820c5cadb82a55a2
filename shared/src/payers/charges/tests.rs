use proptest::prelude::*;

use super::super::rules::{Code, UnitRules};
use super::*;

fn rules(aggregate: Aggregate) -> Rules {
    Rules { units: UnitRules { rounding_threshold: 8, first_unit_min: 8, aggregate }, ..Rules::default() }
}

fn date(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2027, 3, day).expect("a date")
}

/// Sessions of one client and specialist on one day.
fn pieces(sessions: &[(&str, i64)]) -> Vec<Piece> {
    let piece = |(index, (code, minutes)): (usize, &(&str, i64))| Piece {
        session_id: Uuid::from_u128(100 + index as u128),
        client_id: Uuid::from_u128(1),
        specialist_id: Uuid::from_u128(2),
        date: date(1),
        starts_at: Timestamp(i64::try_from(index).unwrap_or(0) * 3_600_000),
        code: (*code).to_owned(),
        modifiers: Vec::new(),
        minutes: *minutes,
        is_first: true,
    };
    sessions.iter().enumerate().map(piece).collect()
}

fn by_code(charges: &[Charge]) -> Vec<(&str, i64)> {
    charges.iter().map(|charge| (charge.code.as_str(), charge.units)).collect()
}

#[test]
fn two_sessions_of_twenty_minutes_are_two_units_or_three() {
    let day = pieces(&[("H0038", 20), ("H0038", 20)]);
    assert_eq!(by_code(&charges(&rules(Aggregate::PerSession), &day)), [("H0038", 1), ("H0038", 1)]);
    let together = charges(&rules(Aggregate::PerCodeDay), &day);
    assert_eq!(by_code(&together), [("H0038", 3)]);
    assert_eq!((together[0].minutes, together[0].session_ids.len()), (40, 2));
    assert_eq!(together[0].working.lines[0], "20 + 20 = 40 minutes of the day together");
}

/// The examples of the Medicare Claims Processing Manual, chapter 5, 20.2 C.
#[test]
fn all_timed_codes_of_a_day_are_shared_out_as_medicare_does() {
    let rules = rules(Aggregate::AllTimedDay);
    for (sessions, expected) in [
        (vec![("A0001", 24), ("A0002", 23)], vec![("A0001", 2), ("A0002", 1)]),
        (vec![("A0001", 20), ("A0002", 20)], vec![("A0001", 2), ("A0002", 1)]),
        (vec![("A0001", 33), ("A0002", 7)], vec![("A0001", 2), ("A0002", 1)]),
        (
            vec![("A0001", 18), ("A0002", 13), ("A0003", 10), ("A0004", 8)],
            vec![("A0001", 1), ("A0002", 1), ("A0003", 1), ("A0004", 0)],
        ),
        (vec![("A0001", 7), ("A0002", 7), ("A0003", 7)], vec![("A0001", 1), ("A0002", 0), ("A0003", 0)]),
        (vec![("A0001", 7)], vec![("A0001", 0)]),
    ] {
        assert_eq!(by_code(&charges(&rules, &pieces(&sessions))), expected, "{sessions:?}");
    }
}

#[test]
fn a_day_is_one_unit_and_excludes_another_program_of_the_day() {
    let code = |code: &str, minimum_minutes, excludes: &[&str]| Code {
        code: code.to_owned(),
        unit: UnitKind::PerDiem,
        minimum_minutes,
        modifier_sets: Vec::new(),
        places: Vec::new(),
        excludes: excludes.iter().map(|text| (*text).to_owned()).collect(),
        units_per_day: None,
    };
    let mut rules = rules(Aggregate::PerSession);
    rules.codes = vec![code("H2016", Some(30), &["H2017"]), code("H2017", None, &[])];
    let mut day = pieces(&[("H2016", 20), ("H2016", 20), ("H2016", 200)]);
    day[1].specialist_id = Uuid::from_u128(3);
    assert_eq!(by_code(&charges(&rules, &day)), [("H2016", 1)]);
    assert_eq!(by_code(&charges(&rules, &pieces(&[("H2016", 29)]))), [("H2016", 0)]);
    assert_eq!(by_code(&charges(&rules, &pieces(&[("H2016", 40), ("H2017", 60)]))), [("H2016", 1), ("H2017", 0)]);
    assert_eq!(by_code(&charges(&rules, &pieces(&[("H2017", 60), ("H2016", 40)]))), [("H2016", 0), ("H2017", 1)]);
    // What is known of a code without a list.
    assert_eq!(by_code(&charges(&Rules::default(), &pieces(&[("H2016", 300)]))), [("H2016", 1)]);
    assert_eq!(
        by_code(&charges(&Rules::default(), &pieces(&[("H0031", 90), ("H0031", 5)]))),
        [("H0031", 1), ("H0031", 1)]
    );
}

#[test]
fn a_session_over_midnight_is_charged_by_date() {
    let mut night = pieces(&[("H0038", 20), ("H0038", 25)]);
    night[1].session_id = night[0].session_id;
    night[1].starts_at = night[0].starts_at;
    night[1].date = date(2);
    night[1].is_first = false;
    let found = charges(&rules(Aggregate::PerCodeDay), &night);
    let dates: Vec<(NaiveDate, i64)> = found.iter().map(|charge| (charge.date, charge.units)).collect();
    assert_eq!(dates, [(date(1), 1), (date(2), 2)], "never 45 minutes together");
    night[0].code = "H0031".to_owned();
    night[1].code = "H0031".to_owned();
    let found = charges(&rules(Aggregate::PerSession), &night);
    assert_eq!(found.iter().map(|charge| charge.units).collect::<Vec<_>>(), [1, 0], "one contact is one unit");
}

fn any_day() -> impl Strategy<Value = Vec<Piece>> {
    let one = (0_u8..3, 0_u8..2, 0_u8..2, 0_i64..200);
    prop::collection::vec(one, 0..8).prop_map(|sessions| {
        let codes = ["H0038", "H2015", "H0025"];
        let names: Vec<(&str, i64)> = sessions.iter().map(|(code, _, _, m)| (codes[*code as usize], *m)).collect();
        let mut found = pieces(&names);
        for (piece, (_, client, specialist, _)) in found.iter_mut().zip(&sessions) {
            piece.client_id = Uuid::from_u128(10 + u128::from(*client));
            piece.specialist_id = Uuid::from_u128(20 + u128::from(*specialist));
        }
        found
    })
}

proptest! {
    /// However sessions came to be, in whichever order, their units are those of the rule over their minutes.
    #[test]
    fn units_are_the_rules_and_nothing_else(day in any_day(), seed in 0_usize..1000, mode in 0_usize..3) {
        let mode = Aggregate::ALL[mode];
        let rules = rules(mode);
        let found = charges(&rules, &day);
        let mut turned = day.clone();
        if !turned.is_empty() {
            let by = seed % turned.len();
            turned.rotate_left(by);
        }
        prop_assert_eq!(&charges(&rules, &turned), &found, "the order makes no difference");
        let minutes = |charges: &[Charge]| charges.iter().map(|charge| charge.minutes).sum::<i64>();
        prop_assert_eq!(minutes(&found), day.iter().map(|piece| piece.minutes).sum::<i64>(), "no minute is lost");
        match mode {
            Aggregate::PerSession | Aggregate::PerCodeDay => {
                for charge in &found {
                    prop_assert_eq!(charge.units, units(charge.minutes, &rules.units));
                }
            }
            Aggregate::AllTimedDay => {
                let mut days: BTreeMap<(Uuid, Uuid), (i64, i64)> = BTreeMap::new();
                for charge in &found {
                    let sum = days.entry((charge.client_id, charge.specialist_id)).or_default();
                    sum.0 += charge.minutes;
                    sum.1 += charge.units;
                    prop_assert!(charge.units >= charge.minutes / 15 && charge.units <= charge.minutes / 15 + 1);
                }
                for (minutes, given) in days.into_values() {
                    prop_assert_eq!(given, units(minutes, &rules.units));
                }
            }
        }
    }
}
