//! A brake on guessing that slows down and never locks out: failures are counted in the database, so every process
//! agrees, and forgotten with time.

use std::net::Ipv6Addr;

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveModelTrait, Set};

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
    let now = database.env.clock.now();
    match row {
        Some(row) if row.blocked_until > now => {
            Err(Error::Throttled { retry_after: ((row.blocked_until.0 - now.0) / 1000 + 1).max(1) })
        }
        _ => Ok(()),
    }
}

/// Counts one failure.
pub async fn fail(database: &Database, brake: Brake, subject: &str) -> Result<()> {
    let limits = brake.limits();
    let key = brake.key(database, subject);
    let now = database.env.clock.now();
    let txn = database.begin_unscoped_write().await?;
    let before = throttle::Entity::find_by_id(key.clone()).one(&txn).await?;
    let failures = 1 + before.map_or(0, |row| remaining(&limits, row.failures, row.last_failure_at, now));
    let row = throttle::ActiveModel {
        id: Set(key),
        failures: Set(failures),
        last_failure_at: Set(now),
        blocked_until: Set(Timestamp(now.0 + wait(&limits, failures))),
    };
    throttle::Entity::insert(row)
        .on_conflict(
            OnConflict::column(throttle::Column::Id)
                .update_columns([
                    throttle::Column::Failures,
                    throttle::Column::LastFailureAt,
                    throttle::Column::BlockedUntil,
                ])
                .to_owned(),
        )
        .exec_without_returning(&txn)
        .await?;
    txn.commit().await?;
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
