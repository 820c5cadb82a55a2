use std::collections::{HashMap, HashSet};

use chrono_tz::Tz;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveModelTrait, QueryOrder, QuerySelect, Set};
use serde_json::json;
use uuid::Uuid;

use super::access::visible_ids;
use super::contact::{comparable_phone, read_email, read_phone};
use super::entity::client;
use super::wishes::{Language, NotificationDetail, QuietHoursInput, minute_of_day, quiet_hours, read_zone};
use crate::audit::AuditEvent;
use crate::clock::Timestamp;
use crate::db::{Page, PageRequest, ScopedTx};
use crate::devices;
use crate::error::{Error, FieldErrors, Result};
use crate::policy::{Act, reaches};
use crate::reminders::quiet_hours::QuietHours;
use crate::scope::Role;
use crate::secrets::DataKey;
use crate::text::{check_line, check_text};

/// A client, decrypted.
#[derive(Clone, Debug)]
pub struct ClientView {
    pub id: Uuid,
    pub preferred_name: String,
    pub legal_name: Option<String>,
    pub strengths: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub time_zone: String,
    pub language: Language,
    pub quiet_hours: Option<QuietHours>,
    pub daily_cap: Option<i64>,
    pub notification_detail: NotificationDetail,
    pub paused_until: Option<Timestamp>,
    /// A phone that reminders can reach.
    pub has_device: bool,
    pub version: i64,
    pub created_at: Timestamp,
}

/// What it takes to add a client.
#[derive(Clone, Debug)]
pub struct NewClient {
    pub preferred_name: String,
    pub legal_name: Option<String>,
    pub strengths: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub time_zone: String,
    pub language: Language,
    pub quiet_hours: Option<QuietHoursInput>,
    pub daily_cap: Option<i64>,
    pub notification_detail: NotificationDetail,
    pub paused_until: Option<Timestamp>,
    /// Who will work with the client. A specialist who adds a client is assigned at once.
    pub specialist_ids: Vec<Uuid>,
}

pub(super) fn check_cap(errors: &mut FieldErrors, cap: Option<i64>) {
    if cap.is_some_and(|cap| !(1..=50).contains(&cap)) {
        errors.add("daily_cap", "out_of_range", "1 to 50 reminders a day, or null");
    }
}

/// Adds a client with a data key of their own.
pub async fn create(tx: &mut ScopedTx, new: NewClient) -> Result<ClientView> {
    if reaches(tx.scope(), Act::CreateClient).is_empty() {
        return Err(Error::Forbidden("role"));
    }
    let mut errors = FieldErrors::default();
    check_line(&mut errors, "preferred_name", &new.preferred_name, 1, 200);
    if let Some(name) = &new.legal_name {
        check_line(&mut errors, "legal_name", name, 1, 200);
    }
    check_text(&mut errors, "strengths", new.strengths.as_deref().unwrap_or_default(), 0, 4000);
    let email = new.email.as_deref().map(|text| read_email(&mut errors, text));
    let phone = new.phone.as_deref().map(|text| read_phone(&mut errors, text));
    check_cap(&mut errors, new.daily_cap);
    if read_zone("time_zone", &new.time_zone).is_err() {
        errors.add("time_zone", "unknown_time_zone", "not an IANA time zone name such as America/Boise");
    }
    let quiet = new.quiet_hours.as_ref().and_then(|input| input.read(&mut errors));
    let mut specialists: Vec<Uuid> = new.specialist_ids;
    if tx.scope().has_role(Role::Specialist) {
        specialists.extend(tx.scope().staff_id());
    }
    specialists.sort_unstable();
    specialists.dedup();
    if specialists.is_empty() {
        errors.add("specialist_ids", "required", "at least one specialist will work with the client");
    }
    errors.into_result()?;

    let id = tx.new_id();
    let (data_key_id, key) = tx.create_data_key(Some(id)).await?;
    let seal = |column, text: &str| tx.seal(&key, &tx.place("clients", column, id), text);
    let lookup = |domain, text: &str| tx.database().env.keys.lookup(domain, text.as_bytes());
    let row = client::ActiveModel {
        id: Set(id),
        organization_id: Set(tx.organization_id()),
        data_key_id: Set(data_key_id),
        preferred_name: Set(seal("preferred_name", new.preferred_name.trim())),
        legal_name: Set(new.legal_name.as_deref().map(|text| seal("legal_name", text.trim()))),
        strengths: Set(new.strengths.as_deref().map(|text| seal("strengths", text))),
        email_hmac: Set(email.as_ref().map(|text| lookup("email", text))),
        email: Set(email.as_deref().map(|text| seal("email", text))),
        phone_hmac: Set(phone.as_ref().map(|text| lookup("phone", &comparable_phone(text)))),
        phone: Set(phone.as_deref().map(|text| seal("phone", text))),
        time_zone: Set(new.time_zone),
        language: Set(new.language.as_str().to_owned()),
        quiet_from: Set(quiet.map(|hours| minute_of_day(hours.from()))),
        quiet_to: Set(quiet.map(|hours| minute_of_day(hours.to()))),
        daily_cap: Set(new.daily_cap),
        notification_detail: Set(new.notification_detail.as_str().to_owned()),
        detail_chosen_at: Set((new.notification_detail != NotificationDetail::None).then(|| tx.now())),
        paused_until: Set(new.paused_until),
        version: Set(1),
        created_at: Set(tx.now()),
    };
    let row = row.insert(tx.conn()).await?;
    tx.record(AuditEvent::new("create", "client", id).client(id).detail(json!({ "specialist_ids": specialists })));
    let today = tx.today();
    for staff_id in specialists {
        super::assignments::insert(tx, id, staff_id, today, None).await?;
    }
    view(tx, &row, &key, false)
}

/// One client, if the actor may see them.
pub async fn get(tx: &ScopedTx, client_id: Uuid) -> Result<ClientView> {
    let row = super::access::authorize(tx, client_id, Act::ReadClient).await?;
    let key = tx.data_key(row.data_key_id).await?;
    let reachable = devices::reachable_clients(tx, &[row.id]).await?;
    view(tx, &row, &key, reachable.contains(&row.id))
}

/// The clients that the actor may see, oldest first; `search` keeps those whose name contains the text.
pub async fn list(tx: &ScopedTx, page: &PageRequest, search: Option<&str>) -> Result<Page<ClientView>> {
    let visible = visible_ids(tx, Act::ReadClient).await?;
    let search = search.map(|text| text.trim().to_lowercase()).filter(|text| !text.is_empty());
    let mut after = page.after.as_deref().and_then(|text| text.parse::<Uuid>().ok());
    let wanted = usize::try_from(page.limit).unwrap_or(usize::MAX).saturating_add(1);
    let chunk = if search.is_some() { 500 } else { page.limit + 1 };
    // Nobody learns by searching what they may not read.
    let sees_legal_names = tx.scope().has_role(Role::Specialist) || tx.scope().has_role(Role::Supervisor);
    let mut found: Vec<ClientView> = Vec::new();
    loop {
        let mut query = client::Entity::find()
            .filter(client::COLUMN.organization_id.eq(tx.organization_id()))
            .order_by_asc(client::COLUMN.id)
            .limit(chunk);
        if let Some(ids) = &visible {
            query = query.filter(client::COLUMN.id.is_in(ids.iter().copied()));
        }
        if let Some(after) = after {
            query = query.filter(client::COLUMN.id.gt(after));
        }
        let rows = query.all(tx.conn()).await?;
        let last = rows.last().map(|row| row.id);
        tx.warm_data_keys(rows.iter().map(|row| row.data_key_id)).await?;
        let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
        let reachable = devices::reachable_clients(tx, &ids).await?;
        for row in &rows {
            let key = tx.data_key(row.data_key_id).await?;
            let view = view(tx, row, &key, reachable.contains(&row.id))?;
            let names = [Some(&view.preferred_name), view.legal_name.as_ref().filter(|_| sees_legal_names)];
            let fits = |text: &String| names.iter().flatten().any(|name| name.to_lowercase().contains(text.as_str()));
            if search.as_ref().is_none_or(fits) {
                found.push(view);
            }
        }
        if found.len() >= wanted || (rows.len() as u64) < chunk {
            break;
        }
        after = last;
    }
    Ok(Page::cut(found, page, "clients", |view| view.id.to_string()))
}

pub(super) fn view(tx: &ScopedTx, row: &client::Model, key: &DataKey, has_device: bool) -> Result<ClientView> {
    let open = |column, sealed| key.open(&tx.place("clients", column, row.id), sealed);
    Ok(ClientView {
        id: row.id,
        preferred_name: open("preferred_name", &row.preferred_name)?,
        legal_name: row.legal_name.as_ref().map(|sealed| open("legal_name", sealed)).transpose()?,
        strengths: row.strengths.as_ref().map(|sealed| open("strengths", sealed)).transpose()?,
        email: row.email.as_ref().map(|sealed| open("email", sealed)).transpose()?,
        phone: row.phone.as_ref().map(|sealed| open("phone", sealed)).transpose()?,
        time_zone: row.time_zone.clone(),
        language: Language::parse(&row.language),
        quiet_hours: quiet_hours(row.quiet_from, row.quiet_to),
        daily_cap: row.daily_cap,
        notification_detail: NotificationDetail::parse(&row.notification_detail),
        paused_until: row.paused_until,
        has_device,
        version: row.version,
        created_at: row.created_at,
    })
}

/// Names and zones by id, for lists over clients. Access is the caller's to check.
pub async fn names_and_zones(tx: &ScopedTx, ids: &HashSet<Uuid>) -> Result<HashMap<Uuid, (String, Tz)>> {
    let mut found = HashMap::with_capacity(ids.len());
    let ids: Vec<Uuid> = ids.iter().copied().collect();
    for chunk in ids.chunks(500) {
        let rows = client::Entity::find()
            .filter(client::COLUMN.organization_id.eq(tx.organization_id()))
            .filter(client::COLUMN.id.is_in(chunk.iter().copied()))
            .all(tx.conn())
            .await?;
        tx.warm_data_keys(rows.iter().map(|row| row.data_key_id)).await?;
        for row in rows {
            let key = tx.data_key(row.data_key_id).await?;
            let name = key.open(&tx.place("clients", "preferred_name", row.id), &row.preferred_name)?;
            found.insert(row.id, (name, read_zone("time_zone", &row.time_zone)?));
        }
    }
    Ok(found)
}
