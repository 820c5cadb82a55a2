//! How far a goal has come, from what was recorded.

use crate::clock::Timestamp;

/// Progress in short.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ProgressSummary {
    /// The newest value, in the unit of the target.
    pub value: Option<f64>,
    /// 0 to 1: of the target where there is one and a value was recorded, else of the steps. `None` when there is
    /// nothing to go by: missing is not zero.
    pub fraction: Option<f64>,
    pub last_at: Option<Timestamp>,
    /// How often progress was recorded.
    pub count: i64,
}

/// `steps` are those done, and all.
pub fn fraction(target: Option<f64>, value: Option<f64>, steps: (usize, usize)) -> Option<f64> {
    match (target, value) {
        // A target of nothing, such as "no missed days", has no part-way.
        (Some(target), Some(value)) if target > 0.0 => Some((value / target).clamp(0.0, 1.0)),
        _ => match steps {
            (_, 0) => None,
            (done, all) => Some(done as f64 / all as f64),
        },
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn of_the_target_else_of_the_steps_else_unknown() {
        for (target, value, steps, expected) in [
            (Some(3.0), Some(1.5), (0, 4), Some(0.5)),
            (Some(3.0), Some(7.0), (0, 0), Some(1.0)),
            (Some(3.0), Some(-1.0), (0, 0), Some(0.0)),
            (Some(3.0), Some(0.0), (0, 0), Some(0.0)),
            (Some(3.0), None, (1, 4), Some(0.25)),
            (Some(3.0), None, (0, 0), None),
            (Some(0.0), Some(2.0), (0, 0), None),
            (None, None, (0, 2), Some(0.0)),
            (None, None, (2, 2), Some(1.0)),
            (None, None, (0, 0), None),
        ] {
            assert_eq!(fraction(target, value, steps), expected, "{target:?} {value:?} {steps:?}");
        }
    }

    proptest! {
        #[test]
        fn never_outside_nought_and_one_and_never_less_for_more(
            target in 0.0..1e9_f64, value in -1e9..1e9_f64, more in 0.0..1e9_f64, done in 0_usize..50, rest in 0_usize..50,
        ) {
            let steps = (done, done + rest);
            if let Some(part) = fraction(Some(target), Some(value), steps) {
                prop_assert!((0.0..=1.0).contains(&part));
                prop_assert!(fraction(Some(target), Some(value + more), steps).is_some_and(|next| next >= part));
            }
            prop_assert_eq!(fraction(None, Some(value), steps).is_none(), steps.1 == 0);
        }
    }
}
