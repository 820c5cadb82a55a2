//! What was refused is in the log too, and cannot flood it: one row for each sign-in, operation and quarter of an hour,
//! and of failed sign-ins no more than the brake on guessing lets through.

use sea_orm::{EntityTrait, Set, TryInsertResult};
use serde_json::json;
use uuid::Uuid;

use super::entity::audit_read;
use super::event::AuditEvent;
use super::reads::WINDOW_MS;
use crate::db::Database;
use crate::error::Result;
use crate::scope::{Actor, Scope};

/// Logs that an operation was refused to somebody who is signed in. `operation` is a method and a route's template;
/// `target` the first id of the address, if it has one.
pub async fn note_refusal(
    database: &Database,
    scope: &Scope,
    operation: &str,
    target: Option<Uuid>,
    status: u16,
) -> Result<()> {
    let Some(sign_in_id) = scope.sign_in_id else { return Ok(()) };
    let window = database.env.clock.now().0.div_euclid(WINDOW_MS);
    let key = (sign_in_id, Uuid::nil(), format!("refused {operation}"), window);
    let tx = database.begin_read(scope).await?;
    let known = audit_read::Entity::find_by_id(key.clone()).one(tx.conn()).await?;
    tx.finish().await?;
    if known.is_some() {
        return Ok(());
    }
    let mut tx = database.begin_write(scope).await?;
    let mark = audit_read::ActiveModel {
        sign_in_id: Set(key.0),
        client_id: Set(key.1),
        data_class: Set(key.2),
        time_window: Set(key.3),
        organization_id: Set(scope.organization_id),
    };
    let inserted = audit_read::Entity::insert(mark).on_conflict_do_nothing().exec_without_returning(tx.conn()).await?;
    if !matches!(inserted, TryInsertResult::Inserted(1..)) {
        return tx.finish().await;
    }
    let target = target.map(|id| id.to_string()).unwrap_or_default();
    let event = AuditEvent::new("refuse", "request", target).denied();
    tx.record(event.detail(json!({ "operation": operation, "status": status })));
    tx.commit().await
}

/// Logs a wrong password for an account that exists. Beside the answer, not before it: an account that does not exist
/// must not be told by being quicker.
pub fn note_failed_sign_in(
    database: &Database,
    organization_id: Uuid,
    staff_id: Uuid,
    request_id: Option<String>,
    ip: Option<String>,
) {
    let mut scope = Scope::system(organization_id, "sign-in");
    scope.actor = Actor::System("sign-in");
    scope.request_id = request_id;
    scope.ip = ip;
    let database = database.clone();
    tokio::spawn(async move {
        let written = async {
            let mut tx = database.begin_write(&scope).await?;
            tx.record(AuditEvent::new("sign_in", "staff", staff_id).denied());
            tx.commit().await
        };
        if let Err(error) = written.await {
            tracing::warn!(%error, "a failed sign-in is missing in the audit log");
        }
    });
}
