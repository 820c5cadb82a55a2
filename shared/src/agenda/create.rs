use std::collections::HashSet;

use sea_orm::{ActiveModelTrait, EntityTrait, Set};
use serde_json::json;
use uuid::Uuid;

use super::capacity;
use super::entity::{agenda_item, agenda_item_client, agenda_item_staff, agenda_schedule};
use super::input::{NewItem, Texts, Timing, check_texts, read_schedule};
use super::item::{ItemView, item_view};
use super::kind::Kind;
use super::local::format_local;
use super::series::Schedule;
use crate::audit::AuditEvent;
use crate::clients;
use crate::clock::Timestamp;
use crate::db::ScopedTx;
use crate::error::{Error, FieldErrors, Result};
use crate::goals;
use crate::policy::Act;
use crate::reminders;
use crate::scope::Actor;
use crate::secrets::DataKey;

const MAX_CLIENTS: usize = 200;
const MAX_STAFF: usize = 20;

/// Puts an item on the agendas of its clients and plans its reminders, in one transaction.
pub async fn create(tx: &mut ScopedTx, new: NewItem) -> Result<ItemView> {
    let mut errors = FieldErrors::default();
    if new.client_ids.is_empty() || new.client_ids.len() > MAX_CLIENTS {
        errors.add("client_ids", "length", format!("1 to {MAX_CLIENTS} clients"));
    }
    if new.staff_ids.len() > MAX_STAFF {
        errors.add("staff_ids", "length", format!("at most {MAX_STAFF} members of staff"));
    }
    let client_ids = distinct(&mut errors, "client_ids", &new.client_ids);
    let staff_ids = distinct(&mut errors, "staff_ids", &new.staff_ids);
    let texts = Texts { title: new.title.trim().to_owned(), location: new.location, notes: new.notes };
    check_texts(&mut errors, &texts);
    let timing = Timing {
        starts_at_local: &new.starts_at_local,
        time_zone: &new.time_zone,
        duration_minutes: new.duration_minutes,
        recurrence: new.recurrence.as_deref(),
        reminders: &new.reminders,
    };
    let schedule = read_schedule(&mut errors, tx.new_id(), &timing);
    errors.into_result()?;
    let schedule = schedule.ok_or_else(|| Error::internal("a schedule neither read nor refused"))?;

    if new.kind == Kind::CheckIn {
        return Err(Error::invalid("kind", "needs_a_schedule", "a check-in is put there by its schedule"));
    }
    if tx.scope().client_id().is_some() && !new.kind.is_for_oneself() {
        return Err(Error::Forbidden("kind"));
    }
    let mut data_key_id = None;
    for client_id in &client_ids {
        let client = match clients::authorize(tx, *client_id, Act::WriteAgenda).await {
            Err(Error::NotFound) if client_ids.len() > 1 => {
                return Err(Error::invalid("client_ids", "unknown_client", format!("no client {client_id}")));
            }
            found => found?,
        };
        data_key_id = Some(client.data_key_id);
    }
    capacity::check(tx, &client_ids).await?;
    check_staff(tx, &staff_ids).await?;
    let link = goals::check_link(tx, &client_ids, new.goal_id, new.step_id).await?;
    let (data_key_id, key) = match data_key_id.filter(|_| client_ids.len() == 1) {
        Some(id) => (id, tx.data_key(id).await?),
        None => tx.organization_key().await?,
    };

    let by_client = matches!(tx.scope().actor, Actor::Client { .. });
    let id = insert_item(tx, new.kind, by_client, (data_key_id, &key), &schedule, &texts, &client_ids, link).await?;
    if !staff_ids.is_empty() {
        let staff_rows = staff_ids.iter().map(|staff_id| agenda_item_staff::ActiveModel {
            item_id: Set(id),
            staff_id: Set(*staff_id),
            organization_id: Set(tx.organization_id()),
        });
        agenda_item_staff::Entity::insert_many(staff_rows).exec_without_returning(tx.conn()).await?;
    }
    for client_id in &client_ids {
        let event = AuditEvent::new("create", "agenda_item", id).client(*client_id);
        tx.record(event.detail(json!({ "kind": new.kind, "recurring": schedule.recurrence.is_some() })));
    }
    if let Some(link) = link {
        goals::link_step(tx, link, id).await?;
    }
    reminders::reconcile_now(tx, &[id]).await?;
    item_view(tx, id).await
}

/// The rows of a new item, without its staff.
pub(super) async fn insert_item(
    tx: &ScopedTx,
    kind: Kind,
    by_client: bool,
    (data_key_id, key): (Uuid, &DataKey),
    schedule: &Schedule,
    texts: &Texts,
    client_ids: &[Uuid],
    link: Option<goals::Link>,
) -> Result<Uuid> {
    let id = tx.new_id();
    agenda_item::ActiveModel {
        id: Set(id),
        organization_id: Set(tx.organization_id()),
        data_key_id: Set(data_key_id),
        kind: Set(kind.as_str().to_owned()),
        created_by_kind: Set(if by_client { "client" } else { "staff" }.to_owned()),
        created_by: Set(tx.scope().actor.id()),
        cancelled_at: Set(None),
        version: Set(1),
        planned_until: Set(Timestamp(0)),
        created_at: Set(tx.now()),
        changed_at: Set(None),
        goal_id: Set(link.map(|link| link.goal_id)),
        step_id: Set(link.and_then(|link| link.step_id)),
    }
    .insert(tx.conn())
    .await?;
    insert_schedule(tx, id, key, schedule, texts).await?;
    let client_rows = client_ids.iter().map(|client_id| agenda_item_client::ActiveModel {
        item_id: Set(id),
        client_id: Set(*client_id),
        organization_id: Set(tx.organization_id()),
    });
    agenda_item_client::Entity::insert_many(client_rows).exec_without_returning(tx.conn()).await?;
    Ok(id)
}

fn distinct(errors: &mut FieldErrors, field: &str, ids: &[Uuid]) -> Vec<Uuid> {
    let set: HashSet<Uuid> = ids.iter().copied().collect();
    if set.len() != ids.len() {
        errors.add(field, "repeated", "the same id stands twice");
    }
    let mut ids: Vec<Uuid> = set.into_iter().collect();
    ids.sort_unstable();
    ids
}

async fn check_staff(tx: &ScopedTx, ids: &[Uuid]) -> Result<()> {
    let known = crate::identity::names_of(tx, ids).await?;
    match ids.iter().position(|id| !known.contains_key(id)) {
        Some(index) => {
            let field = format!("staff_ids[{index}]");
            Err(Error::invalid(field, "unknown_staff", "no member of staff of this organization has this id"))
        }
        None => Ok(()),
    }
}

pub(super) async fn insert_schedule(
    tx: &ScopedTx,
    item_id: Uuid,
    key: &DataKey,
    schedule: &Schedule,
    texts: &Texts,
) -> Result<()> {
    let seal = |column, text: &str| tx.seal(key, &tx.place("agenda_schedules", column, schedule.id), text);
    let (first_at, last_at) = schedule.bounds();
    let keys: Vec<String> = schedule.reminders.iter().map(|rule| rule.key()).collect();
    agenda_schedule::ActiveModel {
        id: Set(schedule.id),
        organization_id: Set(tx.organization_id()),
        item_id: Set(item_id),
        title: Set(seal("title", &texts.title)),
        location: Set(texts.location.as_deref().map(|text| seal("location", text))),
        notes: Set(texts.notes.as_deref().map(|text| seal("notes", text))),
        starts_at_local: Set(format_local(schedule.start)),
        time_zone: Set(schedule.zone.map_or_else(|| "client".to_owned(), |zone| zone.name().to_owned())),
        duration_minutes: Set(schedule.duration_minutes),
        recurrence: Set(schedule.recurrence.as_ref().map(ToString::to_string)),
        reminders: Set(keys.join(",")),
        from_local: Set(schedule.from.map(format_local)),
        until_local: Set(schedule.until.map(format_local)),
        first_at: Set(first_at),
        last_at: Set(last_at),
    }
    .insert(tx.conn())
    .await?;
    Ok(())
}
