use axum::extract::State;
use axum::response::Response;
use cairn_shared::on_call;

use super::wire::OnCallOut;
use crate::extract::{Caller, tagged};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

/// Who is on call, by time. For staff.
#[utoipa::path(get, path = "/v1/on-call", operation_id = "get_on_call", tag = "help requests",
    responses((status = 200, body = OnCallOut), Problems))]
pub async fn get_on_call(State(state): State<AppState>, caller: Caller) -> Result<Response, Problem> {
    let tx = state.database.begin_read(&caller.scope).await?;
    let list = on_call::get(&tx).await?;
    tx.finish().await?;
    let version = list.version;
    Ok(tagged(&OnCallOut::from(list), version))
}
