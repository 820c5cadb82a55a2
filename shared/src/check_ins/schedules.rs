//! Schedules: a client is asked a form again and again, by the agenda and its reminders.

use chrono::{NaiveDate, NaiveTime};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::LockType;
use sea_orm::{ActiveModelTrait, IntoActiveModel, QueryOrder, QuerySelect, Set};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::entity::{check_in_form, check_in_schedule};
use crate::agenda::entity::agenda_schedule;
use crate::agenda::for_check_ins::{self, Series, SeriesPatch};
use crate::agenda::{parse_local, recurrence::Recurrence};
use crate::attention::{self, Touched};
use crate::audit::AuditEvent;
use crate::clients;
use crate::clock::Timestamp;
use crate::db::ScopedTx;
use crate::error::{Error, FieldErrors, Result};
use crate::policy::Act;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = CheckInScheduleState)]
#[serde(rename_all = "snake_case")]
pub enum ScheduleState {
    Active,
    Ended,
}

/// A schedule as it is shown; its times are those of the newest stretch of its agenda item.
#[derive(Clone, Debug)]
pub struct ScheduleView {
    pub id: Uuid,
    pub client_id: Uuid,
    pub form_id: Uuid,
    pub form_name: String,
    /// What the client is asked now; nothing while the form has no published version.
    pub form_version_id: Option<Uuid>,
    pub item_id: Uuid,
    pub starts_on: String,
    pub at: String,
    /// An IANA name, or `client`.
    pub time_zone: String,
    pub recurrence: Option<String>,
    pub reminder: bool,
    pub state: ScheduleState,
    pub created_by_client: bool,
    pub created_at: Timestamp,
    pub ended_at: Option<Timestamp>,
    pub version: i64,
}

#[derive(Clone, Debug)]
pub struct NewSchedule {
    pub form_id: Uuid,
    pub starts_on: NaiveDate,
    /// `HH:MM`
    pub at: String,
    pub time_zone: String,
    /// An RRULE; without one it is asked once.
    pub recurrence: Option<String>,
    pub reminder: bool,
}

/// A change; `None` leaves a member alone.
#[derive(Clone, Debug, Default)]
pub struct SchedulePatch {
    pub at: Option<String>,
    pub recurrence: Option<String>,
    pub reminder: Option<bool>,
    pub state: Option<ScheduleState>,
}

/// Schedules beyond this many at a time would be asked by nobody in earnest.
const MAX_ACTIVE: u64 = 20;

fn check_time(errors: &mut FieldErrors, at: &str) {
    if at.len() != 5 || NaiveTime::parse_from_str(at, "%H:%M").is_err() {
        errors.add("at", "invalid_time", "a time of day such as 20:00");
    }
}

fn check_recurrence(errors: &mut FieldErrors, recurrence: Option<&str>) {
    if let Some(Err(error)) = recurrence.map(Recurrence::parse) {
        errors.add("recurrence", "invalid_recurrence", error.to_string());
    }
}

/// Schedules a form for a client.
pub async fn create_schedule(tx: &mut ScopedTx, client_id: Uuid, new: NewSchedule) -> Result<ScheduleView> {
    let client = clients::authorize(tx, client_id, Act::ScheduleCheckIns).await?;
    let mut errors = FieldErrors::default();
    check_time(&mut errors, &new.at);
    check_recurrence(&mut errors, new.recurrence.as_deref());
    let starts_at_local = format!("{}T{}", new.starts_on, new.at);
    if parse_local(&format!("{}T00:00", new.starts_on)).is_none() {
        errors.add("starts_on", "out_of_range", "a date from 2000 to 2199");
    }
    let form = check_in_form::Entity::find_by_id(new.form_id)
        .filter(check_in_form::COLUMN.organization_id.eq(tx.organization_id()))
        .one(tx.conn())
        .await?;
    match &form {
        None => errors.add("form_id", "unknown_form", "no form has this id"),
        Some(form) if form.published_version_id.is_none() => {
            errors.add("form_id", "not_published", "this form has no published version");
        }
        Some(_) => {}
    }
    errors.into_result()?;
    let form = form.ok_or_else(|| Error::internal("a form neither found nor refused"))?;
    let active = check_in_schedule::Entity::find()
        .filter(check_in_schedule::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(check_in_schedule::COLUMN.client_id.eq(client_id))
        .filter(check_in_schedule::COLUMN.ended_at.is_null())
        .count(tx.conn())
        .await?;
    if active >= MAX_ACTIVE {
        return Err(Error::Conflict("too_many_schedules", format!("a client has at most {MAX_ACTIVE} at a time")));
    }
    let series = Series {
        starts_at_local: &starts_at_local,
        time_zone: &new.time_zone,
        recurrence: new.recurrence.as_deref(),
        reminder: new.reminder,
    };
    let item_id = for_check_ins::create(tx, &client, &series).await?;
    let row = check_in_schedule::ActiveModel {
        id: Set(tx.new_id()),
        organization_id: Set(tx.organization_id()),
        client_id: Set(client_id),
        form_id: Set(form.id),
        item_id: Set(item_id),
        created_by_kind: Set(tx.scope().actor.kind().to_owned()),
        created_by: Set(tx.scope().actor.id()),
        created_at: Set(tx.now()),
        ended_at: Set(None),
        version: Set(1),
    };
    let row = row.insert(tx.conn()).await?;
    let detail = json!({ "form_id": form.id, "item_id": item_id });
    tx.record(AuditEvent::new("create", "check_in_schedule", row.id).client(client_id).detail(detail));
    attention::refresh_client(tx, &client, Touched::CheckInSchedules).await?;
    single(tx, row).await
}

/// A client's schedules, oldest first; those that ended too.
pub async fn list_schedules(tx: &ScopedTx, client_id: Uuid) -> Result<Vec<ScheduleView>> {
    clients::authorize(tx, client_id, Act::ReadCheckIns).await?;
    let rows = check_in_schedule::Entity::find()
        .filter(check_in_schedule::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(check_in_schedule::COLUMN.client_id.eq(client_id))
        .order_by_asc(check_in_schedule::COLUMN.created_at)
        .order_by_asc(check_in_schedule::COLUMN.id)
        .all(tx.conn())
        .await?;
    views(tx, rows).await
}

/// Changes a schedule from today on. A client chooses the time and whether to be reminded of what staff scheduled, and
/// everything of what they scheduled themselves.
pub async fn update_schedule(
    tx: &mut ScopedTx,
    schedule_id: Uuid,
    if_version: Option<i64>,
    patch: SchedulePatch,
) -> Result<ScheduleView> {
    let mut query = check_in_schedule::Entity::find_by_id(schedule_id)
        .filter(check_in_schedule::COLUMN.organization_id.eq(tx.organization_id()));
    if tx.database().is_postgres() {
        query = query.lock(LockType::Update);
    }
    let row = query.one(tx.conn()).await?.ok_or(Error::NotFound)?;
    let client = clients::authorize(tx, row.client_id, Act::ScheduleCheckIns).await?;
    let client_zone = clients::read_zone("time_zone", &client.time_zone)?;
    if if_version.is_some_and(|version| version != row.version) {
        return Err(Error::PreconditionFailed);
    }
    let made_by_other = tx.scope().client_id().is_some() && row.created_by_kind != "client";
    if made_by_other && (patch.recurrence.is_some() || patch.state.is_some()) {
        return Err(Error::Forbidden("made_by_staff"));
    }
    let mut errors = FieldErrors::default();
    if let Some(at) = &patch.at {
        check_time(&mut errors, at);
    }
    check_recurrence(&mut errors, patch.recurrence.as_deref());
    errors.into_result()?;
    if row.ended_at.is_some() {
        return Err(Error::Conflict("ended", "this schedule has ended; make a new one".to_owned()));
    }
    let members: Vec<&str> = [
        (patch.at.is_some(), "at"),
        (patch.recurrence.is_some(), "recurrence"),
        (patch.reminder.is_some(), "reminder"),
        (patch.state.is_some(), "state"),
    ]
    .into_iter()
    .filter_map(|(present, name)| present.then_some(name))
    .collect();
    let mut changed = row.clone().into_active_model();
    changed.version = Set(row.version + 1);
    if patch.at.is_some() || patch.recurrence.is_some() || patch.reminder.is_some() {
        let series = SeriesPatch { at: patch.at, recurrence: patch.recurrence, reminder: patch.reminder };
        for_check_ins::change(tx, row.item_id, client_zone, &series).await?;
    }
    if patch.state == Some(ScheduleState::Ended) {
        for_check_ins::end(tx, row.item_id).await?;
        changed.ended_at = Set(Some(tx.now()));
    }
    let row = changed.update(tx.conn()).await?;
    let event = AuditEvent::new("update", "check_in_schedule", row.id).client(row.client_id);
    tx.record(event.detail(json!({ "members": members })));
    attention::refresh_client(tx, &client, Touched::CheckInSchedules).await?;
    single(tx, row).await
}

async fn single(tx: &ScopedTx, row: check_in_schedule::Model) -> Result<ScheduleView> {
    views(tx, vec![row]).await?.pop().ok_or_else(|| Error::internal("a schedule without its item"))
}

async fn views(tx: &ScopedTx, rows: Vec<check_in_schedule::Model>) -> Result<Vec<ScheduleView>> {
    let form_ids: Vec<Uuid> = rows.iter().map(|row| row.form_id).collect();
    let forms = check_in_form::Entity::find()
        .filter(check_in_form::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(check_in_form::COLUMN.id.is_in(form_ids))
        .all(tx.conn())
        .await?;
    let item_ids: Vec<Uuid> = rows.iter().map(|row| row.item_id).collect();
    let stretches = for_check_ins::stretches(tx, &item_ids).await?;
    rows.into_iter()
        .map(|row| {
            let form = forms.iter().find(|form| form.id == row.form_id);
            let newest = stretches.iter().rfind(|stretch| stretch.item_id == row.item_id);
            let (Some(form), Some(newest)) = (form, newest) else {
                return Err(Error::internal("a schedule without its form or item"));
            };
            Ok(view(row, form, newest))
        })
        .collect()
}

fn view(row: check_in_schedule::Model, form: &check_in_form::Model, stretch: &agenda_schedule::Model) -> ScheduleView {
    let (starts_on, at) = stretch.starts_at_local.split_once('T').unwrap_or_default();
    ScheduleView {
        id: row.id,
        client_id: row.client_id,
        form_id: row.form_id,
        form_name: form.name.clone(),
        form_version_id: form.published_version_id,
        item_id: row.item_id,
        starts_on: starts_on.to_owned(),
        at: at.to_owned(),
        time_zone: stretch.time_zone.clone(),
        recurrence: stretch.recurrence.clone(),
        reminder: !stretch.reminders.is_empty(),
        state: if row.ended_at.is_some() { ScheduleState::Ended } else { ScheduleState::Active },
        created_by_client: row.created_by_kind == "client",
        created_at: row.created_at,
        ended_at: row.ended_at,
        version: row.version,
    }
}

/// The schedules of agenda items: `(id, form_id)` by item. Access is the caller's to check.
pub(crate) async fn schedules_of_items(
    tx: &ScopedTx,
    item_ids: &[Uuid],
) -> Result<std::collections::HashMap<Uuid, (Uuid, Uuid)>> {
    let mut found = std::collections::HashMap::new();
    for chunk in item_ids.chunks(500) {
        let rows = check_in_schedule::Entity::find()
            .filter(check_in_schedule::COLUMN.organization_id.eq(tx.organization_id()))
            .filter(check_in_schedule::COLUMN.item_id.is_in(chunk.iter().copied()))
            .all(tx.conn())
            .await?;
        found.extend(rows.into_iter().map(|row| (row.item_id, (row.id, row.form_id))));
    }
    Ok(found)
}
