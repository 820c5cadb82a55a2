use axum::Json;
use axum::extract::State;
use cairn_shared::payers;
use serde::Serialize;
use utoipa::ToSchema;

use super::wire::PayerProfileOut;
use crate::extract::Caller;
use crate::problem::{Problem, Problems};
use crate::state::AppState;

#[derive(Serialize, ToSchema)]
pub struct PayerProfileList {
    items: Vec<PayerProfileOut>,
    next_cursor: Option<String>,
}

/// The payers' rules that come with the program, and those that the organization loaded. For staff.
#[utoipa::path(get, path = "/v1/payer-profiles", operation_id = "list_payer_profiles", tag = "payers",
    responses((status = 200, body = PayerProfileList), Problems))]
pub async fn list_payer_profiles(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<Json<PayerProfileList>, Problem> {
    let tx = state.database.begin_read(&caller.scope).await?;
    let items = payers::list(&tx).await?.iter().map(|profile| PayerProfileOut::from(&**profile)).collect();
    tx.finish().await?;
    Ok(Json(PayerProfileList { items, next_cursor: None }))
}
