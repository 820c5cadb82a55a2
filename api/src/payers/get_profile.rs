use axum::Json;
use axum::extract::State;
use cairn_shared::payers;
use uuid::Uuid;

use super::wire::PayerProfileOut;
use crate::extract::{Caller, ValidPath};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

/// One payer's rules, whether they hold today or not. For staff.
#[utoipa::path(get, path = "/v1/payer-profiles/{profile_id}", operation_id = "get_payer_profile", tag = "payers",
    params(("profile_id" = Uuid, Path)), responses((status = 200, body = PayerProfileOut), Problems))]
pub async fn get_payer_profile(
    State(state): State<AppState>,
    caller: Caller,
    ValidPath(id): ValidPath<Uuid>,
) -> Result<Json<PayerProfileOut>, Problem> {
    let tx = state.database.begin_read(&caller.scope).await?;
    let profile = payers::get(&tx, id).await?;
    tx.finish().await?;
    Ok(Json(PayerProfileOut::from(&*profile)))
}
