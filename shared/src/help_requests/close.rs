use sea_orm::entity::prelude::*;
use sea_orm::{ExprTrait, Set};
use serde_json::json;
use uuid::Uuid;

use super::entity::help_request;
use super::list::{HelpRequestView, get};
use super::state::{HelpOutcome, HelpState};
use crate::alerts::{self, authorize_matter};
use crate::attention;
use crate::audit::AuditEvent;
use crate::clients::entity::client;
use crate::db::ScopedTx;
use crate::error::{Error, FieldErrors, Result};
use crate::policy::Act;
use crate::text::check_text;

async fn find(tx: &ScopedTx, id: Uuid) -> Result<(help_request::Model, client::Model)> {
    let row = help_request::Entity::find_by_id(id)
        .filter(help_request::COLUMN.organization_id.eq(tx.organization_id()))
        .one(tx.conn())
        .await?
        .ok_or(Error::NotFound)?;
    let client = authorize_matter(tx, row.client_id, id, Act::HandleHelpRequests).await?;
    Ok((row, client))
}

/// Takes a request over: from now on it is this person's. Claiming what one has claimed already changes nothing.
///
/// # Errors
/// `Conflict("already_claimed")` when somebody else was faster, `Conflict("already_closed")`.
pub async fn claim(tx: &mut ScopedTx, id: Uuid) -> Result<HelpRequestView> {
    let (row, _) = find(tx, id).await?;
    let staff_id = tx.scope().staff_id().ok_or(Error::Forbidden("staff_only"))?;
    let claimed = help_request::Entity::update_many()
        .col_expr(help_request::Column::State, Expr::value(HelpState::Claimed.as_str()))
        .col_expr(help_request::Column::ClaimedAt, Expr::value(tx.now().0))
        .col_expr(help_request::Column::ClaimedBy, Expr::value(staff_id))
        .col_expr(help_request::Column::Version, Expr::col(help_request::Column::Version).add(1))
        .filter(help_request::COLUMN.id.eq(id))
        .filter(help_request::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(help_request::COLUMN.state.is_in([HelpState::Open.as_str(), HelpState::Escalated.as_str()]))
        .exec(tx.conn())
        .await?;
    if claimed.rows_affected == 0 {
        // Whoever was faster has committed; now their name can be seen.
        let (row, _) = find(tx, id).await?;
        return match HelpState::parse(&row.state) {
            Some(HelpState::Claimed) if row.claimed_by == Some(staff_id) => {
                tx.record(
                    AuditEvent::new("claim", "help_request", id).client(row.client_id).detail(json!({ "again": true })),
                );
                get(tx, id).await
            }
            Some(HelpState::Claimed) => {
                Err(Error::Conflict("already_claimed", "somebody else has taken this over".to_owned()))
            }
            _ => Err(already_closed()),
        };
    }
    alerts::settle(tx, id).await?;
    attention::acknowledge_help(tx, id).await?;
    tx.record(AuditEvent::new("claim", "help_request", id).client(row.client_id));
    get(tx, id).await
}

/// Says how it ended. Who closes a request that nobody has claimed has claimed it by that.
pub async fn close(tx: &mut ScopedTx, id: Uuid, outcome: HelpOutcome, note: Option<&str>) -> Result<HelpRequestView> {
    let (row, client) = find(tx, id).await?;
    let staff_id = tx.scope().staff_id().ok_or(Error::Forbidden("staff_only"))?;
    check_note(note)?;
    let key = tx.data_key(client.data_key_id).await?;
    let note = note.map(str::trim).filter(|text| !text.is_empty());
    let mut change = help_request::ActiveModel {
        state: Set(HelpState::Closed.as_str().to_owned()),
        closed_at: Set(Some(tx.now())),
        closed_by: Set(Some(staff_id)),
        outcome: Set(Some(outcome.as_str().to_owned())),
        note: Set(note.map(|text| tx.seal(&key, &tx.place("help_requests", "note", id), text))),
        version: Set(row.version + 1),
        ..Default::default()
    };
    if row.claimed_by.is_none() {
        (change.claimed_at, change.claimed_by) = (Set(Some(tx.now())), Set(Some(staff_id)));
    }
    let closed = help_request::Entity::update_many()
        .set(change)
        .filter(help_request::COLUMN.id.eq(id))
        .filter(help_request::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(help_request::COLUMN.state.ne(HelpState::Closed.as_str()))
        .exec(tx.conn())
        .await?;
    if closed.rows_affected == 0 {
        return Err(already_closed());
    }
    alerts::settle(tx, id).await?;
    attention::resolve_help(tx, id, outcome).await?;
    let event = AuditEvent::new("close", "help_request", id).client(row.client_id);
    tx.record(event.detail(json!({ "outcome": outcome.as_str() })));
    get(tx, id).await
}

pub(crate) fn check_note(note: Option<&str>) -> Result<()> {
    let mut errors = FieldErrors::default();
    check_text(&mut errors, "note", note.unwrap_or_default(), 0, 4000);
    errors.into_result()
}

/// Nobody claimed it in time.
pub(crate) async fn mark_escalated(tx: &ScopedTx, id: Uuid) -> Result<()> {
    help_request::Entity::update_many()
        .col_expr(help_request::Column::State, Expr::value(HelpState::Escalated.as_str()))
        .col_expr(help_request::Column::Version, Expr::col(help_request::Column::Version).add(1))
        .filter(help_request::COLUMN.id.eq(id))
        .filter(help_request::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(help_request::COLUMN.state.eq(HelpState::Open.as_str()))
        .exec(tx.conn())
        .await?;
    Ok(())
}

fn already_closed() -> Error {
    Error::Conflict("already_closed", "this was closed already".to_owned())
}
