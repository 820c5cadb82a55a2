//! The rules themselves: from facts to reasons, without a database and without a score. Each finding says what was seen,
//! so that it can be explained in words.

use std::collections::HashMap;

use chrono::{Duration, NaiveDate};
use chrono_tz::Tz;
use serde_json::{Value, json};
use uuid::Uuid;

use super::kind::{Kind, Severity};
use super::rules::Rules;
use crate::agenda::zone::{day_bounds, local_of};
use crate::clock::Timestamp;

/// What is known of one client. What was not fetched, because no wanted kind reads it, is empty.
#[derive(Clone, Debug)]
pub(super) struct Facts {
    pub now: Timestamp,
    /// The client's zone: days begin and end by it.
    pub zone: Tz,
    pub paused_until: Option<Timestamp>,
    /// Newest local date first.
    pub check_ins: Vec<CheckInFact>,
    /// For each schedule that runs, the local dates it asks on, ascending; `None` when they were not needed.
    pub expected: Option<Vec<Vec<NaiveDate>>>,
    /// Newest first.
    pub attendances: Vec<AttendanceFact>,
    /// Goals that are being worked on, with their due dates.
    pub goals: Vec<(Uuid, NaiveDate)>,
    /// Plans in force, with the dates of their review.
    pub plans: Vec<(Uuid, NaiveDate)>,
    /// When the first phone that still counts was activated.
    pub phone_since: Option<Timestamp>,
    /// When one of the client's phones last showed itself.
    pub confirmed_at: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct CheckInFact {
    pub local_date: NaiveDate,
    pub answered_at: Timestamp,
    /// 0 to 10
    pub mood: Option<i64>,
}

#[derive(Clone, Debug)]
pub(super) struct AttendanceFact {
    pub occurrence_id: String,
    /// The local date of the start.
    pub on: NaiveDate,
    pub missed: bool,
    pub attended: bool,
    pub recorded_at: Timestamp,
}

/// A reason that the facts give.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Finding {
    pub kind: Kind,
    pub severity: Severity,
    pub since: Timestamp,
    /// Which sentence says it, and with what. Dates, not "days ago": those are counted when it is read.
    pub code: &'static str,
    pub parameters: Value,
    /// Type and id of what it is about.
    pub subject: Option<(&'static str, String)>,
}

/// What stands now, and when time alone may change it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Assessment {
    pub findings: Vec<Finding>,
    pub next: Option<Timestamp>,
}

impl Assessment {
    fn look_again(&mut self, at: Timestamp) {
        self.next = Some(self.next.map_or(at, |next| next.min(at)));
    }
}

impl Facts {
    pub(super) fn today(&self) -> NaiveDate {
        local_of(self.now.to_utc(), self.zone).date()
    }

    fn day_starts(&self, date: NaiveDate) -> Timestamp {
        day_bounds(date, self.zone).start.into()
    }

    fn day_ends(&self, date: NaiveDate) -> Timestamp {
        day_bounds(date, self.zone).end.into()
    }
}

/// Applies the rules of these kinds.
pub(super) fn assess(facts: &Facts, rules: &Rules, kinds: &[Kind]) -> Assessment {
    let mut all = Assessment::default();
    for kind in kinds {
        if rules.enabled(*kind).is_none() {
            continue;
        }
        match kind {
            Kind::CheckInsMissed => check_ins_missed(facts, rules, &mut all),
            Kind::MoodBelowBaseline => mood_below_baseline(facts, rules, &mut all),
            Kind::AppointmentMissed => appointment_missed(facts, rules, &mut all),
            Kind::GoalDue => goal_due(facts, rules, &mut all),
            Kind::PlanReviewDue => plan_review_due(facts, rules, &mut all),
            Kind::Unreachable => unreachable(facts, rules, &mut all),
            Kind::NotSafe | Kind::Item9 | Kind::WordsNoticed | Kind::HelpRequested => {}
        }
    }
    // What is past was looked at just now.
    all.next = all.next.filter(|next| *next > facts.now);
    all
}

/// True when the newest check-in is so recent that no schedule can have missed enough since: then the schedules need not
/// be read.
pub(super) fn cannot_have_missed(newest: Option<NaiveDate>, today: NaiveDate, rules: &Rules) -> bool {
    let Some(rule) = rules.enabled(Kind::CheckInsMissed) else { return true };
    newest.is_some_and(|newest| (today - newest).num_days() <= rule.number("in_a_row"))
}

/// So many planned days in a row without any check-in, each of them over.
fn check_ins_missed(facts: &Facts, rules: &Rules, all: &mut Assessment) {
    let Some(rule) = rules.enabled(Kind::CheckInsMissed) else { return };
    if let Some(until) = facts.paused_until.filter(|until| *until > facts.now) {
        return all.look_again(until);
    }
    let wanted = usize::try_from(rule.number("in_a_row")).unwrap_or(1).max(1);
    let (today, newest) = (facts.today(), facts.check_ins.first().map(|found| found.local_date));
    let Some(expected) = &facts.expected else {
        // At the earliest the days right after the newest one.
        if let Some(newest) = newest {
            all.look_again(facts.day_ends(newest + Duration::days(rule.number("in_a_row"))));
        }
        return;
    };
    let mut first: Option<NaiveDate> = None;
    for dates in expected {
        let mut open = dates.iter().filter(|date| newest.is_none_or(|newest| **date > newest));
        match open.nth(wanted - 1) {
            Some(deciding) if *deciding < today => {
                let began = dates.iter().find(|date| newest.is_none_or(|newest| **date > newest)).copied();
                first = [first, began].into_iter().flatten().min();
            }
            Some(deciding) => all.look_again(facts.day_ends(*deciding)),
            // More may be planned than was looked at.
            None => {
                if let Some(last) = dates.last().filter(|last| **last >= today) {
                    all.look_again(facts.day_ends(*last));
                }
            }
        }
    }
    let Some(first) = first else { return };
    let (code, parameters) = match newest {
        Some(newest) => ("last_check_in", json!({ "on": newest.to_string() })),
        None => ("no_check_in_yet", json!({ "planned_on": first.to_string() })),
    };
    all.findings.push(Finding {
        kind: Kind::CheckInsMissed,
        severity: Severity::Medium,
        since: facts.day_ends(first),
        code,
        parameters,
        subject: None,
    });
}

/// The newest mood against the median of the days before it: the client's own usual, nobody else's.
fn mood_below_baseline(facts: &Facts, rules: &Rules, all: &mut Assessment) {
    let Some(rule) = rules.enabled(Kind::MoodBelowBaseline) else { return };
    let days = rule.number("days");
    let moods: Vec<(&CheckInFact, i64)> =
        facts.check_ins.iter().filter_map(|found| Some((found, found.mood?))).collect();
    let Some((newest, mood)) = moods.first().copied() else { return };
    let stale = facts.day_ends(newest.local_date + Duration::days(days));
    if stale <= facts.now {
        return;
    }
    let earliest = newest.local_date - Duration::days(days);
    let mut before: Vec<i64> = moods
        .iter()
        .filter(|(found, _)| found.local_date < newest.local_date && found.local_date >= earliest)
        .map(|(_, mood)| *mood)
        .collect();
    if i64::try_from(before.len()).unwrap_or(0) < rule.number("at_least") {
        return;
    }
    before.sort_unstable();
    // Twice the median, to stay with whole numbers.
    let middle = before.len() / 2;
    let twice = if before.len() % 2 == 1 { before[middle] * 2 } else { before[middle - 1] + before[middle] };
    if twice - mood * 2 < rule.number("drop") * 2 {
        return;
    }
    all.look_again(stale);
    let usual =
        if twice % 2 == 0 { json!(twice / 2) } else { json!(f64::from(i32::try_from(twice).unwrap_or(0)) / 2.0) };
    all.findings.push(Finding {
        kind: Kind::MoodBelowBaseline,
        severity: Severity::Medium,
        since: newest.answered_at,
        code: "mood_lower_than_usual",
        parameters: json!({ "on": newest.local_date.to_string(), "mood": mood, "usual": usual, "days": days }),
        subject: None,
    });
}

/// Did not come, and has not come to anything since.
fn appointment_missed(facts: &Facts, rules: &Rules, all: &mut Assessment) {
    let Some(rule) = rules.enabled(Kind::AppointmentMissed) else { return };
    for found in &facts.attendances {
        if found.attended {
            return;
        }
        let until = found.recorded_at.plus(Duration::days(rule.number("days")));
        if !found.missed || until <= facts.now {
            continue;
        }
        all.look_again(until);
        all.findings.push(Finding {
            kind: Kind::AppointmentMissed,
            severity: Severity::Medium,
            since: found.recorded_at,
            code: "missed_appointment",
            parameters: json!({ "on": found.on.to_string() }),
            subject: Some(("occurrence", found.occurrence_id.clone())),
        });
    }
}

fn goal_due(facts: &Facts, rules: &Rules, all: &mut Assessment) {
    let Some(rule) = rules.enabled(Kind::GoalDue) else { return };
    for (id, due_on) in &facts.goals {
        let from = facts.day_starts(*due_on - Duration::days(rule.number("days_ahead")));
        if from > facts.now {
            all.look_again(from);
            continue;
        }
        all.findings.push(Finding {
            kind: Kind::GoalDue,
            severity: Severity::Low,
            since: from,
            code: "goal_due",
            parameters: json!({ "on": due_on.to_string() }),
            subject: Some(("goal", id.to_string())),
        });
    }
}

/// Medium once the date has passed: an overdue plan can cost the client the service.
fn plan_review_due(facts: &Facts, rules: &Rules, all: &mut Assessment) {
    let Some(rule) = rules.enabled(Kind::PlanReviewDue) else { return };
    for (id, review_on) in &facts.plans {
        let from = facts.day_starts(*review_on - Duration::days(rule.number("days_ahead")));
        if from > facts.now {
            all.look_again(from);
            continue;
        }
        let over = facts.day_ends(*review_on);
        if over > facts.now {
            all.look_again(over);
        }
        all.findings.push(Finding {
            kind: Kind::PlanReviewDue,
            severity: if over > facts.now { Severity::Low } else { Severity::Medium },
            since: from,
            code: "plan_review_due",
            parameters: json!({ "on": review_on.to_string() }),
            subject: Some(("care_plan", id.to_string())),
        });
    }
}

/// Has the app on a phone, but no reminder can reach it. Who never had a phone activated is not unreachable by it.
fn unreachable(facts: &Facts, rules: &Rules, all: &mut Assessment) {
    let Some(rule) = rules.enabled(Kind::Unreachable) else { return };
    let Some(phone_since) = facts.phone_since else { return };
    let (since, code, parameters) = match facts.confirmed_at {
        Some(confirmed_at) => {
            let silent = confirmed_at.plus(Duration::days(rule.number("silent_days")));
            let on = local_of(confirmed_at.to_utc(), facts.zone).date();
            (silent, "phone_silent", json!({ "on": on.to_string() }))
        }
        // A day to turn reminders on.
        None => (phone_since.plus(Duration::days(1)), "no_reminders_reach", json!({})),
    };
    if since > facts.now {
        return all.look_again(since);
    }
    // A phone that was there and is gone has left no time behind.
    let since = if code == "no_reminders_reach" { facts.now } else { since };
    all.findings.push(Finding {
        kind: Kind::Unreachable,
        severity: Severity::Low,
        since,
        code,
        parameters,
        subject: None,
    });
}

/// Findings by what makes a standing reason unique.
pub(super) fn by_key(findings: Vec<Finding>) -> HashMap<(Kind, String), Finding> {
    findings
        .into_iter()
        .map(|finding| {
            let subject = finding.subject.as_ref().map(|(_, id)| id.clone()).unwrap_or_default();
            ((finding.kind, subject), finding)
        })
        .collect()
}

#[cfg(test)]
#[path = "reasons_tests.rs"]
mod tests;
