//! Numbers about few people tell of persons. Groups under eleven are left out, with as many others as it takes that
//! nobody can compute them from the total (the cell suppression policy of the Centers for Medicare & Medicaid Services).

/// The smallest group that is shown.
pub const SMALLEST: u64 = 11;

/// A whole that was cut into groups which do not overlap; `None` stands for what is left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    pub total: Option<u64>,
    pub groups: Vec<Option<u64>>,
}

/// Leaves out every group under eleven. What is left out comes to at least eleven together and is never a single group,
/// else the smallest shown ones are left out too; when that is not to be had, the total goes.
pub fn suppress(counts: &[u64]) -> Shown {
    let total: u64 = counts.iter().sum();
    let mut hidden: Vec<bool> = counts.iter().map(|count| *count < SMALLEST).collect();
    if hidden.contains(&true) {
        loop {
            let left_out = hidden.iter().filter(|hidden| **hidden).count();
            let together: u64 = counts.iter().zip(&hidden).filter(|(_, hidden)| **hidden).map(|(count, _)| count).sum();
            if left_out >= 2 && together >= SMALLEST {
                break;
            }
            let smallest_shown = (0..counts.len()).filter(|index| !hidden[*index]).min_by_key(|index| counts[*index]);
            let Some(index) = smallest_shown else { break };
            hidden[index] = true;
        }
    }
    let groups = counts.iter().zip(&hidden).map(|(count, hidden)| (!hidden).then_some(*count)).collect();
    // A single group is its own total; of several, a small total would tell that each is small.
    let shown = total >= SMALLEST && !(counts.len() == 1 && hidden[0]);
    Shown { total: shown.then_some(total), groups }
}

#[cfg(test)]
mod tests {
    use std::collections::{HashMap, HashSet};

    use super::*;

    #[test]
    fn large_groups_are_shown_and_small_ones_never() {
        assert_eq!(suppress(&[40, 20]), Shown { total: Some(60), groups: vec![Some(40), Some(20)] });
        assert_eq!(suppress(&[40, 20, 3]), Shown { total: Some(63), groups: vec![Some(40), None, None] });
        assert_eq!(suppress(&[40, 20, 0]), Shown { total: Some(60), groups: vec![Some(40), None, None] });
        assert_eq!(suppress(&[40, 6, 7]), Shown { total: Some(53), groups: vec![Some(40), None, None] });
        assert_eq!(suppress(&[40, 2, 3]), Shown { total: Some(45), groups: vec![None, None, None] });
        assert_eq!(suppress(&[5, 4]), Shown { total: None, groups: vec![None, None] });
        assert_eq!(suppress(&[10]), Shown { total: None, groups: vec![None] });
        assert_eq!(suppress(&[]), Shown { total: None, groups: vec![] });
    }

    /// Whoever knows this rule and sees what is shown goes through everything that would look the same.
    #[test]
    fn nothing_that_is_left_out_can_be_computed() {
        for size in 2..=3_u32 {
            let most: u64 = if size == 2 { 60 } else { 34 };
            let mut alike: HashMap<(Option<u64>, Vec<Option<u64>>), Vec<Vec<u64>>> = HashMap::new();
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
