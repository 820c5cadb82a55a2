use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::http::StatusCode;
use cairn_shared::db::Database;
use cairn_shared::identity;
use cairn_shared::scope::Scope;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{MissedTickBehavior, interval, sleep};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::feed::Feed;
use crate::problem::Problem;

/// How often things happen that no event causes.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Followed logs are read on at least so often, and sign-ins looked at.
    pub look: Duration,
    /// Commits within this time are read together.
    pub gather: Duration,
    /// A stream without news shows that it lives.
    pub heartbeat: Duration,
    /// Who takes nothing for so long is let go.
    pub patience: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            look: Duration::from_secs(1),
            gather: Duration::from_millis(20),
            heartbeat: Duration::from_secs(15),
            patience: Duration::from_secs(10),
        }
    }
}

const STREAMS: usize = 2_000;
const STREAMS_OF_A_SIGN_IN: usize = 16;

/// Who follows what in this process. Nothing is read for an organization that nobody follows.
pub struct EventHub {
    pub(super) database: Database,
    pub(super) pace: Pace,
    pub(super) stop: CancellationToken,
    followed: Mutex<HashMap<Uuid, Followed>>,
    /// Running while anybody follows anything.
    ear: Mutex<Option<CancellationToken>>,
}

struct Followed {
    feed: Arc<Feed>,
    followers: Vec<Follower>,
}

struct Follower {
    number: u64,
    sign_in_id: Uuid,
    ended: CancellationToken,
}

/// A place among the followers; dropping it gives it back.
pub(super) struct Ticket {
    hub: Arc<EventHub>,
    pub feed: Arc<Feed>,
    number: u64,
    /// When the sign-in ended, or newer streams of it took the place.
    pub ended: CancellationToken,
}

impl EventHub {
    pub fn new(database: Database, pace: Pace) -> Arc<Self> {
        Arc::new(Self {
            database,
            pace,
            stop: CancellationToken::new(),
            followed: Mutex::default(),
            ear: Mutex::default(),
        })
    }

    /// Ends every stream; none begins any more.
    pub fn close(&self) {
        self.stop.cancel();
    }

    /// How many organizations are read on for, and how many streams there are.
    pub fn usage(&self) -> (usize, usize) {
        let followed = self.followed.lock().unwrap_or_else(PoisonError::into_inner);
        (followed.len(), followed.values().map(|one| one.followers.len()).sum())
    }

    pub(super) fn join(self: &Arc<Self>, scope: &Scope, sign_in_id: Uuid) -> Result<Ticket, Problem> {
        static NUMBERS: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(1);
        let refused =
            |code| Problem::new(StatusCode::SERVICE_UNAVAILABLE, code, "No more streams here; try again soon");
        if self.stop.is_cancelled() {
            return Err(refused("stopping"));
        }
        let mut followed = self.followed.lock().unwrap_or_else(PoisonError::into_inner);
        if followed.values().map(|one| one.followers.len()).sum::<usize>() >= STREAMS {
            return Err(refused("too_many_streams"));
        }
        let one = followed.entry(scope.organization_id).or_insert_with(|| {
            let feed = Arc::new(Feed::new(scope.organization_id));
            tokio::spawn(Arc::clone(self).read_for(Arc::clone(&feed), self.database.listen()));
            Followed { feed, followers: Vec::new() }
        });
        let own: Vec<usize> =
            (0..one.followers.len()).filter(|index| one.followers[*index].sign_in_id == sign_in_id).collect();
        if own.len() >= STREAMS_OF_A_SIGN_IN {
            // The oldest is most likely a page that is gone.
            one.followers.remove(own[0]).ended.cancel();
        }
        let number = NUMBERS.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let ended = CancellationToken::new();
        one.followers.push(Follower { number, sign_in_id, ended: ended.clone() });
        let mut ear = self.ear.lock().unwrap_or_else(PoisonError::into_inner);
        if ear.is_none() {
            let closed = self.stop.child_token();
            let (database, token) = (self.database.clone(), closed.clone());
            tokio::spawn(async move {
                tokio::select! { () = token.cancelled() => {}, () = database.hear_others() => {} }
            });
            *ear = Some(closed);
        }
        Ok(Ticket { hub: Arc::clone(self), feed: Arc::clone(&one.feed), number, ended })
    }

    async fn read_for(self: Arc<Self>, feed: Arc<Feed>, mut bell: broadcast::Receiver<Uuid>) {
        let mut looks = interval(self.pace.look);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let woken = tokio::select! {
                () = feed.closed.cancelled() => return,
                () = self.stop.cancelled() => return,
                _ = looks.tick() => false,
                () = rung(&mut bell, feed.organization_id) => true,
            };
            if woken {
                sleep(self.pace.gather).await;
            }
            match feed.read_on(&self.database).await {
                Ok(ended) if ended || !woken => self.end_dead(&feed).await,
                Ok(_) => {}
                // The next look reads on where this one stopped.
                Err(error) => tracing::warn!(%error, "events cannot be read"),
            }
        }
    }

    async fn end_dead(&self, feed: &Feed) {
        let ids: HashSet<Uuid> = {
            let followed = self.followed.lock().unwrap_or_else(PoisonError::into_inner);
            let one = followed.get(&feed.organization_id);
            one.iter().flat_map(|one| one.followers.iter().map(|follower| follower.sign_in_id)).collect()
        };
        let ids: Vec<Uuid> = ids.into_iter().collect();
        let alive = async {
            let tx = self.database.begin_read(&Scope::system(feed.organization_id, "events")).await?;
            let alive = identity::alive(&tx, &ids).await?;
            tx.finish().await?;
            Ok::<_, cairn_shared::Error>(alive)
        };
        match alive.await {
            Ok(alive) => {
                let followed = self.followed.lock().unwrap_or_else(PoisonError::into_inner);
                let Some(one) = followed.get(&feed.organization_id) else { return };
                let asked: HashSet<&Uuid> = ids.iter().collect();
                for follower in &one.followers {
                    if asked.contains(&follower.sign_in_id) && !alive.contains(&follower.sign_in_id) {
                        follower.ended.cancel();
                    }
                }
            }
            Err(error) => tracing::warn!(%error, "sign-ins cannot be looked at"),
        }
    }
}

/// Until this organization's log has grown, or that may be.
async fn rung(bell: &mut broadcast::Receiver<Uuid>, organization_id: Uuid) {
    loop {
        match bell.recv().await {
            Ok(id) if id != organization_id => {}
            Ok(_) | Err(RecvError::Lagged(_)) => return,
            Err(RecvError::Closed) => std::future::pending().await,
        }
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let mut followed = self.hub.followed.lock().unwrap_or_else(PoisonError::into_inner);
        let id = self.feed.organization_id;
        if let Some(one) = followed.get_mut(&id).filter(|one| Arc::ptr_eq(&one.feed, &self.feed)) {
            one.followers.retain(|follower| follower.number != self.number);
            if one.followers.is_empty() {
                self.feed.closed.cancel();
                followed.remove(&id);
            }
        }
        if followed.is_empty()
            && let Some(ear) = self.hub.ear.lock().unwrap_or_else(PoisonError::into_inner).take()
        {
            ear.cancel();
        }
    }
}
