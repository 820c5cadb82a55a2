//! Calendar files that wait for somebody to work on them.

use cairn_shared::calendars::{run_import, waiting_import};
use cairn_shared::db::Database;

/// Works on waiting files, one after the other, until none is left. Two workers at once do no harm: each step takes the
/// import's row, and goes on where the last one ended.
pub async fn import_waiting(database: &Database) -> cairn_shared::Result<()> {
    while let Some((organization_id, id)) = waiting_import(database).await? {
        run_import(database, organization_id, id).await?;
    }
    Ok(())
}
