use sea_orm::entity::prelude::*;
use serde_json::json;
use uuid::Uuid;

use super::dates::plan_dates;
use super::entity::{care_plan, care_plan_goal};
use super::load::{PlanView, find, state};
use super::sign::supersede;
use super::state::PlanState;
use super::write::{Draft, in_order, insert_draft, save};
use crate::audit::AuditEvent;
use crate::db::ScopedTx;
use crate::error::{Error, Result};
use crate::goals::{self, Lifecycle};
use crate::policy::Act;

/// Begins the next version of a plan, as a draft: its services and order, and its goals as far as they are still worked
/// on. It counts from today, and ends with the old one if that is still to come. A plan that awaits signatures is given
/// up for it; one in force stays so until the new one is signed.
///
/// # Errors
/// `Conflict("still_a_draft")`, `Conflict("superseded")`, and `Conflict("plan_open")` as for a new plan.
pub async fn revise(tx: &mut ScopedTx, plan_id: Uuid) -> Result<PlanView> {
    let mut loaded = find(tx, plan_id, Act::WriteCarePlans).await?;
    let old = loaded.view(tx).await?;
    match old.state {
        PlanState::Draft => return Err(Error::Conflict("still_a_draft", "a draft can simply be changed".to_owned())),
        PlanState::Superseded => {
            return Err(Error::Conflict("superseded", "a later version took the place of this plan".to_owned()));
        }
        PlanState::AwaitingSignatures => supersede(tx, &mut loaded.row).await?,
        PlanState::InForce | PlanState::Ended => {}
    }
    let ids: Vec<Uuid> = old.goals.iter().map(|goal| goal.goal_id).collect();
    let mut goals = goals::snapshots(tx, &loaded.key, old.client_id, &ids).await?;
    goals.retain(|goal| matches!(goal.lifecycle_status, Lifecycle::Accepted | Lifecycle::Active | Lifecycle::OnHold));
    let today = tx.today();
    let goals = in_order(&ids, &goals);
    let draft = Draft {
        dates: plan_dates(today, Some(old.dates.expires_on).filter(|end| *end > today), None),
        goals: &goals,
        services: &old.services,
        order: old.service_order.as_ref(),
    };
    insert_draft(tx, old.client_id, loaded.key, &draft, Some(plan_id)).await?.view(tx).await
}

/// Notes that the plan that is in force or being signed no longer says what was agreed: a goal was added (`new`), or one
/// of the plan's changed.
/// Never an edit in place: what was signed stays as it was.
pub(crate) async fn goal_changed(tx: &mut ScopedTx, client_id: Uuid, goal_id: Uuid, new: bool) -> Result<()> {
    let rows = care_plan::Entity::find()
        .filter(care_plan::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(care_plan::COLUMN.client_id.eq(client_id))
        .filter(
            care_plan::COLUMN.state.is_in([PlanState::AwaitingSignatures, PlanState::InForce].map(PlanState::as_str)),
        )
        .filter(care_plan::COLUMN.needs_revision.eq(false))
        .all(tx.conn())
        .await?;
    for mut row in rows {
        if state(tx, &row)? == PlanState::Ended || !(new || names(tx, row.id, goal_id).await?) {
            continue;
        }
        row.needs_revision = true;
        save(tx, &mut row).await?;
        let event = AuditEvent::new("update", "care_plan", row.id).client(client_id);
        tx.record(event.detail(json!({ "members": ["needs_revision"], "goal_id": goal_id })));
    }
    Ok(())
}

async fn names(tx: &ScopedTx, plan_id: Uuid, goal_id: Uuid) -> Result<bool> {
    let found = care_plan_goal::Entity::find()
        .filter(care_plan_goal::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(care_plan_goal::COLUMN.plan_id.eq(plan_id))
        .filter(care_plan_goal::COLUMN.goal_id.eq(goal_id))
        .one(tx.conn())
        .await?;
    Ok(found.is_some())
}
