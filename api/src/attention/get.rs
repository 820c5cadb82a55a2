use axum::Json;
use axum::extract::State;
use cairn_shared::attention;
use cairn_shared::audit::{DataClass, note_read};
use uuid::Uuid;

use super::wire::ReasonOut;
use crate::extract::{Caller, ReaderLanguage, ValidPath};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

/// One reason, in whatever state. Also for whoever was alerted to it.
#[utoipa::path(get, path = "/v1/attention/{reason_id}", operation_id = "get_attention_reason", tag = "attention",
    params(("reason_id" = Uuid, Path)), responses((status = 200, body = ReasonOut), Problems))]
pub async fn get_attention_reason(
    State(state): State<AppState>,
    caller: Caller,
    ReaderLanguage(language): ReaderLanguage,
    ValidPath(reason_id): ValidPath<Uuid>,
) -> Result<Json<ReasonOut>, Problem> {
    let tx = state.database.begin_read(&caller.scope).await?;
    let view = attention::get_reason(&tx, reason_id).await?;
    tx.finish().await?;
    note_read(&state.database, &caller.scope, DataClass::Attention, &[view.client_id]).await?;
    Ok(Json(ReasonOut::new(view, language)))
}
