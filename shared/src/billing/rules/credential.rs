use super::super::facts::{Context, CredentialFacts};
use super::super::finding::{Finding, Rule};

/// Who gave the service was certified on that day.
pub fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    match &context.credential {
        CredentialFacts::Held => {}
        CredentialFacts::Unknown => found.push(Finding::block(
            Rule::Credential,
            "no credential of the specialist is written down",
            "an admin writes the credential down, with its dates",
        )),
        CredentialFacts::NotHeld { status, since } => found.push(Finding::block(
            Rule::Credential,
            format!("the specialist's credential was {} since {since}", status.as_str()),
            "a renewal that reaches back to this day is written down, or the session is marked as not billable",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::facts::samples;
    use super::*;
    use crate::credentials::Status;
    use crate::payers::Rules;

    #[test]
    fn only_a_credential_that_held_will_do() {
        let (session, rules) = (samples::session(), Rules::default());
        let since = samples::date("2027-02-01");
        for (facts, expected) in [
            (CredentialFacts::Held, 0),
            (CredentialFacts::Unknown, 1),
            (CredentialFacts::NotHeld { status: Status::Suspended, since }, 1),
        ] {
            let context = Context { credential: facts, ..samples::context(&session, &rules, &[]) };
            let mut found = Vec::new();
            check(&context, &mut found);
            assert_eq!(found.len(), expected);
            assert!(found.iter().all(|finding| finding.severity == crate::payers::Severity::Block));
        }
    }
}
