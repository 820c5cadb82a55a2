//! The part of JSON Schema 2020-12 that forms use, read strictly: what is not understood is refused, so that nothing is
//! accepted which the schema forbids. One property is one item.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::ui::is_item_id;
use crate::error::FieldErrors;

pub const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// No text of an answer is longer than this.
pub const MAX_TEXT: u64 = 4000;
/// Whole numbers that a form can hold; larger ones would not come back the same from canonical JSON.
pub(super) const RANGE: std::ops::RangeInclusive<i64> = -1_000_000_000..=1_000_000_000;

/// What an item's answer may be.
#[derive(Clone, Debug, PartialEq)]
pub enum Constraint {
    Integer {
        minimum: f64,
        maximum: f64,
    },
    Number {
        minimum: f64,
        maximum: f64,
    },
    Boolean,
    /// Lengths count Unicode characters.
    Text {
        min_length: u64,
        max_length: u64,
    },
    OneOf(Vec<Value>),
    /// A set: each value at most once.
    ManyOf {
        values: Vec<Value>,
        min_items: u64,
        max_items: Option<u64>,
    },
}

/// A schema, read.
#[derive(Clone, Debug, PartialEq)]
pub struct AnswerSchema {
    pub properties: BTreeMap<String, Constraint>,
    pub required: Vec<String>,
}

/// Why an answer does not fit: a code and a text for people.
pub type Misfit = (&'static str, String);

impl Constraint {
    /// Judges one answer as JSON Schema does: 5.0 is a whole number and the same as 5.
    pub fn check(&self, value: &Value) -> Result<(), Misfit> {
        let kind = |text: &str| ("wrong_type", text.to_owned());
        match self {
            Self::Integer { minimum, maximum } => {
                let number = number(value).filter(|number| number.fract() == 0.0);
                between(number.ok_or_else(|| kind("a whole number"))?, *minimum, *maximum)
            }
            Self::Number { minimum, maximum } => {
                between(number(value).ok_or_else(|| kind("a number"))?, *minimum, *maximum)
            }
            Self::Boolean if value.is_boolean() => Ok(()),
            Self::Boolean => Err(kind("true or false")),
            Self::Text { min_length, max_length } => {
                let text = value.as_str().ok_or_else(|| kind("a text"))?;
                let length = text.chars().count() as u64;
                let fits = (*min_length..=*max_length).contains(&length);
                if fits { Ok(()) } else { Err(("length", format!("{min_length} to {max_length} characters"))) }
            }
            Self::OneOf(values) if values.iter().any(|one| same(one, value)) => Ok(()),
            Self::OneOf(_) => Err(("unknown_choice", "one of the choices".to_owned())),
            Self::ManyOf { values, min_items, max_items } => {
                let chosen = value.as_array().ok_or_else(|| kind("a list"))?;
                if chosen.iter().any(|one| !values.iter().any(|known| same(known, one))) {
                    return Err(("unknown_choice", "only values that are among the choices".to_owned()));
                }
                if chosen.iter().enumerate().any(|(index, one)| chosen[..index].iter().any(|other| same(other, one))) {
                    return Err(("repeated", "each value at most once".to_owned()));
                }
                let count = chosen.len() as u64;
                if count < *min_items || max_items.is_some_and(|most| count > most) {
                    let most = max_items.unwrap_or(values.len() as u64);
                    return Err(("length", format!("{min_items} to {most} values")));
                }
                Ok(())
            }
        }
    }
}

fn number(value: &Value) -> Option<f64> {
    value.as_f64().filter(|_| value.is_number())
}

fn between(number: f64, minimum: f64, maximum: f64) -> Result<(), Misfit> {
    if (minimum..=maximum).contains(&number) {
        Ok(())
    } else {
        Err(("out_of_range", format!("from {minimum} to {maximum}")))
    }
}

/// Equality of JSON Schema: numbers by value.
fn same(one: &Value, other: &Value) -> bool {
    match (number(one), number(other)) {
        (Some(one), Some(other)) => one - other == 0.0,
        _ => one == other,
    }
}

impl AnswerSchema {
    /// Judges a whole set of answers; every error names its item.
    pub fn check(&self, answers: &Map<String, Value>, errors: &mut FieldErrors) {
        for (id, value) in answers {
            match self.properties.get(id) {
                None => errors.add(format!("answers.{}", printable(id)), "unknown_item", "the form has no such item"),
                Some(constraint) => {
                    if let Err((code, message)) = constraint.check(value) {
                        errors.add(format!("answers.{id}"), code, message);
                    }
                }
            }
        }
        for id in self.required.iter().filter(|id| !answers.contains_key(*id)) {
            errors.add(format!("answers.{id}"), "required", "this answer is needed");
        }
    }

    /// Reads a schema. Whatever a form does not need is named and refused.
    pub fn read(schema: &Value, errors: &mut FieldErrors) -> Option<Self> {
        let Some(members) = schema.as_object() else {
            errors.add("schema", "invalid", "must be a JSON Schema, an object");
            return None;
        };
        for (name, value) in members {
            match name.as_str() {
                "$schema" if value == DIALECT => {}
                "$schema" => errors.add("schema.$schema", "unsupported_dialect", DIALECT),
                "type" if value == "object" => {}
                "type" => errors.add("schema.type", "invalid", "\"object\""),
                "additionalProperties" if *value == Value::Bool(false) => {}
                "additionalProperties" => errors.add("schema.additionalProperties", "invalid", "false"),
                "properties" | "required" => {}
                other => annotation("schema", other, value, errors),
            }
        }
        let Some(properties) = members.get("properties").and_then(Value::as_object) else {
            errors.add("schema.properties", "required", "an object with a member for each item");
            return None;
        };
        let mut read = BTreeMap::new();
        for (id, property) in properties {
            let field = format!("schema.properties.{}", printable(id));
            if !is_item_id(id) {
                errors.add(&field, "invalid_item_id", "small letters, digits and _, a letter first");
            } else if let Some(constraint) = read_property(&field, property, errors) {
                read.insert(id.clone(), constraint);
            }
        }
        let required = read_required(members.get("required"), properties, errors);
        Some(Self { properties: read, required })
    }
}

/// The schema as it is stored: what it leaves open by default is closed.
pub fn completed(schema: &Value) -> Value {
    let mut schema = schema.clone();
    if let Some(members) = schema.as_object_mut() {
        members.entry("$schema").or_insert_with(|| DIALECT.into());
        members.entry("type").or_insert_with(|| "object".into());
        members.insert("additionalProperties".to_owned(), false.into());
    }
    schema
}

fn printable(id: &str) -> String {
    id.chars().filter(|c| !c.is_control()).take(64).collect()
}

fn annotation(at: &str, name: &str, value: &Value, errors: &mut FieldErrors) {
    let text = matches!(name, "title" | "description" | "$comment" | "$id") && value.is_string();
    if !text && !matches!(name, "examples" | "default") {
        let field = format!("{at}.{}", printable(name));
        errors.add(field, "unsupported_keyword", "forms do not use this keyword of JSON Schema here");
    }
}

fn read_required(value: Option<&Value>, properties: &Map<String, Value>, errors: &mut FieldErrors) -> Vec<String> {
    let Some(value) = value else { return Vec::new() };
    let ids = value.as_array().map(|ids| ids.iter().map(Value::as_str).collect::<Option<Vec<_>>>());
    let Some(Some(ids)) = ids else {
        errors.add("schema.required", "invalid", "a list of ids");
        return Vec::new();
    };
    let mut read: Vec<String> = Vec::with_capacity(ids.len());
    for (index, id) in ids.into_iter().enumerate() {
        if !properties.contains_key(id) {
            errors.add(format!("schema.required[{index}]"), "unknown_item", "no property has this name");
        } else if read.iter().any(|known| known == id) {
            errors.add(format!("schema.required[{index}]"), "repeated", "this id stands twice");
        } else {
            read.push(id.to_owned());
        }
    }
    read
}

fn read_property(field: &str, property: &Value, errors: &mut FieldErrors) -> Option<Constraint> {
    let Some(members) = property.as_object() else {
        errors.add(field, "invalid", "must be a schema of its own, an object");
        return None;
    };
    let kind = members.get("type").and_then(Value::as_str);
    if members.contains_key("type") && kind.is_none() {
        errors.add(format!("{field}.type"), "unsupported_type", "one type, as a text");
        return None;
    }
    let known: &[&str] = match (kind, members.contains_key("enum")) {
        (None | Some("string" | "integer"), true) => &["type", "enum"],
        (Some("integer" | "number"), false) => &["type", "minimum", "maximum"],
        (Some("boolean"), false) => &["type"],
        (Some("string"), false) => &["type", "minLength", "maxLength"],
        (Some("array"), false) => &["type", "items", "uniqueItems", "minItems", "maxItems"],
        _ => {
            let message = "integer, number, boolean, string, array of choices, or enum";
            errors.add(format!("{field}.type"), "unsupported_type", message);
            return None;
        }
    };
    for (name, value) in members.iter().filter(|(name, _)| !known.contains(&name.as_str())) {
        annotation(field, name, value, errors);
    }
    if members.contains_key("enum") {
        return Some(Constraint::OneOf(read_enum(field, members, errors)?));
    }
    match kind? {
        "boolean" => Some(Constraint::Boolean),
        "string" => {
            let min_length = read_count(field, members, "minLength", errors)?.unwrap_or(0);
            let max_length = read_count(field, members, "maxLength", errors)?;
            let Some(max_length) = max_length.filter(|most| *most <= MAX_TEXT && *most >= min_length) else {
                let message = format!("at most {MAX_TEXT}, and not less than minLength");
                errors.add(format!("{field}.maxLength"), "out_of_range", message);
                return None;
            };
            Some(Constraint::Text { min_length, max_length })
        }
        "array" => read_array(field, members, errors),
        kind => read_range(field, members, kind == "integer", errors),
    }
}

fn read_range(field: &str, members: &Map<String, Value>, whole: bool, errors: &mut FieldErrors) -> Option<Constraint> {
    let end = |name: &str| members.get(name).and_then(number).filter(|end| end.abs() <= 1e9);
    let (minimum, maximum) = (end("minimum"), end("maximum"));
    for (name, end) in [("minimum", minimum), ("maximum", maximum)] {
        if end.is_none() {
            errors.add(format!("{field}.{name}"), "required", "a number between -1e9 and 1e9");
        }
    }
    let (minimum, maximum) = (minimum?, maximum?);
    if minimum > maximum {
        errors.add(format!("{field}.maximum"), "out_of_range", "not less than minimum");
        return None;
    }
    Some(if whole { Constraint::Integer { minimum, maximum } } else { Constraint::Number { minimum, maximum } })
}

fn read_array(field: &str, members: &Map<String, Value>, errors: &mut FieldErrors) -> Option<Constraint> {
    if members.get("uniqueItems") != Some(&Value::Bool(true)) {
        errors.add(format!("{field}.uniqueItems"), "required", "true");
    }
    let field_of_items = format!("{field}.items");
    let Some(items) = members.get("items").and_then(Value::as_object) else {
        errors.add(field_of_items, "required", "a schema with enum");
        return None;
    };
    for (name, value) in items.iter().filter(|(name, _)| !["type", "enum"].contains(&name.as_str())) {
        annotation(&field_of_items, name, value, errors);
    }
    let values = read_enum(&field_of_items, items, errors)?;
    let min_items = read_count(field, members, "minItems", errors)?.unwrap_or(0);
    let max_items = read_count(field, members, "maxItems", errors)?;
    if max_items.is_some_and(|most| most < min_items) || min_items > values.len() as u64 {
        errors.add(format!("{field}.maxItems"), "out_of_range", "no answer could fit");
        return None;
    }
    Some(Constraint::ManyOf { values, min_items, max_items })
}

/// Texts and whole numbers, 2 to 100 of them, all different, all of the type beside them.
fn read_enum(field: &str, members: &Map<String, Value>, errors: &mut FieldErrors) -> Option<Vec<Value>> {
    let field_of_enum = format!("{field}.enum");
    let Some(values) = members.get("enum").and_then(Value::as_array) else {
        errors.add(field_of_enum, "required", "a list of values");
        return None;
    };
    let kind = members.get("type");
    let fits = |value: &Value| match value {
        Value::String(_) => kind.is_none_or(|kind| kind == "string"),
        Value::Number(number) => {
            number.as_i64().is_some_and(|n| RANGE.contains(&n)) && kind.is_none_or(|kind| kind == "integer")
        }
        _ => false,
    };
    let distinct = values.iter().enumerate().all(|(index, one)| !values[..index].contains(one));
    if values.len() < 2 || values.len() > 100 || !distinct || !values.iter().all(fits) {
        errors.add(field_of_enum, "invalid", "2 to 100 different texts or whole numbers of the type beside it");
        return None;
    }
    Some(values.clone())
}

/// `Some(None)`: not there.
fn read_count(field: &str, members: &Map<String, Value>, name: &str, errors: &mut FieldErrors) -> Option<Option<u64>> {
    match members.get(name) {
        None => Some(None),
        Some(value) => {
            let count = value.as_u64().filter(|count| *count <= MAX_TEXT);
            if count.is_none() {
                errors.add(format!("{field}.{name}"), "invalid", format!("a whole number, at most {MAX_TEXT}"));
            }
            count.map(Some)
        }
    }
}

#[cfg(test)]
mod tests;
