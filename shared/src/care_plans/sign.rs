use sea_orm::entity::prelude::*;
use sea_orm::{ActiveModelTrait, IntoActiveModel};
use serde_json::json;
use uuid::Uuid;

use super::entity::{care_plan, care_plan_signature};
use super::load::{PlanView, find, role, signatures_of};
use super::state::{PlanState, SignerRole, is_complete};
use super::write::save;
use crate::audit::AuditEvent;
use crate::clients;
use crate::db::ScopedTx;
use crate::error::{Error, FieldErrors, Result};
use crate::policy::{Act, Reach};
use crate::scope::Role;
use crate::text::check_text;

/// Signs a plan whose words are fixed. With the third signature it is in force, and what was in force before is not.
/// `wanted` is for staff who could sign as specialist and as professional.
///
/// # Errors
/// `Conflict`: `not_awaiting_signatures`, `expired`, `already_signed` in this role, or `same_person` in another.
pub async fn sign(tx: &mut ScopedTx, plan_id: Uuid, name: &str, wanted: Option<SignerRole>) -> Result<PlanView> {
    let mut loaded = find(tx, plan_id, Act::SignCarePlan).await?;
    let mut errors = FieldErrors::default();
    check_text(&mut errors, "name", name, 1, 200);
    errors.into_result()?;
    let client_id = loaded.row.client_id;
    let signer_role = role_of_signer(tx, client_id, wanted).await?;
    let signer_id = tx.scope().actor.id().ok_or(Error::Forbidden("role"))?;
    let (PlanState::AwaitingSignatures, Some(hash)) = (loaded.state(tx)?, loaded.row.content_hash.clone()) else {
        let message = "this plan does not wait for signatures".to_owned();
        return Err(Error::Conflict("not_awaiting_signatures", message));
    };
    if loaded.row.expires_on < tx.today().to_string() {
        return Err(Error::Conflict("expired", "the last day of this plan has passed".to_owned()));
    }
    let mut signed = Vec::with_capacity(3);
    for signature in signatures_of(tx, [plan_id]).await? {
        let given = role(&signature)?;
        if given == signer_role {
            return Err(Error::Conflict("already_signed", "this plan is signed in this role already".to_owned()));
        }
        if signature.signer_id == signer_id {
            let message = "nobody signs a plan in two roles".to_owned();
            return Err(Error::Conflict("same_person", message));
        }
        signed.push(given);
    }
    let id = tx.new_id();
    let row = care_plan_signature::Model {
        id,
        organization_id: tx.organization_id(),
        plan_id,
        role: signer_role.as_str().to_owned(),
        signer_id,
        name: tx.seal(&loaded.key, &tx.place("care_plan_signatures", "name", id), name.trim()),
        signed_at: tx.now(),
        content_hash: hash.clone(),
    };
    row.into_active_model().reset_all().insert(tx.conn()).await?;
    signed.push(signer_role);
    if is_complete(&signed) {
        supersede_others(tx, &loaded.row).await?;
        PlanState::InForce.as_str().clone_into(&mut loaded.row.state);
        loaded.row.in_force_at = Some(tx.now());
    }
    save(tx, &mut loaded.row).await?;
    let detail = json!({ "role": signer_role, "content_hash": hash, "state": loaded.row.state });
    tx.record(AuditEvent::new("sign", "care_plan", plan_id).client(client_id).detail(detail));
    loaded.view(tx).await
}

/// As what this actor signs for this client: by how they reach the client, not by what they say.
async fn role_of_signer(tx: &ScopedTx, client_id: Uuid, wanted: Option<SignerRole>) -> Result<SignerRole> {
    let mut possible = Vec::with_capacity(2);
    if tx.scope().client_id() == Some(client_id) {
        possible.push(SignerRole::Client);
    }
    if tx.scope().has_role(Role::Specialist) && clients::is_within(tx, client_id, Reach::Caseload).await? {
        possible.push(SignerRole::Specialist);
    }
    if tx.scope().has_role(Role::Supervisor) && clients::is_within(tx, client_id, Reach::Supervised).await? {
        possible.push(SignerRole::Professional);
    }
    match (wanted, &possible[..]) {
        (Some(role), possible) if possible.contains(&role) => Ok(role),
        (Some(_), _) | (None, []) => Err(Error::Forbidden("signer_role")),
        (None, [only]) => Ok(*only),
        (None, _) => Err(Error::invalid("role", "required", "say as what you sign: specialist or professional")),
    }
}

async fn supersede_others(tx: &mut ScopedTx, plan: &care_plan::Model) -> Result<()> {
    let others = care_plan::Entity::find()
        .filter(care_plan::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(care_plan::COLUMN.client_id.eq(plan.client_id))
        .filter(care_plan::COLUMN.state.eq(PlanState::InForce.as_str()))
        .all(tx.conn())
        .await?;
    for mut other in others {
        supersede(tx, &mut other).await?;
    }
    Ok(())
}

/// A later version takes its place.
pub(super) async fn supersede(tx: &mut ScopedTx, plan: &mut care_plan::Model) -> Result<()> {
    PlanState::Superseded.as_str().clone_into(&mut plan.state);
    save(tx, plan).await?;
    let event = AuditEvent::new("update", "care_plan", plan.id).client(plan.client_id);
    tx.record(event.detail(json!({ "state": plan.state })));
    Ok(())
}
