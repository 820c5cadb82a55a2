use super::super::facts::Context;
use super::super::finding::{Finding, Rule};
use crate::sessions::Kind;

/// Not more people in a group, on a caseload and under a supervisor than the payer allows.
pub fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    let limits = &context.rules.limits;
    let over = |count: usize, most: Option<i64>| most.filter(|most| i64::try_from(count).unwrap_or(i64::MAX) > *most);
    let session = context.session;
    if session.kind == Kind::Group
        && let Some(most) = over(session.group_size, limits.group_max)
    {
        found.push(Finding::block(
            Rule::GroupSize,
            format!("{} people are more than the {most} of a group", session.group_size),
            "larger groups are not billed; next time make two",
        ));
    }
    if let Some(most) = over(context.caseload, limits.caseload_max) {
        found.push(Finding::warn(
            Rule::Caseload,
            format!("the specialist worked with {} people that day, the payer's limit is {most}", context.caseload),
            "spread the clients over more specialists",
        ));
    }
    if let Some(most) = over(context.supervision.supervised, limits.supervised_max) {
        let count = context.supervision.supervised;
        found.push(Finding::warn(
            Rule::SupervisorRatio,
            format!("the supervisor supervised {count} people that day, the payer's limit is {most}"),
            "spread the specialists over more supervisors",
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::facts::{SupervisionFacts, samples};
    use super::*;
    use crate::payers::{Rules, Severity};

    #[test]
    fn limits_are_inclusive() {
        let mut rules = Rules::default();
        rules.limits.supervised_max = Some(8);
        let found = |kind, group_size, caseload, supervised| -> Vec<(Rule, Severity)> {
            let mut session = samples::session();
            session.kind = kind;
            session.group_size = group_size;
            let supervision = SupervisionFacts { supervised, ..SupervisionFacts::default() };
            let context = Context { supervision, caseload, ..samples::context(&session, &rules, &[]) };
            let mut found = Vec::new();
            check(&context, &mut found);
            found.into_iter().map(|finding| (finding.rule, finding.severity)).collect()
        };
        assert_eq!(found(Kind::Group, 12, 15, 8), []);
        assert_eq!(found(Kind::Individual, 13, 15, 8), []);
        assert_eq!(
            found(Kind::Group, 13, 16, 9),
            [
                (Rule::GroupSize, Severity::Block),
                (Rule::Caseload, Severity::Warn),
                (Rule::SupervisorRatio, Severity::Warn)
            ]
        );
    }
}
