use cairn_shared::clock::Timestamp;
use cairn_shared::error::{Error, Result};
use cairn_shared::forms::{Change, ChangeReason, UiSchema, VersionState};
use cairn_shared::note_templates::{NewTemplateContent, Section, TemplateVersionView, TemplateView};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

/// What a version of a template says.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewNoteTemplateVersionIn {
    /// The headings, in their order. Every note has goals, intervention, response, plan and risk somewhere.
    #[schema(min_items = 1, max_items = 20)]
    sections: Vec<Section>,
    /// False for contacts that come before a plan of care, or that no plan foresees.
    #[serde(default = "yes")]
    needs_goals: bool,
    /// A JSON Schema (2020-12) of what is asked besides: an object with a property for each item, as in check-in forms.
    #[serde(default = "no_items")]
    #[schema(value_type = Object)]
    schema: Value,
    /// How those items are asked.
    #[serde(default)]
    ui_schema: Option<UiSchema>,
}

fn yes() -> bool {
    true
}

fn no_items() -> Value {
    serde_json::json!({ "properties": {} })
}

impl From<NewNoteTemplateVersionIn> for NewTemplateContent {
    fn from(input: NewNoteTemplateVersionIn) -> Self {
        let none = || UiSchema { title: None, intro: None, items: Vec::new(), steps: Vec::new() };
        Self {
            sections: input.sections,
            needs_goals: input.needs_goals,
            schema: input.schema,
            ui_schema: input.ui_schema.unwrap_or_else(none),
        }
    }
}

/// A version among others.
#[derive(Serialize, ToSchema)]
pub struct NoteTemplateVersionHeadOut {
    id: Uuid,
    number: i64,
    state: VersionState,
    published_at: Option<Timestamp>,
    retired_at: Option<Timestamp>,
    /// Against the version that was published before.
    change: Option<Change>,
}

#[derive(Serialize, ToSchema)]
pub struct NoteTemplateOut {
    pub id: Uuid,
    /// Names a template that came with the program: `girp`, `dap`, `birp`, `soap`, `intake`, `plan_review`,
    /// `crisis_contact`, `transition`, `group`.
    key: Option<String>,
    name: String,
    published_version_id: Option<Uuid>,
    /// Oldest first.
    versions: Vec<NoteTemplateVersionHeadOut>,
    created_at: Timestamp,
}

impl From<TemplateView> for NoteTemplateOut {
    fn from(view: TemplateView) -> Self {
        let head = |version: TemplateVersionView| NoteTemplateVersionHeadOut {
            id: version.id,
            number: version.number,
            state: version.state,
            published_at: version.published_at,
            retired_at: version.retired_at,
            change: version.change,
        };
        Self {
            id: view.id,
            key: view.key,
            name: view.name,
            published_version_id: view.published_version_id,
            versions: view.versions.into_iter().map(head).collect(),
            created_at: view.created_at,
        }
    }
}

#[derive(Serialize, ToSchema)]
pub struct NoteTemplateList {
    pub items: Vec<NoteTemplateOut>,
    pub next_cursor: Option<String>,
}

/// What a template asks for.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its description is used: the stored text is passed on byte for byte")]
pub struct NoteTemplateContent {
    needs_goals: bool,
    #[schema(value_type = Object)]
    schema: Value,
    sections: Vec<Section>,
    ui_schema: UiSchema,
}

#[derive(Serialize, ToSchema)]
pub struct NoteTemplateVersionOut {
    pub id: Uuid,
    template_id: Uuid,
    number: i64,
    state: VersionState,
    /// Of a published version this never changes, not by a byte.
    #[schema(value_type = NoteTemplateContent)]
    content: Box<RawValue>,
    /// SHA-256 of the content in canonical JSON (RFC 8785), in hexadecimal digits.
    content_hash: String,
    /// Against the version that was published before: after a `safe` edit drafts can be signed as they are.
    change: Option<Change>,
    change_reasons: Vec<ChangeReason>,
    created_at: Timestamp,
    published_at: Option<Timestamp>,
    retired_at: Option<Timestamp>,
}

impl NoteTemplateVersionOut {
    pub fn new(view: TemplateVersionView) -> Result<Self> {
        Ok(Self {
            id: view.id,
            template_id: view.template_id,
            number: view.number,
            state: view.state,
            content: RawValue::from_string(view.content).map_err(Error::internal)?,
            content_hash: view.content_hash,
            change: view.change,
            change_reasons: view.change_reasons,
            created_at: view.created_at,
            published_at: view.published_at,
            retired_at: view.retired_at,
        })
    }
}
