//! Tidying: what has served its purpose is removed in small steps. Reads first, so that an idle server writes nothing.

use cairn_shared::alerts;
use cairn_shared::audit::entity::audit_read;
use cairn_shared::clock::Timestamp;
use cairn_shared::db::Database;
use cairn_shared::idempotency::idempotency_key;
use cairn_shared::identity::entity::throttle;
use cairn_shared::reminders::settle_overdue;
use chrono::Duration;
use sea_orm::{ConnectionTrait, EntityTrait, QueryFilter};

/// A quarter of an hour in milliseconds: the window of one audited read.
const READ_WINDOW_MS: i64 = 15 * 60 * 1000;

/// Removes stored answers after a day, and marks of reads and failures that nothing looks at any more.
pub async fn tidy(database: &Database) -> cairn_shared::Result<()> {
    settle_overdue(database).await?;
    alerts::settle_overdue(database).await?;
    let now = database.env.clock.now();
    let day_ago = now.minus(Duration::hours(24));
    let old_answers = idempotency_key::Entity::find().filter(idempotency_key::COLUMN.created_at.lt(day_ago));
    let old_failures = throttle::Entity::find().filter(throttle::COLUMN.last_failure_at.lt(day_ago));
    let old_window = day_ago.0.div_euclid(READ_WINDOW_MS);
    let old_reads = audit_read::Entity::find().filter(audit_read::COLUMN.time_window.lt(old_window));
    let conn = database.worker_connection();
    let anything = old_answers.one(conn).await?.is_some()
        || old_failures.one(conn).await?.is_some()
        || old_reads.one(conn).await?.is_some();
    if anything {
        remove(database, day_ago, old_window).await?;
    }
    Ok(())
}

async fn remove(database: &Database, before: Timestamp, old_window: i64) -> cairn_shared::Result<()> {
    let tx = database.begin_worker().await?;
    remove_in(tx.conn(), before, old_window).await?;
    tx.commit().await
}

async fn remove_in(conn: &impl ConnectionTrait, before: Timestamp, old_window: i64) -> cairn_shared::Result<()> {
    idempotency_key::Entity::delete_many().filter(idempotency_key::COLUMN.created_at.lt(before)).exec(conn).await?;
    throttle::Entity::delete_many().filter(throttle::COLUMN.last_failure_at.lt(before)).exec(conn).await?;
    audit_read::Entity::delete_many().filter(audit_read::COLUMN.time_window.lt(old_window)).exec(conn).await?;
    Ok(())
}
