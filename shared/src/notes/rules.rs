//! What stands in the way of signing, and whether a supervisor signs too. Pure; every answer names the field.

use chrono::Duration;
use serde_json::Value;
use uuid::Uuid;

use super::body::{Body, RiskLevel, text_path};
use super::facts::{CosignRule, ProfileFacts, SessionFacts};
use super::names::Names;
use crate::clock::Timestamp;
use crate::error::{Error, FieldError, FieldErrors};
use crate::note_templates::{Part, TemplateContent};
use crate::secrets::sha256;

/// All that signing looks at.
pub struct SigningFacts<'a> {
    pub now: Timestamp,
    pub body: &'a Body,
    pub session: &'a SessionFacts,
    pub template: &'a TemplateContent,
    /// A breaking edit of the template was published since the draft was begun.
    pub template_outdated: bool,
    /// Goals of the plan of care that was in force on the day; `None` without such a plan.
    pub plan_goals: Option<&'a [Uuid]>,
    /// `None`: the author never had one.
    pub credential_held: Option<bool>,
    pub profile: &'a ProfileFacts,
    pub late_reason: Option<&'a str>,
    /// Names of the others in the group.
    pub others: &'a Names,
}

/// Was this much time too long to still be a note of the day?
pub fn is_late(session: &SessionFacts, profile: &ProfileFacts, now: Timestamp) -> bool {
    session.ends_at.is_some_and(|end| now > end.plus(Duration::hours(profile.late_after_hours)))
}

/// Everything that has to be put right before the note can be signed.
pub fn problems(facts: &SigningFacts<'_>) -> Vec<FieldError> {
    let mut errors = FieldErrors::default();
    check_session(facts, &mut errors);
    check_parts(facts, &mut errors);
    check_goals(facts, &mut errors);
    if facts.template_outdated {
        let message = "this template asks for something else by now: set template_version_id to the published version";
        errors.add("template_version_id", "template_changed", message);
    }
    match facts.credential_held {
        Some(true) => {}
        Some(false) => errors.add("credential", "credential_lapsed", "your credential was not active on this day"),
        None => errors.add("credential", "credential_missing", "no credential of yours is on file for this day"),
    }
    if is_late(facts.session, facts.profile, facts.now) && facts.late_reason.is_none_or(|text| text.trim().is_empty()) {
        let message = format!("signed more than {} hours after the end: say why", facts.profile.late_after_hours);
        errors.add("late_reason", "required", message);
    }
    for (path, text) in facts.body.words() {
        if facts.others.stand_in(text) {
            errors.add(path, "names_another", "names somebody else of the group; their own note is the place for that");
        }
    }
    for (path, mark) in facts.body.marks.iter().filter(|(path, _)| facts.body.holds(path)) {
        if !mark.confirmed {
            errors.add(path, "unconfirmed", "filled in for you: confirm it, change it or empty it");
        }
    }
    match errors.into_result() {
        Err(Error::Invalid(found)) => found,
        _ => Vec::new(),
    }
}

fn check_session(facts: &SigningFacts<'_>, errors: &mut FieldErrors) {
    let session = facts.session;
    if session.starts_at > facts.now {
        errors.add("session.starts_at", "in_future", "this session is still to come");
    }
    match session.state.as_str() {
        "finished" | "no_show" => {}
        "in_progress" => errors.add("session.state", "not_finished", "finish the session first"),
        _ => errors.add("session.state", "not_held", "this session was cancelled or entered in error"),
    }
    if let Some(minutes) = session.minutes {
        if minutes <= 0 && session.attended() {
            errors.add("session.ends_at", "too_short", "less than a minute");
        } else if minutes > facts.profile.max_minutes {
            let message = format!("longer than the {} minutes that the payer's rules know", facts.profile.max_minutes);
            errors.add("session.ends_at", "too_long", message);
        }
    }
}

fn check_parts(facts: &SigningFacts<'_>, errors: &mut FieldErrors) {
    let needed: &[Part] = if facts.session.attended() {
        &[Part::Intervention, Part::Response, Part::Plan]
    } else {
        // Nobody came: what was tried, and what comes next.
        &[Part::Intervention, Part::Plan]
    };
    for part in needed {
        if facts.body.texts.get(part).is_none_or(|text| text.trim().is_empty()) {
            errors.add(text_path(*part), "required", "needed to sign");
        }
    }
    match &facts.body.risk {
        None if facts.session.attended() => {
            errors.add("risk", "required", "say whether anything was seen: none counts");
        }
        Some(risk)
            if risk.level >= RiskLevel::Elevated
                && risk.action.as_deref().is_none_or(|text| text.trim().is_empty()) =>
        {
            errors.add("risk.action", "required", "say what was done about it");
        }
        _ => {}
    }
    if facts.session.attended() {
        facts.template.answers.check(&facts.body.answers, errors);
        for id in &facts.template.answers.required {
            let blank = |value: &Value| value.as_str().is_some_and(|text| text.trim().is_empty());
            if facts.body.answers.get(id).is_some_and(blank) {
                errors.add(format!("answers.{id}"), "required", "needed to sign");
            }
        }
    }
}

fn check_goals(facts: &SigningFacts<'_>, errors: &mut FieldErrors) {
    let goals = &facts.body.goals;
    if goals.is_empty() {
        if facts.template.needs_goals && facts.session.attended() {
            let code = if facts.plan_goals.is_some() { "required" } else { "no_active_plan" };
            let message = match facts.plan_goals {
                Some(_) => "at least one goal of the plan of care",
                None => "no plan of care was in force on this day: a note needs one of its goals",
            };
            errors.add("goals", code, message);
        }
        return;
    }
    let Some(planned) = facts.plan_goals else {
        errors.add("goals", "no_active_plan", "no plan of care was in force on this day");
        return;
    };
    for (index, goal) in goals.iter().enumerate() {
        if !planned.contains(&goal.goal_id) {
            errors.add(format!("goals[{index}].goal_id"), "not_in_plan", "not a goal of the plan that was in force");
        }
        if goal.progress.is_none() {
            errors.add(
                format!("goals[{index}].progress"),
                "required",
                "how far did it come: none, some, met, regressed",
            );
        }
    }
}

/// Does a supervisor have to sign too? `days_here` since the author began. Samples are drawn by the note's id, which nobody
/// chooses.
pub fn needs_cosignature(rule: CosignRule, days_here: i64, note_id: Uuid) -> bool {
    match rule {
        CosignRule::Never => false,
        CosignRule::Always => true,
        CosignRule::FirstDays(days) => days_here < days,
        CosignRule::Percent(percent) => draw(note_id) < percent,
    }
}

/// A number from 0 to 99.
fn draw(note_id: Uuid) -> i64 {
    let digest = sha256(note_id.as_bytes());
    i64::from(u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]) % 100)
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
