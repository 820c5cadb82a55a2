use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{CommonTableExpression, LockType};
use sea_orm::{ConnectionTrait, IntoActiveModel, QuerySelect, QueryTrait, Set};
use serde_json::json;
use uuid::Uuid;

use super::entity::{audit_event, audit_head};
use super::event::{AuditEvent, Purpose};
use crate::break_glass;
use crate::db::ScopedTx;
use crate::error::{Error, Result};
use crate::scope::Actor;

/// SQLite takes 32,766 values in a statement, PostgreSQL 65,535; a row has eighteen.
const ROWS_AT_ONCE: usize = 1_000;

/// The start of an organization's chain, made with the organization.
pub async fn create_head(tx: &ScopedTx) -> Result<()> {
    audit_head::ActiveModel {
        organization_id: Set(tx.organization_id()),
        seq: Set(0),
        hash: Set(first_link(tx.organization_id())),
    }
    .insert(tx.conn())
    .await?;
    Ok(())
}

/// Gives the events the organization's next numbers and links them. These are the last statements before COMMIT: the
/// head row stays locked until then, so numbers become visible in their own order and without gaps.
pub(crate) async fn append(tx: &ScopedTx, events: Vec<AuditEvent>) -> Result<()> {
    let mut opened = break_glass::opened(tx).await?;
    opened.extend(events.iter().filter_map(|event| event.client_id.zip(event.break_glass_id)));
    let mut find = audit_head::Entity::find_by_id(tx.organization_id());
    if tx.database().is_postgres() {
        find = find.lock(LockType::Update);
    }
    let head = find.one(tx.conn()).await?;
    let head = head.ok_or_else(|| Error::internal("the organization has no audit head"))?;
    let (mut seq, mut hash) = (head.seq, head.hash);
    let mut rows = Vec::with_capacity(events.len());
    for mut event in events {
        seq += 1;
        event.break_glass_id = event.break_glass_id.or_else(|| opened.get(&event.client_id?).copied());
        let mut row = to_row(tx, seq, event)?;
        row.hash = tx.database().env.keys.audit_link(&hash, &canonical(&row)?);
        hash.clone_from(&row.hash);
        rows.push(row.into_active_model().reset_all());
    }
    let mut new_head = audit_head::Entity::update_many()
        .col_expr(audit_head::Column::Seq, Expr::value(seq))
        .col_expr(audit_head::Column::Hash, Expr::value(hash))
        .filter(audit_head::COLUMN.organization_id.eq(tx.organization_id()))
        .into_query();
    while rows.len() > ROWS_AT_ONCE {
        let later = rows.split_off(ROWS_AT_ONCE);
        audit_event::Entity::insert_many(rows).exec_without_returning(tx.conn()).await?;
        rows = later;
    }
    let mut last = audit_event::Entity::insert_many(rows).into_query();
    if tx.database().is_postgres() {
        // In one message: the whole organization waits for this row.
        last.with_cte(CommonTableExpression::new().table_name("head").query(new_head.take()).to_owned());
        tx.conn().execute(&last).await?;
    } else {
        tx.conn().execute(&last).await?;
        tx.conn().execute(&new_head).await?;
    }
    Ok(())
}

fn to_row(tx: &ScopedTx, seq: i64, event: AuditEvent) -> Result<audit_event::Model> {
    let scope = tx.scope();
    let purpose = event.purpose.unwrap_or(match (&scope.actor, event.client_id) {
        (Actor::Client { .. }, _) => Purpose::PatientRequest,
        (_, Some(_)) => Purpose::Treatment,
        (_, None) => Purpose::Operations,
    });
    Ok(audit_event::Model {
        organization_id: scope.organization_id,
        seq,
        at: tx.now(),
        actor_kind: scope.actor.kind().to_owned(),
        actor_id: scope.actor.id(),
        sign_in_id: scope.sign_in_id,
        action: event.action.to_owned(),
        object_type: event.object_type.to_owned(),
        object_id: event.object_id,
        client_id: event.client_id,
        purpose: purpose.as_str().to_owned(),
        outcome: event.outcome.as_str().to_owned(),
        request_id: scope.request_id.clone(),
        ip: scope.ip.clone(),
        detail: serde_jcs::to_string(&event.detail).map_err(Error::internal)?,
        hash: Vec::new(),
        actor_roles: roles(&scope.actor),
        break_glass_id: event.break_glass_id,
    })
}

fn roles(actor: &Actor) -> Option<String> {
    match actor {
        Actor::Staff { roles, .. } if !roles.is_empty() => {
            Some(roles.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(","))
        }
        _ => None,
    }
}

/// What the hash covers: every column but the hash, as canonical JSON (RFC 8785). The columns that came later are left
/// out where they are empty, so that rows from before them have the hash that they always had.
pub(super) fn canonical(row: &audit_event::Model) -> Result<Vec<u8>> {
    let mut members = json!({
        "organization_id": row.organization_id,
        "seq": row.seq,
        "at": row.at.0,
        "actor_kind": row.actor_kind,
        "actor_id": row.actor_id,
        "sign_in_id": row.sign_in_id,
        "action": row.action,
        "object_type": row.object_type,
        "object_id": row.object_id,
        "client_id": row.client_id,
        "purpose": row.purpose,
        "outcome": row.outcome,
        "request_id": row.request_id,
        "ip": row.ip,
        "detail": row.detail,
    });
    if let Some(roles) = &row.actor_roles {
        members["actor_roles"] = json!(roles);
    }
    if let Some(id) = row.break_glass_id {
        members["break_glass_id"] = json!(id);
    }
    serde_jcs::to_vec(&members).map_err(Error::internal)
}

/// The organization whose chain starts with this hash, as a check for the verifier.
pub(super) fn first_link(organization_id: Uuid) -> Vec<u8> {
    organization_id.as_bytes().to_vec()
}
