use super::super::facts::Context;
use super::super::finding::{Finding, Rule};

/// Nobody was in two places, and nothing is billed twice. Touching ends do not overlap.
pub fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    let session = context.session;
    let apart = || context.others.iter().filter(|other| other.session_id != session.session_id);
    let specialist = apart().any(|other| {
        other.specialist_id == session.specialist_id
            && other.starts_at < session.ends_at
            && session.starts_at < other.ends_at
    });
    if specialist {
        found.push(Finding::block(
            Rule::SpecialistOverlap,
            "the specialist has another session at the same time",
            "correct the times of one of the two",
        ));
    }
    let client = apart().any(|other| {
        other.client_id == session.client_id
            && other.from < session.to
            && session.from < other.to
            && !context.rules.allows_at_once(session.service_code.as_deref(), other.service_code.as_deref())
    });
    if client {
        found.push(Finding::block(
            Rule::ClientOverlap,
            "the client has another billable service at the same time",
            "correct the times, or mark one of the two as not billable",
        ));
    }
    let twice = apart().any(|other| {
        other.client_id == session.client_id
            && other.specialist_id == session.specialist_id
            && other.service_code == session.service_code
            && other.modifiers == session.modifiers
            && other.date == session.date
            && other.starts_at == session.starts_at
    });
    if twice {
        found.push(Finding::block(
            Rule::Duplicate,
            "the same service at the same time is written down twice",
            "void one of the two",
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::facts::{SessionFacts, samples};
    use super::*;
    use crate::payers::Rules;
    use uuid::Uuid;

    fn found(rules: &Rules, change: impl FnOnce(&mut SessionFacts)) -> Vec<Rule> {
        let session = samples::session();
        let mut other = samples::session();
        other.session_id = Uuid::from_u128(50);
        change(&mut other);
        let others = [session.clone(), other];
        let mut found = Vec::new();
        check(&Context { others: &others, ..samples::context(&session, rules, &[]) }, &mut found);
        found.into_iter().map(|finding| finding.rule).collect()
    }

    fn move_to(other: &mut SessionFacts, from: &str, to: &str) {
        (other.starts_at, other.ends_at) = (samples::at(from), samples::at(to));
        (other.from, other.to) = (other.starts_at, other.ends_at);
    }

    #[test]
    fn touching_ends_do_not_overlap() {
        let rules = Rules::default();
        let touching = |other: &mut SessionFacts| move_to(other, "2027-03-01T15:53:00Z", "2027-03-01T16:30:00Z");
        assert_eq!(found(&rules, touching), []);
        let inside = |other: &mut SessionFacts| move_to(other, "2027-03-01T15:52:00Z", "2027-03-01T16:30:00Z");
        assert_eq!(found(&rules, inside), [Rule::SpecialistOverlap, Rule::ClientOverlap]);
        assert_eq!(found(&rules, |_| {}), [Rule::SpecialistOverlap, Rule::ClientOverlap, Rule::Duplicate]);
    }

    #[test]
    fn two_people_can_each_have_their_own() {
        let mut rules = Rules::default();
        let someone_else = |other: &mut SessionFacts| {
            other.specialist_id = Uuid::from_u128(51);
            other.client_id = Uuid::from_u128(52);
        };
        assert_eq!(found(&rules, someone_else), []);
        let clinician = |other: &mut SessionFacts| {
            other.specialist_id = Uuid::from_u128(51);
            other.service_code = Some("H2015".to_owned());
        };
        assert_eq!(found(&rules, clinician), [Rule::ClientOverlap]);
        rules.allowed_overlaps = vec![["H2015".to_owned(), "H0038".to_owned()]];
        assert_eq!(found(&rules, clinician), [], "this payer pays for both");
        // Whoever left a group before the other session began was not in two places.
        let left_early = |other: &mut SessionFacts| {
            other.specialist_id = Uuid::from_u128(51);
            other.to = samples::at("2027-03-01T15:00:00Z");
            other.from = samples::at("2027-03-01T14:30:00Z");
        };
        assert_eq!(found(&Rules::default(), left_early), []);
    }
}
