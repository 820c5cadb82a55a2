//! What a version of a template says. Pure.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::part::Part;
use crate::error::{Error, FieldErrors, Result};
use crate::forms::{self, AnswerSchema, Change, ChangeReason, UiSchema, Words, check_together, completed, is_item_id};
use crate::secrets::sha256;

/// More than this is no template.
const MAX_BYTES: usize = 128 * 1024;
const MAX_SECTIONS: usize = 20;

/// A heading of the note and what stands under it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = NoteSection)]
#[serde(deny_unknown_fields)]
pub struct Section {
    #[schema(pattern = "^[a-z][a-z0-9_]{0,63}$")]
    pub id: String,
    pub label: Words,
    /// What belongs here, for who writes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<Words>,
    /// In this order: names of parts (`goals`, `intervention`), and `answers.` with the id of an item of the template.
    #[schema(min_items = 1, max_items = 100)]
    pub parts: Vec<String>,
}

/// A template's contents as they were written, before they are checked.
#[derive(Clone, Debug)]
pub struct NewTemplateContent {
    pub sections: Vec<Section>,
    /// False for contacts that come before a plan of care, or that no plan foresees.
    pub needs_goals: bool,
    pub schema: Value,
    pub ui_schema: UiSchema,
}

/// A template's contents, checked, with the text that is stored and hashed.
#[derive(Clone, Debug, PartialEq)]
pub struct TemplateContent {
    pub sections: Vec<Section>,
    pub needs_goals: bool,
    pub answers: AnswerSchema,
    pub ui: UiSchema,
    /// Canonical JSON (RFC 8785) of all of it.
    pub text: String,
    /// SHA-256 of the text, in hexadecimal digits.
    pub hash: String,
}

#[derive(Deserialize)]
struct Stored {
    needs_goals: bool,
    schema: Value,
    sections: Vec<Section>,
    ui_schema: UiSchema,
}

impl TemplateContent {
    pub(super) fn items(&self) -> forms::Items<'_> {
        (&self.answers, &self.ui)
    }

    /// Checks a new version of a template.
    ///
    /// # Errors
    /// Every member that is wrong, as 422 field errors.
    pub fn read(new: NewTemplateContent) -> Result<Self> {
        let mut errors = FieldErrors::default();
        let ui = new.ui_schema.with_steps();
        ui.check(&mut errors);
        let schema = completed(&new.schema);
        let answers = AnswerSchema::read(&schema, &mut errors);
        if let Some(answers) = &answers {
            check_together(answers, &ui, &mut errors);
        }
        check_sections(&new.sections, &ui, &mut errors);
        errors.into_result()?;
        let answers = answers.ok_or_else(|| Error::internal("a schema neither read nor refused"))?;
        let content = Self::with_text(new.sections, new.needs_goals, answers, ui, &schema)?;
        if content.text.len() > MAX_BYTES {
            return Err(Error::invalid("ui_schema", "too_large", "a template has at most 128 KiB"));
        }
        Ok(content)
    }

    /// Reads what was stored.
    pub fn stored(text: &str) -> Result<Self> {
        let stored: Stored = serde_json::from_str(text).map_err(Error::internal)?;
        let mut errors = FieldErrors::default();
        let answers = AnswerSchema::read(&stored.schema, &mut errors);
        let answers = answers.ok_or_else(|| Error::internal("a stored template that cannot be read"))?;
        Self::with_text(stored.sections, stored.needs_goals, answers, stored.ui_schema, &stored.schema)
    }

    fn with_text(
        sections: Vec<Section>,
        needs_goals: bool,
        answers: AnswerSchema,
        ui: UiSchema,
        schema: &Value,
    ) -> Result<Self> {
        let whole = json!({ "needs_goals": needs_goals, "schema": schema, "sections": sections, "ui_schema": ui });
        let text = serde_jcs::to_string(&whole).map_err(Error::internal)?;
        let hash = hex::encode(sha256(text.as_bytes()));
        Ok(Self { sections, needs_goals, answers, ui, text, hash })
    }

    pub fn has(&self, part: Part) -> bool {
        self.sections.iter().any(|section| section.parts.iter().any(|name| name == part.as_str()))
    }

    pub fn languages(&self) -> BTreeSet<&'static str> {
        self.sections.first().map(|section| section.label.languages()).unwrap_or_default()
    }
}

/// Every part stands once at most, those that payers ask for stand somewhere, and so does every item.
fn check_sections(sections: &[Section], ui: &UiSchema, errors: &mut FieldErrors) {
    if sections.is_empty() || sections.len() > MAX_SECTIONS {
        errors.add("sections", "length", format!("1 to {MAX_SECTIONS} sections"));
        return;
    }
    let languages = sections[0].label.languages();
    if languages.is_empty() {
        errors.add("sections[0].label", "required", "a text in en, es or both");
    }
    if !ui.items.is_empty() && ui.languages() != languages {
        errors.add("ui_schema.items", "languages_differ", "every text must be there in the same languages");
    }
    let items: BTreeSet<&str> = ui.items.iter().map(|item| item.id.as_str()).collect();
    let mut ids = BTreeSet::new();
    let mut placed: BTreeMap<&str, usize> = BTreeMap::new();
    for (index, section) in sections.iter().enumerate() {
        let base = format!("sections[{index}]");
        if !is_item_id(&section.id) {
            errors.add(format!("{base}.id"), "invalid_item_id", "small letters, digits and _, a letter first");
        } else if !ids.insert(section.id.as_str()) {
            errors.add(format!("{base}.id"), "repeated", "this id stands twice");
        }
        for (name, words) in [("label", Some(&section.label)), ("hint", section.hint.as_ref())] {
            let Some(words) = words else { continue };
            words.check(errors, &format!("{base}.{name}"));
            if words.languages() != languages {
                let message = "every text must be there in the same languages";
                errors.add(format!("{base}.{name}"), "languages_differ", message);
            }
        }
        if section.parts.is_empty() {
            errors.add(format!("{base}.parts"), "length", "at least one part");
        }
        for (place, name) in section.parts.iter().enumerate() {
            let field = format!("{base}.parts[{place}]");
            let known = match name.strip_prefix("answers.") {
                Some(id) => items.contains(id),
                None => Part::parse(name).is_some(),
            };
            if !known {
                errors.add(field, "unknown_part", "no such part, and no such item of this template");
            } else if placed.insert(name, index).is_some() {
                errors.add(field, "repeated", "this part stands twice");
            }
        }
    }
    for part in Part::ALWAYS.iter().filter(|part| !placed.contains_key(part.as_str())) {
        errors.add("sections", "part_missing", format!("every note has the part {}", part.as_str()));
    }
    for id in items.iter().filter(|id| !placed.contains_key(format!("answers.{id}").as_str())) {
        errors.add("sections", "part_missing", format!("the item answers.{id} stands in no section"));
    }
}

/// Compares a version with the one that was published before it. A safe edit leaves every draft ready to be signed that was.
pub fn compare(before: &TemplateContent, after: &TemplateContent) -> (Change, Vec<ChangeReason>) {
    let mut reasons = forms::compare_items(before.items(), after.items());
    for part in Part::ALL.into_iter().filter(|part| before.has(*part) && !after.has(*part)) {
        reasons.push(ChangeReason::new(Some(part.as_str()), "part_dropped"));
    }
    if after.needs_goals && !before.needs_goals {
        reasons.push(ChangeReason::new(Some(Part::Goals.as_str()), "now_required"));
    }
    if before.languages().iter().any(|language| !after.languages().contains(language)) {
        reasons.push(ChangeReason::new(None, "language_dropped"));
    }
    (forms::verdict(&reasons), reasons)
}

#[cfg(test)]
#[path = "content_tests.rs"]
mod tests;
