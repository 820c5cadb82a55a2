use axum::Json;
use axum::extract::State;
use cairn_shared::attention;

use super::wire::{RuleList, RuleOut};
use crate::extract::Caller;
use crate::problem::{Problem, Problems};
use crate::state::AppState;

/// From when on something asks for attention, in your organization.
#[utoipa::path(get, path = "/v1/attention-rules", operation_id = "list_attention_rules", tag = "attention",
    responses((status = 200, body = RuleList), Problems))]
pub async fn list_attention_rules(State(state): State<AppState>, caller: Caller) -> Result<Json<RuleList>, Problem> {
    let tx = state.database.begin_read(&caller.scope).await?;
    let rules = attention::list_rules(&tx).await?;
    tx.finish().await?;
    Ok(Json(RuleList { items: rules.into_iter().map(RuleOut::from).collect(), next_cursor: None }))
}
