use cairn_shared::check_ins::{
    Change, ChangeReason, CheckInView, FormView, Instrument, NewContent, ScheduleState, ScheduleView, ScoreStatus,
    ScoreView, Scoring, Severity, UiSchema, VersionState, VersionView,
};
use cairn_shared::clock::Timestamp;
use cairn_shared::error::{Error, Result};
use cairn_shared::scope::Scope;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

/// What a version says.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewFormVersionIn {
    /// A JSON Schema (2020-12) of the answers: an object with a property for each item. Properties are integers and
    /// numbers between `minimum` and `maximum`, booleans, strings with `maxLength`, `enum`s, and arrays of `enum`s with
    /// `uniqueItems`.
    #[schema(value_type = Object)]
    schema: Value,
    ui_schema: UiSchema,
    scoring: Option<Scoring>,
}

impl From<NewFormVersionIn> for NewContent {
    fn from(input: NewFormVersionIn) -> Self {
        Self { schema: input.schema, ui_schema: input.ui_schema, scoring: input.scoring }
    }
}

/// A version among others.
#[derive(Serialize, ToSchema)]
pub struct FormVersionHeadOut {
    id: Uuid,
    number: i64,
    state: VersionState,
    published_at: Option<Timestamp>,
    retired_at: Option<Timestamp>,
    /// Against the version that was published before.
    change: Option<Change>,
}

#[derive(Serialize, ToSchema)]
pub struct CheckInFormOut {
    pub id: Uuid,
    /// Names a form that came with the program or a content pack: `daily`, `phq9`, `gad7`.
    key: Option<String>,
    name: String,
    published_version_id: Option<Uuid>,
    /// Oldest first; for clients only the published one.
    versions: Vec<FormVersionHeadOut>,
    created_at: Timestamp,
}

impl From<FormView> for CheckInFormOut {
    fn from(view: FormView) -> Self {
        let head = |version: VersionView| FormVersionHeadOut {
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
pub struct CheckInFormList {
    pub items: Vec<CheckInFormOut>,
    pub next_cursor: Option<String>,
}

/// What was asked: of a published version this never changes, not by a byte.
#[derive(Serialize, ToSchema)]
pub struct FormContentOut {
    form_id: Uuid,
    form_version_id: Uuid,
    number: i64,
    #[schema(value_type = Object)]
    schema: Box<RawValue>,
    #[schema(value_type = UiSchema)]
    ui_schema: Box<RawValue>,
    scoring: Option<Scoring>,
    languages: Vec<String>,
    /// SHA-256 of schema, UI schema and scoring in canonical JSON (RFC 8785), in hexadecimal digits.
    content_hash: String,
}

impl FormContentOut {
    pub fn new(view: &VersionView) -> Result<Self> {
        Ok(Self {
            form_id: view.form_id,
            form_version_id: view.id,
            number: view.number,
            schema: raw(&view.schema_text)?,
            ui_schema: raw(&view.ui_text)?,
            scoring: view.scoring,
            languages: view.languages.clone(),
            content_hash: hex::encode(&view.content_hash),
        })
    }
}

/// Passes stored JSON on byte for byte.
pub fn raw(text: &str) -> Result<Box<RawValue>> {
    RawValue::from_string(text.to_owned()).map_err(Error::internal)
}

#[derive(Serialize, ToSchema)]
pub struct FormVersionOut {
    pub id: Uuid,
    form_id: Uuid,
    number: i64,
    state: VersionState,
    #[schema(value_type = Object)]
    schema: Box<RawValue>,
    #[schema(value_type = UiSchema)]
    ui_schema: Box<RawValue>,
    scoring: Option<Scoring>,
    languages: Vec<String>,
    content_hash: String,
    /// Against the version that was published before: `safe` leaves earlier answers valid and comparable.
    change: Option<Change>,
    change_reasons: Vec<ChangeReason>,
    created_at: Timestamp,
    published_at: Option<Timestamp>,
    retired_at: Option<Timestamp>,
}

impl FormVersionOut {
    pub fn new(view: VersionView) -> Result<Self> {
        Ok(Self {
            id: view.id,
            form_id: view.form_id,
            number: view.number,
            state: view.state,
            schema: raw(&view.schema_text)?,
            ui_schema: raw(&view.ui_text)?,
            scoring: view.scoring,
            languages: view.languages,
            content_hash: hex::encode(&view.content_hash),
            change: view.change,
            change_reasons: view.change_reasons,
            created_at: view.created_at,
            published_at: view.published_at,
            retired_at: view.retired_at,
        })
    }
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RecordedBy {
    Client,
    Staff,
}

fn author(by_client: bool) -> RecordedBy {
    if by_client { RecordedBy::Client } else { RecordedBy::Staff }
}

/// A client is asked a form again and again.
#[derive(Serialize, ToSchema)]
pub struct CheckInScheduleOut {
    pub id: Uuid,
    client_id: Uuid,
    form_id: Uuid,
    form_name: String,
    /// The version to answer now; null while the form has none that is published.
    form_version_id: Option<Uuid>,
    /// Its agenda item.
    item_id: Uuid,
    #[schema(value_type = String, format = Date)]
    starts_on: String,
    at: String,
    /// An IANA name, or `client` for the zone of the client.
    time_zone: String,
    recurrence: Option<String>,
    reminder: bool,
    state: ScheduleState,
    created_by: RecordedBy,
    created_at: Timestamp,
    ended_at: Option<Timestamp>,
    pub version: i64,
}

impl From<ScheduleView> for CheckInScheduleOut {
    fn from(view: ScheduleView) -> Self {
        Self {
            id: view.id,
            client_id: view.client_id,
            form_id: view.form_id,
            form_name: view.form_name,
            form_version_id: view.form_version_id,
            item_id: view.item_id,
            starts_on: view.starts_on,
            at: view.at,
            time_zone: view.time_zone,
            recurrence: view.recurrence,
            reminder: view.reminder,
            state: view.state,
            created_by: author(view.created_by_client),
            created_at: view.created_at,
            ended_at: view.ended_at,
            version: view.version,
        }
    }
}

#[derive(Serialize, ToSchema)]
pub struct CheckInScheduleList {
    pub items: Vec<CheckInScheduleOut>,
    pub next_cursor: Option<String>,
}

/// A score, made when the answers came. It screens; it is no diagnosis.
#[derive(Serialize, ToSchema)]
pub struct CheckInScoreOut {
    instrument: Instrument,
    scorer_version: i64,
    status: ScoreStatus,
    /// Null when too much is missing, which is not 0.
    total: Option<i64>,
    /// For staff only.
    #[serde(skip_serializing_if = "Option::is_none")]
    band: Option<String>,
    /// Scored items without an answer.
    missing: i64,
}

/// Whether somebody has to be there for the client now.
#[derive(Serialize, ToSchema)]
pub struct CheckInSafetyOut {
    triggered: bool,
    severity: Option<Severity>,
    /// Which crisis resources were shown with it.
    resources_version: Option<i64>,
}

/// One set of answers.
#[derive(Serialize, ToSchema)]
pub struct CheckInOut {
    pub id: Uuid,
    client_id: Uuid,
    form_id: Uuid,
    form_version_id: Uuid,
    schedule_id: Option<Uuid>,
    /// What it answers on the agenda.
    occurrence_id: Option<String>,
    /// The day that it is about.
    #[schema(value_type = String, format = Date)]
    local_date: String,
    /// By item. What is not there was skipped.
    #[schema(value_type = Object)]
    answers: Box<RawValue>,
    answered_at: Timestamp,
    received_at: Timestamp,
    /// In which it was asked.
    language: String,
    score: Option<CheckInScoreOut>,
    recorded_by: RecordedBy,
    /// Null when nothing was said about safety, and nothing written that somebody should read today.
    safety: Option<CheckInSafetyOut>,
}

impl CheckInOut {
    pub fn new(view: &CheckInView, scope: &Scope) -> Result<Self> {
        let for_staff = scope.client_id().is_none();
        let score = |score: &ScoreView| CheckInScoreOut {
            instrument: score.instrument,
            scorer_version: score.scorer_version,
            status: score.status,
            total: score.total,
            band: score.band.clone().filter(|_| for_staff),
            missing: score.missing,
        };
        let safety =
            (view.safe.is_some() || view.item9.is_some() || view.severity.is_some()).then(|| CheckInSafetyOut {
                triggered: view.severity.is_some(),
                severity: view.severity,
                resources_version: view.resources_version,
            });
        Ok(Self {
            id: view.id,
            client_id: view.client_id,
            form_id: view.form_id,
            form_version_id: view.form_version_id,
            schedule_id: view.schedule_id,
            occurrence_id: view.occurrence_id.map(|id| id.to_string()),
            local_date: view.local_date.clone(),
            answers: raw(&view.answers_text)?,
            answered_at: view.answered_at,
            received_at: view.received_at,
            language: view.language.clone(),
            score: view.score.as_ref().map(score),
            recorded_by: author(view.recorded_by_client),
            safety,
        })
    }
}

#[derive(Serialize, ToSchema)]
pub struct CheckInList {
    pub items: Vec<CheckInOut>,
    pub next_cursor: Option<String>,
}
