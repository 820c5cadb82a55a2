use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{EmergencyPurpose, entity};
use crate::alerts;
use crate::audit::AuditEvent;
use crate::clients;
use crate::clients::entity::client;
use crate::clock::Timestamp;
use crate::db::{Page, PageRequest, ScopedTx};
use crate::error::{Error, Result};
use crate::identity::names_of;
use crate::policy::Act;

/// What a reviewer finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Justified,
    NotJustified,
}

impl Outcome {
    fn as_str(self) -> &'static str {
        match self {
            Self::Justified => "justified",
            Self::NotJustified => "not_justified",
        }
    }
}

/// Which ones are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReviewState {
    #[default]
    Unreviewed,
    Reviewed,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    pub by: (Uuid, String),
    pub at: Timestamp,
    pub outcome: Outcome,
    pub note: Option<String>,
}

/// An emergency access as its reviewers see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BreakGlassView {
    pub id: Uuid,
    pub client_id: Uuid,
    pub staff: (Uuid, String),
    pub purpose: EmergencyPurpose,
    pub reason: String,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    pub review: Option<Review>,
}

/// The emergency accesses that the actor may review, newest first: admins see all of the organization, supervisors those
/// to the records that they supervise.
pub async fn list(tx: &ScopedTx, state: ReviewState, page: &PageRequest) -> Result<Page<BreakGlassView>> {
    let mut query = entity::Entity::find()
        .filter(entity::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(clients::within_reach(tx, Act::ReviewBreakGlass, "break_glass")?)
        .order_by_desc(entity::COLUMN.id)
        .limit(page.limit + 1);
    query = match state {
        ReviewState::Unreviewed => query.filter(entity::COLUMN.reviewed_at.is_null()),
        ReviewState::Reviewed => query.filter(entity::COLUMN.reviewed_at.is_not_null()),
    };
    if let Some(after) = page.after.as_deref().and_then(|text| text.parse::<Uuid>().ok()) {
        query = query.filter(entity::COLUMN.id.lt(after));
    }
    let rows = query.all(tx.conn()).await?;
    let views = views(tx, rows).await?;
    Ok(Page::cut(views, page, "break-glass", |view| view.id.to_string()))
}

/// Writes down what a reviewer found. Nobody reviews their own.
///
/// # Errors
/// `Forbidden("own_break_glass")`; `Conflict("already_reviewed")`; `NotFound` outside the reviewer's reach.
pub async fn review(tx: &mut ScopedTx, id: Uuid, outcome: Outcome, note: Option<&str>) -> Result<BreakGlassView> {
    let row = entity::Entity::find_by_id(id)
        .filter(entity::COLUMN.organization_id.eq(tx.organization_id()))
        .one(tx.conn())
        .await?
        .ok_or(Error::NotFound)?;
    let client = clients::authorize(tx, row.client_id, Act::ReviewBreakGlass).await?;
    let reviewer = tx.scope().staff_id().ok_or(Error::Forbidden("staff_only"))?;
    if row.staff_id == reviewer {
        return Err(Error::Forbidden("own_break_glass"));
    }
    let note = note.map(str::trim).filter(|text| !text.is_empty());
    if note.is_some_and(|text| text.chars().count() > 2000) {
        return Err(Error::invalid("note", "length", "at most 2,000 characters"));
    }
    let key = tx.data_key(client.data_key_id).await?;
    let sealed = note.map(|text| tx.seal(&key, &tx.place("break_glass", "note", id), text));
    let changed = entity::Entity::update_many()
        .col_expr(entity::Column::ReviewedAt, Expr::value(tx.now().0))
        .col_expr(entity::Column::ReviewedBy, Expr::value(reviewer))
        .col_expr(entity::Column::Outcome, Expr::value(outcome.as_str()))
        .col_expr(entity::Column::Note, Expr::value(sealed.map(|sealed| sealed.0)))
        .filter(entity::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(entity::COLUMN.id.eq(id))
        .filter(entity::COLUMN.reviewed_at.is_null())
        .exec(tx.conn())
        .await?;
    if changed.rows_affected == 0 {
        return Err(Error::Conflict("already_reviewed", "somebody has reviewed this already".to_owned()));
    }
    alerts::settle(tx, id).await?;
    let detail = json!({ "outcome": outcome.as_str() });
    tx.record(AuditEvent::new("review", "break_glass", id).client(row.client_id).detail(detail));
    let row = entity::Entity::find_by_id(id)
        .filter(entity::COLUMN.organization_id.eq(tx.organization_id()))
        .one(tx.conn())
        .await?
        .ok_or(Error::NotFound)?;
    Ok(views(tx, vec![row]).await?.remove(0))
}

async fn views(tx: &ScopedTx, rows: Vec<entity::Model>) -> Result<Vec<BreakGlassView>> {
    let people: Vec<Uuid> = rows.iter().flat_map(|row| [Some(row.staff_id), row.reviewed_by]).flatten().collect();
    let names = names_of(tx, &people).await?;
    let named = |id: Uuid| (id, names.get(&id).cloned().unwrap_or_default());
    let keys = client::Entity::find()
        .filter(client::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(client::COLUMN.id.is_in(rows.iter().map(|row| row.client_id)))
        .all(tx.conn())
        .await?;
    tx.warm_data_keys(keys.iter().map(|row| row.data_key_id)).await?;
    let mut views = Vec::with_capacity(rows.len());
    for row in rows {
        let client = keys.iter().find(|client| client.id == row.client_id).ok_or(Error::NotFound)?;
        let key = tx.data_key(client.data_key_id).await?;
        let open = |column, sealed| key.open(&tx.place("break_glass", column, row.id), sealed);
        let review = match (row.reviewed_by, row.reviewed_at, row.outcome.as_deref()) {
            (Some(by), Some(at), Some(outcome)) => Some(Review {
                by: named(by),
                at,
                outcome: if outcome == Outcome::Justified.as_str() {
                    Outcome::Justified
                } else {
                    Outcome::NotJustified
                },
                note: row.note.as_ref().map(|sealed| open("note", sealed)).transpose()?,
            }),
            _ => None,
        };
        views.push(BreakGlassView {
            id: row.id,
            client_id: row.client_id,
            staff: named(row.staff_id),
            purpose: EmergencyPurpose::parse(&row.purpose)
                .ok_or_else(|| Error::internal("an unknown purpose of emergency access"))?,
            reason: open("reason", &row.reason)?,
            created_at: row.created_at,
            expires_at: row.expires_at,
            review,
        });
    }
    Ok(views)
}
