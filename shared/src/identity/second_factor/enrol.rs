use chrono::Duration;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveModelTrait, Set};
use uuid::Uuid;

use super::check::{find, use_up};
use super::{recovery, totp};
use crate::audit::AuditEvent;
use crate::clock::Timestamp;
use crate::db::ScopedTx;
use crate::error::{Error, Result};
use crate::identity::entity::{second_factor, staff};
use crate::identity::sign_ins::end_all_of_staff;
use crate::identity::staff::find_staff;
use crate::organizations::{self, SecondFactor};

/// An enrolment that nobody finished says nothing after this time.
const PENDING_FOR: Duration = Duration::minutes(15);

/// What an authenticator app needs to know; shown once.
pub struct Enrolment {
    /// Base32, to be typed.
    pub secret: String,
    /// The same for a QR code.
    pub uri: String,
}

/// How it stands with somebody's second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State {
    pub enrolled_at: Option<Timestamp>,
    /// The organization asks everybody for one.
    pub required: bool,
    pub recovery_codes_left: u64,
}

fn own_id(tx: &ScopedTx) -> Result<Uuid> {
    tx.scope().staff_id().ok_or(Error::Forbidden("staff_only"))
}

async fn account(tx: &ScopedTx, staff_id: Uuid) -> Result<staff::Model> {
    staff::Entity::find_by_id(staff_id)
        .filter(staff::COLUMN.organization_id.eq(tx.organization_id()))
        .one(tx.conn())
        .await?
        .ok_or(Error::NotFound)
}

async fn is_required(tx: &ScopedTx) -> Result<bool> {
    Ok(organizations::current(tx).await?.second_factor == SecondFactor::Required.as_str())
}

async fn drop_factor(tx: &ScopedTx, staff_id: Uuid, state: &str) -> Result<()> {
    second_factor::Entity::delete_many()
        .filter(second_factor::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(second_factor::COLUMN.staff_id.eq(staff_id))
        .filter(second_factor::COLUMN.state.eq(state))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Notes on the account whether there is a second factor, where every request sees it.
async fn mark(tx: &ScopedTx, staff_id: Uuid, enrolled_at: Option<Timestamp>) -> Result<()> {
    staff::Entity::update_many()
        .col_expr(staff::Column::SecondFactorAt, Expr::value(enrolled_at.map(|at| at.0)))
        .filter(staff::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(staff::COLUMN.id.eq(staff_id))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// How it stands with the actor's own second factor.
pub async fn state(tx: &ScopedTx) -> Result<State> {
    let staff_id = own_id(tx)?;
    let enrolled_at = account(tx, staff_id).await?.second_factor_at;
    Ok(State {
        enrolled_at,
        required: is_required(tx).await?,
        recovery_codes_left: recovery::left(tx, staff_id).await?,
    })
}

/// Makes a new secret for the actor. It counts only once [`confirm`] has seen a code of it; until then the factor from
/// before stays.
pub async fn begin(tx: &mut ScopedTx) -> Result<Enrolment> {
    let staff_id = own_id(tx)?;
    let email = find_staff(tx, staff_id).await?.email;
    drop_factor(tx, staff_id, "pending").await?;
    let secret = tx.random_bytes::<{ totp::SECRET_BYTES }>();
    let id = tx.new_id();
    let (_, key) = tx.organization_key().await?;
    let random = tx.database().env.random.clone();
    second_factor::ActiveModel {
        id: Set(id),
        organization_id: Set(tx.organization_id()),
        staff_id: Set(staff_id),
        state: Set("pending".to_owned()),
        secret: Set(key.seal_bytes(&tx.place("second_factors", "secret", id), &secret, &*random)),
        last_step: Set(-1),
        created_at: Set(tx.now()),
    }
    .insert(tx.conn())
    .await?;
    tx.record(AuditEvent::new("create", "second_factor", id));
    Ok(Enrolment { secret: totp::spell(&secret), uri: totp::uri(&secret, &email) })
}

/// Puts the new secret in force with a first code of it; returns new recovery codes. Every other sign-in of the person
/// ends.
///
/// # Errors
/// `Conflict("no_enrolment")` when none was begun in the last quarter of an hour; `Invalid` on `code`.
pub async fn confirm(tx: &mut ScopedTx, code: &str) -> Result<Vec<String>> {
    let staff_id = own_id(tx)?;
    let pending = find(tx, staff_id, "pending").await?;
    let pending = pending
        .filter(|row| row.created_at.plus(PENDING_FOR) > tx.now())
        .ok_or_else(|| Error::Conflict("no_enrolment", "begin the enrolment anew".to_owned()))?;
    if !use_up(tx, &pending, code).await? {
        return Err(Error::invalid("code", "wrong_code", "this is not the code that the app shows now"));
    }
    drop_factor(tx, staff_id, "active").await?;
    second_factor::Entity::update_many()
        .col_expr(second_factor::Column::State, Expr::value("active"))
        .filter(second_factor::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(second_factor::COLUMN.id.eq(pending.id))
        .exec(tx.conn())
        .await?;
    mark(tx, staff_id, Some(tx.now())).await?;
    let codes = recovery::replace(tx, staff_id).await?;
    end_all_of_staff(tx, staff_id, tx.scope().sign_in_id).await?;
    tx.record(AuditEvent::new("enrol", "second_factor", pending.id));
    Ok(codes)
}

async fn drop_all(tx: &ScopedTx, staff_id: Uuid) -> Result<()> {
    drop_factor(tx, staff_id, "active").await?;
    drop_factor(tx, staff_id, "pending").await?;
    recovery::remove(tx, staff_id).await?;
    mark(tx, staff_id, None).await
}

/// Gives up the actor's own second factor. Every other sign-in of theirs ends.
///
/// # Errors
/// `Conflict("second_factor_required")` where the organization asks for one: enrol another instead.
pub async fn remove(tx: &mut ScopedTx) -> Result<()> {
    let staff_id = own_id(tx)?;
    if account(tx, staff_id).await?.second_factor_at.is_none() {
        return Err(Error::NotFound);
    }
    if is_required(tx).await? {
        let text = "your organization asks for a second factor; enrol another one instead";
        return Err(Error::Conflict("second_factor_required", text.to_owned()));
    }
    drop_all(tx, staff_id).await?;
    end_all_of_staff(tx, staff_id, tx.scope().sign_in_id).await?;
    tx.record(AuditEvent::new("delete", "second_factor", staff_id));
    Ok(())
}

/// Ten new recovery codes for the actor; the old ones are worth nothing any more.
pub async fn renew_recovery_codes(tx: &mut ScopedTx) -> Result<Vec<String>> {
    let staff_id = own_id(tx)?;
    if account(tx, staff_id).await?.second_factor_at.is_none() {
        return Err(Error::Conflict("not_enrolled", "enrol a second factor first".to_owned()));
    }
    let codes = recovery::replace(tx, staff_id).await?;
    tx.record(AuditEvent::new("create", "recovery_codes", staff_id));
    Ok(codes)
}

/// Takes away somebody's second factor, for when phone and recovery codes are lost: they sign in with their password and
/// enrol anew. All their sign-ins end.
///
/// # Errors
/// `Forbidden("own_account")` for an admin's own; `NotFound` for somebody of another organization.
pub async fn reset(tx: &mut ScopedTx, staff_id: Uuid) -> Result<()> {
    account(tx, staff_id).await?;
    if tx.scope().staff_id() == Some(staff_id) {
        return Err(Error::Forbidden("own_account"));
    }
    drop_all(tx, staff_id).await?;
    end_all_of_staff(tx, staff_id, None).await?;
    tx.record(AuditEvent::new("reset", "second_factor", staff_id));
    Ok(())
}
