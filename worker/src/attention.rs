//! What time alone brings: the next step of an escalation, and reasons that a date opens or ends.

use std::sync::Arc;
use std::time::Duration;

use cairn_shared::alerts::escalate_due;
use cairn_shared::attention::refresh_due;
use cairn_shared::db::Database;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::context::WorkerContext;

const LOOK: Duration = Duration::from_secs(1);

/// Takes every step that is due and looks at every client whose time has come. Twice an indexed read when there is
/// nothing to do, and any number of processes may do it at once.
pub async fn watch_once(database: &Database) -> cairn_shared::Result<usize> {
    let mut done = escalate_due(database).await?;
    loop {
        let looked_at = refresh_due(database).await?;
        done += looked_at;
        if looked_at == 0 {
            return Ok(done);
        }
        // Somebody who waits is not kept waiting by many who are merely looked at.
        done += escalate_due(database).await?;
    }
}

pub(crate) async fn watch(context: Arc<WorkerContext>, stop: CancellationToken) {
    loop {
        if let Err(error) = watch_once(&context.database).await {
            tracing::warn!(%error, "escalating or looking anew failed; it is tried again");
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = sleep(LOOK) => {}
        }
    }
}
