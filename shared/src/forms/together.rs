use std::collections::BTreeMap;

use serde_json::Value;

use super::schema::{AnswerSchema, Constraint};
use super::ui::{ChoiceValue, ItemType, UiItem, UiSchema};
use crate::error::FieldErrors;

/// Schema and UI schema must speak of the same items in the same way.
pub fn check_together(answers: &AnswerSchema, ui: &UiSchema, errors: &mut FieldErrors) {
    let shown: BTreeMap<&str, &UiItem> = ui.items.iter().map(|item| (item.id.as_str(), item)).collect();
    for id in answers.properties.keys().filter(|id| !shown.contains_key(id.as_str())) {
        errors.add(format!("schema.properties.{id}"), "not_shown", "the UI schema has no item with this id");
    }
    for (index, item) in ui.items.iter().enumerate() {
        let base = format!("ui_schema.items[{index}]");
        // What could not be read has been told already.
        let Some(constraint) = answers.properties.get(&item.id) else {
            errors.add(format!("{base}.id"), "unknown_item", "the schema has no such property, or not a right one");
            continue;
        };
        if !suits(item, constraint) {
            errors.add(format!("{base}.type"), "differs_from_schema", "the schema of this item says something else");
        }
        if item.optional == answers.required.contains(&item.id) {
            errors.add(format!("{base}.optional"), "differs_from_schema", "false for what the schema requires");
        }
        if let Constraint::Integer { minimum, maximum } | Constraint::Number { minimum, maximum } = constraint {
            for (name, shown, real) in [("min", item.min, minimum), ("max", item.max, maximum)] {
                if shown.is_some_and(|shown| shown - real != 0.0) {
                    errors.add(format!("{base}.{name}"), "differs_from_schema", format!("{real}, as in the schema"));
                }
            }
        }
    }
}

fn suits(item: &UiItem, constraint: &Constraint) -> bool {
    let values = || -> Vec<&ChoiceValue> { item.choices.iter().flatten().map(|choice| &choice.value).collect() };
    let same_values = |known: &[Value]| {
        let shown: Vec<Value> = values().into_iter().map(Value::from).collect();
        shown.len() == known.len() && shown.iter().all(|value| known.contains(value))
    };
    match (item.kind, constraint) {
        (ItemType::Faces | ItemType::Scale, Constraint::Integer { minimum, maximum }) => {
            values().into_iter().all(|value| match value {
                ChoiceValue::Number(number) => (*minimum..=*maximum).contains(&(*number as f64)),
                ChoiceValue::Text(_) => false,
            })
        }
        (ItemType::YesNo, Constraint::Boolean)
        | (ItemType::Number, Constraint::Integer { .. } | Constraint::Number { .. })
        | (ItemType::Text, Constraint::Text { .. }) => true,
        (ItemType::Choice, Constraint::OneOf(known)) => same_values(known),
        (ItemType::Multi, Constraint::ManyOf { values: known, .. }) => same_values(known),
        _ => false,
    }
}
