//! The UI schema: how a form's items are asked, in which words and in which steps.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::schema::RANGE;
use crate::clients::Language;
use crate::error::FieldErrors;

/// One text in the languages of the form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = FormWords)]
#[serde(deny_unknown_fields)]
pub struct Words {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 1000)]
    pub en: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 1000)]
    pub es: Option<String>,
}

impl Words {
    pub fn languages(&self) -> BTreeSet<&'static str> {
        let present = [(Language::En, &self.en), (Language::Es, &self.es)];
        present.into_iter().filter(|(_, text)| text.is_some()).map(|(language, _)| language.as_str()).collect()
    }

    pub(crate) fn check(&self, errors: &mut FieldErrors, field: &str) {
        for (language, text) in [("en", &self.en), ("es", &self.es)] {
            let Some(text) = text else { continue };
            let length = text.chars().count();
            if text.trim().is_empty() || length > 1000 {
                errors.add(format!("{field}.{language}"), "length", "1 to 1000 characters");
            } else if text.chars().any(|c| c.is_control() && c != '\n') {
                errors.add(format!("{field}.{language}"), "control_character", "no control characters");
            }
        }
    }
}

/// How an item is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = FormItemType)]
#[serde(rename_all = "snake_case")]
pub enum ItemType {
    /// A whole number, shown as a row of faces.
    Faces,
    /// A whole number between two ends.
    Scale,
    /// One of several.
    Choice,
    YesNo,
    Number,
    /// In the person's own words.
    Text,
    /// Any of several.
    Multi,
}

/// A value that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[schema(as = FormChoiceValue)]
#[serde(untagged)]
pub enum ChoiceValue {
    Number(i64),
    Text(String),
}

impl From<&ChoiceValue> for Value {
    fn from(value: &ChoiceValue) -> Self {
        match value {
            ChoiceValue::Number(number) => (*number).into(),
            ChoiceValue::Text(text) => text.as_str().into(),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = FormChoice)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    pub value: ChoiceValue,
    pub label: Words,
}

/// What another item must have been answered for this one to be asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = FormAnswer)]
#[serde(untagged)]
pub enum Answer {
    Bool(bool),
    Number(i64),
    Text(String),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = FormCondition)]
#[serde(deny_unknown_fields)]
pub struct When {
    #[schema(max_length = 64)]
    pub item: String,
    pub equals: Answer,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = FormItem)]
#[serde(deny_unknown_fields)]
pub struct UiItem {
    /// The member of the answers; one id means one question for ever.
    #[schema(pattern = "^[a-z][a-z0-9_]{0,63}$")]
    pub id: String,
    #[serde(rename = "type")]
    pub kind: ItemType,
    pub label: Words,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<Words>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 50)]
    pub choices: Option<Vec<Choice>>,
    /// The ends of what is shown; the schema decides what is accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_label: Option<Words>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_label: Option<Words>,
    /// Whether it can be skipped: true unless the schema requires it.
    #[serde(default = "yes")]
    pub optional: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<When>,
}

fn yes() -> bool {
    true
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UiSchema {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Words>,
    /// What is said before the first question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intro: Option<Words>,
    #[schema(max_items = 100)]
    pub items: Vec<UiItem>,
    /// Ids of items, screen by screen; left out, each item is a step of its own.
    #[serde(default)]
    #[schema(max_items = 100)]
    pub steps: Vec<Vec<String>>,
}

/// Small letters, digits and `_`, a letter first.
pub fn is_item_id(text: &str) -> bool {
    let mut characters = text.chars();
    text.len() <= 64
        && characters.next().is_some_and(|first| first.is_ascii_lowercase())
        && characters.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

impl UiSchema {
    /// Gives every item a step where none were written.
    #[must_use]
    pub fn with_steps(mut self) -> Self {
        if self.steps.is_empty() {
            self.steps = self.items.iter().map(|item| vec![item.id.clone()]).collect();
        }
        self
    }

    /// Every text with its field.
    fn words(&self) -> Vec<(String, &Words)> {
        let mut found: Vec<(String, &Words)> = Vec::new();
        found.extend(self.title.iter().map(|words| ("ui_schema.title".to_owned(), words)));
        found.extend(self.intro.iter().map(|words| ("ui_schema.intro".to_owned(), words)));
        for (index, item) in self.items.iter().enumerate() {
            let base = format!("ui_schema.items[{index}]");
            found.push((format!("{base}.label"), &item.label));
            for (name, words) in [("help", &item.help), ("min_label", &item.min_label), ("max_label", &item.max_label)]
            {
                found.extend(words.iter().map(|words| (format!("{base}.{name}"), words)));
            }
            for (number, choice) in item.choices.iter().flatten().enumerate() {
                found.push((format!("{base}.choices[{number}].label"), &choice.label));
            }
        }
        found
    }

    /// The languages of the form: those of its first label. Every other text must have the same.
    pub fn languages(&self) -> BTreeSet<&'static str> {
        self.items.first().map(|item| item.label.languages()).unwrap_or_default()
    }

    /// Checks all that can be checked without the JSON Schema.
    pub fn check(&self, errors: &mut FieldErrors) {
        if self.items.len() > 100 {
            errors.add("ui_schema.items", "length", "at most 100 items");
        }
        let languages = self.languages();
        if languages.is_empty() && !self.items.is_empty() {
            errors.add("ui_schema.items[0].label", "required", "a text in en, es or both");
        }
        for (field, words) in self.words() {
            words.check(errors, &field);
            if words.languages() != languages {
                errors.add(field, "languages_differ", "every text must be there in the same languages");
            }
        }
        let mut known: BTreeMap<&str, &UiItem> = BTreeMap::new();
        for (index, item) in self.items.iter().enumerate() {
            let base = format!("ui_schema.items[{index}]");
            if !is_item_id(&item.id) {
                errors.add(format!("{base}.id"), "invalid_item_id", "small letters, digits and _, a letter first");
            }
            self.check_choices(errors, &base, item);
            if let Some(when) = &item.when {
                if !known.contains_key(when.item.as_str()) {
                    errors.add(format!("{base}.when.item"), "unknown_item", "an item that is asked before this one");
                }
                match &when.equals {
                    Answer::Number(number) if !RANGE.contains(number) => {
                        errors.add(format!("{base}.when.equals"), "out_of_range", "a number between -1e9 and 1e9");
                    }
                    Answer::Text(text) if text.chars().count() > 64 => {
                        errors.add(format!("{base}.when.equals"), "length", "at most 64 characters");
                    }
                    Answer::Bool(_) | Answer::Number(_) | Answer::Text(_) => {}
                }
                if !item.optional {
                    errors.add(format!("{base}.optional"), "must_be_optional", "an item with `when` can be left out");
                }
            }
            if known.insert(&item.id, item).is_some() {
                errors.add(format!("{base}.id"), "repeated", "this id stands twice");
            }
        }
        let mut placed = HashSet::new();
        for (step, ids) in self.steps.iter().enumerate() {
            if ids.is_empty() {
                errors.add(format!("ui_schema.steps[{step}]"), "length", "at least one item");
            }
            for (place, id) in ids.iter().enumerate() {
                if !known.contains_key(id.as_str()) {
                    errors.add(format!("ui_schema.steps[{step}][{place}]"), "unknown_item", "no item has this id");
                } else if !placed.insert(id.as_str()) {
                    errors.add(format!("ui_schema.steps[{step}][{place}]"), "repeated", "this item stands twice");
                }
            }
        }
        if !self.steps.is_empty() && placed.len() < known.len() {
            errors.add("ui_schema.steps", "items_missing", "every item belongs to a step");
        }
    }

    fn check_choices(&self, errors: &mut FieldErrors, base: &str, item: &UiItem) {
        let field = format!("{base}.choices");
        let needed = matches!(item.kind, ItemType::Choice | ItemType::Multi);
        let allowed = needed || matches!(item.kind, ItemType::Faces | ItemType::Scale);
        match &item.choices {
            None if needed => errors.add(field, "required", "this type needs choices"),
            Some(_) if !allowed => errors.add(field, "not_allowed", "this type has no choices"),
            Some(choices) => {
                if choices.len() < 2 || choices.len() > 50 {
                    errors.add(&field, "length", "2 to 50 choices");
                }
                let mut seen = BTreeSet::new();
                for (number, choice) in choices.iter().enumerate() {
                    let field = format!("{field}[{number}].value");
                    if let ChoiceValue::Text(text) = &choice.value
                        && (text.is_empty() || text.chars().count() > 64)
                    {
                        errors.add(&field, "length", "1 to 64 characters");
                    }
                    if !seen.insert(&choice.value) {
                        errors.add(field, "repeated", "this value stands twice");
                    }
                }
            }
            None => {}
        }
    }
}
