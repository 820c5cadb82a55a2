use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect};
use uuid::Uuid;

use super::append::{canonical, first_link};
use super::entity::{audit_event, audit_head};
use crate::db::Database;
use crate::error::Result;
use crate::scope::Scope;

/// What is wrong with a row of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// The row of this number was changed, or does not follow the row before it.
    Altered { seq: i64 },
    /// The rows from the first to the last of these numbers are missing.
    Missing { first: i64, last: i64 },
    /// The row before this one is missing, and so what would prove it.
    Unproven { seq: i64 },
    /// The log does not end where its head says: rows came after this number that were not written by the program, or
    /// the head itself was changed.
    Head { seq: i64 },
}

/// What a check of one organization's chain found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    pub rows: i64,
    /// In the order of the log; the first [`MOST_FINDINGS`].
    pub findings: Vec<Finding>,
    pub more_findings: bool,
}

impl Verdict {
    pub fn is_whole(&self) -> bool {
        self.findings.is_empty()
    }

    fn add(&mut self, finding: Finding) {
        if self.findings.len() < MOST_FINDINGS {
            self.findings.push(finding);
        } else {
            self.more_findings = true;
        }
    }
}

/// Enough to see what happened; a log that was rewritten from a row on has as many as rows.
pub const MOST_FINDINGS: usize = 1_000;
const CHUNK: u64 = 2_000;

/// Walks an organization's chain from its start and names every row that is not as it was written. Memory does not grow
/// with the log, and nobody who writes has to wait.
pub async fn verify(database: &Database, organization_id: Uuid) -> Result<Verdict> {
    let scope = Scope::system(organization_id, "audit");
    let mut verdict = Verdict::default();
    let mut walk = Walk { seq: 0, hash: Some(first_link(organization_id)) };
    loop {
        let tx = database.begin_read(&scope).await?;
        let rows = audit_event::Entity::find()
            .filter(audit_event::COLUMN.organization_id.eq(organization_id))
            .filter(audit_event::COLUMN.seq.gt(walk.seq))
            .order_by_asc(audit_event::COLUMN.seq)
            .limit(CHUNK)
            .all(tx.conn())
            .await?;
        if rows.is_empty() {
            // The head is read in the transaction that saw the end.
            let head = audit_head::Entity::find_by_id(organization_id).one(tx.conn()).await?;
            tx.finish().await?;
            walk.end(head, &mut verdict);
            return Ok(verdict);
        }
        tx.finish().await?;
        for row in rows {
            verdict.rows += 1;
            walk.step(database, row, &mut verdict)?;
        }
    }
}

/// How far the check has come.
struct Walk {
    seq: i64,
    /// The hash that the next row must follow; nothing when the row before it is missing.
    hash: Option<Vec<u8>>,
}

impl Walk {
    fn step(&mut self, database: &Database, row: audit_event::Model, verdict: &mut Verdict) -> Result<()> {
        if row.seq != self.seq + 1 {
            verdict.add(Finding::Missing { first: self.seq + 1, last: row.seq - 1 });
            self.hash = None;
        }
        match &self.hash {
            None => verdict.add(Finding::Unproven { seq: row.seq }),
            Some(hash) => {
                if database.env.keys.audit_link(hash, &canonical(&row)?) != row.hash {
                    verdict.add(Finding::Altered { seq: row.seq });
                }
            }
        }
        // The rows after a changed one are judged by what it says, so that each is named for itself.
        (self.seq, self.hash) = (row.seq, Some(row.hash));
        Ok(())
    }

    fn end(&self, head: Option<audit_head::Model>, verdict: &mut Verdict) {
        match head {
            Some(head) if head.seq > self.seq => {
                verdict.add(Finding::Missing { first: self.seq + 1, last: head.seq });
            }
            Some(head) if head.seq == self.seq && Some(&head.hash) == self.hash.as_ref() => {}
            Some(head) => verdict.add(Finding::Head { seq: head.seq }),
            None => verdict.add(Finding::Head { seq: 0 }),
        }
    }
}
