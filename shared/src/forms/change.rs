//! What an edit of a form means for the answers before it: a safe edit leaves them comparable, a breaking one does not.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::schema::{AnswerSchema, Constraint};
use super::ui::{ItemType, UiSchema};
use crate::error::{Error, Result};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = FormChange)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Every answer that was valid is valid still, and means the same.
    Safe,
    Breaking,
}

impl Change {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Breaking => "breaking",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Safe, Self::Breaking].into_iter().find(|change| change.as_str() == text)
    }
}

/// Why an edit is breaking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = FormChangeReason)]
pub struct ChangeReason {
    /// Absent when it is about the whole form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    /// `item_dropped`, `type_changed`, `range_changed`, `choices_changed`, `limits_changed`, `now_required`,
    /// `scoring_changed`, `language_dropped`.
    pub code: String,
}

impl ChangeReason {
    pub fn new(item: Option<&str>, code: &str) -> Self {
        Self { item: item.map(ToOwned::to_owned), code: code.to_owned() }
    }
}

/// The items of a version: its schema and how they are asked.
pub type Items<'a> = (&'a AnswerSchema, &'a UiSchema);

/// Breaking as soon as there is a reason.
pub fn verdict(reasons: &[ChangeReason]) -> Change {
    if reasons.is_empty() { Change::Safe } else { Change::Breaking }
}

/// Compares the items of a version with those of the one that was published before it.
pub fn compare_items(before: Items<'_>, after: Items<'_>) -> Vec<ChangeReason> {
    let mut reasons = Vec::new();
    for (id, old) in &before.0.properties {
        let Some(new) = after.0.properties.get(id) else {
            reasons.push(ChangeReason::new(Some(id), "item_dropped"));
            continue;
        };
        if is_other_question(before, after, id) {
            reasons.push(ChangeReason::new(Some(id), "type_changed"));
        } else if let Some(code) = narrowed(old, new) {
            reasons.push(ChangeReason::new(Some(id), code));
        }
    }
    for id in after.0.required.iter().filter(|id| !before.0.required.contains(id)) {
        reasons.push(ChangeReason::new(Some(id), "now_required"));
    }
    reasons
}

/// True when an id would stand for another kind of question than before: then it needs another id.
fn is_other_question(before: Items<'_>, after: Items<'_>, id: &str) -> bool {
    let (Some(old), Some(new)) = (before.0.properties.get(id), after.0.properties.get(id)) else {
        return false;
    };
    let numbers = |ui: &UiSchema| {
        let item = ui.items.iter().find(|item| item.id == id);
        item.is_some_and(|item| matches!(item.kind, ItemType::Faces | ItemType::Scale | ItemType::Number))
    };
    // A scale may be shown as faces: it is the same number.
    std::mem::discriminant(old) != std::mem::discriminant(new) && !(numbers(before.1) && numbers(after.1))
}

/// What makes answers invalid or incomparable that were valid before.
fn narrowed(old: &Constraint, new: &Constraint) -> Option<&'static str> {
    match (old, new) {
        (Constraint::Text { min_length, max_length }, Constraint::Text { min_length: least, max_length: most }) => {
            (least > min_length || most < max_length).then_some("limits_changed")
        }
        (Constraint::OneOf(before), Constraint::OneOf(after)) => {
            before.iter().any(|value| !after.contains(value)).then_some("choices_changed")
        }
        (
            Constraint::ManyOf { values: before, min_items, max_items },
            Constraint::ManyOf { values: after, min_items: least, max_items: most },
        ) => {
            let fewer = before.iter().any(|value| !after.contains(value));
            let tighter = least > min_items || most.is_some_and(|most| max_items.is_none_or(|before| most < before));
            match (fewer, tighter) {
                (true, _) => Some("choices_changed"),
                (false, true) => Some("limits_changed"),
                (false, false) => None,
            }
        }
        // Five out of seven is not five out of ten.
        (old, new) => (old != new).then_some("range_changed"),
    }
}

/// Refuses an id that would stand for another question than before: what was dropped does not come back, what is there keeps
/// its kind. `used` are all that were ever published, joined by commas.
///
/// # Errors
/// `Conflict("item_id_reused")`.
pub fn refuse_reused(used: &str, before: Items<'_>, after: Items<'_>) -> Result<()> {
    let reused = |id: &&String| {
        let dropped = used.split(',').any(|known| known == id.as_str()) && !before.0.properties.contains_key(*id);
        dropped || is_other_question(before, after, id)
    };
    let Some(id) = after.0.properties.keys().find(reused) else { return Ok(()) };
    Err(Error::Conflict("item_id_reused", format!("the id {id} had another meaning here; take a new one")))
}

/// All ids that were ever published, with those of a version that is published now.
pub fn used_with(used: &str, published: Items<'_>) -> String {
    let mut used: BTreeSet<&str> = used.split(',').filter(|id| !id.is_empty()).collect();
    used.extend(published.0.properties.keys().map(String::as_str));
    used.into_iter().collect::<Vec<_>>().join(",")
}
