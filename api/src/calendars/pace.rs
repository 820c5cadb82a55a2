//! How often one feed may be read: calendar programs ask a few times an hour.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use cairn_shared::Error;
use cairn_shared::clock::Timestamp;
use uuid::Uuid;

/// Reads at once, and how long each takes to be forgotten.
const BURST: i64 = 60;
const FORGET_MS: i64 = 1000;
const REMEMBERED: usize = 10_000;

/// Of this process; others count for themselves.
#[derive(Default)]
pub struct FeedPace(Mutex<HashMap<Uuid, (i64, Timestamp)>>);

impl FeedPace {
    /// # Errors
    /// `Throttled` when the feed was read too often of late.
    pub fn admit(&self, id: Uuid, now: Timestamp) -> Result<(), Error> {
        let mut reads = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if reads.len() >= REMEMBERED {
            reads.retain(|_, (count, at)| (now.0 - at.0) / FORGET_MS < *count);
        }
        let (count, at) = reads.get(&id).copied().unwrap_or((0, now));
        let forgotten = ((now.0 - at.0) / FORGET_MS).max(0);
        let count = (count - forgotten).max(0);
        if count >= BURST {
            return Err(Error::Throttled { retry_after: 1 });
        }
        let since = if count == 0 { now } else { Timestamp(at.0 + forgotten * FORGET_MS) };
        reads.insert(id, (count + 1, since));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixty_at_once_then_one_a_second() {
        let pace = FeedPace::default();
        let id = Uuid::nil();
        let at = |ms| pace.admit(id, Timestamp(ms)).is_ok();
        assert!((0..60).all(|_| at(0)) && !at(0) && !at(999));
        assert!(at(1000) && !at(1500) && at(2000) && !at(2000));
        assert!(pace.admit(Uuid::from_u128(1), Timestamp(2000)).is_ok(), "another feed");
        assert!((0..60).all(|_| at(1_000_000)) && !at(1_000_000));
    }
}
