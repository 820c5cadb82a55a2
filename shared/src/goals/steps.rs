use sea_orm::{ActiveModelTrait, Set};
use serde_json::json;
use uuid::Uuid;

use super::edit::{move_to, save};
use super::entity::goal_step;
use super::load::{GoalView, Loaded, find};
use crate::audit::AuditEvent;
use crate::db::ScopedTx;
use crate::error::{Error, Result};
use crate::policy::Act;

/// Marks a step as done, or as not done after all. The same again changes nothing.
pub async fn mark_step(tx: &mut ScopedTx, goal_id: Uuid, step_id: Uuid, done: bool) -> Result<GoalView> {
    let mut loaded = find(tx, goal_id, Act::WriteGoals).await?;
    if !loaded.step_ids().contains(&step_id) {
        return Err(Error::NotFound);
    }
    check_takes_progress(&loaded)?;
    let changed = set_done(tx, &mut loaded, step_id, done).await?;
    if changed {
        note_activity(tx, &mut loaded)?;
        save(tx, &mut loaded.row).await?;
    }
    let detail = json!({ "members": ["steps"], "step_id": step_id, "done": done, "again": !changed });
    tx.record(AuditEvent::new("update", "goal", goal_id).client(loaded.row.client_id).detail(detail));
    loaded.view(tx)
}

pub(super) fn check_takes_progress(loaded: &Loaded) -> Result<()> {
    let now = loaded.lifecycle()?;
    if now.takes_progress() {
        return Ok(());
    }
    Err(Error::Conflict("not_in_progress", format!("this goal is {}", now.as_str())))
}

/// Something was done for the goal: it is active now.
pub(super) fn note_activity(tx: &ScopedTx, loaded: &mut Loaded) -> Result<()> {
    let next = loaded.lifecycle()?.after_progress();
    move_to(&mut loaded.row, next)?;
    loaded.row.progress_at = loaded.row.progress_at.max(Some(tx.now()));
    Ok(())
}

/// Writes whether a step is done; false when it was so already.
pub(super) async fn set_done(tx: &ScopedTx, loaded: &mut Loaded, step_id: Uuid, done: bool) -> Result<bool> {
    let now = tx.now();
    let Some(step) = loaded.steps.iter_mut().find(|step| step.id == step_id) else { return Err(Error::NotFound) };
    if step.done_at.is_some() == done {
        return Ok(false);
    }
    step.done_at = done.then_some(now);
    goal_step::ActiveModel { id: Set(step_id), done_at: Set(step.done_at), ..Default::default() }
        .update(tx.conn())
        .await?;
    Ok(true)
}
