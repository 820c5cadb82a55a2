use sea_orm::entity::prelude::*;
use sea_orm::{ActiveModelTrait, IntoActiveModel, Set};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::edit::{apply, save};
use super::entity::goal_proposal;
use super::load::{Loaded, find};
use super::propose::{ProposalKind, ProposalState, ProposalView, changes, close_proposal, seal, view_one};
use super::status::Lifecycle;
use crate::audit::AuditEvent;
use crate::care_plans;
use crate::db::ScopedTx;
use crate::error::{Error, FieldErrors, Result};
use crate::policy::Act;
use crate::text::check_text;

/// What a client says to a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    Accept,
    Decline,
}

/// Decides on an open proposal. Only its client does that.
///
/// # Errors
/// `Conflict("already_decided")` when it is not open any more; `Conflict("goal_changed")` when the goal says something
/// else than when this was proposed, so that nobody agrees to what they did not see. Declining is possible even then.
pub async fn decide(
    tx: &mut ScopedTx,
    proposal_id: Uuid,
    decision: Decision,
    note: Option<String>,
) -> Result<ProposalView> {
    let (row, mut loaded) = find_open(tx, proposal_id, |tx, _| {
        if tx.scope().client_id().is_some() { Ok(()) } else { Err(Error::Forbidden("client_decides")) }
    })
    .await?;
    let mut errors = FieldErrors::default();
    if let Some(note) = &note {
        check_text(&mut errors, "note", note, 0, 1000);
    }
    errors.into_result()?;
    let is_new = row.kind == ProposalKind::New.as_str();
    loaded.row.open_proposal_id = None;
    let mut affects_plan = false;
    match decision {
        Decision::Accept => {
            if row.content_version != loaded.row.content_version {
                let message = format!("the goal has changed since; its version is now {}", loaded.row.version);
                return Err(Error::Conflict("goal_changed", message));
            }
            if is_new {
                Lifecycle::Accepted.as_str().clone_into(&mut loaded.row.lifecycle_status);
                affects_plan = true;
            } else {
                let changes = changes(tx, &loaded.key, &row)?;
                let mut errors = FieldErrors::default();
                changes.check(&mut errors, "changes.", &loaded.step_ids());
                errors.into_result()?;
                apply(tx, &mut loaded, &changes).await?;
                affects_plan = changes.touches_plan();
            }
        }
        Decision::Decline if is_new => Lifecycle::Cancelled.as_str().clone_into(&mut loaded.row.lifecycle_status),
        Decision::Decline => {}
    }
    save(tx, &mut loaded.row).await?;
    let state = if decision == Decision::Accept { ProposalState::Accepted } else { ProposalState::Declined };
    let mut active = row.into_active_model();
    active.state = Set(state.as_str().to_owned());
    active.decided_at = Set(Some(tx.now()));
    active.note = Set(note.map(|note| seal(tx, &loaded.key, "note", proposal_id, &note)));
    let row = active.update(tx.conn()).await?;
    let (goal_id, client_id) = (loaded.row.id, loaded.row.client_id);
    let detail = json!({ "goal_id": goal_id, "state": state, "lifecycle_status": loaded.row.lifecycle_status });
    tx.record(AuditEvent::new("decide", "goal_proposal", proposal_id).client(client_id).detail(detail));
    tx.record(
        AuditEvent::new("update", "goal", goal_id).client(client_id).detail(json!({ "proposal_id": proposal_id })),
    );
    if affects_plan {
        care_plans::goal_changed(tx, client_id, goal_id, is_new).await?;
    }
    view_one(tx, &loaded.key, &row).await
}

/// Takes an open proposal back: for whoever wrote it. A goal that was only proposed is dropped with it.
pub async fn withdraw(tx: &mut ScopedTx, proposal_id: Uuid) -> Result<ProposalView> {
    let (_, mut loaded) = find_open(tx, proposal_id, |tx, row| {
        if tx.scope().staff_id() == Some(row.proposed_by) { Ok(()) } else { Err(Error::Forbidden("author_only")) }
    })
    .await?;
    loaded.row.open_proposal_id = None;
    if loaded.lifecycle()? == Lifecycle::Proposed {
        Lifecycle::Cancelled.as_str().clone_into(&mut loaded.row.lifecycle_status);
    }
    save(tx, &mut loaded.row).await?;
    let row = close_proposal(tx, &loaded.row, proposal_id, ProposalState::Withdrawn).await?;
    view_one(tx, &loaded.key, &row).await
}

/// An open proposal with its goal, which is locked: of two who decide at once, the second finds it decided.
async fn find_open(
    tx: &ScopedTx,
    proposal_id: Uuid,
    may: impl FnOnce(&ScopedTx, &goal_proposal::Model) -> Result<()>,
) -> Result<(goal_proposal::Model, Loaded)> {
    let row = goal_proposal::Entity::find_by_id(proposal_id)
        .filter(goal_proposal::COLUMN.organization_id.eq(tx.organization_id()))
        .one(tx.conn())
        .await?
        .ok_or(Error::NotFound)?;
    let loaded = find(tx, row.goal_id, Act::WriteGoals).await?;
    may(tx, &row)?;
    // The goal's word counts: the proposal was read before the lock.
    if loaded.row.open_proposal_id != Some(proposal_id) {
        return Err(Error::Conflict("already_decided", "this proposal is not open any more".to_owned()));
    }
    Ok((row, loaded))
}
