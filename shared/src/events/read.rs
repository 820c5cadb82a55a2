use chrono::Duration;
use sea_orm::entity::prelude::*;
use sea_orm::{FromQueryResult, QueryOrder, QuerySelect};
use serde::Serialize;
use uuid::Uuid;

use crate::audit::entity::{audit_event, audit_head};
use crate::clock::Timestamp;
use crate::db::ScopedTx;
use crate::error::{Error, Result};

/// A row of the audit log, as far as streams tell it: what happened to which thing, never its contents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    pub seq: i64,
    pub at: Timestamp,
    pub action: String,
    pub object_type: String,
    pub object_id: String,
    pub client_id: Option<Uuid>,
    pub denied: bool,
}

#[derive(Serialize)]
struct Data<'a> {
    seq: i64,
    #[serde(rename = "type")]
    kind: String,
    object_id: &'a str,
    client_id: Option<Uuid>,
    at: Timestamp,
}

impl Event {
    /// `{"seq", "type": "<object_type>.<action>", "object_id", "client_id", "at"}`
    pub fn to_json(&self) -> Result<String> {
        let data = Data {
            seq: self.seq,
            kind: format!("{}.{}", self.object_type, self.action),
            object_id: &self.object_id,
            client_id: self.client_id,
            at: self.at,
        };
        serde_json::to_string(&data).map_err(Error::internal)
    }
}

#[derive(FromQueryResult)]
struct Row {
    seq: i64,
    at: i64,
    action: String,
    object_type: String,
    object_id: String,
    client_id: Option<Uuid>,
    outcome: String,
}

/// The organization's events after a number, in their order, without gaps.
pub async fn after(tx: &ScopedTx, seq: i64, limit: u64) -> Result<Vec<Event>> {
    use audit_event::Column;
    let rows = audit_event::Entity::find()
        .select_only()
        .columns([
            Column::Seq,
            Column::At,
            Column::Action,
            Column::ObjectType,
            Column::ObjectId,
            Column::ClientId,
            Column::Outcome,
        ])
        .filter(audit_event::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(audit_event::COLUMN.seq.gt(seq))
        .order_by_asc(audit_event::COLUMN.seq)
        .limit(limit)
        .into_model::<Row>()
        .all(tx.conn())
        .await?;
    Ok(rows.into_iter().map(Event::from).collect())
}

impl From<Row> for Event {
    fn from(row: Row) -> Self {
        Self {
            seq: row.seq,
            at: Timestamp(row.at),
            action: row.action,
            object_type: row.object_type,
            object_id: row.object_id,
            client_id: row.client_id,
            denied: row.outcome != "success",
        }
    }
}

/// The number of the organization's newest event.
pub async fn head(tx: &ScopedTx) -> Result<i64> {
    let head = audit_head::Entity::find_by_id(tx.organization_id()).one(tx.conn()).await?;
    Ok(head.map_or(0, |head| head.seq))
}

/// Where a stream begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// With the events after this number.
    After(i64),
    /// What came in between cannot be told any more: look at everything anew, then go on after this number.
    Reset(i64),
}

const KEPT: Duration = Duration::hours(24);

/// Reads `Last-Event-ID`. A number that is not ours, or older than a day, begins anew.
pub async fn start(tx: &ScopedTx, last: Option<&str>) -> Result<Start> {
    let head = head(tx).await?;
    let Some(last) = last else { return Ok(Start::After(head)) };
    let Some(last) = last.trim().parse::<i64>().ok().filter(|seq| (1..=head).contains(seq)) else {
        return Ok(Start::Reset(head));
    };
    if last == head {
        return Ok(Start::After(head));
    }
    let row = audit_event::Entity::find()
        .filter(audit_event::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(audit_event::COLUMN.seq.eq(last))
        .one(tx.conn())
        .await?;
    match row {
        Some(row) if row.at >= tx.now().minus(KEPT) => Ok(Start::After(last)),
        _ => Ok(Start::Reset(head)),
    }
}
