//! Reminders that somebody asked for by hand: send now, remind me later; and the note that a reminder was answered.

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveModelTrait, Set};
use serde_json::json;
use uuid::Uuid;

use super::entity::reminder;
use super::list::ReminderView;
use super::plan::useful_until;
use super::state::ReminderState;
use crate::agenda::zone::TZDATA_VERSION;
use crate::agenda::{Happening, Item, Kind, OccurrenceId, format_local, happening_at, load};
use crate::audit::AuditEvent;
use crate::clients;
use crate::clock::Timestamp;
use crate::db::ScopedTx;
use crate::error::{Error, Result};
use crate::policy::Act;

/// Makes a reminder of an occurrence due at once for the clients named, or for all of the item. Quiet hours do not hold
/// what a person sends by hand; a pause does.
pub async fn send_now(tx: &mut ScopedTx, id: OccurrenceId, client_ids: Option<Vec<Uuid>>) -> Result<Vec<ReminderView>> {
    let item = load(tx.conn(), tx.organization_id(), vec![id.item_id]).await?.pop().ok_or(Error::NotFound)?;
    if tx.scope().client_id().is_some() {
        clients::authorize(tx, tx.scope().client_id().unwrap_or_default(), Act::ReadAgenda).await?;
        return if item.client_ids.contains(&tx.scope().client_id().unwrap_or_default()) {
            Err(Error::Forbidden("staff_only"))
        } else {
            Err(Error::NotFound)
        };
    }
    let mut wanted = client_ids.unwrap_or_else(|| item.client_ids.clone());
    wanted.sort_unstable();
    wanted.dedup();
    if wanted.is_empty() {
        return Err(Error::invalid("client_ids", "length", "at least one client"));
    }
    let mut sent = Vec::with_capacity(wanted.len());
    for client_id in wanted {
        let client = clients::authorize(tx, client_id, Act::WriteAgenda).await?;
        if !item.client_ids.contains(&client_id) {
            return Err(Error::invalid("client_ids", "not_a_participant", "this client is not on this item"));
        }
        let zone = clients::read_zone("time_zone", &client.time_zone)?;
        let happening =
            happening_at(&item.schedules, &item.overrides, zone, id.original_local).ok_or(Error::NotFound)?;
        if happening.cancelled || item.row.cancelled_at.is_some() {
            return Err(Error::Conflict("cancelled", "this was cancelled".to_owned()));
        }
        let over = match item.kind {
            Kind::CheckIn => useful_until(item.kind, &happening, happening.start.at).into(),
            _ => happening.ends_at().unwrap_or(happening.starts_at()),
        };
        if over <= tx.now() {
            return Err(Error::Conflict("over", "this is over".to_owned()));
        }
        let row = insert(tx, &item, &happening, client_id, format!("now:{}", tx.new_id()), tx.now()).await?;
        tx.record(
            AuditEvent::new("send", "reminder", row.id)
                .client(client_id)
                .detail(json!({ "occurrence_id": id.to_string() })),
        );
        sent.push(ReminderView::from_row(row)?);
    }
    Ok(sent)
}

/// Reminds a client again at a moment that they chose.
pub async fn snooze(
    tx: &ScopedTx,
    item: &Item,
    happening: &Happening,
    client_id: Uuid,
    until: Timestamp,
) -> Result<()> {
    // One pending snooze at a time: the newest wish counts.
    end_planned(tx, item.row.id, &format_local(happening.original_local), client_id, "snooze:", "answered").await?;
    insert(tx, item, happening, client_id, format!("snooze:{}", tx.new_id()), until).await?;
    Ok(())
}

async fn insert(
    tx: &ScopedTx,
    item: &Item,
    happening: &Happening,
    client_id: Uuid,
    rule_key: String,
    due_at: Timestamp,
) -> Result<reminder::Model> {
    let row = reminder::ActiveModel {
        id: Set(tx.new_id()),
        organization_id: Set(tx.organization_id()),
        item_id: Set(item.row.id),
        original_local: Set(format_local(happening.original_local)),
        client_id: Set(client_id),
        rule_key: Set(rule_key),
        version: Set(1),
        kind: Set(item.kind.as_str().to_owned()),
        starts_at_local: Set(format_local(happening.start.local)),
        starts_at: Set(happening.starts_at()),
        due_at: Set(due_at),
        useful_until: Set(useful_until(item.kind, happening, due_at.to_utc()).into()),
        ignores_quiet_hours: Set(true),
        state: Set(ReminderState::Planned.as_str().to_owned()),
        reason: Set(None),
        sent_at: Set(None),
        shown_at: Set(None),
        clicked_at: Set(None),
        answered_at: Set(None),
        tzdata: Set(TZDATA_VERSION.to_owned()),
        created_at: Set(tx.now()),
    };
    Ok(row.insert(tx.conn()).await?)
}

/// Notes on the reminders of an occurrence that the client answered it. After "done" or "declined" the ones still to
/// come would only nag: `silence` holds them back.
pub async fn mark_answered(
    tx: &ScopedTx,
    id: OccurrenceId,
    client_id: Uuid,
    at: Timestamp,
    silence: bool,
) -> Result<()> {
    let original_local = format_local(id.original_local);
    reminder::Entity::update_many()
        .col_expr(reminder::Column::AnsweredAt, Expr::value(at.0))
        .filter(reminder::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(reminder::COLUMN.item_id.eq(id.item_id))
        .filter(reminder::COLUMN.original_local.eq(original_local.as_str()))
        .filter(reminder::COLUMN.client_id.eq(client_id))
        .filter(reminder::COLUMN.state.is_in([ReminderState::Sending.as_str(), ReminderState::Sent.as_str()]))
        .filter(reminder::COLUMN.answered_at.is_null())
        .exec(tx.conn())
        .await?;
    if silence {
        return end_planned(tx, id.item_id, &original_local, client_id, "", "answered").await;
    }
    // Another answer than before: what was held back is owed again.
    reminder::Entity::update_many()
        .col_expr(reminder::Column::State, Expr::value(ReminderState::Planned.as_str()))
        .col_expr(reminder::Column::Reason, Expr::value(Option::<String>::None))
        .filter(reminder::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(reminder::COLUMN.item_id.eq(id.item_id))
        .filter(reminder::COLUMN.original_local.eq(original_local.as_str()))
        .filter(reminder::COLUMN.client_id.eq(client_id))
        .filter(reminder::COLUMN.state.eq(ReminderState::Suppressed.as_str()))
        .filter(reminder::COLUMN.reason.eq("answered"))
        .filter(reminder::COLUMN.due_at.gt(tx.now()))
        .filter(reminder::Column::RuleKey.not_like("snooze:%"))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Notes in one statement that an occurrence is settled: what was sent was answered, what was to come would only nag.
pub async fn settle_answered(
    tx: &ScopedTx,
    item_id: Uuid,
    original_local: &str,
    client_id: Uuid,
    at: Timestamp,
) -> Result<()> {
    let planned = || reminder::Column::State.eq(ReminderState::Planned.as_str());
    let open = [ReminderState::Planned, ReminderState::Sending, ReminderState::Sent].map(ReminderState::as_str);
    let answered = Expr::case(planned(), Expr::col(reminder::Column::AnsweredAt)).finally(at.0);
    let reason = Expr::case(planned(), "answered").finally(Expr::col(reminder::Column::Reason));
    let suppressed = Expr::case(planned(), ReminderState::Suppressed.as_str());
    reminder::Entity::update_many()
        .col_expr(reminder::Column::AnsweredAt, answered.into())
        .col_expr(reminder::Column::Reason, reason.into())
        .col_expr(reminder::Column::State, suppressed.finally(Expr::col(reminder::Column::State)).into())
        .filter(reminder::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(reminder::COLUMN.item_id.eq(item_id))
        .filter(reminder::COLUMN.original_local.eq(original_local))
        .filter(reminder::COLUMN.client_id.eq(client_id))
        .filter(reminder::COLUMN.state.is_in(open))
        .filter(reminder::COLUMN.answered_at.is_null())
        .exec(tx.conn())
        .await?;
    Ok(())
}

async fn end_planned(
    tx: &ScopedTx,
    item_id: Uuid,
    original_local: &str,
    client_id: Uuid,
    rule_prefix: &str,
    reason: &str,
) -> Result<()> {
    reminder::Entity::update_many()
        .col_expr(reminder::Column::State, Expr::value(ReminderState::Suppressed.as_str()))
        .col_expr(reminder::Column::Reason, Expr::value(reason))
        .filter(reminder::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(reminder::COLUMN.item_id.eq(item_id))
        .filter(reminder::COLUMN.original_local.eq(original_local))
        .filter(reminder::COLUMN.client_id.eq(client_id))
        .filter(reminder::COLUMN.rule_key.starts_with(rule_prefix))
        .filter(reminder::COLUMN.state.eq(ReminderState::Planned.as_str()))
        .exec(tx.conn())
        .await?;
    Ok(())
}
