use sea_orm::entity::prelude::*;
use sea_orm::{ActiveModelTrait, Set};
use uuid::Uuid;

use super::entity::staff;
use super::passwords::Passwords;
use super::sign_ins::end_all_of_staff;
use super::staff::{StaffView, find_staff};
use super::throttle::{self, Brake};
use crate::audit::AuditEvent;
use crate::db::{Database, ScopedTx};
use crate::error::{Error, Result};
use crate::scope::Scope;

/// Changes one's own password. Whoever else is signed in as this person is so no longer.
///
/// # Errors
/// `Invalid` naming `current_password` or `new_password`; `Throttled` after too many wrong ones.
pub async fn change_password(
    database: &Database,
    passwords: &Passwords,
    scope: &Scope,
    current: &str,
    new: &str,
) -> Result<()> {
    let staff_id = scope.staff_id().ok_or(Error::Forbidden("staff_only"))?;
    let subject = staff_id.to_string();
    throttle::check(database, Brake::Account, &subject).await?;
    judge("new_password", new)?;
    let tx = database.begin_read(scope).await?;
    let row = one(&tx, staff_id).await?;
    tx.finish().await?;
    if !passwords.verify(current, Some(&row.password_hash)).await? {
        throttle::fail(database, Brake::Account, &subject).await?;
        return Err(Error::invalid("current_password", "wrong_password", "this is not your password"));
    }
    let hash = passwords.hash(new, &*database.env.random).await?;
    let mut tx = database.begin_write(scope).await?;
    set_password(&mut tx, staff_id, hash, scope.sign_in_id).await?;
    tx.commit().await?;
    throttle::clear(database, Brake::Account, &subject).await
}

fn judge(field: &str, password: &str) -> Result<()> {
    Passwords::judge(password).map_err(|error| Error::invalid(field, "weak_password", error.to_string()))
}

/// Gives a member of staff a new password and ends their sign-ins, but for one if it is named.
pub async fn set_password(tx: &mut ScopedTx, staff_id: Uuid, password_hash: String, but: Option<Uuid>) -> Result<()> {
    let mut row: staff::ActiveModel = one(tx, staff_id).await?.into();
    row.password_hash = Set(password_hash);
    row.update(tx.conn()).await?;
    end_all_of_staff(tx, staff_id, but).await?;
    tx.record(AuditEvent::new("change_password", "staff", staff_id));
    Ok(())
}

/// Lets a member of staff in no longer, or again. Disabling ends all their sign-ins at once.
///
/// # Errors
/// `Conflict("oneself")`: nobody locks themselves out.
pub async fn set_disabled(tx: &mut ScopedTx, staff_id: Uuid, disabled: bool) -> Result<StaffView> {
    if disabled && tx.scope().staff_id() == Some(staff_id) {
        return Err(Error::Conflict("oneself", "somebody else has to do this".to_owned()));
    }
    let row = one(tx, staff_id).await?;
    if row.disabled_at.is_some() != disabled {
        let mut row: staff::ActiveModel = row.into();
        row.disabled_at = Set(disabled.then(|| tx.now()));
        row.update(tx.conn()).await?;
        end_all_of_staff(tx, staff_id, None).await?;
    }
    tx.record(AuditEvent::new(if disabled { "disable" } else { "enable" }, "staff", staff_id));
    find_staff(tx, staff_id).await
}

async fn one(tx: &ScopedTx, staff_id: Uuid) -> Result<staff::Model> {
    staff::Entity::find_by_id(staff_id)
        .filter(staff::COLUMN.organization_id.eq(tx.organization_id()))
        .one(tx.conn())
        .await?
        .ok_or(Error::NotFound)
}
