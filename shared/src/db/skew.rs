use sea_orm::{ConnectionTrait, DbBackend, Statement};

use super::connect::Database;
use crate::error::{Error, Result};

/// Leases and due times are written by one process and read by another. With clocks further apart than this they would be
/// judged wrongly; a lease lasts 30 seconds.
pub const LARGEST_SKEW_MS: i64 = 5_000;

impl Database {
    /// By how many milliseconds the database's clock is ahead of this process's, no more than the way there and back
    /// explains. SQLite has no clock of its own.
    pub async fn clock_skew(&self) -> Result<i64> {
        let clock = &self.env.clock;
        if !self.is_postgres() || !clock.is_real() {
            return Ok(0);
        }
        let before = clock.now().0;
        let sql = "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now";
        let row = self.reader.query_one_raw(Statement::from_string(DbBackend::Postgres, sql)).await?;
        let row = row.ok_or_else(|| Error::internal("the database does not tell the time"))?;
        let theirs: i64 = row.try_get("", "now")?;
        Ok(beyond(theirs, before, clock.now().0))
    }
}

/// How far an instant lies outside a span: negative before it, positive after it.
fn beyond(instant: i64, from: i64, to: i64) -> i64 {
    if instant < from { instant - from } else { (instant - to).max(0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_there_and_back_is_no_skew() {
        assert_eq!(beyond(1_000, 900, 1_100), 0);
        assert_eq!(beyond(800, 900, 1_100), -100);
        assert_eq!(beyond(8_100, 900, 1_100), 7_000);
    }
}
