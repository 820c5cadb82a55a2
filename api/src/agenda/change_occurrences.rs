use axum::http::StatusCode;
use axum::response::Response;
use cairn_shared::agenda::{self, BulkAct, BulkPreview, BulkRow, Kind, OccurrenceId};
use cairn_shared::audit::{DataClass, note_read};
use cairn_shared::clock::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::extract::{ValidJson, Write};
use crate::problem::{Problem, Problems};

/// What happens to each occurrence.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(tag = "action", rename_all = "snake_case", deny_unknown_fields)]
pub enum ChangeIn {
    Cancel,
    /// By the wall clock: later, or earlier when negative.
    Move {
        #[serde(default)]
        #[schema(minimum = -366, maximum = 366)]
        days: i64,
        #[serde(default)]
        #[schema(minimum = -1440, maximum = 1440)]
        minutes: i64,
    },
}

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangesIn {
    #[schema(min_items = 1, max_items = 200)]
    occurrence_ids: Vec<String>,
    change: ChangeIn,
    /// The `preview` that was shown. Left out, nothing is changed: the answer says what would be.
    preview: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct ChangedClientOut {
    id: Uuid,
    preferred_name: String,
}

/// One client's part in one changed occurrence.
#[derive(Serialize, ToSchema)]
pub struct ChangedOut {
    occurrence_id: String,
    kind: Kind,
    client: ChangedClientOut,
    starts_at: Timestamp,
    starts_at_local: String,
    /// Empty when it is cancelled.
    new_starts_at_local: Option<String>,
    /// They were reminded of it already, so their phone tells them of the change.
    will_be_told: bool,
    /// They have a phone that can be told; call those who have none.
    reachable: bool,
}

#[derive(Serialize, ToSchema)]
pub struct ChangesOut {
    /// Sent back, it makes exactly this change.
    preview: String,
    done: bool,
    items: Vec<ChangedOut>,
}

impl From<BulkRow> for ChangedOut {
    fn from(row: BulkRow) -> Self {
        Self {
            occurrence_id: row.occurrence.to_string(),
            kind: row.kind,
            client: ChangedClientOut { id: row.client_id, preferred_name: row.client_name },
            starts_at: row.starts_at,
            starts_at_local: row.starts_at_local,
            new_starts_at_local: row.new_starts_at_local,
            will_be_told: row.will_be_told,
            reachable: row.reachable,
        }
    }
}

fn out(preview: BulkPreview, done: bool) -> ChangesOut {
    ChangesOut { preview: preview.seal, done, items: preview.rows.into_iter().map(Into::into).collect() }
}

/// Move or cancel many occurrences at once, in two steps: without `preview` the answer shows what would change and who
/// will be told; with it, exactly that is done, or nothing when anything is different by then (409
/// `preview_out_of_date`).
#[utoipa::path(post, path = "/v1/agenda/changes", operation_id = "change_occurrences", tag = "agenda",
    request_body = ChangesIn, responses((status = 200, body = ChangesOut), Problems))]
pub async fn change_occurrences(write: Write, ValidJson(input): ValidJson<ChangesIn>) -> Result<Response, Problem> {
    if write.scope.client_id().is_some() {
        return Err(cairn_shared::Error::Forbidden("staff_only").into());
    }
    let mut ids: Vec<OccurrenceId> = Vec::with_capacity(input.occurrence_ids.len());
    for (index, text) in input.occurrence_ids.iter().enumerate() {
        let field = format!("occurrence_ids[{index}]");
        ids.push(
            text.parse().map_err(|_| cairn_shared::Error::invalid(field, "invalid", "not the id of an occurrence"))?,
        );
    }
    let act = match input.change {
        ChangeIn::Cancel => BulkAct::Cancel,
        ChangeIn::Move { days, minutes } => BulkAct::Move { days, minutes },
    };
    let mut tx = write.begin().await?;
    if let Some(seal) = &input.preview {
        let done = out(agenda::apply_changes(&mut tx, &ids, act, seal).await?, true);
        return write.done(tx, StatusCode::OK, &done).await;
    }
    let shown = out(agenda::preview_changes(&tx, &ids, act).await?, false);
    let clients: Vec<Uuid> = shown.items.iter().map(|item| item.client.id).collect();
    let (database, scope) = (tx.database().clone(), write.scope.clone());
    let response = write.repeated(tx, &shown).await?;
    note_read(&database, &scope, DataClass::Agenda, &clients).await?;
    Ok(response)
}
