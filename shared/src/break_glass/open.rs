use std::collections::HashMap;

use chrono::Duration;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveModelTrait, QueryOrder, Set};
use serde_json::json;
use uuid::Uuid;

use super::EmergencyPurpose;
use super::entity;
use crate::alerts::{self, Subject};
use crate::audit::AuditEvent;
use crate::clients;
use crate::clock::Timestamp;
use crate::db::ScopedTx;
use crate::error::{Error, Result};
use crate::identity::entity::sign_in;
use crate::policy::Act;

/// How long an emergency access lasts.
pub const LASTS: Duration = Duration::minutes(60);
const REASON: std::ops::RangeInclusive<usize> = 10..=2000;

/// An emergency access that has just been taken.
pub struct Opening {
    pub id: Uuid,
    pub expires_at: Timestamp,
}

/// Opens a client's record for reading, for an hour and with the sign-in that is used. Callers see to it that the actor
/// has just proved who they are.
///
/// # Errors
/// `NotFound` or `Forbidden` for roles that may not; `Invalid` for a reason under 10 or over 2,000 characters.
pub async fn open(tx: &mut ScopedTx, client_id: Uuid, reason: &str, purpose: EmergencyPurpose) -> Result<Opening> {
    let client = clients::authorize(tx, client_id, Act::BreakGlass).await?;
    let (Some(staff_id), Some(sign_in_id)) = (tx.scope().staff_id(), tx.scope().sign_in_id) else {
        return Err(Error::Forbidden("staff_only"));
    };
    let reason = reason.trim();
    if !REASON.contains(&reason.chars().count()) {
        return Err(Error::invalid("reason", "length", "say why, in 10 to 2,000 characters"));
    }
    let id = tx.new_id();
    let expires_at = tx.now().plus(LASTS);
    let key = tx.data_key(client.data_key_id).await?;
    entity::ActiveModel {
        id: Set(id),
        organization_id: Set(tx.organization_id()),
        client_id: Set(client_id),
        staff_id: Set(staff_id),
        sign_in_id: Set(sign_in_id),
        purpose: Set(purpose.as_str().to_owned()),
        reason: Set(tx.seal(&key, &tx.place("break_glass", "reason", id), reason)),
        created_at: Set(tx.now()),
        expires_at: Set(expires_at),
        reviewed_at: Set(None),
        reviewed_by: Set(None),
        outcome: Set(None),
        note: Set(None),
    }
    .insert(tx.conn())
    .await?;
    // Every request reads its sign-in anyhow, so nobody else pays for the question whether some record is open.
    sign_in::Entity::update_many()
        .col_expr(sign_in::Column::BreakGlassUntil, Expr::value(expires_at.0))
        .filter(sign_in::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(sign_in::COLUMN.id.eq(sign_in_id))
        .exec(tx.conn())
        .await?;
    let detail = json!({ "purpose": purpose.as_str(), "expires_at": expires_at });
    tx.record(AuditEvent::new("create", "break_glass", id).client(client_id).break_glass(id).detail(detail));
    alerts::inform(tx, Subject::BreakGlass, id, client_id).await?;
    Ok(Opening { id, expires_at })
}

/// The clients whose records the actor has open in an emergency, each with the newest access. One query, and none for
/// sign-ins that never took one.
pub async fn opened(tx: &ScopedTx) -> Result<HashMap<Uuid, Uuid>> {
    let scope = tx.scope();
    let (Some(staff_id), Some(sign_in_id)) = (scope.staff_id(), scope.sign_in_id) else { return Ok(HashMap::new()) };
    if scope.break_glass_until.is_none_or(|until| until <= tx.now()) {
        return Ok(HashMap::new());
    }
    let rows = entity::Entity::find()
        .filter(entity::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(entity::COLUMN.sign_in_id.eq(sign_in_id))
        .filter(entity::COLUMN.staff_id.eq(staff_id))
        .filter(entity::COLUMN.expires_at.gt(tx.now()))
        .order_by_asc(entity::COLUMN.id)
        .all(tx.conn())
        .await?;
    Ok(rows.into_iter().map(|row| (row.client_id, row.id)).collect())
}
