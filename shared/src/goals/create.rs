use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde_json::json;
use uuid::Uuid;

use super::entity::{goal, goal_step};
use super::input::{GoalPatch, NewGoal, StepInput, Target};
use super::load::{GoalView, Loaded};
use super::propose::{ProposalKind, insert_proposal};
use super::status::{Achievement, Lifecycle};
use crate::attention;
use crate::audit::AuditEvent;
use crate::care_plans;
use crate::clients;
use crate::db::ScopedTx;
use crate::error::{FieldErrors, Result};
use crate::policy::Act;
use crate::secrets::DataKey;

/// Adds a goal. A client's own is active at once; one that staff write is a proposal, which the client decides on.
pub async fn create(tx: &mut ScopedTx, client_id: Uuid, new: NewGoal) -> Result<GoalView> {
    let client = clients::authorize(tx, client_id, Act::WriteGoals).await?;
    let content = GoalPatch::from(new.clone());
    let mut errors = FieldErrors::default();
    content.check(&mut errors, "", &[]);
    for (index, _) in new.steps.iter().enumerate().filter(|(_, step)| step.id.is_some()) {
        errors.add(format!("steps[{index}].id"), "unknown_step", "a new goal's steps get their ids here");
    }
    errors.into_result()?;

    let key = tx.data_key(client.data_key_id).await?;
    let by_client = tx.scope().client_id().is_some();
    let id = tx.new_id();
    let mut row = goal::Model {
        id,
        organization_id: tx.organization_id(),
        client_id,
        created_by_kind: if by_client { "client" } else { "staff" }.to_owned(),
        created_by: tx.scope().actor.id(),
        title: seal(tx, &key, "title", id, new.title.trim()),
        why: new.why.as_deref().map(|why| seal(tx, &key, "why", id, why)),
        life_area: new.life_area.as_str().to_owned(),
        lifecycle_status: if by_client { Lifecycle::Active } else { Lifecycle::Proposed }.as_str().to_owned(),
        achievement_status: by_client.then(|| Achievement::InProgress.as_str().to_owned()),
        target_measure: None,
        target_value: None,
        target_unit: None,
        target_due_on: None,
        progress_value: None,
        progress_value_at: None,
        progress_at: None,
        progress_count: 0,
        open_proposal_id: (!by_client).then(|| tx.new_id()),
        content_version: 1,
        version: 1,
        created_at: tx.now(),
        updated_at: tx.now(),
    };
    set_target(tx, &key, &mut row, new.target.as_ref());
    row.clone().into_active_model().reset_all().insert(tx.conn()).await?;
    attention::look_again(tx, client_id).await?;
    let mut loaded = Loaded { row, steps: Vec::new(), key };
    write_steps(tx, &mut loaded, &new.steps).await?;
    tx.record(AuditEvent::new("create", "goal", id).client(client_id).detail(json!({ "life_area": new.life_area })));
    match loaded.row.open_proposal_id {
        Some(proposal_id) => {
            insert_proposal(tx, &loaded, proposal_id, ProposalKind::New, &content, None).await?;
        }
        None => care_plans::goal_changed(tx, client_id, id, true).await?,
    }
    loaded.view(tx)
}

pub(super) fn seal(
    tx: &ScopedTx,
    key: &DataKey,
    column: &'static str,
    row: Uuid,
    text: &str,
) -> crate::secrets::Sealed {
    tx.seal(key, &tx.place("goals", column, row), text)
}

pub(super) fn set_target(tx: &ScopedTx, key: &DataKey, row: &mut goal::Model, target: Option<&Target>) {
    row.target_measure = target.map(|target| seal(tx, key, "target_measure", row.id, target.measure.trim()));
    row.target_value = target.map(|target| target.value);
    row.target_unit = target.map(|target| seal(tx, key, "target_unit", row.id, target.unit.trim()));
    row.target_due_on = target.and_then(|target| target.due).map(|due| due.to_string());
}

/// Puts the steps in this order. Those that are named by id keep what was done and planned of them; those that are not
/// in the list go.
pub(super) async fn write_steps(tx: &ScopedTx, loaded: &mut Loaded, inputs: &[StepInput]) -> Result<()> {
    let mut old = std::mem::take(&mut loaded.steps);
    let mut steps = Vec::with_capacity(inputs.len());
    for (position, input) in inputs.iter().enumerate() {
        let at = input.id.and_then(|id| old.iter().position(|step| step.id == id));
        let kept = at.map(|at| old.swap_remove(at));
        let id = kept.as_ref().map_or_else(|| tx.new_id(), |step| step.id);
        steps.push(goal_step::Model {
            id,
            organization_id: tx.organization_id(),
            client_id: loaded.row.client_id,
            goal_id: loaded.row.id,
            position: i64::try_from(position).unwrap_or(i64::MAX),
            title: tx.seal(&loaded.key, &tx.place("goal_steps", "title", id), input.title.trim()),
            due_on: input.due.map(|due| due.to_string()),
            done_at: kept.as_ref().and_then(|step| step.done_at),
            agenda_item_id: kept.as_ref().and_then(|step| step.agenda_item_id),
        });
    }
    if !old.is_empty() {
        goal_step::Entity::delete_many()
            .filter(goal_step::COLUMN.organization_id.eq(tx.organization_id()))
            .filter(goal_step::COLUMN.id.is_in(old.iter().map(|step| step.id)))
            .exec(tx.conn())
            .await?;
    }
    if !steps.is_empty() {
        let rows = steps.iter().map(|step| step.clone().into_active_model().reset_all());
        goal_step::Entity::insert_many(rows)
            .on_conflict(
                OnConflict::column(goal_step::Column::Id)
                    .update_columns([goal_step::Column::Position, goal_step::Column::Title, goal_step::Column::DueOn])
                    .to_owned(),
            )
            .exec_without_returning(tx.conn())
            .await?;
    }
    loaded.steps = steps;
    Ok(())
}
