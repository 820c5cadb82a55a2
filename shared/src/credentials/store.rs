use chrono::{Days, NaiveDate};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::LockType;
use sea_orm::{ActiveModelTrait, IntoActiveModel, QueryOrder, QuerySelect};
use serde_json::json;
use uuid::Uuid;

use super::Status;
use super::entity::{credential, credential_change};
use super::held::{Histories, date, histories_of};
use super::notices;
use crate::audit::AuditEvent;
use crate::clock::Timestamp;
use crate::db::{ScopedTx, id_list};
use crate::error::{Error, FieldErrors, Result, is_unique_violation};
use crate::supervision::{StaffReach, authorize_staff};
use crate::text::check_text;

/// Who reads of somebody's credentials; only admins write them.
const READERS: [StaffReach; 3] = [StaffReach::Own, StaffReach::Supervised, StaffReach::Organization];

/// From a day on a credential was this.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusChange {
    pub status: Status,
    pub effective_on: NaiveDate,
    pub expires_on: Option<NaiveDate>,
    pub created_at: Timestamp,
}

/// A credential, decrypted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialView {
    pub id: Uuid,
    pub user_id: Uuid,
    pub state: String,
    pub credential_type: String,
    pub number: String,
    pub issuer: String,
    pub issued_on: NaiveDate,
    pub expires_on: Option<NaiveDate>,
    /// Today.
    pub status: Status,
    pub history: Vec<StatusChange>,
    pub version: i64,
    pub created_at: Timestamp,
}

#[derive(Clone, Debug)]
pub struct NewCredential {
    pub state: String,
    pub credential_type: String,
    pub number: String,
    pub issuer: String,
    pub issued_on: NaiveDate,
    pub expires_on: Option<NaiveDate>,
}

/// A change from a day on; today when no day is given. Outer `None` leaves a member alone.
#[derive(Clone, Debug, Default)]
pub struct CredentialPatch {
    pub status: Option<Status>,
    pub expires_on: Option<Option<NaiveDate>>,
    pub effective_on: Option<NaiveDate>,
}

/// Writes down what somebody was given.
///
/// # Errors
/// `Conflict("number_taken")` when somebody of the organization has this number.
pub async fn create(tx: &mut ScopedTx, user_id: Uuid, new: NewCredential) -> Result<CredentialView> {
    authorize_staff(tx, user_id, &[StaffReach::Organization]).await?;
    let mut errors = FieldErrors::default();
    if new.state.len() != 2 || !new.state.bytes().all(|byte| byte.is_ascii_uppercase()) {
        errors.add("state", "invalid", "two capitals, such as ID");
    }
    check_text(&mut errors, "type", &new.credential_type, 1, 100);
    check_text(&mut errors, "number", &new.number, 1, 100);
    check_text(&mut errors, "issuer", &new.issuer, 1, 200);
    if new.issued_on > tx.today() {
        errors.add("issued_on", "in_the_future", "this day has not come yet");
    }
    check_end(&mut errors, new.issued_on, new.expires_on);
    errors.into_result()?;
    let (_, key) = tx.organization_key().await?;
    let id = tx.new_id();
    let number = new.number.trim();
    let row = credential::Model {
        id,
        organization_id: tx.organization_id(),
        user_id,
        state: new.state,
        credential_type: new.credential_type.trim().to_owned(),
        number: tx.seal(&key, &tx.place("credentials", "number", id), number),
        number_hmac: tx.database().env.keys.lookup("credential", number.to_uppercase().as_bytes()),
        issuer: new.issuer.trim().to_owned(),
        issued_on: new.issued_on.to_string(),
        expires_on: new.expires_on.map(|date| date.to_string()),
        status: Status::Active.as_str().to_owned(),
        version: 1,
        created_at: tx.now(),
    };
    row.into_active_model().reset_all().insert(tx.conn()).await.map_err(|error| {
        if is_unique_violation(&error) {
            Error::Conflict("number_taken", "somebody here has this credential with this number already".to_owned())
        } else {
            error.into()
        }
    })?;
    add_change(tx, id, Status::Active, new.issued_on, new.expires_on).await?;
    tx.record(AuditEvent::new("create", "credential", id).detail(json!({ "user_id": user_id })));
    get(tx, id).await
}

/// Renews, suspends, revokes or restores a credential. What held before that day stays as it was.
pub async fn update(
    tx: &mut ScopedTx,
    id: Uuid,
    if_version: Option<i64>,
    patch: CredentialPatch,
) -> Result<CredentialView> {
    let mut row = find(tx, id, true).await?;
    authorize_staff(tx, row.user_id, &[StaffReach::Organization]).await?;
    if if_version.is_some_and(|version| version != row.version) {
        return Err(Error::PreconditionFailed);
    }
    let effective_on = patch.effective_on.unwrap_or(tx.today());
    let status = patch.status.unwrap_or(Status::stored(&row.status)?);
    let expires_on = match patch.expires_on {
        Some(expires_on) => expires_on,
        None => row.expires_on.as_deref().map(date).transpose()?,
    };
    let mut errors = FieldErrors::default();
    let issued_on = date(&row.issued_on)?;
    let latest = tx.today().checked_add_days(Days::new(366)).unwrap_or(NaiveDate::MAX);
    let last = history(tx, id).await?.last().map_or(issued_on, |change| change.effective_on);
    if effective_on < last {
        errors.add("effective_on", "before_last_change", format!("not before the last change, {last}"));
    } else if effective_on > latest {
        errors.add("effective_on", "out_of_range", "at most a year ahead");
    }
    check_end(&mut errors, issued_on, expires_on);
    if status == Status::Active && expires_on.is_some_and(|end| end < effective_on) {
        errors.add("expires_on", "before_start", "an active credential ends on or after the day of the change");
    }
    errors.into_result()?;
    add_change(tx, id, status, effective_on, expires_on).await?;
    status.as_str().clone_into(&mut row.status);
    let before = std::mem::replace(&mut row.expires_on, expires_on.map(|date| date.to_string()));
    row.version += 1;
    if status != Status::Active || row.expires_on != before {
        notices::withdraw(tx, id).await?;
    }
    let user_id = row.user_id;
    row.into_active_model().reset_all().update(tx.conn()).await?;
    let detail = json!({ "user_id": user_id, "status": status });
    tx.record(AuditEvent::new("update", "credential", id).detail(detail));
    get(tx, id).await
}

fn check_end(errors: &mut FieldErrors, issued_on: NaiveDate, expires_on: Option<NaiveDate>) {
    if expires_on.is_some_and(|end| end < issued_on) {
        errors.add("expires_on", "before_start", "ends before it was issued");
    }
}

async fn add_change(
    tx: &ScopedTx,
    credential_id: Uuid,
    status: Status,
    effective_on: NaiveDate,
    expires_on: Option<NaiveDate>,
) -> Result<()> {
    let row = credential_change::Model {
        id: tx.new_id(),
        organization_id: tx.organization_id(),
        credential_id,
        status: status.as_str().to_owned(),
        effective_on: effective_on.to_string(),
        expires_on: expires_on.map(|date| date.to_string()),
        created_at: tx.now(),
        created_by: tx.scope().actor.id(),
    };
    row.into_active_model().reset_all().insert(tx.conn()).await?;
    Ok(())
}

pub(super) async fn find(tx: &ScopedTx, id: Uuid, to_change: bool) -> Result<credential::Model> {
    let mut query =
        credential::Entity::find_by_id(id).filter(credential::COLUMN.organization_id.eq(tx.organization_id()));
    if to_change && tx.database().is_postgres() {
        query = query.lock(LockType::Update);
    }
    query.one(tx.conn()).await?.ok_or(Error::NotFound)
}

/// One credential.
pub async fn get(tx: &ScopedTx, id: Uuid) -> Result<CredentialView> {
    let row = find(tx, id, false).await?;
    authorize_staff(tx, row.user_id, &READERS).await?;
    let user_id = row.user_id;
    views(tx, user_id).await?.into_iter().find(|view| view.id == id).ok_or(Error::NotFound)
}

/// Somebody's credentials, oldest first.
pub async fn list(tx: &ScopedTx, user_id: Uuid) -> Result<Vec<CredentialView>> {
    authorize_staff(tx, user_id, &READERS).await?;
    views(tx, user_id).await
}

async fn history(tx: &ScopedTx, credential_id: Uuid) -> Result<Vec<StatusChange>> {
    let rows = credential_change::Entity::find()
        .filter(credential_change::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(credential_change::COLUMN.credential_id.is_in(id_list([credential_id])))
        .order_by_asc(credential_change::COLUMN.effective_on)
        .order_by_asc(credential_change::COLUMN.created_at)
        .order_by_asc(credential_change::COLUMN.id)
        .all(tx.conn())
        .await?;
    let read = |row: credential_change::Model| {
        Ok(StatusChange {
            status: Status::stored(&row.status)?,
            effective_on: date(&row.effective_on)?,
            expires_on: row.expires_on.as_deref().map(date).transpose()?,
            created_at: row.created_at,
        })
    };
    rows.into_iter().map(read).collect()
}

async fn views(tx: &ScopedTx, user_id: Uuid) -> Result<Vec<CredentialView>> {
    let Histories(own) = histories_of(tx, &[user_id]).await?.remove(&user_id).unwrap_or_default();
    let (_, key) = tx.organization_key().await?;
    let mut found = Vec::with_capacity(own.len());
    for one in own {
        let today = one.on(tx.today());
        let row = one.row;
        found.push(CredentialView {
            id: row.id,
            user_id: row.user_id,
            number: key.open(&tx.place("credentials", "number", row.id), &row.number)?,
            issued_on: date(&row.issued_on)?,
            expires_on: row.expires_on.as_deref().map(date).transpose()?,
            status: today.map_or(Status::stored(&row.status)?, |(status, _, _)| status),
            history: history(tx, row.id).await?,
            state: row.state,
            credential_type: row.credential_type,
            issuer: row.issuer,
            version: row.version,
            created_at: row.created_at,
        });
    }
    Ok(found)
}
