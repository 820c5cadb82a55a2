use sea_orm::sea_query::OnConflict;
use sea_orm::{EntityTrait, Set};
use serde_json::json;

use super::entity::calendar_settings;
use crate::audit::AuditEvent;
use crate::db::ScopedTx;
use crate::error::{Error, Result};
use crate::scope::{Actor, Role};

/// What an organization allows its calendars to say. Until it says otherwise: no initials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarSettings {
    /// Staff may have clients' initials in their feeds.
    pub initials: bool,
    pub version: i64,
}

pub(super) async fn load(tx: &ScopedTx) -> Result<CalendarSettings> {
    let found = calendar_settings::Entity::find_by_id(tx.organization_id()).one(tx.conn()).await?;
    Ok(found.map_or(CalendarSettings { initials: false, version: 1 }, |row| CalendarSettings {
        initials: row.initials,
        version: row.version,
    }))
}

/// Any member of staff may know.
///
/// # Errors
/// `Forbidden` for clients.
pub async fn get_settings(tx: &ScopedTx) -> Result<CalendarSettings> {
    match tx.scope().actor {
        Actor::Client { .. } => Err(Error::Forbidden("staff_only")),
        _ => load(tx).await,
    }
}

/// For admins. Feeds that are already out follow at once.
///
/// # Errors
/// `Forbidden` for everybody else; `PreconditionFailed` when somebody changed them since `version`.
pub async fn update_settings(
    tx: &mut ScopedTx,
    initials: Option<bool>,
    version: Option<i64>,
) -> Result<CalendarSettings> {
    if !tx.scope().has_role(Role::Admin) {
        return Err(Error::Forbidden("role"));
    }
    let mut settings = load(tx).await?;
    if version.is_some_and(|version| version != settings.version) {
        return Err(Error::PreconditionFailed);
    }
    settings.initials = initials.unwrap_or(settings.initials);
    settings.version += 1;
    let row = calendar_settings::ActiveModel {
        organization_id: Set(tx.organization_id()),
        initials: Set(settings.initials),
        version: Set(settings.version),
        updated_at: Set(tx.now()),
    };
    let columns =
        [calendar_settings::Column::Initials, calendar_settings::Column::Version, calendar_settings::Column::UpdatedAt];
    calendar_settings::Entity::insert(row)
        .on_conflict(OnConflict::column(calendar_settings::Column::OrganizationId).update_columns(columns).to_owned())
        .exec_without_returning(tx.conn())
        .await?;
    let event = AuditEvent::new("update", "calendar_settings", tx.organization_id());
    tx.record(event.detail(json!({ "initials": settings.initials })));
    Ok(settings)
}
