use super::form::Content;
use crate::forms::{self, Change, ChangeReason};

/// Compares a version with the one that was published before it: a safe edit leaves the answers comparable.
pub fn classify(before: &Content, after: &Content) -> (Change, Vec<ChangeReason>) {
    let mut reasons = forms::compare_items(before.items(), after.items());
    if before.scoring != after.scoring {
        reasons.push(ChangeReason::new(None, "scoring_changed"));
    }
    if before.languages().iter().any(|language| !after.languages().contains(language)) {
        reasons.push(ChangeReason::new(None, "language_dropped"));
    }
    (forms::verdict(&reasons), reasons)
}
