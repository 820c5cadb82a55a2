//! Minutes to units of fifteen, and how it was reckoned, line by line, so that anybody can do it again by hand.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::rules::UnitRules;

const QUARTER: i64 = 15;

/// The steps of a reckoning, in words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = UnitWorking)]
pub struct Working {
    pub lines: Vec<String>,
}

impl Working {
    pub fn say(&mut self, line: impl Into<String>) {
        self.lines.push(line.into());
    }
}

/// Full quarters of an hour, and one more when what is left over reaches the threshold; none below the least first unit.
/// With a threshold of 8 this is Medicare's table (Claims Processing Manual, chapter 5, 20.2), with 15 full units only.
pub fn units(minutes: i64, rules: &UnitRules) -> i64 {
    if minutes < rules.first_unit_min || minutes <= 0 {
        return 0;
    }
    minutes / QUARTER + i64::from(minutes % QUARTER >= rules.rounding_threshold)
}

/// The same in words.
pub fn working(minutes: i64, rules: &UnitRules) -> Working {
    let mut working = Working::default();
    if minutes < rules.first_unit_min || minutes <= 0 {
        working.say(format!("{minutes} minutes are fewer than the {} of a first unit: 0 units", rules.first_unit_min));
        return working;
    }
    let (full, rest) = (minutes / QUARTER, minutes % QUARTER);
    let (whole, left) = (counted(full, "full unit"), counted(rest, "minute"));
    working.say(format!("{minutes} minutes are {whole} of {QUARTER} and {left}"));
    if rest >= rules.rounding_threshold {
        let reach = if rest == 1 { "reaches" } else { "reach" };
        working.say(format!("{left} {reach} the threshold of {}: 1 unit more", rules.rounding_threshold));
    } else if rest > 0 {
        let reach = if rest == 1 { "does" } else { "do" };
        working.say(format!("{left} {reach} not reach the threshold of {}", rules.rounding_threshold));
    }
    working.say(counted(units(minutes, rules), "unit"));
    working
}

/// `1 unit`, `2 units`.
pub(super) fn counted(number: i64, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::rules::Aggregate;
    use super::*;

    fn rules(rounding_threshold: i64, first_unit_min: i64) -> UnitRules {
        UnitRules { rounding_threshold, first_unit_min, aggregate: Aggregate::PerSession }
    }

    #[test]
    fn units_are_those_of_the_published_tables() {
        for (minutes, expected) in
            [(7, 0), (8, 1), (22, 1), (23, 2), (37, 2), (38, 3), (52, 3), (53, 4), (67, 4), (68, 5)]
        {
            assert_eq!(units(minutes, &rules(8, 8)), expected, "{minutes} by eight");
        }
        for (minutes, expected) in [(14, 0), (15, 1), (29, 1), (30, 2)] {
            assert_eq!(units(minutes, &rules(15, 15)), expected, "{minutes} by fifteen");
        }
        assert_eq!(units(12, &rules(8, 15)), 0, "no first unit below its least");
        assert_eq!(units(23, &rules(8, 15)), 2);
        assert_eq!(units(0, &rules(8, 8)), 0);
        assert_eq!(units(-5, &rules(8, 8)), 0);
    }

    #[test]
    fn what_is_not_known_never_bills_too_much() {
        for minutes in 0..=1440 {
            assert!(units(minutes, &UnitRules::default()) * 15 <= minutes, "{minutes}");
        }
    }

    #[test]
    fn the_working_says_each_step() {
        let lines = working(53, &rules(8, 8)).lines;
        assert_eq!(
            lines,
            [
                "53 minutes are 3 full units of 15 and 8 minutes",
                "8 minutes reach the threshold of 8: 1 unit more",
                "4 units"
            ]
        );
        let one = working(16, &rules(8, 8)).lines;
        assert_eq!(
            one,
            ["16 minutes are 1 full unit of 15 and 1 minute", "1 minute does not reach the threshold of 8", "1 unit"]
        );
        assert_eq!(working(7, &rules(8, 8)).lines, ["7 minutes are fewer than the 8 of a first unit: 0 units"]);
    }

    proptest! {
        #[test]
        fn units_stay_near_the_minutes(minutes in 0_i64..3000, threshold in 1_i64..=15, first in 1_i64..=15) {
            let rules = rules(threshold, first);
            let given = units(minutes, &rules);
            prop_assert!(given * 15 <= minutes + 15 - threshold);
            prop_assert!(units(minutes + 1, &rules) >= given, "a minute more is never a unit less");
            prop_assert!(units(minutes + 15, &rules) >= given + i64::from(minutes >= first));
            let said = counted(given, "unit");
            prop_assert!(working(minutes, &rules).lines.last().is_some_and(|line| line.ends_with(&said)));
        }
    }
}
