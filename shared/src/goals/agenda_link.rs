//! Steps on the agenda: an item can hold the time for a step, and "done" there is done here.

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveModelTrait, Set};
use serde_json::json;
use uuid::Uuid;

use super::edit::save;
use super::entity::{goal, goal_step};
use super::load::find;
use super::steps::{check_takes_progress, mark_step};
use crate::audit::AuditEvent;
use crate::db::ScopedTx;
use crate::error::{Error, Result};
use crate::policy::Act;

/// What an agenda item is a part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Link {
    pub goal_id: Uuid,
    pub step_id: Option<Uuid>,
}

/// Checks what a new item names: a goal of its client that is under way, and a step of that goal. A step alone is enough.
pub(crate) async fn check_link(
    tx: &ScopedTx,
    client_ids: &[Uuid],
    goal_id: Option<Uuid>,
    step_id: Option<Uuid>,
) -> Result<Option<Link>> {
    let unknown_goal = || Error::invalid("goal_id", "unknown_goal", "no goal of this client has this id");
    let unknown_step = || Error::invalid("step_id", "unknown_step", "the goal has no step of this id");
    let goal_id = match (goal_id, step_id) {
        (None, None) => return Ok(None),
        (Some(goal_id), _) => goal_id,
        (None, Some(step_id)) => find_step(tx, step_id).await?.ok_or_else(unknown_step)?.goal_id,
    };
    let [client_id] = client_ids else {
        return Err(Error::invalid("goal_id", "one_client", "a goal belongs to one client, and so must the item"));
    };
    let loaded = match find(tx, goal_id, Act::WriteGoals).await {
        Ok(loaded) if loaded.row.client_id == *client_id => loaded,
        Ok(_) | Err(Error::NotFound) => return Err(unknown_goal()),
        Err(error) => return Err(error),
    };
    if step_id.is_some_and(|id| !loaded.step_ids().contains(&id)) {
        return Err(unknown_step());
    }
    check_takes_progress(&loaded)?;
    Ok(Some(Link { goal_id, step_id }))
}

async fn find_step(tx: &ScopedTx, step_id: Uuid) -> Result<Option<goal_step::Model>> {
    let query =
        goal_step::Entity::find_by_id(step_id).filter(goal_step::COLUMN.organization_id.eq(tx.organization_id()));
    Ok(query.one(tx.conn()).await?)
}

/// The item holds the time for the step from now on.
pub(crate) async fn link_step(tx: &mut ScopedTx, link: Link, item_id: Uuid) -> Result<()> {
    let Some(step_id) = link.step_id else { return Ok(()) };
    let step = goal_step::ActiveModel { id: Set(step_id), agenda_item_id: Set(Some(item_id)), ..Default::default() }
        .update(tx.conn())
        .await?;
    note_change(tx, step.goal_id, step.client_id).await
}

/// The item holds no time any more.
pub(crate) async fn unlink_item(tx: &mut ScopedTx, step_id: Uuid, item_id: Uuid) -> Result<()> {
    let Some(step) = find_step(tx, step_id).await?.filter(|step| step.agenda_item_id == Some(item_id)) else {
        return Ok(());
    };
    goal_step::ActiveModel { id: Set(step_id), agenda_item_id: Set(None), ..Default::default() }
        .update(tx.conn())
        .await?;
    note_change(tx, step.goal_id, step.client_id).await
}

async fn note_change(tx: &mut ScopedTx, goal_id: Uuid, client_id: Uuid) -> Result<()> {
    let row = goal::Entity::find_by_id(goal_id)
        .filter(goal::COLUMN.organization_id.eq(tx.organization_id()))
        .one(tx.conn())
        .await?;
    save(tx, &mut row.ok_or(Error::NotFound)?).await?;
    tx.record(AuditEvent::new("update", "goal", goal_id).client(client_id).detail(json!({ "members": ["steps"] })));
    Ok(())
}

/// "Done" on the agenda does the step. A step or goal that is gone, or does not wait any more, is left alone; so is one
/// that this actor has no business with, such as a scheduler who writes down an answer.
pub(crate) async fn step_answered(tx: &mut ScopedTx, step_id: Uuid) -> Result<()> {
    let Some(step) = find_step(tx, step_id).await?.filter(|step| step.done_at.is_none()) else { return Ok(()) };
    match mark_step(tx, step.goal_id, step_id, true).await {
        Ok(_) | Err(Error::Conflict(..) | Error::Forbidden(_) | Error::NotFound) => Ok(()),
        Err(error) => Err(error),
    }
}
