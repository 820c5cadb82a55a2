//! What a version of a form says: which answers are valid, how they are asked, how they are scored. Pure.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::scoring::{Instrument, items_of};
use crate::error::{Error, FieldErrors, Result};
use crate::forms::{AnswerSchema, Constraint, UiItem, UiSchema, check_together, completed};
use crate::secrets::sha256;

/// Which published way of scoring counts, and which edition of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Scoring {
    pub instrument: Instrument,
    #[schema(minimum = 1)]
    pub version: i64,
}

/// A form's contents as they were written, before they are checked.
#[derive(Clone, Debug)]
pub struct NewContent {
    pub schema: Value,
    pub ui_schema: UiSchema,
    pub scoring: Option<Scoring>,
}

/// A form's contents, checked, with the texts that are stored and hashed.
#[derive(Clone, Debug, PartialEq)]
pub struct Content {
    pub answers: AnswerSchema,
    pub ui: UiSchema,
    pub scoring: Option<Scoring>,
    /// Canonical JSON (RFC 8785).
    pub schema_text: String,
    pub ui_text: String,
    /// SHA-256 over schema, UI schema and scoring as one canonical JSON text.
    pub hash: Vec<u8>,
}

/// Ids whose meaning other parts know: how somebody feels, and whether they are safe.
pub const MOOD: &str = "mood";
pub const SAFE: &str = "safe";

const MOOD_RANGE: (f64, f64) = (0.0, 10.0);

/// More than this is no form.
const MAX_BYTES: usize = 128 * 1024;

impl Content {
    /// Checks a new version of a form.
    ///
    /// # Errors
    /// Every member that is wrong, as 422 field errors.
    pub fn read(new: NewContent) -> Result<Self> {
        let mut errors = FieldErrors::default();
        let ui = new.ui_schema.with_steps();
        if ui.items.is_empty() {
            errors.add("ui_schema.items", "length", "1 to 100 items");
        }
        ui.check(&mut errors);
        let schema = completed(&new.schema);
        let answers = AnswerSchema::read(&schema, &mut errors);
        if let Some(answers) = &answers {
            check_together(answers, &ui, &mut errors);
            check_reserved(answers, &ui, &mut errors);
            if let Some(scoring) = new.scoring {
                check_scoring(answers, scoring, &mut errors);
            }
        }
        errors.into_result()?;
        let answers = answers.ok_or_else(|| Error::internal("a schema neither read nor refused"))?;
        let content = Self::with_texts(answers, ui, new.scoring, &schema)?;
        if content.schema_text.len() + content.ui_text.len() > MAX_BYTES {
            return Err(Error::invalid("ui_schema", "too_large", "a form has at most 128 KiB"));
        }
        Ok(content)
    }

    /// Reads what was stored.
    pub fn stored(schema_text: &str, ui_text: &str, scoring: Option<Scoring>) -> Result<Self> {
        let schema: Value = serde_json::from_str(schema_text).map_err(Error::internal)?;
        let ui: UiSchema = serde_json::from_str(ui_text).map_err(Error::internal)?;
        let mut errors = FieldErrors::default();
        let answers = AnswerSchema::read(&schema, &mut errors);
        let answers = answers.ok_or_else(|| Error::internal("a stored form that cannot be read"))?;
        Self::with_texts(answers, ui, scoring, &schema)
    }

    fn with_texts(answers: AnswerSchema, ui: UiSchema, scoring: Option<Scoring>, schema: &Value) -> Result<Self> {
        let schema_text = serde_jcs::to_string(schema).map_err(Error::internal)?;
        let ui_text = serde_jcs::to_string(&ui).map_err(Error::internal)?;
        let whole = json!({ "schema": schema, "ui_schema": ui, "scoring": scoring });
        let hash = sha256(&serde_jcs::to_vec(&whole).map_err(Error::internal)?);
        Ok(Self { answers, ui, scoring, schema_text, ui_text, hash })
    }

    pub fn languages(&self) -> Vec<&'static str> {
        self.ui.languages().into_iter().collect()
    }

    pub(super) fn items(&self) -> (&AnswerSchema, &UiSchema) {
        (&self.answers, &self.ui)
    }

    pub fn item(&self, id: &str) -> Option<&UiItem> {
        self.ui.items.iter().find(|item| item.id == id)
    }

    /// Judges answers; every error names its item: `answers.mood`.
    pub fn check_answers(&self, answers: &Map<String, Value>) -> Result<()> {
        let mut errors = FieldErrors::default();
        self.answers.check(answers, &mut errors);
        errors.into_result()
    }
}

/// Ids whose meaning other parts know.
fn check_reserved(answers: &AnswerSchema, ui: &UiSchema, errors: &mut FieldErrors) {
    for (index, item) in ui.items.iter().enumerate() {
        let field = || format!("ui_schema.items[{index}].id");
        let Some(constraint) = answers.properties.get(&item.id) else { continue };
        if item.id == MOOD && !is_range(constraint, MOOD_RANGE) {
            errors.add(field(), "reserved_id", "mood is a whole number from 0 to 10");
        }
        if item.id == SAFE && *constraint != Constraint::Boolean {
            errors.add(field(), "reserved_id", "safe is a yes-or-no question: yes means safe");
        }
    }
}

fn is_range(constraint: &Constraint, (least, most): (f64, f64)) -> bool {
    matches!(constraint, Constraint::Integer { minimum, maximum } if minimum - least == 0.0 && maximum - most == 0.0)
}

fn check_scoring(answers: &AnswerSchema, scoring: Scoring, errors: &mut FieldErrors) {
    let Some((ids, least, most)) = items_of(scoring.instrument, scoring.version) else {
        errors.add("scoring.version", "unknown_version", "there is no such version of this scoring");
        return;
    };
    let range: Vec<Value> = (least..=most).map(Value::from).collect();
    for id in ids {
        let fits = match answers.properties.get(*id) {
            Some(Constraint::OneOf(values)) => {
                values.len() == range.len() && range.iter().all(|value| values.contains(value))
            }
            Some(constraint) => is_range(constraint, (least as f64, most as f64)),
            None => false,
        };
        if !fits {
            let message = format!("{} needs an item {id} from {least} to {most}", scoring.instrument.as_str());
            errors.add("scoring.instrument", "item_missing", message);
        }
    }
}
