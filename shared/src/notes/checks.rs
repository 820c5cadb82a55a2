use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::body::Body;
use super::clone::{WARN_FROM, likeness};
use super::facts::SessionFacts;
use super::hints::{Hint, hints};
use super::load::{Loaded, find};
use super::rules::{SigningFacts, is_late, needs_cosignature, problems};
use super::sources::{Gathered, gather, narratives, recent};
use super::update::require_draft;
use crate::db::ScopedTx;
use crate::error::{FieldError, Result};
use crate::note_templates::{self, TemplateVersion};
use crate::policy::Act;
use crate::sessions;

/// A new note is compared with so many of the author's last ones.
const COMPARED: u64 = 50;

/// Something to think about. It never blocks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = NoteWarning)]
pub struct Warning {
    /// `cloned_text`: nine tenths and more of the words are those of an earlier note.
    pub code: &'static str,
    /// The earlier note, and the day of its session.
    pub note_id: Uuid,
    pub service_date: String,
    /// How much is the same, in percent.
    pub percent: u64,
}

/// What signing would say now.
#[derive(Clone, Debug)]
pub struct Checks {
    pub problems: Vec<FieldError>,
    pub warnings: Vec<Warning>,
    pub hints: Vec<Hint>,
    /// Signed now it would be a late entry.
    pub late: bool,
    pub cosignature_needed: bool,
}

/// Looks at a draft as signing does, and at its words.
pub async fn check(tx: &ScopedTx, note_id: Uuid) -> Result<Checks> {
    let loaded = find(tx, note_id, Act::WriteNotes, false).await?;
    loaded.require_author(tx)?;
    require_draft(&loaded)?;
    let session = sessions::get(tx, loaded.row.session_id).await?;
    let facts = gather(tx, &session, loaded.row.client_id).await?;
    let template = note_templates::open_version(tx, loaded.row.template_version_id).await?;
    let (body, _, _) = loaded.body(tx)?;
    let hints = body.words().iter().flat_map(|(path, text)| hints(path, text)).collect();
    Ok(Checks {
        problems: problems_of(tx, &facts, &template, &body, None),
        warnings: warnings(tx, &loaded, &facts.session, &body).await?,
        hints,
        late: is_late(&facts.session, &facts.profile, tx.now()),
        cosignature_needed: needs_cosignature(facts.profile.cosign, facts.days_here, note_id),
    })
}

pub(super) fn problems_of(
    tx: &ScopedTx,
    facts: &Gathered,
    template: &TemplateVersion,
    body: &Body,
    late_reason: Option<&str>,
) -> Vec<FieldError> {
    let planned: Option<Vec<Uuid>> =
        facts.plan.as_ref().map(|plan| plan.goals.iter().map(|goal| goal.goal_id).collect());
    problems(&SigningFacts {
        now: tx.now(),
        body,
        session: &facts.session,
        template: &template.content,
        template_outdated: template.outdated,
        plan_goals: planned.as_deref(),
        credential_held: facts.credential.as_ref().map(|credential| credential.held),
        profile: &facts.profile,
        late_reason,
        others: &facts.others,
    })
}

/// Is it like an earlier note of the author? Notes of one group share a part, so they are left out.
pub(super) async fn warnings(
    tx: &ScopedTx,
    loaded: &Loaded,
    session: &SessionFacts,
    body: &Body,
) -> Result<Vec<Warning>> {
    let narrative = body.narrative();
    let mut rows = recent(tx, loaded.row.author_id, None, COMPARED).await?;
    rows.retain(|row| row.session_id != session.id && row.id != loaded.row.id);
    let mut alike: Option<Warning> = None;
    for (row, earlier) in narratives(tx, rows).await? {
        let Some(same) = likeness(&narrative, &earlier).filter(|same| *same >= WARN_FROM) else { continue };
        if alike.as_ref().is_none_or(|known| known.percent < same / 10) {
            let warning =
                Warning { code: "cloned_text", note_id: row.id, service_date: row.service_date, percent: same / 10 };
            alike = Some(warning);
        }
    }
    Ok(alike.into_iter().collect())
}
