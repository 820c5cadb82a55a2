//! Copied text: notes that repeat one another are what auditors look for first. Pure.

/// Nine tenths the same, in thousandths: from here on the author is warned.
pub const WARN_FROM: u64 = 900;
/// Shorter texts are alike by nature.
const LEAST_WORDS: usize = 12;

/// How much of two texts is the same, in thousandths: twice the longest common subsequence of their words, over all their
/// words. Case, punctuation and spaces do not count. `None` when one of them is too short to be judged.
pub fn likeness(one: &str, other: &str) -> Option<u64> {
    let (one, other) = (words(one), words(other));
    if one.len() < LEAST_WORDS || other.len() < LEAST_WORDS {
        return None;
    }
    let common = common_subsequence(&one, &other) as u64;
    Some(2 * common * 1000 / (one.len() + other.len()) as u64)
}

fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric() && c != '\'')
        .map(|word| word.trim_matches('\'').to_lowercase())
        .filter(|word| !word.is_empty())
        .collect()
}

/// The length of the longest common subsequence, 64 words at a time (Hyyrö, "Bit-parallel LCS-length computation revisited",
/// 2004): some thousands of words against fifty notes take no noticeable time.
fn common_subsequence(one: &[String], other: &[String]) -> usize {
    let mut places: std::collections::HashMap<&str, Vec<usize>> = std::collections::HashMap::new();
    for (index, word) in one.iter().enumerate() {
        places.entry(word).or_default().push(index);
    }
    let blocks = one.len().div_ceil(64);
    let mut row = vec![u64::MAX; blocks];
    let mut matches = vec![0_u64; blocks];
    for word in other {
        let Some(found) = places.get(word.as_str()) else { continue };
        for index in found {
            matches[index / 64] |= 1 << (index % 64);
        }
        let mut carry = false;
        for (bits, matched) in row.iter_mut().zip(&matches) {
            let update = *bits & matched;
            let (sum, over) = bits.overflowing_add(update);
            let (sum, over_again) = sum.overflowing_add(u64::from(carry));
            carry = over || over_again;
            *bits = sum | (*bits - update);
        }
        for index in found {
            matches[index / 64] = 0;
        }
    }
    (0..one.len()).filter(|index| row[index / 64] & (1 << (index % 64)) == 0).count()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The textbook's table, slow and plain.
    fn by_table(one: &[String], other: &[String]) -> usize {
        let mut table = vec![vec![0_usize; other.len() + 1]; one.len() + 1];
        for (i, a) in one.iter().enumerate() {
            for (j, b) in other.iter().enumerate() {
                table[i + 1][j + 1] = if a == b { table[i][j] + 1 } else { table[i][j + 1].max(table[i + 1][j]) };
            }
        }
        table[one.len()][other.len()]
    }

    fn numbered(from: usize, count: usize) -> Vec<String> {
        (from..from + count).map(|number| format!("w{number}")).collect()
    }

    #[test]
    fn nine_tenths_is_where_the_warning_begins() {
        let old = numbered(0, 20).join(" ");
        let two_new = [numbered(0, 18), numbered(100, 2)].concat().join(" ");
        let three_new = [numbered(0, 17), numbered(100, 3)].concat().join(" ");
        assert_eq!(likeness(&old, &old), Some(1000));
        assert_eq!(likeness(&old, &two_new), Some(900));
        assert_eq!(likeness(&old, &three_new), Some(850));
        assert!(likeness(&old, &two_new) >= Some(WARN_FROM) && likeness(&old, &three_new) < Some(WARN_FROM));
        // Copied, with as much again written to it, is no copy.
        let longer = [numbered(0, 20), numbered(100, 20)].concat().join(" ");
        assert_eq!(likeness(&old, &longer), Some(666));
    }

    #[test]
    fn case_points_and_spaces_do_not_count_and_short_texts_are_not_judged() {
        let one = "We walked to the park. She said it cleared her head; we will go again.";
        let other = "we  walked to the Park -- she said: it cleared her head we will go again";
        assert_eq!(likeness(one, other), Some(1000));
        assert_eq!(likeness("We walked.", "We walked."), None);
    }

    proptest! {
        #[test]
        fn as_long_as_the_table_says(
            one in prop::collection::vec("[a-d]", 0..200), other in prop::collection::vec("[a-d]", 0..200),
        ) {
            prop_assert_eq!(common_subsequence(&one, &other), by_table(&one, &other));
            prop_assert_eq!(common_subsequence(&other, &one), by_table(&one, &other));
        }
    }
}
