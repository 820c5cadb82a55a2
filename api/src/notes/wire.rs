use std::collections::BTreeMap;

use cairn_shared::clients::Language;
use cairn_shared::clock::Timestamp;
use cairn_shared::note_templates::Part;
use cairn_shared::notes::{
    Activity, AddendumKind, AddendumView, CommentView, Mark, NoteHead, NoteState, NoteView, Risk, ShownSection,
    SignatureView, Signed, SignedGoal, SignerRole, Warning,
};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

/// A note among others: nothing of its words.
#[derive(Serialize, ToSchema)]
pub struct NoteHeadOut {
    id: Uuid,
    session_id: Uuid,
    client_id: Uuid,
    author_id: Uuid,
    template_version_id: Uuid,
    state: NoteState,
    /// The local day of the session.
    #[schema(value_type = String, format = Date)]
    service_date: String,
    starts_at: Timestamp,
    late_entry: bool,
    /// The voided note that this one takes the place of.
    replaces_note_id: Option<Uuid>,
    signed_at: Option<Timestamp>,
    /// A supervisor gave it back, and the author has not answered yet.
    returned_at: Option<Timestamp>,
    voided_at: Option<Timestamp>,
    version: i64,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl From<NoteHead> for NoteHeadOut {
    fn from(head: NoteHead) -> Self {
        Self {
            id: head.id,
            session_id: head.session_id,
            client_id: head.client_id,
            author_id: head.author_id,
            template_version_id: head.template_version_id,
            state: head.state,
            service_date: head.service_date,
            starts_at: head.starts_at,
            late_entry: head.late_entry,
            replaces_note_id: head.replaces_note_id,
            signed_at: head.signed_at,
            returned_at: head.returned_at,
            voided_at: head.voided_at,
            version: head.version,
            created_at: head.created_at,
            updated_at: head.updated_at,
        }
    }
}

#[derive(Serialize, ToSchema)]
pub struct NoteHeadList {
    pub items: Vec<NoteHeadOut>,
    pub next_cursor: Option<String>,
}

/// A goal that was addressed, as the plan had it.
#[derive(Serialize, ToSchema)]
pub struct NoteGoalOut {
    goal_id: Uuid,
    title: String,
    progress: Option<cairn_shared::notes::Progress>,
    comment: Option<String>,
}

impl From<SignedGoal> for NoteGoalOut {
    fn from(goal: SignedGoal) -> Self {
        let SignedGoal { goal_id, title, progress, comment } = goal;
        Self { goal_id, title, progress, comment }
    }
}

#[derive(Serialize, ToSchema)]
pub struct NoteSignatureOut {
    role: SignerRole,
    signer_id: Uuid,
    name: String,
    signed_at: Timestamp,
    /// Of what was signed.
    hash: String,
}

impl From<SignatureView> for NoteSignatureOut {
    fn from(view: SignatureView) -> Self {
        let SignatureView { role, signer_id, name, signed_at, hash } = view;
        Self { role, signer_id, name, signed_at, hash }
    }
}

/// What was added to a signed note.
#[derive(Serialize, ToSchema)]
pub struct NoteAddendumOut {
    number: i64,
    kind: AddendumKind,
    author_id: Uuid,
    name: String,
    text: String,
    at: Timestamp,
    hash: String,
}

impl From<AddendumView> for NoteAddendumOut {
    fn from(view: AddendumView) -> Self {
        let content = view.content;
        Self {
            number: content.number,
            kind: view.kind,
            author_id: content.author_id,
            name: content.name,
            text: content.text,
            at: content.at,
            hash: view.hash,
        }
    }
}

/// Why a supervisor gave it back.
#[derive(Serialize, ToSchema)]
pub struct NoteCommentOut {
    author_id: Uuid,
    author_name: String,
    text: String,
    created_at: Timestamp,
}

impl From<CommentView> for NoteCommentOut {
    fn from(view: CommentView) -> Self {
        let CommentView { author_id, author_name, text, created_at } = view;
        Self { author_id, author_name, text, created_at }
    }
}

/// A note. Of a draft the parts are what the author wrote so far; of a signed note they are what was signed.
#[derive(Serialize, ToSchema)]
pub struct NoteOut {
    #[serde(flatten)]
    head: NoteHeadOut,
    author_name: String,
    template_key: Option<String>,
    template_name: String,
    /// How long the session was, as it was signed; of a draft nothing.
    minutes: Option<i64>,
    /// All that was written, under the headings of the template.
    sections: Vec<ShownSection>,
    /// SHA-256 of what was signed, in hexadecimal digits.
    content_hash: Option<String>,
    signatures: Vec<NoteSignatureOut>,
    addenda: Vec<NoteAddendumOut>,
    void_reason: Option<String>,
    #[serde(flatten)]
    work: NoteWorkOut,
}

/// How a note came about, and what it was signed with: the author's raw parts, units, payer and credential. For staff only; a
/// client's answer has none of these members.
#[derive(Default, Serialize, ToSchema)]
pub struct NoteWorkOut {
    #[serde(skip_serializing_if = "Option::is_none")]
    template_id: Option<Uuid>,
    /// By part: `purpose`, `check_in`, `follow_up`, `intervention`, `response`, `plan`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    texts: Option<BTreeMap<Part, String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    goals: Option<Vec<NoteGoalOut>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    activities: Option<Vec<Activity>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    risk: Option<Option<Risk>>,
    /// By item of the template.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    answers: Option<Map<String, Value>>,
    /// What was filled in for the author, by path: where it came from, and whether it was confirmed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    marks: Option<BTreeMap<String, Mark>>,
    /// Exactly what was signed: canonical JSON (RFC 8785).
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<Option<String>>,
    /// Why a supervisor gave it back.
    #[serde(skip_serializing_if = "Option::is_none")]
    comments: Option<Vec<NoteCommentOut>>,
}

impl NoteOut {
    /// For the client whom it is about: what was written and signed, in their language, and nothing of how it came about.
    pub fn mine(view: NoteView, language: Language) -> Self {
        Self {
            author_name: view.author_name.clone(),
            template_key: view.template_key().map(ToOwned::to_owned),
            template_name: view.template_name().to_owned(),
            minutes: view.minutes(),
            sections: view.shown(language),
            content_hash: view.head.content_hash.clone(),
            signatures: view.signatures.into_iter().map(Into::into).collect(),
            addenda: view.addenda.into_iter().map(Into::into).collect(),
            void_reason: view.void_reason,
            head: view.head.into(),
            work: NoteWorkOut::default(),
        }
    }

    /// For staff, whose screens bring their own words.
    pub fn staff(mut view: NoteView) -> Self {
        let body = view.body().clone();
        let work = NoteWorkOut {
            template_id: Some(view.template_id()),
            texts: Some(body.texts),
            goals: Some(view.goals.iter().cloned().map(Into::into).collect()),
            activities: Some(body.activities),
            risk: Some(body.risk),
            answers: Some(body.answers),
            marks: Some(body.marks),
            content: Some(view.content.clone()),
            comments: Some(std::mem::take(&mut view.comments).into_iter().map(Into::into).collect()),
        };
        Self { work, ..Self::mine(view, Language::En) }
    }

    pub fn location(&self) -> String {
        format!("/v1/notes/{}", self.head.id)
    }
}

#[derive(Serialize, ToSchema)]
pub struct NoteList {
    pub items: Vec<NoteOut>,
    pub next_cursor: Option<String>,
}

/// A note that has just been signed, and what to think about.
#[derive(Serialize, ToSchema)]
pub struct SignedNoteOut {
    note: NoteOut,
    warnings: Vec<Warning>,
}

impl From<Signed> for SignedNoteOut {
    fn from(signed: Signed) -> Self {
        Self { note: NoteOut::staff(signed.note), warnings: signed.warnings }
    }
}

#[derive(Serialize, ToSchema)]
pub struct SignedNoteList {
    pub items: Vec<SignedNoteOut>,
}
