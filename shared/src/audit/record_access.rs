//! Who looked at a client's record, as the client may see it.

use sea_orm::entity::prelude::*;
use uuid::Uuid;

use super::entity::audit_event;
use super::search::{names, newest_first};
use crate::clients;
use crate::clock::Timestamp;
use crate::db::{Page, PageRequest, ScopedTx};
use crate::error::Result;
use crate::policy::Act;
use crate::scope::Role;

/// One look at the record, or one change of it, by staff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordAccess {
    pub at: Timestamp,
    pub by_name: String,
    /// The roles that the person had then.
    pub by_roles: Vec<Role>,
    pub action: String,
    /// What part of the record.
    pub data_class: String,
    pub purpose: String,
    pub break_glass: bool,
    seq: i64,
}

/// What staff did with the record of a client, newest first: for the client, for supervisors and for admins.
pub async fn record_access(tx: &ScopedTx, client_id: Uuid, page: &PageRequest) -> Result<Page<RecordAccess>> {
    clients::authorize(tx, client_id, Act::ReadRecordAccess).await?;
    let query = audit_event::Entity::find()
        .filter(audit_event::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(audit_event::COLUMN.client_id.eq(client_id))
        .filter(audit_event::COLUMN.actor_kind.eq("staff"))
        .filter(audit_event::COLUMN.outcome.eq("success"));
    let rows = newest_first(query, page).all(tx.conn()).await?;
    let names = names(tx, &rows).await?;
    let views = rows
        .into_iter()
        .map(|row| RecordAccess {
            at: row.at,
            by_name: row.actor_id.and_then(|id| names.get(&id).cloned()).unwrap_or_default(),
            by_roles: row.actor_roles.iter().flat_map(|text| text.split(',')).filter_map(Role::parse).collect(),
            action: row.action,
            data_class: row.object_type,
            purpose: row.purpose,
            break_glass: row.break_glass_id.is_some(),
            seq: row.seq,
        })
        .collect();
    Ok(Page::cut(views, page, "record-access", |view| view.seq.to_string()))
}
