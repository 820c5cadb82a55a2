use sea_orm::entity::prelude::*;
use sea_orm::{IntoActiveModel, QueryOrder};
use serde_json::json;
use uuid::Uuid;

use super::body::{Body, RiskLevel, check_words};
use super::checks::{Warning, problems_of, warnings};
use super::content::{AuthorFacts, ClientFacts, FORMAT, LateEntry, PlanFacts, SignedContent, TemplateFacts, same_name};
use super::entity::{note, note_signature};
use super::load::{Loaded, NoteView, find, with_titles};
use super::rules::{is_late, needs_cosignature};
use super::sources::{Gathered, gather};
use super::state::{NoteState, SignerRole};
use super::update::{require_draft, require_version};
use crate::attention::{self, SafetyTrigger};
use crate::audit::AuditEvent;
use crate::db::ScopedTx;
use crate::error::{Error, FieldError, FieldErrors, Result, is_unique_violation};
use crate::note_templates::{self, TemplateVersion};
use crate::policy::Act;
use crate::sessions::{self, SessionView};

/// What the author says when they sign.
#[derive(Clone, Debug)]
pub struct SigningInput {
    /// Typed, and the same as in the list of staff.
    pub name: String,
    pub late_reason: Option<String>,
    /// Paths of parts that were filled in and are right.
    pub confirm: Vec<String>,
}

/// A signed note, and what to think about.
#[derive(Clone, Debug)]
pub struct Signed {
    pub note: NoteView,
    pub warnings: Vec<Warning>,
}

/// Signs a draft: from now on its words are fixed. Its author only, who has just proved who they are.
///
/// # Errors
/// `Invalid` names all that is missing at once; the draft stays. `Conflict("not_a_draft")` for whoever comes second.
pub async fn sign(tx: &mut ScopedTx, note_id: Uuid, if_version: Option<i64>, input: &SigningInput) -> Result<Signed> {
    let loaded = find(tx, note_id, Act::WriteNotes, true).await?;
    loaded.require_author(tx)?;
    require_draft(&loaded)?;
    if if_version.is_some() {
        require_version(&loaded, if_version)?;
    }
    let session = sessions::lock_for_note(tx, loaded.row.session_id).await?;
    let note_id = loaded.row.id;
    let warnings = sign_loaded(tx, loaded, &session, input).await?;
    Ok(Signed { note: super::get(tx, note_id).await?, warnings })
}

/// Signs every draft of a session in one go: all of them, or none.
///
/// # Errors
/// What is missing in which note: `notes.{client_id}.texts.plan`. `Conflict("no_drafts")` when there is nothing to sign.
pub async fn sign_session(tx: &mut ScopedTx, session_id: Uuid, input: &SigningInput) -> Result<Vec<Signed>> {
    let session = sessions::lock_for_note(tx, session_id).await?;
    let rows = note::Entity::find()
        .filter(note::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(note::COLUMN.session_id.eq(session_id))
        .filter(note::COLUMN.state.eq(NoteState::Draft.as_str()))
        .order_by_asc(note::COLUMN.id)
        .all(tx.conn())
        .await?;
    if rows.is_empty() {
        return Err(Error::Conflict("no_drafts", "this session has no draft to sign".to_owned()));
    }
    let (mut wrong, mut done) = (Vec::new(), Vec::new());
    for row in rows {
        let loaded = find(tx, row.id, Act::WriteNotes, true).await?;
        loaded.require_author(tx)?;
        require_draft(&loaded)?;
        match sign_loaded(tx, loaded, &session, input).await {
            Ok(warnings) => done.push((row.id, warnings)),
            Err(Error::Invalid(errors)) => wrong.extend(errors.into_iter().map(|error| {
                let own = matches!(error.field.as_str(), "name" | "late_reason" | "credential");
                if own {
                    error
                } else {
                    FieldError { field: format!("notes.{}.{}", row.client_id, error.field), ..error }
                }
            })),
            Err(other) => return Err(other),
        }
    }
    if !wrong.is_empty() {
        // What is the same for all is told once.
        wrong.sort_by(|one, other| one.field.cmp(&other.field));
        wrong.dedup();
        return Err(Error::Invalid(wrong));
    }
    let mut signed = Vec::with_capacity(done.len());
    for (id, warnings) in done {
        signed.push(Signed { note: super::get(tx, id).await?, warnings });
    }
    Ok(signed)
}

async fn sign_loaded(
    tx: &mut ScopedTx,
    mut loaded: Loaded,
    session: &SessionView,
    input: &SigningInput,
) -> Result<Vec<Warning>> {
    let facts = gather(tx, session, loaded.row.client_id).await?;
    let template = note_templates::open_version(tx, loaded.row.template_version_id).await?;
    let (mut body, _, _) = loaded.body(tx)?;
    for path in &input.confirm {
        body.confirm(path);
    }
    check_input(tx, &facts, &template, &body, input)?;
    // What was filled in and is not there any more leaves no trace.
    let held = |path: &str| body.holds(path);
    let gone: Vec<String> = body.marks.keys().filter(|path| !held(path)).cloned().collect();
    for path in gone {
        body.marks.remove(&path);
    }
    let found = warnings(tx, &loaded, &facts.session, &body).await?;

    let late = is_late(&facts.session, &facts.profile, tx.now());
    let (text, hash) = freeze(tx, &loaded, &facts, &template, &body, input, late)?;
    let note_id = loaded.row.id;
    let cosign = needs_cosignature(facts.profile.cosign, facts.days_here, note_id);
    let state = if cosign { NoteState::AwaitingCosign } else { NoteState::Signed };
    state.as_str().clone_into(&mut loaded.row.state);
    loaded.row.content = tx.seal(&loaded.key, &tx.place("notes", "content", note_id), &text);
    loaded.row.content_hash = Some(hash.clone());
    loaded.row.service_date = facts.session.service_date.to_string();
    loaded.row.starts_at = facts.session.starts_at;
    loaded.row.late_entry = late;
    loaded.row.signed_at = Some(tx.now());
    loaded.save(tx).await?;
    insert_signature(tx, &loaded, SignerRole::Author, &input.name).await?;
    sessions::note_signed(tx, session.id).await?;
    let client_id = loaded.row.client_id;
    let detail = json!({ "content_hash": hash, "state": state, "late_entry": late });
    tx.record(AuditEvent::new("sign", "note", note_id).client(client_id).detail(detail));
    if let Some(risk) = body.risk.as_ref().filter(|risk| risk.level >= RiskLevel::Elevated) {
        let trigger = SafetyTrigger::SeenInMeeting { crisis: risk.level == RiskLevel::Crisis };
        attention::raise_safety(tx, &loaded.client, note_id, trigger).await?;
    }
    Ok(found)
}

fn check_input(
    tx: &ScopedTx,
    facts: &Gathered,
    template: &TemplateVersion,
    body: &Body,
    input: &SigningInput,
) -> Result<()> {
    let mut errors = problems_of(tx, facts, template, body, input.late_reason.as_deref());
    let mut own = FieldErrors::default();
    if !same_name(&input.name, &facts.author_name) {
        own.add("name", "differs", "type your name as it stands in the list of staff");
    }
    if let Some(reason) = &input.late_reason {
        check_words(&mut own, "late_reason", reason, 2000);
    }
    if let Err(Error::Invalid(found)) = own.into_result() {
        errors.extend(found);
    }
    if errors.is_empty() { Ok(()) } else { Err(Error::Invalid(errors)) }
}

fn freeze(
    tx: &ScopedTx,
    loaded: &Loaded,
    facts: &Gathered,
    template: &TemplateVersion,
    body: &Body,
    input: &SigningInput,
    late: bool,
) -> Result<(String, String)> {
    let open = |column, sealed| loaded.key.open(&tx.place("clients", column, loaded.client.id), sealed);
    let legal_name = loaded.client.legal_name.as_ref().map(|sealed| open("legal_name", sealed)).transpose()?;
    let planned = facts.plan.as_ref().map_or(&[][..], |plan| plan.goals.as_slice());
    let title = |id: Uuid| planned.iter().find(|goal| goal.goal_id == id).map(|goal| goal.title.clone());
    let late_entry =
        late.then(|| LateEntry { reason: input.late_reason.as_deref().unwrap_or_default().trim().to_owned() });
    SignedContent {
        format: FORMAT,
        id: loaded.row.id,
        organization_id: tx.organization_id(),
        replaces: loaded.row.replaces_note_id,
        client: ClientFacts {
            id: loaded.client.id,
            preferred_name: open("preferred_name", &loaded.client.preferred_name)?,
            legal_name,
        },
        author: AuthorFacts {
            id: loaded.row.author_id,
            name: facts.author_name.clone(),
            credential: facts.credential.as_ref().map(|held| held.snapshot.clone()).unwrap_or_default(),
        },
        session: &facts.session,
        care_plan: facts.plan.as_ref().map(|plan| PlanFacts {
            id: plan.id,
            version_number: plan.version_number,
            content_hash: plan.content_hash.clone(),
        }),
        profile: (&facts.profile).into(),
        units: &facts.units,
        template: TemplateFacts {
            id: template.template_id,
            version_id: template.id,
            key: template.template_key.clone(),
            name: template.template_name.clone(),
            number: template.number,
            content_hash: template.content.hash.clone(),
        },
        goals: with_titles(body, title),
        texts: &body.texts,
        activities: &body.activities,
        risk: body.risk.as_ref(),
        answers: &body.answers,
        sources: body.marks.iter().map(|(path, mark)| (path.as_str(), mark)).collect(),
        late_entry,
        signed_at: tx.now(),
    }
    .freeze()
}

/// Signs as somebody. The second one in a role is told.
pub(super) async fn insert_signature(tx: &ScopedTx, loaded: &Loaded, role: SignerRole, name: &str) -> Result<()> {
    let signer_id = tx.scope().actor.id().ok_or(Error::Forbidden("role"))?;
    let hash = loaded.row.content_hash.clone().ok_or_else(|| Error::internal("a note without a hash is signed"))?;
    let id = tx.new_id();
    let row = note_signature::Model {
        id,
        organization_id: tx.organization_id(),
        note_id: loaded.row.id,
        role: role.as_str().to_owned(),
        signer_id,
        name: tx.seal(&loaded.key, &tx.place("note_signatures", "name", id), name.trim()),
        signed_at: tx.now(),
        content_hash: hash,
    };
    row.into_active_model().reset_all().insert(tx.conn()).await.map_err(|error| {
        if is_unique_violation(&error) {
            Error::Conflict("already_signed", "this note is signed in this role already".to_owned())
        } else {
            error.into()
        }
    })?;
    Ok(())
}
