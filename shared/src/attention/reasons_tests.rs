//! Each rule on its own, by facts written down.

use super::*;

fn at(text: &str) -> Timestamp {
    text.parse::<chrono::DateTime<chrono::Utc>>().expect("a moment").into()
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

/// Noon in New York on 10 March 2027, and nothing known.
fn facts() -> Facts {
    Facts {
        now: at("2027-03-10T17:00:00Z"),
        zone: Tz::America__New_York,
        paused_until: None,
        check_ins: Vec::new(),
        expected: Some(Vec::new()),
        attendances: Vec::new(),
        goals: Vec::new(),
        plans: Vec::new(),
        phone_since: None,
        confirmed_at: None,
    }
}

/// Check-ins at noon UTC, newest first; a mood below zero is one that was not answered.
fn check_ins(of: &[(&str, i64)]) -> Vec<CheckInFact> {
    of.iter()
        .map(|(date, mood)| CheckInFact {
            local_date: day(date),
            answered_at: at(&format!("{date}T16:00:00Z")),
            mood: Some(*mood).filter(|mood| *mood >= 0),
        })
        .collect()
}

fn every_day(from: &str, count: i64) -> Vec<NaiveDate> {
    (0..count).map(|days| day(from) + Duration::days(days)).collect()
}

fn one(facts: &Facts, kind: Kind) -> Assessment {
    assess(facts, &Rules::default(), &[kind])
}

#[test]
fn three_planned_days_without_an_answer_are_missed_when_the_third_is_over() {
    let mut facts = facts();
    facts.check_ins = check_ins(&[("2027-03-06", 5)]);
    facts.expected = Some(vec![every_day("2027-03-01", 60)]);
    let found = one(&facts, Kind::CheckInsMissed);
    assert_eq!(found.findings.len(), 1, "the 7th, 8th and 9th are over");
    let finding = &found.findings[0];
    assert_eq!((finding.code, &finding.parameters), ("last_check_in", &json!({ "on": "2027-03-06" })));
    assert_eq!(finding.since, at("2027-03-08T05:00:00Z"), "the end of the first day without");
    assert_eq!(found.next, None, "only an answer can change it");

    facts.now = at("2027-03-10T04:59:59Z");
    let found = one(&facts, Kind::CheckInsMissed);
    assert_eq!(found.findings, [], "the 9th is not over yet");
    assert_eq!(found.next, Some(at("2027-03-10T05:00:00Z")));
}

#[test]
fn days_without_a_plan_are_not_missed() {
    let mut facts = facts();
    facts.check_ins = check_ins(&[("2027-02-15", 5)]);
    let weekly = vec![day("2027-02-15"), day("2027-02-22"), day("2027-03-01"), day("2027-03-08"), day("2027-03-15")];
    facts.expected = Some(vec![weekly[..3].to_vec()]);
    assert_eq!(one(&facts, Kind::CheckInsMissed), Assessment::default(), "two, and no more are planned");
    facts.expected = Some(vec![weekly]);
    assert_eq!(one(&facts, Kind::CheckInsMissed).findings.len(), 1, "three weeks in a row");
    facts.check_ins.insert(0, check_ins(&[("2027-03-02", 5)])[0]);
    let found = one(&facts, Kind::CheckInsMissed);
    assert_eq!(found.findings, [], "two after that, of which one is yet to come");
    assert_eq!(found.next, Some(at("2027-03-16T04:00:00Z")), "the third lies beyond what was looked at");
}

#[test]
fn who_never_answered_is_counted_from_the_first_plan_and_a_pause_counts_nothing() {
    let mut facts = facts();
    facts.expected = Some(vec![every_day("2027-03-05", 30)]);
    let found = one(&facts, Kind::CheckInsMissed);
    assert_eq!(found.findings[0].code, "no_check_in_yet");
    assert_eq!(found.findings[0].parameters, json!({ "planned_on": "2027-03-05" }));
    facts.paused_until = Some(at("2027-03-20T00:00:00Z"));
    let found = one(&facts, Kind::CheckInsMissed);
    assert_eq!((found.findings.len(), found.next), (0, facts.paused_until));
}

#[test]
fn a_fresh_check_in_is_enough_to_know_that_none_was_missed() {
    let rules = Rules::default();
    assert!(cannot_have_missed(Some(day("2027-03-10")), day("2027-03-10"), &rules));
    assert!(cannot_have_missed(Some(day("2027-03-07")), day("2027-03-10"), &rules), "the 8th and 9th at most");
    assert!(!cannot_have_missed(Some(day("2027-03-06")), day("2027-03-10"), &rules));
    assert!(!cannot_have_missed(None, day("2027-03-10"), &rules));
    assert!(cannot_have_missed(None, day("2027-03-10"), &rules.clone().without(Kind::CheckInsMissed)));
    let mut facts = facts();
    facts.check_ins = check_ins(&[("2027-03-10", 5)]);
    facts.expected = None;
    let found = one(&facts, Kind::CheckInsMissed);
    assert_eq!(found.next, Some(at("2027-03-14T05:00:00Z")), "the 13th over: never later than it can happen");
}

#[test]
fn mood_is_compared_with_the_persons_own_week() {
    let mut facts = facts();
    let week = [("2027-03-09", 7), ("2027-03-08", 6), ("2027-03-07", 8), ("2027-03-06", 7)];
    let with = |mood| check_ins(&[&[("2027-03-10", mood)], &week[..]].concat());
    facts.check_ins = with(4);
    let found = one(&facts, Kind::MoodBelowBaseline);
    assert_eq!(found.findings[0].parameters, json!({ "on": "2027-03-10", "mood": 4, "usual": 7, "days": 7 }));
    assert_eq!(found.findings[0].since, at("2027-03-10T16:00:00Z"));
    assert_eq!(found.next, Some(at("2027-03-18T04:00:00Z")), "after a week it says nothing of today");
    facts.check_ins = with(5);
    assert_eq!(one(&facts, Kind::MoodBelowBaseline).findings, [], "two below is within the usual");
    facts.check_ins = with(-1);
    assert_eq!(one(&facts, Kind::MoodBelowBaseline).findings, [], "a mood that was not answered is not zero");
    facts.check_ins = with(4);
    facts.check_ins.pop();
    assert_eq!(one(&facts, Kind::MoodBelowBaseline).findings, [], "three days make no usual");
    facts.check_ins = with(4);
    facts.now = at("2027-03-18T04:00:00Z");
    assert_eq!(one(&facts, Kind::MoodBelowBaseline), Assessment::default());
}

#[test]
fn the_median_of_an_even_week_lies_between() {
    let mut facts = facts();
    facts.check_ins =
        check_ins(&[("2027-03-10", 3), ("2027-03-09", 9), ("2027-03-08", 5), ("2027-03-07", 8), ("2027-03-06", 1)]);
    assert_eq!(one(&facts, Kind::MoodBelowBaseline).findings[0].parameters["usual"], json!(6.5));
    // Two answers of one day: the day itself is not its own usual.
    facts.check_ins =
        check_ins(&[("2027-03-10", 1), ("2027-03-10", 9), ("2027-03-09", 2), ("2027-03-08", 2), ("2027-03-07", 2)]);
    let rules = Rules::default().with(Kind::MoodBelowBaseline, "at_least", 3);
    assert_eq!(assess(&facts, &rules, &[Kind::MoodBelowBaseline]).findings, []);
}

#[test]
fn a_missed_appointment_is_shown_until_the_client_comes_or_two_weeks_have_passed() {
    let mut facts = facts();
    let attendance = |id: &str, missed: bool, recorded_at: &str| AttendanceFact {
        occurrence_id: id.to_owned(),
        on: day(&recorded_at[..10]),
        missed,
        attended: !missed,
        recorded_at: at(recorded_at),
    };
    let missed = attendance("a", true, "2027-03-08T15:00:00Z");
    facts.attendances = vec![missed.clone()];
    let found = one(&facts, Kind::AppointmentMissed);
    assert_eq!(found.findings[0].subject, Some(("occurrence", "a".to_owned())));
    assert_eq!(found.next, Some(at("2027-03-22T15:00:00Z")));
    facts.attendances = vec![attendance("b", false, "2027-03-09T15:00:00Z"), missed.clone()];
    assert_eq!(one(&facts, Kind::AppointmentMissed).findings, []);
    facts.attendances = vec![missed.clone(), attendance("b", false, "2027-03-01T15:00:00Z")];
    assert_eq!(one(&facts, Kind::AppointmentMissed).findings.len(), 1, "came before, not after");
    let excused = AttendanceFact { missed: false, attended: false, ..missed };
    facts.attendances = vec![excused];
    assert_eq!(one(&facts, Kind::AppointmentMissed), Assessment::default());
}

#[test]
fn dates_of_goals_and_plans_are_announced_and_an_overdue_plan_weighs_more() {
    let mut facts = facts();
    let (goal, plan) = (Uuid::from_u128(1), Uuid::from_u128(2));
    facts.goals = vec![(goal, day("2027-03-14"))];
    facts.plans = vec![(plan, day("2027-03-24"))];
    let found = assess(&facts, &Rules::default(), &[Kind::GoalDue, Kind::PlanReviewDue]);
    assert_eq!(found.findings.iter().map(|finding| finding.kind).collect::<Vec<_>>(), [Kind::PlanReviewDue]);
    assert_eq!(found.next, Some(at("2027-03-11T05:00:00Z")), "three days before the goal's date, at midnight there");
    facts.now = at("2027-03-25T04:00:00Z");
    let found = assess(&facts, &Rules::default(), &[Kind::GoalDue, Kind::PlanReviewDue]);
    let seen: Vec<_> = found.findings.iter().map(|finding| (finding.kind, finding.severity)).collect();
    assert_eq!(seen, [(Kind::GoalDue, Severity::Low), (Kind::PlanReviewDue, Severity::Medium)]);
    assert_eq!(found.findings[0].subject, Some(("goal", goal.to_string())));
}

#[test]
fn a_phone_is_out_of_reach_when_it_is_gone_or_silent() {
    let mut facts = facts();
    assert_eq!(one(&facts, Kind::Unreachable), Assessment::default(), "who has no phone here is not out of reach");
    facts.phone_since = Some(at("2027-03-10T00:00:00Z"));
    let found = one(&facts, Kind::Unreachable);
    assert_eq!((found.findings.len(), found.next), (0, Some(at("2027-03-11T00:00:00Z"))), "a day to turn them on");
    facts.phone_since = Some(at("2027-03-01T00:00:00Z"));
    assert_eq!(one(&facts, Kind::Unreachable).findings[0].code, "no_reminders_reach");
    facts.confirmed_at = Some(at("2027-03-09T00:00:00Z"));
    let found = one(&facts, Kind::Unreachable);
    assert_eq!((found.findings.len(), found.next), (0, Some(at("2027-04-08T00:00:00Z"))));
    facts.now = at("2027-04-08T00:00:00Z");
    assert_eq!(one(&facts, Kind::Unreachable).findings[0].code, "phone_silent");
}

#[test]
fn a_rule_that_is_off_says_nothing_and_wakes_nobody() {
    let mut facts = facts();
    facts.check_ins = check_ins(&[("2027-03-01", 5)]);
    facts.expected = Some(vec![every_day("2027-03-01", 60)]);
    facts.goals = vec![(Uuid::from_u128(1), day("2027-03-30"))];
    let rules = Rules::default().without(Kind::CheckInsMissed).without(Kind::GoalDue);
    assert_eq!(assess(&facts, &rules, &Kind::ALL), Assessment::default());
}
