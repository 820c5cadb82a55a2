use axum::Json;
use axum::extract::State;
use cairn_shared::calendars;
use uuid::Uuid;

use super::wire::ImportOut;
use crate::extract::{Caller, ValidPath};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

/// How far an import of yours is, and what was left out.
#[utoipa::path(get, path = "/v1/imports/{import_id}", operation_id = "get_import", tag = "calendars",
    params(("import_id" = Uuid, Path)), responses((status = 200, body = ImportOut), Problems))]
pub async fn get_import(
    State(state): State<AppState>,
    caller: Caller,
    ValidPath(import_id): ValidPath<Uuid>,
) -> Result<Json<ImportOut>, Problem> {
    let tx = state.database.begin_read(&caller.scope).await?;
    let import = calendars::get_import(&tx, import_id).await?;
    tx.finish().await?;
    Ok(Json(import.into()))
}
