use std::collections::BTreeMap;

use cairn_shared::attention::{Kind, ReasonState, ReasonView, Rule, Severity};
use cairn_shared::clients::Language;
use cairn_shared::clock::Timestamp;
use cairn_shared::help_requests::HelpOutcome;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

/// A member of staff, by name.
#[derive(Serialize, ToSchema)]
pub struct PersonOut {
    pub id: Uuid,
    pub name: String,
}

impl PersonOut {
    pub fn new((id, name): (Uuid, String)) -> Self {
        Self { id, name }
    }
}

/// A client, by name.
#[derive(Serialize, ToSchema)]
pub struct ClientNameOut {
    pub id: Uuid,
    pub preferred_name: String,
}

/// What a reason is made of: a code of a closed set, with the dates and numbers that it names.
#[derive(Serialize, ToSchema)]
pub struct ExplanationOut {
    code: String,
    #[schema(value_type = Object)]
    params: Value,
}

#[derive(Serialize, ToSchema)]
pub struct SubjectOut {
    /// `check_in`, `help_request`, `occurrence`, `goal` or `care_plan`
    #[serde(rename = "type")]
    kind: String,
    id: String,
}

/// Why a client asks for attention.
#[derive(Serialize, ToSchema)]
pub struct ReasonOut {
    id: Uuid,
    client_id: Uuid,
    client: ClientNameOut,
    kind: Kind,
    severity: Severity,
    since: Timestamp,
    explanation: ExplanationOut,
    /// The explanation as a sentence, in the language that the request prefers (`Accept-Language`): English or Spanish.
    text: String,
    subject: Option<SubjectOut>,
    state: ReasonState,
    /// By when somebody should have acknowledged it; only for what is told to staff by push.
    due_at: Option<Timestamp>,
    created_at: Timestamp,
    acknowledged_at: Option<Timestamp>,
    acknowledged_by: Option<PersonOut>,
    ended_at: Option<Timestamp>,
    /// Nobody when the data ended it.
    ended_by: Option<PersonOut>,
    outcome: Option<HelpOutcome>,
    note: Option<String>,
}

impl ReasonOut {
    pub fn new(view: ReasonView, language: Language) -> Self {
        let text = view.text(language);
        Self {
            id: view.id,
            client_id: view.client_id,
            client: ClientNameOut { id: view.client_id, preferred_name: view.client_name },
            kind: view.kind,
            severity: view.severity,
            since: view.since,
            explanation: ExplanationOut { code: view.code, params: view.parameters },
            text,
            subject: view.subject.map(|(kind, id)| SubjectOut { kind, id }),
            state: view.state,
            due_at: view.due_at,
            created_at: view.created_at,
            acknowledged_at: view.acknowledged_at,
            acknowledged_by: view.acknowledged_by.map(PersonOut::new),
            ended_at: view.ended_at,
            ended_by: view.ended_by.map(PersonOut::new),
            outcome: view.outcome,
            note: view.note,
        }
    }
}

#[derive(Serialize, ToSchema)]
pub struct ReasonList {
    pub items: Vec<ReasonOut>,
    pub next_cursor: Option<String>,
}

/// When a kind of reason is raised.
#[derive(Serialize, ToSchema)]
pub struct RuleOut {
    kind: Kind,
    enabled: bool,
    parameters: BTreeMap<&'static str, i64>,
    /// Words and phrases that are looked for in what clients write in check-ins, in any case and without regard to accents;
    /// a `*` at the end of a word stands for any ending. Null for every kind but `words_noticed`.
    words: Option<Vec<String>>,
    /// False for what a client says or asks outright: that cannot be turned off.
    tunable: bool,
    version: i64,
}

impl From<Rule> for RuleOut {
    fn from(rule: Rule) -> Self {
        let (kind, tunable) = (rule.kind, rule.kind.is_tunable());
        let Rule { enabled, parameters, words, version, .. } = rule;
        Self { kind, enabled, parameters, words, tunable, version }
    }
}

#[derive(Serialize, ToSchema)]
pub struct RuleList {
    pub items: Vec<RuleOut>,
    pub next_cursor: Option<String>,
}
