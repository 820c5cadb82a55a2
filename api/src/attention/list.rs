use axum::Json;
use axum::extract::State;
use cairn_shared::attention::{self, Kind, ReasonFilter, ReasonState, Severity};
use cairn_shared::audit::{DataClass, note_read};
use cairn_shared::db::PageRequest;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use super::wire::{ReasonList, ReasonOut};
use crate::extract::{Caller, ReaderLanguage, ValidQuery};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AttentionQuery {
    severity: Option<Severity>,
    kind: Option<Kind>,
    /// Without it, what asks for attention: open and acknowledged.
    state: Option<ReasonState>,
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    cursor: Option<String>,
}

/// What asks for attention over all clients that you work with or supervise, and what you were alerted to: the most
/// serious first, then the oldest.
#[utoipa::path(get, path = "/v1/attention", operation_id = "list_attention", tag = "attention", params(AttentionQuery),
    responses((status = 200, body = ReasonList), Problems))]
pub async fn list_attention(
    State(state): State<AppState>,
    caller: Caller,
    ReaderLanguage(language): ReaderLanguage,
    ValidQuery(query): ValidQuery<AttentionQuery>,
) -> Result<Json<ReasonList>, Problem> {
    let page = PageRequest::read(query.limit, query.cursor.as_deref(), "attention")?;
    let filter = ReasonFilter { client_id: None, severity: query.severity, kind: query.kind, state: query.state };
    let tx = state.database.begin_read(&caller.scope).await?;
    let page = attention::list(&tx, &filter, &page).await?;
    tx.finish().await?;
    let mut ids: Vec<Uuid> = page.items.iter().map(|view| view.client_id).collect();
    ids.sort_unstable();
    ids.dedup();
    note_read(&state.database, &caller.scope, DataClass::Attention, &ids).await?;
    let page = page.map(|view| ReasonOut::new(view, language));
    Ok(Json(ReasonList { items: page.items, next_cursor: page.next_cursor }))
}
