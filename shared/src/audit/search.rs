//! Looking things up in the audit log. Each look is written into it.

use std::collections::HashMap;

use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Query;
use sea_orm::{ExprTrait, QueryOrder, QuerySelect};
use serde_json::{Value, json};
use uuid::Uuid;

use super::entity::audit_event;
use super::event::{AuditEvent, Purpose};
use crate::agenda::zone::start_of_day;
use crate::clock::Timestamp;
use crate::db::{Database, Page, PageRequest, ScopedTx};
use crate::error::{Error, Result};
use crate::identity::names_of;
use crate::scope::{Role, Scope};

/// What is looked for; everything that is set must hold.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    /// Local dates of the organization, `to` exclusive.
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
    pub actor_id: Option<Uuid>,
    pub client_id: Option<Uuid>,
    pub action: Option<String>,
    pub object_type: Option<String>,
    pub outcome: Option<String>,
}

/// One row of the log, with the name that its actor has now.
#[derive(Clone, Debug)]
pub struct AuditView {
    pub row: audit_event::Model,
    pub actor_name: Option<String>,
    pub detail: Value,
}

/// Rows of the log, newest first; pages go on by number, so nothing that happens meanwhile moves them. For admins. Who
/// looked, and for what, is in the log before anything is shown.
///
/// # Errors
/// `Forbidden("role")` for anybody else.
pub async fn search(
    database: &Database,
    scope: &Scope,
    filter: &AuditFilter,
    page: &PageRequest,
) -> Result<Page<AuditView>> {
    if !scope.has_role(Role::Admin) {
        return Err(Error::Forbidden("role"));
    }
    // Looking takes longer than writing down that somebody looked: nobody who writes waits for it.
    let tx = database.begin_read(scope).await?;
    let rows = match condition(&tx, filter).await? {
        Some(query) => newest_first(query, page).all(tx.conn()).await?,
        None => Vec::new(),
    };
    let page = Page::cut(rows, page, "audit-events", |row| row.seq.to_string());
    let names = names(&tx, &page.items).await?;
    tx.finish().await?;
    let mut tx = database.begin_write(scope).await?;
    note(&mut tx, filter, page.items.len());
    tx.commit().await?;
    Ok(page.map(|row| AuditView {
        actor_name: row.actor_id.and_then(|id| names.get(&id).cloned()),
        detail: serde_json::from_str(&row.detail).unwrap_or(Value::Null),
        row,
    }))
}

/// The names of staff among the actors. Clients stay numbers: the log is no way to learn who they are.
pub(super) async fn names(tx: &ScopedTx, rows: &[audit_event::Model]) -> Result<HashMap<Uuid, String>> {
    let staff = rows.iter().filter(|row| row.actor_kind == "staff").filter_map(|row| row.actor_id);
    let mut ids: Vec<Uuid> = staff.collect();
    ids.sort_unstable();
    ids.dedup();
    names_of(tx, &ids).await
}

pub(super) fn newest_first(mut query: Select<audit_event::Entity>, page: &PageRequest) -> Select<audit_event::Entity> {
    if let Some(after) = page.after.as_deref().and_then(|text| text.parse::<i64>().ok()) {
        query = query.filter(audit_event::COLUMN.seq.lt(after));
    }
    query.order_by_desc(audit_event::COLUMN.seq).limit(page.limit + 1)
}

/// The query of a filter, or nothing when no row can fit.
async fn condition(tx: &ScopedTx, filter: &AuditFilter) -> Result<Option<Select<audit_event::Entity>>> {
    let mut query = audit_event::Entity::find().filter(audit_event::COLUMN.organization_id.eq(tx.organization_id()));
    if filter.from.is_some() || filter.to.is_some() {
        let Some((first, last)) = numbers_between(tx, filter).await? else { return Ok(None) };
        query = query.filter(audit_event::COLUMN.seq.between(first, last));
    }
    let (from, to) = bounds(tx, filter);
    if let Some(from) = from {
        query = query.filter(audit_event::COLUMN.at.gte(from));
    }
    if let Some(to) = to {
        query = query.filter(audit_event::COLUMN.at.lt(to));
    }
    if let Some(id) = filter.actor_id {
        query = query.filter(audit_event::COLUMN.actor_id.eq(id));
    }
    if let Some(id) = filter.client_id {
        query = query.filter(audit_event::COLUMN.client_id.eq(id));
    }
    if let Some(action) = &filter.action {
        query = query.filter(audit_event::COLUMN.action.eq(action.as_str()));
    }
    if let Some(object_type) = &filter.object_type {
        query = query.filter(audit_event::COLUMN.object_type.eq(object_type.as_str()));
    }
    if let Some(outcome) = &filter.outcome {
        query = query.filter(audit_event::COLUMN.outcome.eq(outcome.as_str()));
        if outcome != "success" {
            // In these words the planners know that the small index of what was refused serves.
            query = query.filter(Expr::cust("outcome <> 'success'"));
        }
    }
    Ok(Some(query))
}

fn bounds(tx: &ScopedTx, filter: &AuditFilter) -> (Option<Timestamp>, Option<Timestamp>) {
    let instant = |date: NaiveDate| Timestamp::from(start_of_day(date, tx.scope().zone));
    (filter.from.map(instant), filter.to.map(instant))
}

/// The first and the last number of the days in question. Numbers follow commits and moments the beginnings of work, so
/// they need not rise together; but from the one index of both these two are found without touching a row, and the list
/// can then go by number.
async fn numbers_between(tx: &ScopedTx, filter: &AuditFilter) -> Result<Option<(i64, i64)>> {
    let (from, to) = bounds(tx, filter);
    let mut query = Query::select();
    query
        .expr_as(Expr::col("seq").min(), "first_seq")
        .expr_as(Expr::col("seq").max(), "last_seq")
        .from("audit_events")
        .and_where(Expr::col("organization_id").eq(tx.organization_id()));
    if let Some(from) = from {
        query.and_where(Expr::col("at").gte(from.0));
    }
    if let Some(to) = to {
        query.and_where(Expr::col("at").lt(to.0));
    }
    let Some(row) = tx.conn().query_one(&query).await? else { return Ok(None) };
    let first: Option<i64> = row.try_get("", "first_seq")?;
    let last: Option<i64> = row.try_get("", "last_seq")?;
    Ok(first.zip(last))
}

/// Writes down who looked for what. Who looks for one client's rows is seen by that client.
fn note(tx: &mut ScopedTx, filter: &AuditFilter, found: usize) {
    let mut event = AuditEvent::new("search", "audit_event", tx.organization_id()).purpose(Purpose::Operations);
    if let Some(client_id) = filter.client_id {
        event = event.client(client_id);
    }
    let detail = json!({
        "from": filter.from,
        "to": filter.to,
        "actor_id": filter.actor_id,
        "action": filter.action,
        "object_type": filter.object_type,
        "outcome": filter.outcome,
        "found": found,
    });
    tx.record(event.detail(detail));
}
