use sea_orm::entity::prelude::*;
use sea_orm::{ActiveModelTrait, QueryOrder, Set};
use serde_json::json;
use uuid::Uuid;

use super::entity::saved_view;
use crate::audit::AuditEvent;
use crate::clock::Timestamp;
use crate::db::ScopedTx;
use crate::error::{Error, FieldErrors, Result};
use crate::text::check_line;

/// A filter that somebody keeps under a name; only they see it.
#[derive(Clone, Debug)]
pub struct SavedView {
    pub id: Uuid,
    pub name: String,
    /// JSON, as it was given.
    pub filter: String,
    pub created_at: Timestamp,
}

/// So many each.
const MOST: usize = 50;

fn own_id(tx: &ScopedTx) -> Result<Uuid> {
    tx.scope().staff_id().ok_or(Error::Forbidden("staff_only"))
}

async fn rows(tx: &ScopedTx) -> Result<Vec<saved_view::Model>> {
    Ok(saved_view::Entity::find()
        .filter(saved_view::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(saved_view::COLUMN.staff_id.eq(own_id(tx)?))
        .order_by_asc(saved_view::COLUMN.id)
        .all(tx.conn())
        .await?)
}

/// Keeps a filter of codes and ids under a name.
pub async fn save_view(tx: &mut ScopedTx, name: &str, filter: String) -> Result<SavedView> {
    let staff_id = own_id(tx)?;
    let name = name.trim().to_owned();
    let mut errors = FieldErrors::default();
    check_line(&mut errors, "name", &name, 1, 80);
    errors.into_result()?;
    if rows(tx).await?.len() >= MOST {
        return Err(Error::Conflict("too_many", format!("at most {MOST} saved views: remove one first")));
    }
    let id = tx.new_id();
    let (_, key) = tx.organization_key().await?;
    let row = saved_view::ActiveModel {
        id: Set(id),
        organization_id: Set(tx.organization_id()),
        staff_id: Set(staff_id),
        name: Set(tx.seal(&key, &tx.place("saved_views", "name", id), &name)),
        filter: Set(filter),
        created_at: Set(tx.now()),
    };
    let row = row.insert(tx.conn()).await?;
    tx.record(AuditEvent::new("create", "saved_view", id).detail(json!({})));
    Ok(SavedView { id, name, filter: row.filter, created_at: row.created_at })
}

/// One's own saved views, oldest first.
pub async fn list_views(tx: &ScopedTx) -> Result<Vec<SavedView>> {
    let rows = rows(tx).await?;
    let (_, key) = tx.organization_key().await?;
    let open = |row: saved_view::Model| {
        let name = key.open(&tx.place("saved_views", "name", row.id), &row.name)?;
        Ok(SavedView { id: row.id, name, filter: row.filter, created_at: row.created_at })
    };
    rows.into_iter().map(open).collect()
}

/// Removes one of one's own.
pub async fn remove_view(tx: &mut ScopedTx, id: Uuid) -> Result<()> {
    let row = rows(tx).await?.into_iter().find(|row| row.id == id).ok_or(Error::NotFound)?;
    saved_view::ActiveModel { id: Set(row.id), ..Default::default() }.delete(tx.conn()).await?;
    tx.record(AuditEvent::new("delete", "saved_view", id));
    Ok(())
}
