use serde_json::json;
use uuid::Uuid;

use super::content::{PlanContent, what_is_missing};
use super::load::{PlanView, find};
use super::state::PlanState;
use super::write::{check_draft, in_order, replace_goals, save};
use crate::audit::AuditEvent;
use crate::db::ScopedTx;
use crate::error::{Error, Result};
use crate::goals;
use crate::policy::Act;

/// Fixes the words of a draft, so that everybody signs the same: goals as they are now, as canonical JSON with its hash.
///
/// # Errors
/// `Conflict` when it is no draft, or says too little to be signed: `goals_missing`, `goal_not_agreed`,
/// `goal_not_measurable`, `services_missing`, `expired`.
pub async fn submit(tx: &mut ScopedTx, plan_id: Uuid, if_version: Option<i64>) -> Result<PlanView> {
    let mut loaded = find(tx, plan_id, Act::WriteCarePlans).await?;
    if if_version.is_some_and(|version| version != loaded.row.version) {
        return Err(Error::PreconditionFailed);
    }
    check_draft(&loaded, tx)?;
    let draft = loaded.view(tx).await?;
    if draft.dates.expires_on < tx.today() {
        return Err(Error::Conflict("expired", "the last day of this plan has passed".to_owned()));
    }
    let goal_ids: Vec<Uuid> = draft.goals.iter().map(|goal| goal.goal_id).collect();
    let goals = goals::snapshots(tx, &loaded.key, draft.client_id, &goal_ids).await?;
    if let Some((code, message)) = what_is_missing(&goals, &draft.services) {
        return Err(Error::Conflict(code, message.to_owned()));
    }
    let goals = in_order(&goal_ids, &goals);
    replace_goals(tx, &loaded.key, plan_id, &goals).await?;
    let (text, hash) = PlanContent {
        id: plan_id,
        client_id: draft.client_id,
        version_number: draft.version_number,
        effective_on: draft.dates.effective_on,
        expires_on: draft.dates.expires_on,
        review_due_on: draft.dates.review_due_on,
        goals: &goals,
        services: &draft.services,
        service_order: draft.service_order.as_ref(),
        replaces: draft.replaces,
    }
    .freeze()?;
    loaded.row.content = Some(tx.seal(&loaded.key, &tx.place("care_plans", "content", plan_id), &text));
    loaded.row.content_hash = Some(hash.clone());
    loaded.row.submitted_at = Some(tx.now());
    PlanState::AwaitingSignatures.as_str().clone_into(&mut loaded.row.state);
    save(tx, &mut loaded.row).await?;
    let event = AuditEvent::new("submit", "care_plan", plan_id).client(draft.client_id);
    tx.record(event.detail(json!({ "content_hash": hash })));
    loaded.view(tx).await
}
