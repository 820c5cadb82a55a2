use sea_orm::Set;
use serde_json::json;
use uuid::Uuid;

use super::EditScope;
use super::edit::{bump, end_schedule, mark_cancelled, one, owner, save_one};
use super::item::load_for;
use super::local::format_local;
use crate::audit::AuditEvent;
use crate::db::ScopedTx;
use crate::error::{Error, Result};
use crate::goals;
use crate::policy::Act;
use crate::reminders;

/// Cancels one occurrence, this and the following, or everything that has not begun. No reminder of what is cancelled
/// is sent any more; clients who were reminded already are told.
pub async fn cancel(tx: &mut ScopedTx, item_id: Uuid, scope: EditScope, if_version: Option<i64>) -> Result<()> {
    let item = load_for(tx, item_id, Act::WriteAgenda).await?;
    if if_version.is_some_and(|version| version != item.row.version) {
        return Err(Error::PreconditionFailed);
    }
    if item.row.cancelled_at.is_some() {
        // Asked again: nothing changes, but that it was asked is written down like every write.
        tx.record(AuditEvent::new("cancel", "agenda_item", item_id).detail(json!({ "again": true })));
        return Ok(());
    }
    let (word, at) = match scope {
        EditScope::This(original) if item.is_recurring() => {
            owner(tx, &item, original)?;
            let mut row = one(tx, &item, original);
            row.cancelled_at = Set(Some(tx.now()));
            save_one(tx, &item, original, row).await?;
            bump(tx, &item).await?;
            ("this", Some(original))
        }
        EditScope::Following(original) if item.is_recurring() => {
            owner(tx, &item, original)?;
            let first =
                item.schedules.iter().filter_map(|schedule| schedule.next(tx.scope().zone, schedule.start)).min();
            if first.is_none_or(|first| first >= original) {
                mark_cancelled(tx, &item).await?;
            } else {
                for (schedule, row) in item.schedules.iter().zip(&item.schedule_rows) {
                    end_schedule(tx, &item, schedule, row, Some(original)).await?;
                }
                bump(tx, &item).await?;
            }
            ("following", Some(original))
        }
        EditScope::This(original) | EditScope::Following(original) => {
            owner(tx, &item, original).map_err(|_| Error::NotFound)?;
            mark_cancelled(tx, &item).await?;
            ("all", None)
        }
        EditScope::All => {
            mark_cancelled(tx, &item).await?;
            ("all", None)
        }
    };
    if let Some(step_id) = item.row.step_id.filter(|_| word == "all") {
        goals::unlink_item(tx, step_id, item_id).await?;
    }
    for client_id in &item.client_ids {
        let event = AuditEvent::new("cancel", "agenda_item", item_id).client(*client_id);
        tx.record(event.detail(json!({ "scope": word, "original_local": at.map(format_local) })));
    }
    reminders::reconcile_now(tx, &[item_id]).await
}
