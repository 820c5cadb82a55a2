use sea_orm::sea_query::OnConflict;
use sea_orm::{EntityTrait, Set};
use serde_json::json;

use super::entity::help_settings;
use super::hours::{StaffedHours, check, staffed};
use crate::audit::AuditEvent;
use crate::db::ScopedTx;
use crate::error::{Error, FieldErrors, Result};
use crate::scope::{Actor, Role};

const DEFAULT_MINUTES: i64 = 15;

/// How an organization handles what comes in. Until it says otherwise: 15 minutes, and never watched round the clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HelpSettings {
    /// After so many minutes without anybody the next one is asked.
    pub escalation_minutes: i64,
    /// When somebody is there, on the organization's clocks.
    pub staffed_hours: Option<Vec<StaffedHours>>,
    pub version: i64,
    pub(crate) on_call_version: i64,
}

/// What is left out stays.
#[derive(Clone, Debug, Default)]
pub struct SettingsPatch {
    pub escalation_minutes: Option<i64>,
    pub staffed_hours: Option<Option<Vec<StaffedHours>>>,
}

pub(crate) async fn load(tx: &ScopedTx) -> Result<HelpSettings> {
    let found = help_settings::Entity::find_by_id(tx.organization_id()).one(tx.conn()).await?;
    let Some(row) = found else {
        let escalation_minutes = DEFAULT_MINUTES;
        return Ok(HelpSettings { escalation_minutes, staffed_hours: None, version: 1, on_call_version: 1 });
    };
    let hours = row.staffed_hours.as_deref().map(serde_json::from_str).transpose().map_err(Error::internal)?;
    Ok(HelpSettings {
        escalation_minutes: row.escalation_minutes,
        staffed_hours: hours,
        version: row.version,
        on_call_version: row.on_call_version,
    })
}

pub(crate) async fn save(tx: &ScopedTx, settings: &HelpSettings) -> Result<()> {
    let hours = settings.staffed_hours.as_ref().map(serde_json::to_string).transpose().map_err(Error::internal)?;
    let row = help_settings::ActiveModel {
        organization_id: Set(tx.organization_id()),
        escalation_minutes: Set(settings.escalation_minutes),
        staffed_hours: Set(hours),
        on_call_version: Set(settings.on_call_version),
        version: Set(settings.version),
        updated_at: Set(tx.now()),
    };
    help_settings::Entity::insert(row)
        .on_conflict(
            OnConflict::column(help_settings::Column::OrganizationId)
                .update_columns([
                    help_settings::Column::EscalationMinutes,
                    help_settings::Column::StaffedHours,
                    help_settings::Column::OnCallVersion,
                    help_settings::Column::Version,
                    help_settings::Column::UpdatedAt,
                ])
                .to_owned(),
        )
        .exec_without_returning(tx.conn())
        .await?;
    Ok(())
}

/// Any member of staff may know.
pub async fn get_settings(tx: &ScopedTx) -> Result<HelpSettings> {
    match tx.scope().actor {
        Actor::Client { .. } => Err(Error::Forbidden("staff_only")),
        _ => load(tx).await,
    }
}

/// For supervisors and admins.
pub async fn update_settings(tx: &mut ScopedTx, patch: SettingsPatch, version: Option<i64>) -> Result<HelpSettings> {
    if !(tx.scope().has_role(Role::Supervisor) || tx.scope().has_role(Role::Admin)) {
        return Err(Error::Forbidden("role"));
    }
    let mut settings = load(tx).await?;
    if version.is_some_and(|version| version != settings.version) {
        return Err(Error::PreconditionFailed);
    }
    let mut errors = FieldErrors::default();
    let mut changed = Vec::new();
    if let Some(minutes) = patch.escalation_minutes {
        if !(1..=1440).contains(&minutes) {
            errors.add("escalation_minutes", "out_of_range", "1 to 1440 minutes");
        }
        settings.escalation_minutes = minutes;
        changed.push("escalation_minutes");
    }
    if let Some(hours) = patch.staffed_hours {
        check(&mut errors, hours.as_deref().unwrap_or_default());
        settings.staffed_hours = hours.filter(|hours| !hours.is_empty());
        changed.push("staffed_hours");
    }
    errors.into_result()?;
    settings.version += 1;
    save(tx, &settings).await?;
    tx.record(AuditEvent::new("update", "help_settings", tx.organization_id()).detail(json!({ "changed": changed })));
    Ok(settings)
}

/// Whether somebody is there at this moment.
pub async fn staffed_now(tx: &ScopedTx) -> Result<bool> {
    Ok(is_staffed(tx, &load(tx).await?))
}

pub(super) fn is_staffed(tx: &ScopedTx, settings: &HelpSettings) -> bool {
    let local = tx.now().to_utc().with_timezone(&tx.scope().zone).naive_local();
    staffed(settings.staffed_hours.as_deref().unwrap_or_default(), local)
}
