//! What happened today, done the way people do it, so that all that follows from it follows: somebody asks for help,
//! somebody does not feel safe.

use cairn_shared::check_ins::{NewCheckIn, record};
use cairn_shared::db::Database;
use cairn_shared::help_requests::{Ask, ask};
use cairn_shared::scope::{Actor, Scope};
use chrono::Duration;
use serde_json::json;
use uuid::Uuid;

use super::recovery::Forms;

/// Places of those to whom something happened, among the first clients.
const ASKS: usize = 3;
const NOT_SAFE: usize = 11;

pub async fn today(database: &Database, scope: &Scope, clients: &[Uuid]) -> anyhow::Result<()> {
    let own = |client_id| Scope { actor: Actor::Client { client_id, device_id: None }, ..scope.clone() };
    if let Some(id) = clients.get(ASKS) {
        let mut tx = database.begin_write(&own(*id)).await?;
        ask(&mut tx, Ask { id: None, message: Some("Can we talk today?".to_owned()) }).await?;
        tx.commit().await?;
    }
    if let Some(id) = clients.get(NOT_SAFE) {
        let mut tx = database.begin_write(&own(*id)).await?;
        let forms = Forms::find(&tx).await?;
        let answers = json!({ "mood": 2, "craving": 8, "supports": 0, "safe": false });
        let new = NewCheckIn {
            id: tx.new_id(),
            form_version_id: forms.daily_version(),
            answers: answers.as_object().cloned().unwrap_or_default(),
            answered_at: tx.now().minus(Duration::minutes(20)),
            schedule_id: None,
            language: None,
            local_date: None,
        };
        record(&mut tx, *id, new).await?;
        tx.commit().await?;
    }
    Ok(())
}
