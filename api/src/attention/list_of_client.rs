use axum::Json;
use axum::extract::State;
use cairn_shared::attention::{self, ReasonFilter, ReasonState};
use cairn_shared::audit::{DataClass, note_read};
use cairn_shared::db::PageRequest;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use super::wire::{ReasonList, ReasonOut};
use crate::extract::{Caller, ReaderLanguage, ValidPath, ValidQuery};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ClientAttentionQuery {
    /// Without it, what asks for attention: open and acknowledged.
    state: Option<ReasonState>,
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    cursor: Option<String>,
}

/// Why a client asks for attention, the most serious first. For staff.
#[utoipa::path(get, path = "/v1/clients/{client_id}/attention", operation_id = "list_client_attention",
    tag = "attention", params(("client_id" = Uuid, Path), ClientAttentionQuery),
    responses((status = 200, body = ReasonList), Problems))]
pub async fn list_client_attention(
    State(state): State<AppState>,
    caller: Caller,
    ReaderLanguage(language): ReaderLanguage,
    ValidPath(client_id): ValidPath<Uuid>,
    ValidQuery(query): ValidQuery<ClientAttentionQuery>,
) -> Result<Json<ReasonList>, Problem> {
    let page = PageRequest::read(query.limit, query.cursor.as_deref(), "attention")?;
    let filter = ReasonFilter { client_id: Some(client_id), state: query.state, ..ReasonFilter::default() };
    let tx = state.database.begin_read(&caller.scope).await?;
    let page = attention::list(&tx, &filter, &page).await?;
    tx.finish().await?;
    note_read(&state.database, &caller.scope, DataClass::Attention, &[client_id]).await?;
    let page = page.map(|view| ReasonOut::new(view, language));
    Ok(Json(ReasonList { items: page.items, next_cursor: page.next_cursor }))
}
