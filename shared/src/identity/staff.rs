use std::collections::HashMap;

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveModelTrait, QueryOrder, QuerySelect, Set};
use serde_json::json;
use uuid::Uuid;

use super::entity::{staff, staff_role};
use crate::audit::AuditEvent;
use crate::clock::Timestamp;
use crate::db::{Database, Page, PageRequest, ScopedTx};
use crate::error::{Error, FieldErrors, Result, is_unique_violation};
use crate::scope::Role;
use crate::secrets::Sealed;

/// A member of staff as others of the organization may see them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffView {
    pub id: Uuid,
    pub organization_id: Uuid,
    pub name: String,
    pub email: String,
    pub roles: Vec<Role>,
}

/// A new member of staff; `password_hash` is made beforehand, outside any transaction.
pub struct NewStaff {
    pub email: String,
    pub name: String,
    pub roles: Vec<Role>,
    pub password_hash: String,
}

/// E-mail addresses are compared without case and surrounding space.
pub(super) fn normalize_email(email: &str) -> String {
    email.trim().to_lowercase()
}

/// Adds a member of staff. `Conflict("email_taken")` when the address is in use anywhere in the installation.
pub async fn add_staff(tx: &mut ScopedTx, new: NewStaff) -> Result<StaffView> {
    let email = normalize_email(&new.email);
    let name = new.name.trim().to_owned();
    let mut errors = FieldErrors::default();
    let plausible = email.split_once('@').is_some_and(|(local, host)| !local.is_empty() && host.len() > 2);
    if !plausible || email.len() > 254 || email.contains(char::is_whitespace) {
        errors.add("email", "invalid_email", "not an e-mail address");
    }
    if name.is_empty() || name.chars().count() > 200 {
        errors.add("name", "length", "a name has 1 to 200 characters");
    }
    if new.roles.is_empty() {
        errors.add("roles", "required", "at least one role");
    }
    errors.into_result()?;

    let id = tx.new_id();
    let (_, key) = tx.organization_key().await?;
    let row = staff::ActiveModel {
        id: Set(id),
        organization_id: Set(tx.organization_id()),
        email_hmac: Set(tx.database().env.keys.lookup("email", email.as_bytes())),
        email: Set(tx.seal(&key, &tx.place("staff", "email", id), &email)),
        name: Set(tx.seal(&key, &tx.place("staff", "name", id), &name)),
        password_hash: Set(new.password_hash),
        disabled_at: Set(None),
        created_at: Set(tx.now()),
        second_factor_at: Set(None),
    };
    row.insert(tx.conn()).await.map_err(|error| {
        if is_unique_violation(&error) {
            Error::Conflict("email_taken", "this e-mail address is in use".to_owned())
        } else {
            error.into()
        }
    })?;
    let mut roles = new.roles;
    roles.sort_unstable();
    roles.dedup();
    for role in &roles {
        staff_role::ActiveModel {
            staff_id: Set(id),
            role: Set(role.as_str().to_owned()),
            organization_id: Set(tx.organization_id()),
        }
        .insert(tx.conn())
        .await?;
    }
    tx.record(AuditEvent::new("create", "staff", id).detail(json!({ "roles": roles })));
    Ok(StaffView { id, organization_id: tx.organization_id(), name, email, roles })
}

/// The organization and id of whoever signs in with this address, in the whole installation.
pub async fn find_by_email(database: &Database, email: &str) -> Result<Option<(Uuid, Uuid)>> {
    let email_hmac = database.env.keys.lookup("email", normalize_email(email).as_bytes());
    let found =
        staff::Entity::find().filter(staff::COLUMN.email_hmac.eq(email_hmac)).one(database.authentication()).await?;
    Ok(found.map(|row| (row.organization_id, row.id)))
}

pub async fn find_staff(tx: &ScopedTx, id: Uuid) -> Result<StaffView> {
    let row = staff::Entity::find_by_id(id)
        .filter(staff::COLUMN.organization_id.eq(tx.organization_id()))
        .one(tx.conn())
        .await?
        .ok_or(Error::NotFound)?;
    Ok(views(tx, vec![row]).await?.remove(0))
}

/// Whether somebody works here and is not locked out.
pub async fn is_enabled(tx: &ScopedTx, id: Uuid) -> Result<bool> {
    let row = staff::Entity::find_by_id(id)
        .filter(staff::COLUMN.organization_id.eq(tx.organization_id()))
        .one(tx.conn())
        .await?;
    Ok(row.is_some_and(|row| row.disabled_at.is_none()))
}

pub async fn list_staff(tx: &ScopedTx, page: &PageRequest) -> Result<Page<StaffView>> {
    let mut query = staff::Entity::find()
        .filter(staff::COLUMN.organization_id.eq(tx.organization_id()))
        .order_by_asc(staff::COLUMN.id)
        .limit(page.limit + 1);
    if let Some(after) = page.after.as_deref().and_then(|text| text.parse::<Uuid>().ok()) {
        query = query.filter(staff::COLUMN.id.gt(after));
    }
    let rows = query.all(tx.conn()).await?;
    let views = views(tx, rows).await?;
    Ok(Page::cut(views, page, "staff", |view| view.id.to_string()))
}

/// Names by id, for ids of this organization. Unknown ids are left out.
pub async fn names_of(tx: &ScopedTx, ids: &[Uuid]) -> Result<HashMap<Uuid, String>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = staff::Entity::find()
        .filter(staff::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(staff::COLUMN.id.is_in(ids.iter().copied()))
        .all(tx.conn())
        .await?;
    let sealed: Vec<(Uuid, Sealed)> = rows.into_iter().map(|row| (row.id, row.name)).collect();
    open_names(tx, &sealed).await
}

/// Since when somebody belongs to the staff.
pub async fn joined_at(tx: &ScopedTx, id: Uuid) -> Result<Timestamp> {
    let row = staff::Entity::find_by_id(id).filter(staff::COLUMN.organization_id.eq(tx.organization_id()));
    Ok(row.one(tx.conn()).await?.ok_or(Error::NotFound)?.created_at)
}

/// Opens names of staff, each once.
pub async fn open_names<'a>(
    tx: &ScopedTx,
    sealed: impl IntoIterator<Item = &'a (Uuid, Sealed)>,
) -> Result<HashMap<Uuid, String>> {
    let sealed: HashMap<Uuid, &Sealed> = sealed.into_iter().map(|(id, name)| (*id, name)).collect();
    if sealed.is_empty() {
        return Ok(HashMap::new());
    }
    let (_, key) = tx.organization_key().await?;
    sealed.into_iter().map(|(id, name)| Ok((id, key.open(&tx.place("staff", "name", id), name)?))).collect()
}

async fn views(tx: &ScopedTx, rows: Vec<staff::Model>) -> Result<Vec<StaffView>> {
    let (_, key) = tx.organization_key().await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let roles = staff_role::Entity::find()
        .filter(staff_role::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(staff_role::COLUMN.staff_id.is_in(ids))
        .order_by_asc(staff_role::COLUMN.role)
        .all(tx.conn())
        .await?;
    rows.into_iter()
        .map(|row| {
            let own = roles.iter().filter(|role| role.staff_id == row.id);
            Ok(StaffView {
                id: row.id,
                organization_id: row.organization_id,
                name: key.open(&tx.place("staff", "name", row.id), &row.name)?,
                email: key.open(&tx.place("staff", "email", row.id), &row.email)?,
                roles: own.filter_map(|role| Role::parse(&role.role)).collect(),
            })
        })
        .collect()
}
