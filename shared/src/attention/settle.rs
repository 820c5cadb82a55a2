//! What people do with a reason: take it on, set it aside with a note, close it with an outcome.

use sea_orm::Set;
use sea_orm::entity::prelude::*;
use serde_json::json;
use uuid::Uuid;

use super::entity::attention_reason;
use super::kind::{Kind, ReasonState};
use super::list::{ReasonView, get};
use crate::alerts::{self, authorize_matter};
use crate::audit::AuditEvent;
use crate::clients::entity::client;
use crate::db::ScopedTx;
use crate::error::{Error, Result};
use crate::help_requests::{HelpOutcome, check_note};
use crate::policy::Act;

async fn find(tx: &ScopedTx, id: Uuid) -> Result<(attention_reason::Model, Kind, client::Model)> {
    let row = attention_reason::Entity::find_by_id(id)
        .filter(attention_reason::COLUMN.organization_id.eq(tx.organization_id()))
        .one(tx.conn())
        .await?
        .ok_or(Error::NotFound)?;
    let client = authorize_matter(tx, row.client_id, id, Act::SettleAttention).await?;
    let kind = Kind::parse(&row.kind).ok_or_else(|| Error::internal("a reason of unknown kind"))?;
    if kind == Kind::HelpRequested {
        let message = "claim and close the help request itself".to_owned();
        return Err(Error::Conflict("settle_the_help_request", message));
    }
    Ok((row, kind, client))
}

/// Changes a reason that still asks for attention; `from` are the states it may be in. False when it is in none of them.
async fn change(tx: &ScopedTx, id: Uuid, from: &[ReasonState], set: attention_reason::ActiveModel) -> Result<bool> {
    let done = attention_reason::Entity::update_many()
        .set(set)
        .filter(attention_reason::COLUMN.id.eq(id))
        .filter(attention_reason::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(attention_reason::COLUMN.state.is_in(from.iter().map(|state| state.as_str())))
        .exec(tx.conn())
        .await?;
    Ok(done.rows_affected == 1)
}

fn already_settled() -> Error {
    Error::Conflict("already_settled", "this does not ask for attention any more".to_owned())
}

/// Takes a reason on: its clock stops. Again by the same person, it changes nothing.
///
/// # Errors
/// `Conflict("already_acknowledged")` when somebody else was faster.
pub async fn acknowledge(tx: &mut ScopedTx, id: Uuid) -> Result<ReasonView> {
    let (row, ..) = find(tx, id).await?;
    let staff_id = tx.scope().staff_id().ok_or(Error::Forbidden("staff_only"))?;
    let set = attention_reason::ActiveModel {
        state: Set(ReasonState::Acknowledged.as_str().to_owned()),
        acknowledged_at: Set(Some(tx.now())),
        acknowledged_by: Set(Some(staff_id)),
        ..Default::default()
    };
    let event = AuditEvent::new("acknowledge", "attention_reason", id).client(row.client_id);
    if change(tx, id, &[ReasonState::Open], set).await? {
        alerts::settle(tx, id).await?;
        tx.record(event);
        return get(tx, id).await;
    }
    let (row, ..) = find(tx, id).await?;
    match ReasonState::parse(&row.state) {
        Some(ReasonState::Acknowledged) if row.acknowledged_by == Some(staff_id) => {
            tx.record(event.detail(json!({ "again": true })));
            get(tx, id).await
        }
        Some(ReasonState::Acknowledged) => {
            Err(Error::Conflict("already_acknowledged", "somebody else has taken this on".to_owned()))
        }
        _ => Err(already_settled()),
    }
}

/// Sets a reason aside. It comes back when the data grows more serious, or when it had gone and comes again.
///
/// # Errors
/// `Conflict("needs_closing")` for what a client said about their safety: that is closed with an outcome.
pub async fn dismiss(tx: &mut ScopedTx, id: Uuid, note: &str) -> Result<ReasonView> {
    let (row, kind, client) = find(tx, id).await?;
    if !kind.is_computed() {
        return Err(Error::Conflict("needs_closing", "this is closed with an outcome, not set aside".to_owned()));
    }
    let note = note.trim();
    if note.is_empty() {
        return Err(Error::invalid("note", "required", "say why"));
    }
    check_note(Some(note))?;
    let key = tx.data_key(client.data_key_id).await?;
    let set = attention_reason::ActiveModel {
        state: Set(ReasonState::Dismissed.as_str().to_owned()),
        ended_at: Set(Some(tx.now())),
        ended_by: Set(tx.scope().staff_id()),
        note: Set(Some(tx.seal(&key, &tx.place("attention_reasons", "note", id), note))),
        ..Default::default()
    };
    if !change(tx, id, &[ReasonState::Open, ReasonState::Acknowledged], set).await? {
        return Err(already_settled());
    }
    tx.record(AuditEvent::new("dismiss", "attention_reason", id).client(row.client_id));
    get(tx, id).await
}

/// Closes a reason with what came of it. What the client said about their safety stops standing by that; what was
/// computed stays settled until the data says otherwise.
pub async fn close(tx: &mut ScopedTx, id: Uuid, outcome: HelpOutcome, note: Option<&str>) -> Result<ReasonView> {
    let (row, kind, client) = find(tx, id).await?;
    check_note(note)?;
    let key = tx.data_key(client.data_key_id).await?;
    let note = note.map(str::trim).filter(|text| !text.is_empty());
    let mut set = attention_reason::ActiveModel {
        state: Set(ReasonState::Resolved.as_str().to_owned()),
        ended_at: Set(Some(tx.now())),
        ended_by: Set(tx.scope().staff_id()),
        outcome: Set(Some(outcome.as_str().to_owned())),
        note: Set(note.map(|text| tx.seal(&key, &tx.place("attention_reasons", "note", id), text))),
        ..Default::default()
    };
    if !kind.is_computed() {
        set.standing = Set(false);
    }
    if row.acknowledged_by.is_none() {
        (set.acknowledged_at, set.acknowledged_by) = (Set(Some(tx.now())), Set(tx.scope().staff_id()));
    }
    if !change(tx, id, &[ReasonState::Open, ReasonState::Acknowledged], set).await? {
        return Err(already_settled());
    }
    alerts::settle(tx, id).await?;
    let event = AuditEvent::new("close", "attention_reason", id).client(row.client_id);
    tx.record(event.detail(json!({ "outcome": outcome.as_str() })));
    get(tx, id).await
}
