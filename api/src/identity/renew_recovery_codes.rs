use axum::Json;
use axum::extract::State;
use cairn_shared::identity::second_factor;

use super::second_factor::RecoveryCodesOut;
use crate::extract::{Caller, Fresh};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

/// Ten new recovery codes; the ones from before are worth nothing any more. Needs a fresh proof of identity.
#[utoipa::path(post, path = "/v1/me/recovery-codes", operation_id = "renew_my_recovery_codes", tag = "identity",
    responses((status = 200, body = RecoveryCodesOut), Problems))]
pub async fn renew_my_recovery_codes(
    State(state): State<AppState>,
    _: Fresh,
    caller: Caller,
) -> Result<Json<RecoveryCodesOut>, Problem> {
    let mut tx = state.database.begin_write(&caller.scope).await?;
    let recovery_codes = second_factor::renew_recovery_codes(&mut tx).await?;
    tx.commit().await?;
    Ok(Json(RecoveryCodesOut { recovery_codes }))
}
