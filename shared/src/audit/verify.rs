use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect};
use uuid::Uuid;

use super::append::{canonical, first_link};
use super::entity::{audit_event, audit_head};
use crate::db::ScopedTx;
use crate::error::Result;

/// What a check of one organization's chain found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every row is as it was written; so many rows.
    Whole { rows: i64 },
    /// The row of this number was changed, or does not follow the row before it.
    Altered { seq: i64 },
    /// The row of this number is missing.
    Missing { seq: i64 },
}

const CHUNK: u64 = 5_000;

/// Walks the chain from its start and names the first row that is not as it was written.
pub async fn verify(tx: &ScopedTx, organization_id: Uuid) -> Result<Verdict> {
    let keys = &tx.database().env.keys;
    let (mut seq, mut hash) = (0, first_link(organization_id));
    loop {
        let rows = audit_event::Entity::find()
            .filter(audit_event::COLUMN.organization_id.eq(organization_id))
            .filter(audit_event::COLUMN.seq.gt(seq))
            .order_by_asc(audit_event::COLUMN.seq)
            .limit(CHUNK)
            .all(tx.conn())
            .await?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            if row.seq != seq + 1 {
                return Ok(Verdict::Missing { seq: seq + 1 });
            }
            if keys.audit_link(&hash, &canonical(&row)?) != row.hash {
                return Ok(Verdict::Altered { seq: row.seq });
            }
            (seq, hash) = (row.seq, row.hash);
        }
    }
    let head = audit_head::Entity::find_by_id(organization_id).one(tx.conn()).await?;
    match head {
        Some(head) if head.seq == seq && head.hash == hash => Ok(Verdict::Whole { rows: seq }),
        Some(head) if head.seq == seq => Ok(Verdict::Altered { seq }),
        _ => Ok(Verdict::Missing { seq: seq + 1 }),
    }
}
