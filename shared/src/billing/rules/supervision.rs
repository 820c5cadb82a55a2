use chrono::Days;

use super::super::facts::Context;
use super::super::finding::{Finding, Rule};

/// The specialist was supervised, by somebody whom the state takes, and not too long ago.
pub fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    let rules = &context.rules.supervision;
    let date = context.session.date;
    let mut say = |message: String, fix: &str| {
        found.push(Finding { severity: rules.overdue, ..Finding::block(Rule::Supervision, message, fix) });
    };
    let Some(since) = context.supervision.since else {
        say(format!("nobody supervised the specialist on {date}"), "an admin puts the specialist under a supervisor");
        return;
    };
    if context.supervision.supervisor_type.is_some_and(|kind| !rules.types.contains(&kind)) {
        say(
            "this payer does not take supervision by somebody of this kind".to_owned(),
            "an admin names a primary supervisor whom the payer takes",
        );
    }
    let Some(days) = rules.every_days else { return };
    // Whoever has just begun to be supervised has as long.
    let last = context.supervision.last_held_on.map_or(since, |held| held.max(since));
    let due = last.checked_add_days(Days::new(days.unsigned_abs()));
    if due.is_some_and(|due| due < date) {
        say(
            format!("the last supervision that both signed was more than {days} days before"),
            "supervise, write it down, and let both sign",
        );
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::facts::{SupervisionFacts, samples};
    use super::*;
    use crate::payers::{Rules, Severity, SupervisorType};

    fn found(rules: &Rules, supervision: SupervisionFacts) -> Vec<Severity> {
        let session = samples::session();
        let mut found = Vec::new();
        check(&Context { supervision, ..samples::context(&session, rules, &[]) }, &mut found);
        found.into_iter().map(|finding| finding.severity).collect()
    }

    fn facts(since: Option<&str>, last: Option<&str>) -> SupervisionFacts {
        let date = |text: Option<&str>| text.map(samples::date);
        SupervisionFacts { since: date(since), last_held_on: date(last), ..SupervisionFacts::default() }
    }

    #[test]
    fn the_last_one_is_not_too_long_ago() {
        let mut rules = Rules::default();
        assert_eq!(found(&rules, facts(Some("2026-01-01"), Some("2027-01-30"))), [], "the thirtieth day");
        assert_eq!(found(&rules, facts(Some("2026-01-01"), Some("2027-01-29"))), [Severity::Warn]);
        assert_eq!(found(&rules, facts(Some("2026-01-01"), None)), [Severity::Warn]);
        assert_eq!(found(&rules, facts(Some("2027-02-15"), None)), [], "has just begun");
        assert_eq!(found(&rules, facts(None, None)), [Severity::Warn]);
        rules.supervision.overdue = Severity::Block;
        assert_eq!(found(&rules, facts(None, None)), [Severity::Block]);
        rules.supervision.every_days = None;
        assert_eq!(found(&rules, facts(Some("2026-01-01"), None)), []);
    }

    #[test]
    fn not_everybody_may_supervise() {
        let mut rules = Rules::default();
        rules.supervision.types = vec![SupervisorType::LicensedMentalHealth];
        let by = |kind| SupervisionFacts { supervisor_type: kind, ..facts(Some("2026-01-01"), Some("2027-02-20")) };
        assert_eq!(found(&rules, by(Some(SupervisorType::ExperiencedPeer))), [Severity::Warn]);
        assert_eq!(found(&rules, by(Some(SupervisorType::LicensedMentalHealth))), []);
        assert_eq!(found(&rules, by(None)), [], "what was not said is not held against anybody");
    }
}
