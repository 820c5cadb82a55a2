//! What is known already and need not be typed again. Pure. Every part that is filled in is marked with where it came from.

use uuid::Uuid;

use super::body::{Body, GoalWork, Mark, Source};
use crate::note_templates::{Part, TemplateContent};

/// More goals than this nobody works on in one meeting: the author chooses.
const GOALS_OF_A_MEETING: usize = 3;

/// What is known of the meeting before anything is written.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Title of the appointment, and its occurrence.
    pub appointment: Option<(String, String)>,
    /// The plan of care in force, and its goals.
    pub plan: Option<(Uuid, Vec<Uuid>)>,
    /// The latest check-in, told in a line.
    pub check_in: Option<(Uuid, String)>,
    /// The author's last note of this client.
    pub last_note: Option<(Uuid, Body)>,
}

/// The first draft.
pub fn prefill(known: &Known, template: &TemplateContent) -> Body {
    let mut body = Body::default();
    if let Some((title, occurrence)) = known.appointment.as_ref().filter(|_| template.has(Part::Purpose)) {
        body.fill(Part::Purpose, title, Source::Appointment, Some(occurrence.clone()));
    }
    if let Some((id, line)) = known.check_in.as_ref().filter(|_| template.has(Part::CheckIn)) {
        body.fill(Part::CheckIn, line, Source::CheckIn, Some(id.to_string()));
    }
    if let Some((id, last)) = known.last_note.as_ref().filter(|_| template.has(Part::FollowUp))
        && let Some(plan) = last.texts.get(&Part::Plan)
    {
        body.fill(Part::FollowUp, plan, Source::LastNote, Some(id.to_string()));
    }
    if let Some((plan_id, planned)) = &known.plan {
        let last: Vec<Uuid> = known
            .last_note
            .iter()
            .flat_map(|(_, last)| last.goals.iter().map(|goal| goal.goal_id))
            .filter(|id| planned.contains(id))
            .collect();
        let chosen = if !last.is_empty() {
            last
        } else if planned.len() <= GOALS_OF_A_MEETING {
            planned.clone()
        } else {
            Vec::new()
        };
        if !chosen.is_empty() && template.needs_goals {
            body.goals =
                chosen.into_iter().map(|goal_id| GoalWork { goal_id, progress: None, comment: None }).collect();
            let source_id = Some(plan_id.to_string());
            body.marks.insert("goals".to_owned(), Mark { source: Source::CarePlan, source_id, confirmed: false });
        }
    }
    body
}

/// The draft of a note that takes the place of a voided one: all of its words, to be confirmed one by one.
pub fn from_voided(note_id: Uuid, mut body: Body) -> Body {
    body.marks.clear();
    let mut paths: Vec<String> = body.texts.keys().map(|part| super::body::text_path(*part)).collect();
    paths.extend(body.answers.keys().map(|id| format!("answers.{id}")));
    paths.extend(["goals", "activities", "risk"].map(str::to_owned).into_iter().filter(|path| body.holds(path)));
    for path in paths {
        let mark = Mark { source: Source::ReplacedNote, source_id: Some(note_id.to_string()), confirmed: false };
        body.marks.insert(path, mark);
    }
    body
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::notes::body::{Risk, RiskLevel};

    fn template(parts: &[&str]) -> TemplateContent {
        let text = json!({
            "needs_goals": true,
            "schema": { "type": "object", "additionalProperties": false, "properties": {} },
            "sections": [{ "id": "all", "label": { "en": "All" }, "parts": parts }],
            "ui_schema": { "items": [] },
        });
        TemplateContent::stored(&text.to_string()).expect("a template")
    }

    fn goal(number: u128) -> Uuid {
        Uuid::from_u128(number)
    }

    fn known(planned: &[Uuid], last: &[Uuid]) -> Known {
        let mut note = Body::default();
        note.texts.insert(Part::Plan, "Walk on Monday".to_owned());
        note.texts.insert(Part::Response, "Glad".to_owned());
        note.goals = last.iter().map(|id| GoalWork { goal_id: *id, progress: None, comment: None }).collect();
        Known {
            appointment: Some(("Coffee".to_owned(), "o".to_owned())),
            plan: Some((goal(100), planned.to_vec())),
            check_in: Some((goal(101), "Mood 6/10".to_owned())),
            last_note: Some((goal(102), note)),
        }
    }

    #[test]
    fn what_is_known_is_filled_in_and_marked_and_nothing_else() {
        let all = template(&["purpose", "check_in", "follow_up", "goals", "intervention", "response", "plan", "risk"]);
        let body = prefill(&known(&[goal(1), goal(2)], &[goal(2), goal(3)]), &all);
        let texts: Vec<(Part, &str)> = body.texts.iter().map(|(part, text)| (*part, text.as_str())).collect();
        assert_eq!(
            texts,
            [(Part::Purpose, "Coffee"), (Part::CheckIn, "Mood 6/10"), (Part::FollowUp, "Walk on Monday")],
            "no response of another day"
        );
        assert_eq!(
            body.goals.iter().map(|goal| goal.goal_id).collect::<Vec<_>>(),
            [goal(2)],
            "last time's, of the plan"
        );
        let paths: Vec<&str> = body.marks.keys().map(String::as_str).collect();
        assert_eq!(paths, ["goals", "texts.check_in", "texts.follow_up", "texts.purpose"]);
        assert!(body.marks.values().all(|mark| !mark.confirmed && mark.source_id.is_some()));
    }

    #[test]
    fn a_template_without_a_part_gets_none_of_it() {
        let few = template(&["goals", "intervention", "response", "plan", "risk"]);
        let body = prefill(&known(&[goal(1)], &[]), &few);
        assert!(body.texts.is_empty());
        assert_eq!(body.goals.len(), 1, "all goals, when they are few");
        let many: Vec<Uuid> = (1..5).map(goal).collect();
        assert!(prefill(&known(&many, &[]), &few).goals.is_empty(), "the author chooses");
    }

    #[test]
    fn a_replacement_has_all_words_of_the_voided_note_to_be_confirmed() {
        let mut old = Body::default();
        old.texts.insert(Part::Plan, "Walk".to_owned());
        old.answers.insert("topic".to_owned(), json!("sleep"));
        old.risk = Some(Risk { level: RiskLevel::None, action: None });
        let new = from_voided(goal(1), old.clone());
        assert_eq!((&new.texts, &new.answers, &new.risk), (&old.texts, &old.answers, &old.risk));
        assert_eq!(new.marks.keys().map(String::as_str).collect::<Vec<_>>(), ["answers.topic", "risk", "texts.plan"]);
    }
}
