//! What an author writes: the same parts whatever the format, and the answers to what a template asks besides. Pure.

use crate::text::is_stray;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::error::FieldErrors;
use crate::note_templates::{Domain, Part, TemplateContent};

/// Characters of one text: some four pages.
pub const MAX_TEXT: usize = 20_000;
const MAX_GOALS: usize = 30;
const MAX_ACTIVITIES: usize = 40;

/// How far a goal came in this meeting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = GoalProgressInNote)]
#[serde(rename_all = "snake_case")]
pub enum Progress {
    None,
    Some,
    Met,
    Regressed,
}

/// A goal that was worked on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = NoteGoal)]
#[serde(deny_unknown_fields)]
pub struct GoalWork {
    pub goal_id: Uuid,
    /// Needed to sign.
    #[serde(default)]
    pub progress: Option<Progress>,
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub comment: Option<String>,
}

/// Something that was done, by performance domain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = NoteActivity)]
#[serde(deny_unknown_fields)]
pub struct Activity {
    pub domain: Domain,
    #[schema(min_length = 1, max_length = 200)]
    pub text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RiskLevel {
    None,
    Low,
    Elevated,
    Crisis,
}

/// Whether anything was seen that puts somebody at risk; peers tell, they do not assess.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = NoteRisk)]
#[serde(deny_unknown_fields)]
pub struct Risk {
    pub level: RiskLevel,
    /// What was done about it; needed to sign from `elevated` on.
    #[serde(default)]
    #[schema(max_length = 4000)]
    pub action: Option<String>,
}

/// Where a part came from that the author did not write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = NotePartSource)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    Appointment,
    CarePlan,
    CheckIn,
    LastNote,
    /// The note that this one takes the place of.
    ReplacedNote,
}

/// That a part was filled in, and whether the author stands behind it by now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = NotePartMark)]
#[serde(deny_unknown_fields)]
pub struct Mark {
    pub source: Source,
    /// Of the occurrence, plan, check-in or note.
    pub source_id: Option<String>,
    pub confirmed: bool,
}

/// A note's contents. Texts are by part; answers by item of the template.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Body {
    #[serde(default)]
    pub texts: BTreeMap<Part, String>,
    #[serde(default)]
    pub goals: Vec<GoalWork>,
    #[serde(default)]
    pub activities: Vec<Activity>,
    #[serde(default)]
    pub risk: Option<Risk>,
    #[serde(default)]
    pub answers: Map<String, Value>,
    /// By the path of a part: `texts.plan`, `goals`, `answers.topic`.
    #[serde(default)]
    pub marks: BTreeMap<String, Mark>,
}

/// A change of a draft. Members that are left out stay as they are; an inner `None` empties.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BodyPatch {
    pub texts: BTreeMap<Part, Option<String>>,
    pub goals: Option<Vec<GoalWork>>,
    pub activities: Option<Vec<Activity>>,
    pub risk: Option<Option<Risk>>,
    pub answers: BTreeMap<String, Option<Value>>,
    /// Paths of parts that were filled in and are right.
    pub confirm: Vec<String>,
}

pub fn text_path(part: Part) -> String {
    format!("texts.{}", part.as_str())
}

impl Body {
    /// Takes a change over. What is written anew, or emptied, is the author's own from then on.
    pub fn apply(&mut self, patch: BodyPatch) {
        for (part, text) in patch.texts {
            let path = text_path(part);
            match text.filter(|text| !text.is_empty()) {
                Some(text) if self.texts.get(&part) == Some(&text) => self.confirm(&path),
                Some(text) => {
                    self.marks.remove(&path);
                    self.texts.insert(part, text);
                }
                None => {
                    self.marks.remove(&path);
                    self.texts.remove(&part);
                }
            }
        }
        if let Some(goals) = patch.goals {
            self.goals = goals;
            self.confirm("goals");
        }
        if let Some(activities) = patch.activities {
            self.activities = activities;
            self.marks.remove("activities");
        }
        if let Some(risk) = patch.risk {
            self.risk = risk;
            self.marks.remove("risk");
        }
        for (id, value) in patch.answers {
            let path = format!("answers.{id}");
            match value {
                Some(value) if self.answers.get(&id) == Some(&value) => self.confirm(&path),
                Some(value) => {
                    self.marks.remove(&path);
                    self.answers.insert(id, value);
                }
                None => {
                    self.marks.remove(&path);
                    self.answers.remove(&id);
                }
            }
        }
        for path in &patch.confirm {
            self.confirm(path);
        }
    }

    pub fn confirm(&mut self, path: &str) {
        if let Some(mark) = self.marks.get_mut(path) {
            mark.confirmed = true;
        }
    }

    /// Fills a part in that is still empty.
    pub fn fill(&mut self, part: Part, text: &str, source: Source, source_id: Option<String>) {
        if !text.trim().is_empty() && !self.texts.contains_key(&part) {
            self.texts.insert(part, text.trim().chars().take(MAX_TEXT).collect());
            self.marks.insert(text_path(part), Mark { source, source_id, confirmed: false });
        }
    }

    /// All that is in the author's words, in the order of the parts: `(path, text)`.
    pub fn words(&self) -> Vec<(String, &str)> {
        let mut found: Vec<(String, &str)> =
            self.texts.iter().map(|(part, text)| (text_path(*part), text.as_str())).collect();
        for (index, goal) in self.goals.iter().enumerate() {
            found.extend(goal.comment.iter().map(|text| (format!("goals[{index}].comment"), text.as_str())));
        }
        found.extend(self.risk.iter().filter_map(|risk| Some(("risk.action".to_owned(), risk.action.as_deref()?))));
        for (index, activity) in self.activities.iter().enumerate() {
            found.push((format!("activities[{index}].text"), activity.text.as_str()));
        }
        for (id, value) in &self.answers {
            found.extend(value.as_str().map(|text| (format!("answers.{id}"), text)));
        }
        found
    }

    /// Is there anything at this path?
    pub fn holds(&self, path: &str) -> bool {
        match path.split_once('.') {
            Some(("texts", name)) => Part::parse(name).is_some_and(|part| self.texts.contains_key(&part)),
            Some(("answers", id)) => self.answers.contains_key(id),
            _ => match path {
                "goals" => !self.goals.is_empty(),
                "activities" => !self.activities.is_empty(),
                "risk" => self.risk.is_some(),
                _ => false,
            },
        }
    }

    /// The narrative that no two meetings should share: what was done, what came of it, what comes next, and the answers.
    pub fn narrative(&self) -> String {
        let parts = [Part::Intervention, Part::Response, Part::Plan];
        let texts = parts.iter().filter_map(|part| self.texts.get(part)).map(String::as_str);
        let answers = self.answers.values().filter_map(Value::as_str);
        texts.chain(answers).collect::<Vec<_>>().join("\n")
    }
}

impl BodyPatch {
    /// Judges what is new. A draft may be unfinished, so nothing is missing yet; but what it says must be storable.
    pub fn check(&self, template: &TemplateContent, errors: &mut FieldErrors) {
        for (part, text) in &self.texts {
            let path = text_path(*part);
            if !part.is_text() || !template.has(*part) {
                errors.add(path, "unknown_part", "this template has no such text");
            } else if let Some(text) = text {
                check_words(errors, &path, text, MAX_TEXT);
            }
        }
        if let Some(goals) = &self.goals {
            check_goals(errors, goals);
        }
        if let Some(activities) = &self.activities {
            if activities.len() > MAX_ACTIVITIES {
                errors.add("activities", "too_many", format!("at most {MAX_ACTIVITIES}"));
            }
            for (index, activity) in activities.iter().enumerate().take(MAX_ACTIVITIES) {
                let field = format!("activities[{index}].text");
                if activity.text.trim().is_empty() {
                    errors.add(field, "required", "say what was done");
                } else {
                    check_words(errors, &field, &activity.text, 200);
                }
            }
        }
        if let Some(Some(Risk { action: Some(action), .. })) = &self.risk {
            check_words(errors, "risk.action", action, 4000);
        }
        let given = self.answers.iter().filter_map(|(id, value)| Some((id, value.as_ref()?)));
        for (id, value) in given {
            match template.answers.properties.get(id) {
                None => errors.add(format!("answers.{}", plain(id)), "unknown_item", "this template has no such item"),
                Some(constraint) => {
                    if let Err((code, message)) = constraint.check(value) {
                        errors.add(format!("answers.{id}"), code, message);
                    } else if let Some(text) = value.as_str() {
                        check_words(errors, &format!("answers.{id}"), text, MAX_TEXT);
                    }
                }
            }
        }
    }
}

fn check_goals(errors: &mut FieldErrors, goals: &[GoalWork]) {
    if goals.len() > MAX_GOALS {
        errors.add("goals", "too_many", format!("at most {MAX_GOALS} goals"));
        return;
    }
    for (index, goal) in goals.iter().enumerate() {
        if goals[..index].iter().any(|other| other.goal_id == goal.goal_id) {
            errors.add(format!("goals[{index}].goal_id"), "repeated", "the same goal stands twice");
        }
        if let Some(comment) = &goal.comment {
            check_words(errors, &format!("goals[{index}].comment"), comment, 2000);
        }
    }
}

/// For texts of people: of bounded length, without control characters.
pub fn check_words(errors: &mut FieldErrors, field: &str, text: &str, most: usize) {
    if text.chars().count() > most {
        errors.add(field, "too_long", format!("at most {most} characters; what was written before is kept"));
    } else if text.chars().any(is_stray) {
        errors.add(field, "control_character", "no control characters");
    }
}

fn plain(id: &str) -> String {
    id.chars().filter(|c| !c.is_control()).take(64).collect()
}

#[cfg(test)]
#[path = "body_tests.rs"]
mod tests;
