use super::super::facts::Context;
use super::super::finding::{Finding, Rule};

/// Not more units of a service in a day and in a week than the payer pays for, and no specialist who works for longer than can be.
pub fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    let (caps, sums) = (&context.rules.caps, &context.sums);
    if let Some(charge) =
        context.charge.filter(|charge| charge.session_ids.first() == Some(&context.session.session_id))
    {
        let of_code = context.rules.code(&charge.code).and_then(|code| code.units_per_day);
        let mut over = |rule, before: i64, most: Option<i64>, time: &str| {
            let Some(most) = most.filter(|most| before + charge.units > *most && charge.units > 0) else { return };
            let left = (most - before).clamp(0, charge.units);
            found.push(Finding::block(
                rule,
                format!("with these {} units it is {} in {time}; {most} are paid", charge.units, before + charge.units),
                format!("bill {left} of these units, or mark the session as not billable"),
            ));
        };
        over(Rule::DailyCap, sums.units_of_day, of_code.or(caps.units_per_day), "a day");
        over(Rule::WeeklyCap, sums.units_of_week, caps.units_per_week, "a week");
    }
    if let Some(most) = caps.staff_minutes_per_day.filter(|most| sums.staff_minutes > *most) {
        found.push(Finding::warn(
            Rule::StaffHours,
            format!("the specialist has {} billable minutes on that day; {most} are usual at most", sums.staff_minutes),
            "look at the times of that day's sessions",
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::facts::{Sums, samples};
    use super::*;
    use crate::payers::{Piece, Rules, charges};

    fn found(rules: &Rules, sums: Sums) -> Vec<(Rule, String)> {
        let session = samples::session();
        let piece = Piece {
            session_id: session.session_id,
            client_id: session.client_id,
            specialist_id: session.specialist_id,
            date: session.date,
            starts_at: session.starts_at,
            code: "H0038".to_owned(),
            modifiers: Vec::new(),
            minutes: 53,
            is_first: true,
        };
        let charge = charges(rules, &[piece]).remove(0);
        let context = Context { charge: Some(&charge), sums, ..samples::context(&session, rules, &[]) };
        let mut found = Vec::new();
        check(&context, &mut found);
        found.into_iter().map(|finding| (finding.rule, finding.fix)).collect()
    }

    #[test]
    fn only_what_is_over_a_limit_is_held_back() {
        let mut rules = Rules::default();
        rules.caps.units_per_week = Some(20);
        let sums = |units_of_day, units_of_week, staff_minutes| Sums { units_of_day, units_of_week, staff_minutes };
        let rest = |units: i64| format!("bill {units} of these units, or mark the session as not billable");
        assert_eq!(found(&rules, sums(13, 17, 720)), [], "53 minutes are 3 units; limits are inclusive");
        assert_eq!(found(&rules, sums(14, 17, 0)), [(Rule::DailyCap, rest(2))]);
        assert_eq!(found(&rules, sums(0, 19, 0)), [(Rule::WeeklyCap, rest(1))]);
        assert_eq!(found(&rules, sums(40, 0, 0)), [(Rule::DailyCap, rest(0))]);
        assert_eq!(found(&rules, sums(0, 0, 721))[0].0, Rule::StaffHours);
        rules.caps.units_per_day = None;
        assert_eq!(found(&rules, sums(40, 0, 0)), []);
    }
}
