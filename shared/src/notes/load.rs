use std::sync::Arc;

use sea_orm::QueryOrder;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::LockType;
use sea_orm::{IntoActiveModel, QuerySelect};
use uuid::Uuid;

use super::body::Body;
use super::content::{AddendumContent, SignedGoal, hash_of, minutes_of, read_signed};
use super::entity::{note, note_addendum, note_comment, note_signature};
use super::state::{AddendumKind, NoteState, SignerRole};
use crate::clients;
use crate::clock::Timestamp;
use crate::db::ScopedTx;
use crate::error::{Error, Result};
use crate::goals;
use crate::identity;
use crate::note_templates::{self, TemplateVersion};
use crate::policy::Act;
use crate::secrets::{DataKey, Sealed};

/// What stands in clear of a note.
#[derive(Clone, Debug)]
pub struct NoteHead {
    pub id: Uuid,
    pub session_id: Uuid,
    pub client_id: Uuid,
    pub author_id: Uuid,
    pub template_version_id: Uuid,
    pub state: NoteState,
    pub service_date: String,
    pub starts_at: Timestamp,
    pub late_entry: bool,
    pub replaces_note_id: Option<Uuid>,
    pub content_hash: Option<String>,
    pub signed_at: Option<Timestamp>,
    pub returned_at: Option<Timestamp>,
    pub voided_at: Option<Timestamp>,
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl TryFrom<&note::Model> for NoteHead {
    type Error = Error;

    fn try_from(row: &note::Model) -> Result<Self> {
        Ok(Self {
            id: row.id,
            session_id: row.session_id,
            client_id: row.client_id,
            author_id: row.author_id,
            template_version_id: row.template_version_id,
            state: state(row)?,
            service_date: row.service_date.clone(),
            starts_at: row.starts_at,
            late_entry: row.late_entry,
            replaces_note_id: row.replaces_note_id,
            content_hash: row.content_hash.clone(),
            signed_at: row.signed_at,
            returned_at: row.returned_at,
            voided_at: row.voided_at,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

impl NoteHead {
    /// That a supervisor gave it back is between them and the author.
    pub(super) fn seen_by(self, tx: &ScopedTx) -> Self {
        let returned_at = self.returned_at.filter(|_| tx.scope().client_id().is_none());
        Self { returned_at, ..self }
    }
}

/// That somebody signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureView {
    pub role: SignerRole,
    pub signer_id: Uuid,
    pub name: String,
    pub signed_at: Timestamp,
    /// Of what was signed.
    pub hash: String,
}

#[derive(Clone, Debug)]
pub struct AddendumView {
    pub kind: AddendumKind,
    pub content: AddendumContentView,
    /// Canonical JSON, as it is hashed.
    pub text: String,
    pub hash: String,
}

/// What an addition says.
#[derive(Clone, Debug)]
pub struct AddendumContentView {
    pub number: i64,
    pub author_id: Uuid,
    pub name: String,
    pub text: String,
    pub at: Timestamp,
}

#[derive(Clone, Debug)]
pub struct CommentView {
    pub author_id: Uuid,
    pub author_name: String,
    pub text: String,
    pub created_at: Timestamp,
}

/// A note, decrypted.
#[derive(Clone, Debug)]
pub struct NoteView {
    pub head: NoteHead,
    pub author_name: String,
    pub(crate) template: TemplateVersion,
    pub(crate) body: Body,
    /// Those addressed, with their titles.
    pub goals: Vec<SignedGoal>,
    /// What was signed, to the byte.
    pub content: Option<String>,
    pub signatures: Vec<SignatureView>,
    pub addenda: Vec<AddendumView>,
    pub comments: Vec<CommentView>,
    pub void_reason: Option<String>,
}

impl NoteView {
    pub fn body(&self) -> &Body {
        &self.body
    }

    pub fn template_id(&self) -> Uuid {
        self.template.template_id
    }

    pub fn template_key(&self) -> Option<&str> {
        self.template.template_key.as_deref()
    }

    pub fn template_name(&self) -> &str {
        &self.template.template_name
    }

    /// The note under the headings of its template.
    pub fn shown(&self, language: clients::Language) -> Vec<super::ShownSection> {
        super::render(&self.body, &self.goals, &self.template.content, language)
    }

    /// How long the session was, as it was signed.
    pub fn minutes(&self) -> Option<i64> {
        self.content.as_deref().and_then(minutes_of)
    }

    /// The words of its template, as they were when it was written.
    pub fn template_text(&self) -> (&str, &str) {
        (&self.template.content.text, &self.template.content.hash)
    }
}

pub(super) fn state(row: &note::Model) -> Result<NoteState> {
    NoteState::parse(&row.state).ok_or_else(|| Error::internal("a note in an unknown state"))
}

/// A note's row with the key that opens it.
pub(super) struct Loaded {
    pub row: note::Model,
    pub key: Arc<DataKey>,
    pub client: clients::entity::client::Model,
}

impl Loaded {
    pub fn state(&self) -> Result<NoteState> {
        state(&self.row)
    }

    pub fn open(&self, tx: &ScopedTx) -> Result<String> {
        self.key.open(&tx.place("notes", "content", self.row.id), &self.row.content)
    }

    /// The author's words, of a draft or as they were signed; and the text that was signed.
    pub fn body(&self, tx: &ScopedTx) -> Result<(Body, Vec<SignedGoal>, Option<String>)> {
        let text = self.open(tx)?;
        match &self.row.content_hash {
            None => Ok((serde_json::from_str(&text).map_err(Error::internal)?, Vec::new(), None)),
            Some(hash) => {
                // Nothing is shown or handed on that is not what was signed.
                if *hash != hash_of(&text) {
                    return Err(Error::internal(format!("note {} is not what was signed", self.row.id)));
                }
                let (body, goals) = read_signed(&text)?;
                Ok((body, goals, Some(text)))
            }
        }
    }

    pub fn seal_body(&self, tx: &ScopedTx, body: &Body) -> Result<Sealed> {
        let text = serde_jcs::to_string(body).map_err(Error::internal)?;
        Ok(tx.seal(&self.key, &tx.place("notes", "content", self.row.id), &text))
    }

    pub async fn view(self, tx: &ScopedTx) -> Result<NoteView> {
        let template = note_templates::open_version(tx, self.row.template_version_id).await?;
        let (body, mut goals, content) = self.body(tx)?;
        if content.is_none() && !body.goals.is_empty() {
            let ids: Vec<Uuid> = body.goals.iter().map(|goal| goal.goal_id).collect();
            let known = goals::snapshots(tx, &self.key, self.row.client_id, &ids).await?;
            goals = with_titles(&body, |id| known.iter().find(|goal| goal.id == id).map(|goal| goal.title.clone()));
        }
        let names = identity::names_of(tx, &[self.row.author_id]).await?;
        let void_reason = match &self.row.void_reason {
            Some(sealed) => Some(self.key.open(&tx.place("notes", "void_reason", self.row.id), sealed)?),
            None => None,
        };
        Ok(NoteView {
            head: NoteHead::try_from(&self.row)?.seen_by(tx),
            author_name: names.get(&self.row.author_id).cloned().unwrap_or_default(),
            template,
            body,
            goals,
            content,
            signatures: signatures(tx, &self.key, self.row.id).await?,
            addenda: addenda(tx, &self.key, self.row.id).await?,
            comments: if tx.scope().client_id().is_some() {
                Vec::new()
            } else {
                comments(tx, &self.key, self.row.id).await?
            },
            void_reason,
        })
    }

    /// Only the author writes a draft, signs it, and answers for it.
    pub fn require_author(&self, tx: &ScopedTx) -> Result<()> {
        if tx.scope().staff_id() == Some(self.row.author_id) { Ok(()) } else { Err(Error::Forbidden("not_author")) }
    }

    /// Writes the row under its next version.
    pub async fn save(&mut self, tx: &ScopedTx) -> Result<()> {
        self.row.version += 1;
        self.row.updated_at = tx.now();
        self.row.clone().into_active_model().reset_all().update_without_returning(tx.conn()).await?;
        Ok(())
    }
}

/// Goals with their titles; one that is not there any more has none.
pub(super) fn with_titles(body: &Body, title: impl Fn(Uuid) -> Option<String>) -> Vec<SignedGoal> {
    let titled = body.goals.iter().map(|goal| SignedGoal {
        goal_id: goal.goal_id,
        title: title(goal.goal_id).unwrap_or_default(),
        progress: goal.progress,
        comment: goal.comment.clone(),
    });
    titled.collect()
}

/// A note for an act on it. To change it, two changes of one note follow one another. A client knows of what was signed.
pub(super) async fn find(tx: &ScopedTx, note_id: Uuid, act: Act, lock: bool) -> Result<Loaded> {
    let mut query = note::Entity::find_by_id(note_id).filter(note::COLUMN.organization_id.eq(tx.organization_id()));
    if lock && tx.database().is_postgres() {
        query = query.lock(LockType::Update);
    }
    let row = query.one(tx.conn()).await?.ok_or(Error::NotFound)?;
    let client = clients::authorize(tx, row.client_id, act).await?;
    if tx.scope().client_id().is_some() && row.content_hash.is_none() {
        return Err(Error::NotFound);
    }
    let key = tx.data_key(client.data_key_id).await?;
    Ok(Loaded { row, key, client })
}

/// One note.
pub async fn get(tx: &ScopedTx, note_id: Uuid) -> Result<NoteView> {
    find(tx, note_id, Act::ReadNotes, false).await?.view(tx).await
}

/// In the order in which they were given.
async fn signatures(tx: &ScopedTx, key: &DataKey, note_id: Uuid) -> Result<Vec<SignatureView>> {
    let rows = note_signature::Entity::find()
        .filter(note_signature::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(note_signature::COLUMN.note_id.eq(note_id))
        .order_by_asc(note_signature::COLUMN.signed_at)
        .order_by_asc(note_signature::COLUMN.role)
        .all(tx.conn())
        .await?;
    let view = |row: note_signature::Model| {
        Ok(SignatureView {
            role: SignerRole::parse(&row.role).ok_or_else(|| Error::internal("a signature in an unknown role"))?,
            signer_id: row.signer_id,
            name: key.open(&tx.place("note_signatures", "name", row.id), &row.name)?,
            signed_at: row.signed_at,
            hash: row.content_hash,
        })
    };
    rows.into_iter().map(view).collect()
}

async fn addenda(tx: &ScopedTx, key: &DataKey, note_id: Uuid) -> Result<Vec<AddendumView>> {
    let rows = note_addendum::Entity::find()
        .filter(note_addendum::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(note_addendum::COLUMN.note_id.eq(note_id))
        .order_by_asc(note_addendum::COLUMN.number)
        .all(tx.conn())
        .await?;
    let view = |row: note_addendum::Model| {
        let text = key.open(&tx.place("note_addenda", "content", row.id), &row.content)?;
        if row.content_hash != hash_of(&text) {
            return Err(Error::internal(format!("addendum {} is not what was written", row.id)));
        }
        let content: AddendumContent = serde_json::from_str(&text).map_err(Error::internal)?;
        let AddendumContent { number, kind, author_id, name, text: words, at, .. } = content;
        let content = AddendumContentView { number, author_id, name, text: words, at };
        Ok(AddendumView { kind, content, text, hash: row.content_hash })
    };
    rows.into_iter().map(view).collect()
}

async fn comments(tx: &ScopedTx, key: &DataKey, note_id: Uuid) -> Result<Vec<CommentView>> {
    let rows = note_comment::Entity::find()
        .filter(note_comment::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(note_comment::COLUMN.note_id.eq(note_id))
        .order_by_asc(note_comment::COLUMN.created_at)
        .order_by_asc(note_comment::COLUMN.id)
        .all(tx.conn())
        .await?;
    let mut ids: Vec<Uuid> = rows.iter().map(|row| row.author_id).collect();
    ids.dedup();
    let names = identity::names_of(tx, &ids).await?;
    let view = |row: note_comment::Model| {
        Ok(CommentView {
            author_id: row.author_id,
            author_name: names.get(&row.author_id).cloned().unwrap_or_default(),
            text: key.open(&tx.place("note_comments", "text", row.id), &row.text)?,
            created_at: row.created_at,
        })
    };
    rows.into_iter().map(view).collect()
}
