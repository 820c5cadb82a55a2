//! A summary follows the log: what a commit wrote down tells which parts of whose row may have changed.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::refresh::{Parts, refresh};
use crate::audit::AuditEvent;
use crate::clock::Timestamp;
use crate::db::ScopedTx;
use crate::error::Result;

fn parts_of(event: &AuditEvent) -> Parts {
    let none = Parts::default();
    match (event.object_type(), event.action()) {
        (_, "read") => none,
        ("client", "create") => Parts { row: true, ..none },
        // A new zone moves what is at a wall-clock time, and what was; so does a move.
        ("client" | "agenda_item", _) => Parts { agenda: true, contact: true, ..none },
        ("check_in", _) => Parts { check_ins: true, ..none },
        ("goal" | "goal_proposal", _) => Parts { goals: true, ..none },
        ("attention_reason", _) => Parts { attention: true, ..none },
        ("help_request", _) => Parts { help: true, ..none },
        ("occurrence", "record_attendance") => Parts { contact: true, ..none },
        ("occurrence", _) => Parts { agenda: true, ..none },
        _ => none,
    }
}

/// Brings the rows of everybody up to date whom these events tell of. The last thing before the commit's own numbers,
/// clients in one order: two commits that meet wait for each other, never in a circle.
pub(crate) async fn follow(tx: &ScopedTx, events: &[AuditEvent]) -> Result<()> {
    let mut changed: BTreeMap<Uuid, Parts> = BTreeMap::new();
    for event in events {
        let parts = parts_of(event);
        if let Some(client_id) = event.client_id().filter(|_| parts.any()) {
            changed.entry(client_id).or_default().add(parts);
        }
    }
    let Some(parts) = changed.values().copied().reduce(Parts::and) else { return Ok(()) };
    let ids: Vec<Uuid> = changed.into_keys().collect();
    refresh(tx.conn(), tx.organization_id(), &ids, parts, tx.now()).await
}

/// Reminders are sent by the worker, which writes no log of it: it says itself whom it reminded.
pub(crate) async fn follow_reminders(
    conn: &impl ConnectionTrait,
    organization_id: Uuid,
    client_ids: BTreeSet<Uuid>,
    now: Timestamp,
) -> Result<()> {
    let ids: Vec<Uuid> = client_ids.into_iter().collect();
    refresh(conn, organization_id, &ids, Parts { confirmations: true, ..Parts::default() }, now).await
}
