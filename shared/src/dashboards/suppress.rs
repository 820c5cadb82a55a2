//! Numbers about few people tell of persons. Groups under eleven are left out (the cell suppression policy of the Centers
//! for Medicare & Medicaid Services), and all others with them, so that nobody can compute them.

/// The smallest group that is shown.
pub const SMALLEST: u64 = 11;

/// A whole that was cut into groups which do not overlap; `None` stands for what is left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    pub total: Option<u64>,
    pub groups: Vec<Option<u64>>,
}

/// Shows every group, or none of them when one has fewer than eleven: whoever knows the rule could often compute a group
/// that is left out from those that are shown. A total under eleven is left out too.
pub fn suppress(counts: &[u64]) -> Shown {
    let total: u64 = counts.iter().sum();
    let all_large = counts.iter().all(|count| *count >= SMALLEST);
    let groups = counts.iter().map(|count| all_large.then_some(*count)).collect();
    // A single group is its own total.
    let shown = total >= SMALLEST && (all_large || counts.len() > 1);
    Shown { total: shown.then_some(total), groups }
}

#[cfg(test)]
mod tests {
    use std::collections::{HashMap, HashSet};

    use super::*;

    #[test]
    fn large_groups_are_shown_and_small_ones_never() {
        assert_eq!(suppress(&[40, 20]), Shown { total: Some(60), groups: vec![Some(40), Some(20)] });
        assert_eq!(suppress(&[40, 20, 3]), Shown { total: Some(63), groups: vec![None, None, None] });
        assert_eq!(suppress(&[40, 20, 0]), Shown { total: Some(60), groups: vec![None, None, None] });
        assert_eq!(suppress(&[40, 6, 7]), Shown { total: Some(53), groups: vec![None, None, None] });
        assert_eq!(suppress(&[40, 2, 3]), Shown { total: Some(45), groups: vec![None, None, None] });
        assert_eq!(suppress(&[5, 4]), Shown { total: None, groups: vec![None, None] });
        assert_eq!(suppress(&[10]), Shown { total: None, groups: vec![None] });
        assert_eq!(suppress(&[]), Shown { total: None, groups: vec![] });
    }

    /// What is shown: the total, and each group.
    type Looks = (Option<u64>, Vec<Option<u64>>);

    /// Whoever knows this rule and sees what is shown goes through everything that would look the same.
    #[test]
    fn nothing_that_is_left_out_can_be_computed() {
        for size in 2..=3_u32 {
            let most: u64 = if size == 2 { 60 } else { 34 };
            let mut alike: HashMap<Looks, Vec<Vec<u64>>> = HashMap::new();
            for number in 0..(most + 1).pow(size) {
                let counts: Vec<u64> = (0..size).map(|place| number / (most + 1).pow(place) % (most + 1)).collect();
                let shown = suppress(&counts);
                assert!(shown.groups.iter().flatten().all(|count| *count >= SMALLEST));
                alike.entry((shown.total, shown.groups)).or_default().push(counts);
            }
            for ((total, groups), worlds) in alike {
                for (index, group) in groups.iter().enumerate() {
                    let possible: HashSet<u64> = worlds.iter().map(|world| world[index]).collect();
                    assert!(group.is_some() || possible.len() > 1, "{total:?} {groups:?} can only be {worlds:?}");
                }
            }
        }
    }
}
