//! A brake on guessing that slows down and never locks out: failures are counted in the database, so every process
//! agrees, and forgotten with time.

use std::net::Ipv6Addr;

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveModelTrait, ConnectionTrait, IntoActiveModel, Set};

use super::entity::throttle;
use crate::clock::Timestamp;
use crate::db::Database;
use crate::error::{Error, Result};

/// How one kind of guessing is slowed down.
#[derive(Clone, Copy, Debug)]
pub enum Brake {
    /// By network address: five at once, then one in twenty seconds.
    Address,
    /// By account: ten at once, then a wait that doubles up to a quarter of an hour.
    Account,
    /// Codes and passwords of somebody whose account is known, by their id: like an account. Counted before they are
    /// checked, see [`count`].
    Code,
    /// Secret addresses, by network address; apart from sign-ins, so that one is no brake on the other.
    Link,
}

struct Limits {
    domain: &'static str,
    burst: i64,
    forget_one_every: i64,
    first_wait: i64,
    longest_wait: i64,
}

impl Brake {
    fn limits(self) -> Limits {
        match self {
            Self::Address => Limits {
                domain: "throttle-address",
                burst: 5,
                forget_one_every: 20_000,
                first_wait: 20_000,
                longest_wait: 20_000,
            },
            Self::Account => Limits {
                domain: "throttle-account",
                burst: 10,
                forget_one_every: 900_000,
                first_wait: 1_000,
                longest_wait: 900_000,
            },
            Self::Link => Limits { domain: "throttle-link", ..Self::Address.limits() },
            Self::Code => Limits { domain: "throttle-code", ..Self::Account.limits() },
        }
    }

    /// One household has a whole /64 of IPv6 addresses: it counts as one.
    fn key(self, database: &Database, subject: &str) -> Vec<u8> {
        let network = match subject.parse::<Ipv6Addr>() {
            Ok(address) => Some(address.segments()[..4].iter().map(|part| format!("{part:x}:")).collect::<String>()),
            Err(_) => None,
        };
        database.env.keys.lookup(self.limits().domain, network.as_deref().unwrap_or(subject).as_bytes())
    }
}

/// Failures that still count at `now`.
fn remaining(limits: &Limits, failures: i64, last: Timestamp, now: Timestamp) -> i64 {
    (failures - (now.0 - last.0).max(0) / limits.forget_one_every).max(0)
}

/// How long the next try has to wait after so many failures, in milliseconds.
fn wait(limits: &Limits, failures: i64) -> i64 {
    let over = failures - limits.burst;
    if over < 0 {
        return 0;
    }
    let doublings = u32::try_from(over.min(20)).unwrap_or(20);
    limits.first_wait.saturating_mul(1 << doublings).min(limits.longest_wait)
}

/// Refuses while the subject has to wait.
pub async fn check(database: &Database, brake: Brake, subject: &str) -> Result<()> {
    let key = brake.key(database, subject);
    let row = throttle::Entity::find_by_id(key).one(database.authentication()).await?;
    row.map_or(Ok(()), |row| refuse_while_blocked(&row, database.env.clock.now()))
}

fn refuse_while_blocked(row: &throttle::Model, now: Timestamp) -> Result<()> {
    if row.blocked_until > now {
        return Err(Error::Throttled { retry_after: ((row.blocked_until.0 - now.0) / 1000 + 1).max(1) });
    }
    Ok(())
}

/// Counts one failure.
pub async fn fail(database: &Database, brake: Brake, subject: &str) -> Result<()> {
    let key = brake.key(database, subject);
    let txn = database.begin_unscoped_write().await?;
    let before = lock(database, &txn, &key).await?;
    add(database, &txn, brake, before).await?;
    txn.commit().await?;
    Ok(())
}

/// A try that was counted as a failure before it was judged.
pub struct Counted {
    brake: Brake,
    subject: String,
}

impl Counted {
    /// It was right after all: the subject starts anew.
    pub async fn forget(self, database: &Database) -> Result<()> {
        clear(database, self.brake, &self.subject).await
    }
}

/// Refuses while the subject has to wait; otherwise counts the try as a failure until [`Counted::forget`] is told better.
/// For what is quick to check: however many tries come at once, no more are judged than the brake allows.
pub async fn count(database: &Database, brake: Brake, subject: &str) -> Result<Counted> {
    let key = brake.key(database, subject);
    let txn = database.begin_unscoped_write().await?;
    let before = lock(database, &txn, &key).await?;
    refuse_while_blocked(&before, database.env.clock.now())?;
    add(database, &txn, brake, before).await?;
    txn.commit().await?;
    Ok(Counted { brake, subject: subject.to_owned() })
}

/// The row of a subject, held until the transaction ends, so that two who count at once count two.
async fn lock(database: &Database, txn: &impl ConnectionTrait, key: &[u8]) -> Result<throttle::Model> {
    let nothing = throttle::Model {
        id: key.to_vec(),
        failures: 0,
        last_failure_at: database.env.clock.now(),
        blocked_until: Timestamp(0),
    };
    // A row that is there is locked by the same statement: before the next one, somebody who proved to be right could take it
    // away.
    let same = OnConflict::column(throttle::Column::Id).update_column(throttle::Column::Id).to_owned();
    throttle::Entity::insert(nothing.into_active_model()).on_conflict(same).exec_without_returning(txn).await?;
    let row = throttle::Entity::find_by_id(key.to_vec()).one(txn).await?;
    row.ok_or_else(|| Error::internal("a locked row is gone"))
}

async fn add(database: &Database, txn: &impl ConnectionTrait, brake: Brake, before: throttle::Model) -> Result<()> {
    let limits = brake.limits();
    let now = database.env.clock.now();
    let failures = 1 + remaining(&limits, before.failures, before.last_failure_at, now);
    throttle::ActiveModel {
        id: Set(before.id),
        failures: Set(failures),
        last_failure_at: Set(now),
        blocked_until: Set(Timestamp(now.0 + wait(&limits, failures))),
    }
    .update(txn)
    .await?;
    Ok(())
}

/// Forgets the failures of a subject who has proved to be right. Writes nothing when there are none.
pub async fn clear(database: &Database, brake: Brake, subject: &str) -> Result<()> {
    let key = brake.key(database, subject);
    let Some(row) = throttle::Entity::find_by_id(key).one(database.authentication()).await? else { return Ok(()) };
    let txn = database.begin_unscoped_write().await?;
    throttle::ActiveModel { id: Set(row.id), ..Default::default() }.delete(&txn).await?;
    txn.commit().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest() {
        let limits = Brake::Account.limits();
        let waits: Vec<i64> = (9..=22).map(|failures| wait(&limits, failures) / 1000).collect();
        assert_eq!(waits, [0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]);
        let limits = Brake::Address.limits();
        assert_eq!((wait(&limits, 4), wait(&limits, 5), wait(&limits, 50)), (0, 20_000, 20_000));
    }

    #[test]
    fn failures_are_forgotten_with_time() {
        let limits = Brake::Address.limits();
        assert_eq!(remaining(&limits, 5, Timestamp(0), Timestamp(60_000)), 2);
        assert_eq!(remaining(&limits, 5, Timestamp(0), Timestamp(600_000)), 0);
        assert_eq!(remaining(&limits, 5, Timestamp(60_000), Timestamp(0)), 5, "a clock set back forgets nothing");
    }
}
