use sea_orm::{ActiveModelTrait, IntoActiveModel};
use serde_json::json;
use uuid::Uuid;

use super::create::{seal, set_target, write_steps};
use super::entity::goal;
use super::input::{GoalPatch, StepInput};
use super::load::{GoalView, Loaded, achievement, find, lifecycle};
use super::propose::{ProposalState, close_proposal, rewrite_proposal};
use super::status::{Lifecycle, achievement_after};
use crate::attention;
use crate::audit::AuditEvent;
use crate::care_plans;
use crate::db::ScopedTx;
use crate::error::{Error, FieldErrors, Result};
use crate::policy::Act;

/// Changes a goal. Clients change their own; staff change what they proposed until the client decided, and propose
/// everything else.
///
/// # Errors
/// `Forbidden("proposal_needed")` for staff; `Conflict("undecided")` for a client whose decision is awaited, and
/// `Conflict("invalid_transition")` for a move that a goal cannot make.
pub async fn update(tx: &mut ScopedTx, goal_id: Uuid, if_version: Option<i64>, patch: GoalPatch) -> Result<GoalView> {
    let mut loaded = find(tx, goal_id, Act::WriteGoals).await?;
    let proposed = loaded.lifecycle()? == Lifecycle::Proposed;
    if tx.scope().client_id().is_none() && !(proposed && loaded.row.created_by == tx.scope().staff_id()) {
        return Err(Error::Forbidden("proposal_needed"));
    }
    if if_version.is_some_and(|version| version != loaded.row.version) {
        return Err(Error::PreconditionFailed);
    }
    if proposed && tx.scope().client_id().is_some() {
        return Err(Error::Conflict("undecided", "accept or decline this goal first".to_owned()));
    }
    let mut errors = FieldErrors::default();
    patch.check(&mut errors, "", &loaded.step_ids());
    errors.into_result()?;
    apply(tx, &mut loaded, &patch).await?;
    if proposed {
        if loaded.lifecycle()? == Lifecycle::Proposed {
            rewrite_proposal(tx, &loaded, &content_of(&loaded.view(tx)?)).await?;
        } else if let Some(proposal_id) = loaded.row.open_proposal_id.take() {
            close_proposal(tx, &loaded.row, proposal_id, ProposalState::Withdrawn).await?;
        }
    }
    save(tx, &mut loaded.row).await?;
    let client_id = loaded.row.client_id;
    let detail = json!({ "members": patch.members(), "lifecycle_status": loaded.row.lifecycle_status });
    tx.record(AuditEvent::new("update", "goal", goal_id).client(client_id).detail(detail));
    if !proposed && patch.touches_plan() {
        care_plans::goal_changed(tx, client_id, goal_id, false).await?;
    }
    loaded.view(tx)
}

/// What a goal says, as the change that would make it say so.
fn content_of(view: &GoalView) -> GoalPatch {
    let steps = view.steps.iter();
    GoalPatch {
        title: Some(view.title.clone()),
        why: Some(view.why.clone()),
        life_area: Some(view.life_area),
        target: Some(view.target.clone()),
        steps: Some(
            steps.map(|step| StepInput { id: Some(step.id), title: step.title.clone(), due: step.due }).collect(),
        ),
        lifecycle_status: None,
    }
}

/// Makes a checked change to the row, which the caller saves, and to the steps.
pub(super) async fn apply(tx: &ScopedTx, loaded: &mut Loaded, patch: &GoalPatch) -> Result<()> {
    if let Some(next) = patch.lifecycle_status {
        move_to(&mut loaded.row, next)?;
    }
    let key = loaded.key.clone();
    let old_unit = loaded.view(tx)?.target.map(|target| target.unit);
    let row = &mut loaded.row;
    if let Some(title) = &patch.title {
        row.title = seal(tx, &key, "title", row.id, title.trim());
    }
    if let Some(why) = &patch.why {
        row.why = why.as_deref().map(|why| seal(tx, &key, "why", row.id, why));
    }
    if let Some(area) = patch.life_area {
        area.as_str().clone_into(&mut row.life_area);
    }
    if let Some(target) = &patch.target {
        set_target(tx, &key, row, target.as_ref());
        if target.as_ref().map(|target| target.unit.trim()) != old_unit.as_deref() {
            // So many walks say nothing of so many calls.
            row.progress_value = None;
            row.progress_value_at = None;
        }
    }
    row.content_version += 1;
    if let Some(steps) = &patch.steps {
        write_steps(tx, loaded, steps).await?;
    }
    Ok(())
}

/// Moves a goal on, and says how it goes then.
pub(super) fn move_to(row: &mut goal::Model, next: Lifecycle) -> Result<()> {
    let now = lifecycle(row)?;
    if !now.may_become(next) {
        let message = format!("a goal that is {} cannot become {}", now.as_str(), next.as_str());
        return Err(Error::Conflict("invalid_transition", message));
    }
    row.achievement_status = achievement_after(achievement(row), now, next).map(|status| status.as_str().to_owned());
    next.as_str().clone_into(&mut row.lifecycle_status);
    Ok(())
}

/// Writes the row under its next version.
pub(super) async fn save(tx: &ScopedTx, row: &mut goal::Model) -> Result<()> {
    row.version += 1;
    row.updated_at = tx.now();
    row.clone().into_active_model().reset_all().update(tx.conn()).await?;
    attention::look_again(tx, row.client_id).await
}
