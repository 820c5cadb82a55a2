//! A note as it is read: the headings of its template, and what stands under each. Pure.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::body::{Body, Progress, RiskLevel};
use super::content::SignedGoal;
use crate::clients::Language;
use crate::forms::{ChoiceValue, UiItem, Words};
use crate::note_templates::{Domain, Part, TemplateContent};

/// A heading and what stands under it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = NoteShownSection)]
pub struct ShownSection {
    pub id: String,
    pub label: String,
    pub lines: Vec<ShownLine>,
}

/// Something that was written, with what it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = NoteShownLine)]
pub struct ShownLine {
    /// The part: `texts.plan`, `goals`, `answers.topic`.
    pub part: String,
    pub label: String,
    pub text: String,
}

/// The note in a language of its template; in the other one where the template has not this.
pub fn render(body: &Body, goals: &[SignedGoal], template: &TemplateContent, language: Language) -> Vec<ShownSection> {
    let mut sections = Vec::with_capacity(template.sections.len());
    for section in &template.sections {
        let mut lines = Vec::new();
        for name in &section.parts {
            if let Some(id) = name.strip_prefix("answers.") {
                lines.extend(answer(body, id, template, language));
            } else if let Some(part) = Part::parse(name) {
                lines.extend(part_lines(body, goals, part, language));
            }
        }
        if !lines.is_empty() {
            sections.push(ShownSection { id: section.id.clone(), label: say(&section.label, language), lines });
        }
    }
    sections
}

fn part_lines(body: &Body, goals: &[SignedGoal], part: Part, language: Language) -> Vec<ShownLine> {
    let line = |text: String| ShownLine { part: path(part), label: part_label(part, language).to_owned(), text };
    match part {
        Part::Goals => goals
            .iter()
            .map(|goal| {
                let mut text = goal.title.clone();
                if let Some(progress) = goal.progress {
                    text.push_str(&format!(": {}", progress_label(progress, language)));
                }
                if let Some(comment) = goal.comment.as_deref().filter(|comment| !comment.trim().is_empty()) {
                    text.push_str(&format!(". {}", comment.trim()));
                }
                line(text)
            })
            .collect(),
        Part::Activities => body
            .activities
            .iter()
            .map(|activity| line(format!("{}: {}", domain_label(activity.domain, language), activity.text.trim())))
            .collect(),
        Part::Risk => body
            .risk
            .iter()
            .map(|risk| {
                let level = risk_label(risk.level, language);
                line(match risk.action.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
                    Some(action) => format!("{level}. {action}"),
                    None => level.to_owned(),
                })
            })
            .collect(),
        text => body.texts.get(&text).map(|text| line(text.trim().to_owned())).into_iter().collect(),
    }
}

fn path(part: Part) -> String {
    if part.is_text() { super::body::text_path(part) } else { part.as_str().to_owned() }
}

fn answer(body: &Body, id: &str, template: &TemplateContent, language: Language) -> Option<ShownLine> {
    let value = body.answers.get(id)?;
    let item = template.ui.items.iter().find(|item| item.id == id)?;
    let text = match value {
        Value::Bool(yes) => yes_no(*yes, language).to_owned(),
        Value::Array(values) => values.iter().map(|value| choice(item, value, language)).collect::<Vec<_>>().join(", "),
        other => choice(item, other, language),
    };
    Some(ShownLine { part: format!("answers.{id}"), label: say(&item.label, language), text })
}

fn choice(item: &UiItem, value: &Value, language: Language) -> String {
    let same = |choice: &ChoiceValue| Value::from(choice) == *value;
    let label =
        item.choices.iter().flatten().find(|choice| same(&choice.value)).map(|choice| say(&choice.label, language));
    label.unwrap_or_else(|| value.as_str().map_or_else(|| value.to_string(), |text| text.trim().to_owned()))
}

fn say(words: &Words, language: Language) -> String {
    let (first, second) = match language {
        Language::En => (&words.en, &words.es),
        Language::Es => (&words.es, &words.en),
    };
    first.clone().or_else(|| second.clone()).unwrap_or_default()
}

fn pick(language: Language, en: &'static str, es: &'static str) -> &'static str {
    match language {
        Language::En => en,
        Language::Es => es,
    }
}

fn part_label(part: Part, language: Language) -> &'static str {
    match part {
        Part::Purpose => pick(language, "What the meeting was for", "Para qué se reunieron"),
        Part::CheckIn => pick(language, "Check-in", "Cómo estaba la persona"),
        Part::FollowUp => pick(language, "Agreed last time", "Lo acordado la última vez"),
        Part::Goals => pick(language, "Goal", "Meta"),
        Part::Intervention => pick(language, "What was done", "Lo que se hizo"),
        Part::Activities => pick(language, "Activity", "Actividad"),
        Part::Response => pick(language, "The person's response", "Respuesta de la persona"),
        Part::Plan => pick(language, "Next step", "Siguiente paso"),
        Part::Risk => pick(language, "Risk that was seen", "Riesgo que se vio"),
    }
}

fn progress_label(progress: Progress, language: Language) -> &'static str {
    match progress {
        Progress::None => pick(language, "no progress yet", "sin avance todavía"),
        Progress::Some => pick(language, "some progress", "algo de avance"),
        Progress::Met => pick(language, "reached", "alcanzada"),
        Progress::Regressed => pick(language, "a step back", "un paso atrás"),
    }
}

fn risk_label(level: RiskLevel, language: Language) -> &'static str {
    match level {
        RiskLevel::None => pick(language, "None", "Ninguno"),
        RiskLevel::Low => pick(language, "Low", "Bajo"),
        RiskLevel::Elevated => pick(language, "Elevated", "Elevado"),
        RiskLevel::Crisis => pick(language, "Crisis", "Crisis"),
    }
}

fn domain_label(domain: Domain, language: Language) -> &'static str {
    match domain {
        Domain::Advocacy => pick(language, "Advocacy", "Defensa de derechos"),
        Domain::ProfessionalResponsibility => {
            pick(language, "Professional responsibility", "Responsabilidad profesional")
        }
        Domain::Mentoring => pick(language, "Mentoring", "Mentoría"),
        Domain::RecoverySupport => pick(language, "Recovery support", "Apoyo en la recuperación"),
    }
}

fn yes_no(yes: bool, language: Language) -> &'static str {
    if yes { pick(language, "Yes", "Sí") } else { pick(language, "No", "No") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use uuid::Uuid;

    use super::*;
    use crate::notes::body::{Activity, Risk};

    #[test]
    fn a_note_is_read_under_its_own_headings_in_either_language() {
        let text = json!({
            "needs_goals": true,
            "schema": { "type": "object", "additionalProperties": false, "properties": {
                "told": { "type": "array", "uniqueItems": true, "items": { "enum": ["a", "b"] } },
                "safe": { "type": "boolean" } } },
            "sections": [
                { "id": "goal", "label": { "en": "Goal", "es": "Meta" }, "parts": ["purpose", "goals"] },
                { "id": "rest", "label": { "en": "Rest", "es": "Resto" },
                  "parts": ["activities", "intervention", "response", "plan", "risk", "answers.told", "answers.safe"] },
            ],
            "ui_schema": { "items": [
                { "id": "told", "type": "multi", "label": { "en": "Told", "es": "Avisados" }, "choices": [
                    { "value": "a", "label": { "en": "Anna", "es": "Ana" } },
                    { "value": "b", "label": { "en": "Bob", "es": "Beto" } } ] },
                { "id": "safe", "type": "yes_no", "label": { "en": "Safe", "es": "A salvo" } },
            ] },
        });
        let template = TemplateContent::stored(&text.to_string()).expect("a template");
        let mut body = Body::default();
        body.texts.insert(Part::Intervention, " Walked ".to_owned());
        body.activities.push(Activity { domain: Domain::Mentoring, text: "Practice".to_owned() });
        body.risk = Some(Risk { level: RiskLevel::Elevated, action: Some("Called".to_owned()) });
        body.answers.insert("told".to_owned(), json!(["b", "a"]));
        body.answers.insert("safe".to_owned(), json!(true));
        let goal = SignedGoal {
            goal_id: Uuid::nil(),
            title: "Walk".to_owned(),
            progress: Some(Progress::Met),
            comment: Some("Twice".to_owned()),
        };
        let shown = render(&body, &[goal], &template, Language::Es);
        let lines: Vec<(&str, &str)> = shown
            .iter()
            .flat_map(|section| section.lines.iter().map(|line| (section.label.as_str(), line.text.as_str())))
            .collect();
        assert_eq!(
            lines,
            [
                ("Meta", "Walk: alcanzada. Twice"),
                ("Resto", "Mentoría: Practice"),
                ("Resto", "Walked"),
                ("Resto", "Elevado. Called"),
                ("Resto", "Beto, Ana"),
                ("Resto", "Sí"),
            ]
        );
        assert_eq!(shown[1].lines[3].part, "answers.told");
        assert_eq!(render(&Body::default(), &[], &template, Language::En), []);
    }
}
