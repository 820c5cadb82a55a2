//! Reading a client's record is audited too: once for each sign-in, client, data class and quarter of an hour.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use sea_orm::{EntityTrait, Set, TryInsertResult};
use uuid::Uuid;

use super::entity::audit_read;
use super::event::{AuditEvent, DataClass};
use crate::break_glass;
use crate::db::Database;
use crate::error::Result;
use crate::scope::{Actor, Scope};

pub(super) const WINDOW_MS: i64 = 15 * 60 * 1000;
const REMEMBERED: usize = 100_000;

type Mark = (Uuid, Uuid, DataClass, i64);

/// What this process knows to be in the log already; the table decides between processes.
#[derive(Default)]
pub struct ReadMarks(Mutex<HashSet<Mark>>);

impl ReadMarks {
    fn knows(&self, mark: &Mark) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(mark)
    }

    fn remember(&self, mark: Mark) {
        let mut marks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if marks.len() >= REMEMBERED {
            marks.clear();
        }
        marks.insert(mark);
    }
}

/// Writes the audit rows of a read by staff, before anything is shown: a read that cannot be logged is refused.
/// Clients reading their own record are not logged. What is read in an emergency is logged each time.
pub async fn note_read(database: &Database, scope: &Scope, class: DataClass, clients: &[Uuid]) -> Result<()> {
    let (Actor::Staff { .. }, Some(sign_in_id)) = (&scope.actor, scope.sign_in_id) else { return Ok(()) };
    let now = database.env.clock.now();
    let window = now.0.div_euclid(WINDOW_MS);
    let emergency = scope.break_glass_until.is_some_and(|until| until > now);
    let fresh: Vec<Uuid> = clients
        .iter()
        .copied()
        .filter(|client| emergency || !database.read_marks.knows(&(sign_in_id, *client, class, window)))
        .collect();
    if fresh.is_empty() {
        return Ok(());
    }
    let mut tx = database.begin_write(scope).await?;
    let opened = break_glass::opened(&tx).await?;
    let mut written = false;
    for client_id in &fresh {
        let mark = audit_read::ActiveModel {
            sign_in_id: Set(sign_in_id),
            client_id: Set(*client_id),
            data_class: Set(class.as_str().to_owned()),
            time_window: Set(window),
            organization_id: Set(scope.organization_id),
        };
        let inserted =
            audit_read::Entity::insert(mark).on_conflict_do_nothing().exec_without_returning(tx.conn()).await?;
        if matches!(inserted, TryInsertResult::Inserted(1..)) || opened.contains_key(client_id) {
            tx.record(AuditEvent::new("read", class.as_str(), client_id).client(*client_id));
            written = true;
        }
    }
    if written {
        tx.commit().await?;
    } else {
        tx.finish().await?;
    }
    for client_id in fresh {
        database.read_marks.remember((sign_in_id, client_id, class, window));
    }
    Ok(())
}
