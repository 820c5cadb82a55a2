use std::collections::VecDeque;
use std::sync::{Arc, PoisonError, RwLock};

use cairn_shared::db::Database;
use cairn_shared::events::{self, Event};
use cairn_shared::scope::Scope;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// So many of the newest events stay in memory; who is further behind reads them from the database.
const KEPT: usize = 2_048;
/// Events of one read or one step of a stream.
pub const PAGE: u64 = 500;

/// The log of one organization, read on for everybody of this process who follows it.
pub struct Feed {
    pub organization_id: Uuid,
    /// The newest events without gaps, up to the number in `head`.
    recent: RwLock<VecDeque<Arc<Event>>>,
    head: watch::Sender<i64>,
    /// When nobody follows any more.
    pub closed: CancellationToken,
}

impl Feed {
    pub fn new(organization_id: Uuid) -> Self {
        Self {
            organization_id,
            recent: RwLock::default(),
            head: watch::Sender::new(-1),
            closed: CancellationToken::new(),
        }
    }

    /// Tells when there is more.
    pub fn watch(&self) -> watch::Receiver<i64> {
        self.head.subscribe()
    }

    fn scope(&self) -> Scope {
        Scope::system(self.organization_id, "events")
    }

    /// Reads on to the end. Returns whether somebody's sign-in may have ended.
    pub async fn read_on(&self, database: &Database) -> cairn_shared::Result<bool> {
        let mut ended = false;
        loop {
            let tx = database.begin_read(&self.scope()).await?;
            let known = *self.head.borrow();
            if known < 0 {
                let head = events::head(&tx).await?;
                tx.finish().await?;
                self.head.send_replace(head);
                return Ok(false);
            }
            let fresh = events::after(&tx, known, PAGE).await?;
            tx.finish().await?;
            let Some(head) = fresh.last().map(|event| event.seq) else { return Ok(ended) };
            let whole = (fresh.len() as u64) < PAGE;
            {
                let mut recent = self.recent.write().unwrap_or_else(PoisonError::into_inner);
                for event in fresh {
                    ended |= matches!(event.object_type.as_str(), "sign_in" | "device" | "staff");
                    recent.push_back(Arc::new(event));
                }
                let surplus = recent.len().saturating_sub(KEPT);
                recent.drain(..surplus);
            }
            self.head.send_replace(head);
            if whole {
                return Ok(ended);
            }
        }
    }

    /// A page of the events after a number, from memory when they are still there.
    pub async fn after(&self, database: &Database, seq: i64) -> cairn_shared::Result<Vec<Arc<Event>>> {
        let head = *self.head.borrow();
        if seq >= head {
            return Ok(Vec::new());
        }
        {
            let recent = self.recent.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(first) = recent.front().filter(|first| first.seq <= seq + 1) {
                let skipped = usize::try_from(seq + 1 - first.seq).unwrap_or(0);
                let page = usize::try_from(PAGE).unwrap_or(usize::MAX);
                return Ok(recent.iter().skip(skipped).take(page).cloned().collect());
            }
        }
        let tx = database.begin_read(&self.scope()).await?;
        let found = events::after(&tx, seq, PAGE).await?;
        tx.finish().await?;
        Ok(found.into_iter().map(Arc::new).collect())
    }
}
