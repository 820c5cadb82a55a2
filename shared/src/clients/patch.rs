use sea_orm::{ActiveModelTrait, IntoActiveModel, Set};
use serde_json::json;
use uuid::Uuid;

use super::access::authorize;
use super::contact::{comparable_phone, read_email, read_phone};
use super::store::{ClientView, check_cap, view};
use super::wishes::{Language, NotificationDetail, QuietHoursInput, minute_of_day, read_zone};
use crate::attention::{self, Touched};
use crate::audit::AuditEvent;
use crate::clock::Timestamp;
use crate::db::ScopedTx;
use crate::devices;
use crate::error::{Error, FieldErrors, Result};
use crate::policy::Act;
use crate::reminders;
use crate::text::{check_line, check_text};

/// A change: outer `None` leaves a member alone, inner `None` empties it.
#[derive(Clone, Debug, Default)]
pub struct ClientPatch {
    pub preferred_name: Option<String>,
    pub legal_name: Option<Option<String>>,
    pub strengths: Option<Option<String>>,
    pub email: Option<Option<String>>,
    pub phone: Option<Option<String>>,
    pub time_zone: Option<String>,
    pub language: Option<Language>,
    pub quiet_hours: Option<Option<QuietHoursInput>>,
    pub daily_cap: Option<Option<i64>>,
    pub notification_detail: Option<NotificationDetail>,
    pub paused_until: Option<Option<Timestamp>>,
}

/// Changes a client. A new zone or new quiet hours re-plan the client's coming reminders in the same transaction.
pub async fn update(
    tx: &mut ScopedTx,
    client_id: Uuid,
    if_version: Option<i64>,
    patch: ClientPatch,
) -> Result<ClientView> {
    let row = authorize(tx, client_id, Act::UpdateClient).await?;
    if if_version.is_some_and(|version| version != row.version) {
        return Err(Error::PreconditionFailed);
    }
    if tx.scope().client_id().is_some() && (patch.legal_name.is_some() || patch.strengths.is_some()) {
        return Err(Error::Forbidden("staff_only_member"));
    }
    let mut errors = FieldErrors::default();
    if let Some(name) = &patch.preferred_name {
        check_line(&mut errors, "preferred_name", name, 1, 200);
    }
    if let Some(Some(name)) = &patch.legal_name {
        check_line(&mut errors, "legal_name", name, 1, 200);
    }
    let strengths = patch.strengths.as_ref().and_then(|text| text.as_deref());
    check_text(&mut errors, "strengths", strengths.unwrap_or_default(), 0, 4000);
    let email = patch.email.as_ref().map(|email| email.as_deref().map(|text| read_email(&mut errors, text)));
    let phone = patch.phone.as_ref().map(|phone| phone.as_deref().map(|text| read_phone(&mut errors, text)));
    check_cap(&mut errors, patch.daily_cap.flatten());
    if patch.time_zone.as_ref().is_some_and(|name| read_zone("time_zone", name).is_err()) {
        errors.add("time_zone", "unknown_time_zone", "not an IANA time zone name such as America/Boise");
    }
    let quiet = patch.quiet_hours.as_ref().map(|input| input.as_ref().and_then(|hours| hours.read(&mut errors)));
    errors.into_result()?;

    let key = tx.data_key(row.data_key_id).await?;
    let seal = |column, text: &str| tx.seal(&key, &tx.place("clients", column, client_id), text);
    let keys = tx.database().env.keys.clone();
    let lookup = |domain, text: &str| keys.lookup(domain, text.as_bytes());
    let version = row.version + 1;
    let zone_changes = patch.time_zone.as_ref().is_some_and(|zone| *zone != row.time_zone);
    let mut changed: Vec<&str> = Vec::new();
    let mut row = row.into_active_model();
    if let Some(name) = patch.preferred_name {
        row.preferred_name = Set(seal("preferred_name", name.trim()));
        changed.push("preferred_name");
    }
    if let Some(name) = patch.legal_name {
        row.legal_name = Set(name.map(|name| seal("legal_name", name.trim())));
        changed.push("legal_name");
    }
    if let Some(text) = patch.strengths {
        row.strengths = Set(text.map(|text| seal("strengths", &text)));
        changed.push("strengths");
    }
    if let Some(email) = email {
        row.email_hmac = Set(email.as_ref().map(|text| lookup("email", text)));
        row.email = Set(email.map(|text| seal("email", &text)));
        changed.push("email");
    }
    if let Some(phone) = phone {
        row.phone_hmac = Set(phone.as_ref().map(|text| lookup("phone", &comparable_phone(text))));
        row.phone = Set(phone.map(|text| seal("phone", &text)));
        changed.push("phone");
    }
    if let Some(zone) = patch.time_zone {
        row.time_zone = Set(zone);
        changed.push("time_zone");
    }
    if let Some(language) = patch.language {
        row.language = Set(language.as_str().to_owned());
        changed.push("language");
    }
    if let Some(quiet) = quiet {
        row.quiet_from = Set(quiet.map(|hours| minute_of_day(hours.from())));
        row.quiet_to = Set(quiet.map(|hours| minute_of_day(hours.to())));
        changed.push("quiet_hours");
    }
    if let Some(cap) = patch.daily_cap {
        row.daily_cap = Set(cap);
        changed.push("daily_cap");
    }
    if let Some(detail) = patch.notification_detail {
        row.notification_detail = Set(detail.as_str().to_owned());
        row.detail_chosen_at = Set((detail != NotificationDetail::None).then(|| tx.now()));
        changed.push("notification_detail");
    }
    if let Some(until) = patch.paused_until {
        row.paused_until = Set(until);
        changed.push("paused_until");
    }
    row.version = Set(version);
    let row = row.update(tx.conn()).await?;
    tx.record(AuditEvent::new("update", "client", client_id).client(client_id).detail(json!({ "members": changed })));
    if zone_changes || changed.contains(&"quiet_hours") {
        reminders::replan_client(tx, client_id).await?;
    }
    if zone_changes || changed.contains(&"paused_until") {
        attention::refresh_client(tx, &row, Touched::Everything).await?;
    }
    let reachable = devices::reachable_clients(tx, &[client_id]).await?;
    view(tx, &row, &key, reachable.contains(&client_id))
}
