//! One family of rules a file. Each adds what it finds and knows nothing of the others.

mod caps;
mod credential;
mod note;
mod overlap;
mod plan;
mod ratio;
mod service;
mod supervision;
mod units;

use super::facts::Context;
use super::finding::Finding;

/// Every rule that a line fails, in the order in which people mend them.
pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    note::check(context, &mut found);
    plan::check(context, &mut found);
    credential::check(context, &mut found);
    service::check(context, &mut found);
    overlap::check(context, &mut found);
    units::check(context, &mut found);
    caps::check(context, &mut found);
    supervision::check(context, &mut found);
    ratio::check(context, &mut found);
    found
}

#[cfg(test)]
mod tests {
    use super::super::facts::samples;
    use super::*;
    use crate::payers::Rules;

    #[test]
    fn a_line_that_is_in_order_fails_nothing() {
        let (session, plans, rules) = (samples::session(), [samples::plan()], Rules::default());
        assert_eq!(check(&samples::context(&session, &rules, &plans)), []);
    }
}
