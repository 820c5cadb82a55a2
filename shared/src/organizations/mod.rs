//! Organizations: the tenants. Everything else belongs to exactly one.

pub mod entity;

use chrono_tz::Tz;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveModelTrait, Set};
use serde::{Deserialize, Serialize};

use crate::audit::{self, AuditEvent};
use crate::check_ins;
use crate::crisis;
use crate::db::{Database, ScopedTx};
use crate::error::{Error, Result};
use crate::note_templates;
use crate::scope::Scope;

/// Whether staff must have a second factor to sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecondFactor {
    Optional,
    Required,
}

impl SecondFactor {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Optional => "optional",
            Self::Required => "required",
        }
    }
}

/// Finds an organization by its exact name, across organizations.
pub async fn find_by_name(database: &Database, name: &str) -> Result<Option<entity::Model>> {
    let found = entity::Entity::find().filter(entity::COLUMN.name.eq(name)).one(database.authentication()).await?;
    Ok(found)
}

/// Makes an organization with its data key, the start of its audit chain, and the forms and the crisis resources that
/// come with the program.
pub async fn create(database: &Database, name: &str, zone: Tz, second_factor: SecondFactor) -> Result<entity::Model> {
    make(database, name, zone, second_factor, false).await
}

/// One whose people are invented, which everybody who signs in is told.
pub async fn create_demo(database: &Database, name: &str, zone: Tz) -> Result<entity::Model> {
    make(database, name, zone, SecondFactor::Optional, true).await
}

async fn make(
    database: &Database,
    name: &str,
    zone: Tz,
    second_factor: SecondFactor,
    demo: bool,
) -> Result<entity::Model> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 200 {
        return Err(Error::invalid("org", "length", "an organization's name has 1 to 200 characters"));
    }
    let env = &database.env;
    let id = crate::random::id(env.clock.now(), &*env.random);
    let mut tx = database.begin_write(&Scope::system(id, "setup")).await?;
    let (data_key_id, _) = tx.create_data_key(None).await?;
    let organization = entity::ActiveModel {
        id: Set(id),
        name: Set(name.to_owned()),
        time_zone: Set(zone.name().to_owned()),
        second_factor: Set(second_factor.as_str().to_owned()),
        data_key_id: Set(data_key_id),
        demo: Set(demo),
        created_at: Set(tx.now()),
    }
    .insert(tx.conn())
    .await?;
    audit::create_head(&tx).await?;
    tx.record(AuditEvent::new("create", "organization", id));
    check_ins::ship(&mut tx).await?;
    note_templates::ship(&mut tx).await?;
    crisis::ship(&mut tx).await?;
    tx.commit().await?;
    Ok(organization)
}

/// The organization of a transaction.
pub async fn current(tx: &ScopedTx) -> Result<entity::Model> {
    entity::Entity::find_by_id(tx.organization_id()).one(tx.conn()).await?.ok_or(Error::NotFound)
}

/// Ids of all organizations, oldest first: for checks that walk the installation.
pub async fn all(database: &Database) -> Result<Vec<entity::Model>> {
    use sea_orm::QueryOrder;
    Ok(entity::Entity::find().order_by_asc(entity::COLUMN.id).all(database.authentication()).await?)
}

/// The organization, when the installation has exactly one.
pub async fn only_one(database: &Database) -> Result<Option<Uuid>> {
    use sea_orm::QuerySelect;
    let ids: Vec<Uuid> = entity::Entity::find()
        .select_only()
        .column(entity::Column::Id)
        .limit(2)
        .into_tuple()
        .all(database.authentication())
        .await?;
    Ok(if let [id] = ids[..] { Some(id) } else { None })
}

/// For work of the program itself in one organization, on that organization's clocks.
pub async fn system_scope(database: &Database, id: Uuid, part: &'static str) -> Result<Scope> {
    let row = entity::Entity::find_by_id(id).one(database.authentication()).await?.ok_or(Error::NotFound)?;
    let zone = row.time_zone.parse().map_err(|_| Error::internal("an organization without a time zone"))?;
    Ok(Scope { zone, ..Scope::system(id, part) })
}
