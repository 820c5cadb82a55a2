use chrono::Days;

use super::super::facts::Context;
use super::super::finding::{Finding, Rule};
use crate::care_plans::Cover;

/// A plan of care covers the day, its goals were worked on, and the service was ordered where the payer wants that.
pub fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    let date = context.session.date;
    let rules = &context.rules.plan;
    let plan = context.plans.iter().find(|plan| plan.holds_on(date));
    let Some(plan) = plan else {
        if rules.required {
            found.push(Finding::block(
                Rule::Plan,
                format!("no plan of care that all had signed covers {date}"),
                "a plan cannot reach back; mark the session as not billable, or ask the payer",
            ));
        }
        return;
    };
    let last = plan.effective_on.checked_add_days(Days::new(rules.max_days.unsigned_abs()));
    if rules.required && last.is_some_and(|last| date >= last) {
        found.push(Finding::block(
            Rule::Plan,
            format!("the plan of care is older than the {} days that this payer allows", rules.max_days),
            "revise the plan of care; this session stays outside of it",
        ));
    }
    if rules.required
        && context.note.goal_ids.as_ref().is_some_and(|goals| !goals.iter().any(|goal| plan.goal_ids.contains(goal)))
    {
        found.push(Finding::block(
            Rule::Goals,
            "the note names no goal of the plan of care that was in force",
            "void the note and write it anew with the goals that were worked on",
        ));
    }
    if rules.service_order_required {
        check_order(context, plan, found);
    }
}

fn check_order(context: &Context<'_>, plan: &Cover, found: &mut Vec<Finding>) {
    let date = context.session.date;
    let fix = "have the service ordered, and write the order into a revision of the plan of care";
    let Some(order) = plan.service_order else {
        found.push(Finding::block(Rule::ServiceOrder, "this payer wants a service order, and the plan has none", fix));
        return;
    };
    let until = context
        .rules
        .plan
        .service_order_days
        .and_then(|days| order.ordered_on.checked_add_days(Days::new(days.unsigned_abs())));
    let holds = order.ordered_on <= date
        && order.valid_from <= date
        && date <= order.valid_to
        && until.is_none_or(|until| date <= until);
    if !holds {
        found.push(Finding::block(Rule::ServiceOrder, format!("the service order does not hold on {date}"), fix));
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::facts::{NoteFacts, NoteState, samples};
    use super::*;
    use crate::payers::Rules;

    fn found(rules: &Rules, plans: &[Cover], on: &str, goals: Option<Vec<uuid::Uuid>>) -> Vec<Rule> {
        let mut session = samples::session();
        session.date = samples::date(on);
        let note = NoteFacts { state: NoteState::Signed, signed_at: None, goal_ids: goals, signed: None };
        let mut found = Vec::new();
        check(&Context { note, ..samples::context(&session, rules, plans) }, &mut found);
        found.into_iter().map(|finding| finding.rule).collect()
    }

    #[test]
    fn a_plan_covers_the_day_only_when_all_had_signed_it() {
        let rules = Rules::default();
        let plans = [samples::plan()];
        assert_eq!(found(&rules, &plans, "2027-01-01", None), [Rule::Plan], "signed a day later");
        assert_eq!(found(&rules, &plans, "2027-01-02", None), []);
        assert_eq!(found(&rules, &plans, "2027-12-31", None), []);
        assert_eq!(found(&rules, &plans, "2028-01-01", None), [Rule::Plan]);
        assert_eq!(found(&rules, &[], "2027-03-01", None), [Rule::Plan]);
        let mut free = Rules::default();
        free.plan.required = false;
        assert_eq!(found(&free, &[], "2027-03-01", None), []);
    }

    #[test]
    fn a_plan_grows_too_old_for_some_payers() {
        let mut rules = Rules::default();
        rules.plan.max_days = 90;
        let plans = [samples::plan()];
        assert_eq!(found(&rules, &plans, "2027-03-31", None), [], "the ninetieth day");
        assert_eq!(found(&rules, &plans, "2027-04-01", None), [Rule::Plan]);
    }

    #[test]
    fn a_goal_of_the_plan_was_worked_on() {
        let (rules, plans) = (Rules::default(), [samples::plan()]);
        assert_eq!(found(&rules, &plans, "2027-03-01", Some(vec![samples::GOAL])), []);
        assert_eq!(found(&rules, &plans, "2027-03-01", Some(vec![uuid::Uuid::nil()])), [Rule::Goals]);
        assert_eq!(found(&rules, &plans, "2027-03-01", Some(Vec::new())), [Rule::Goals]);
    }

    #[test]
    fn a_service_order_holds_where_it_is_wanted() {
        let mut rules = Rules::default();
        rules.plan.service_order_required = true;
        let mut plan = samples::plan();
        assert_eq!(found(&rules, &[plan.clone()], "2027-03-01", None), [Rule::ServiceOrder]);
        plan.service_order = Some(samples::order("2027-01-15", "2027-01-15", "2027-12-31"));
        assert_eq!(found(&rules, &[plan.clone()], "2027-03-01", None), []);
        assert_eq!(found(&rules, &[plan.clone()], "2027-01-14", None), [Rule::ServiceOrder], "before it was given");
        rules.plan.service_order_days = Some(60);
        assert_eq!(found(&rules, &[plan.clone()], "2027-03-16", None), []);
        assert_eq!(found(&rules, &[plan], "2027-03-17", None), [Rule::ServiceOrder]);
    }
}
