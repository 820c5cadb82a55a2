use axum::Json;
use axum::extract::State;
use cairn_shared::check_ins;
use uuid::Uuid;

use super::wire::FormVersionOut;
use crate::extract::{Caller, ValidPath};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

/// One version of a form. Clients see what they are asked and what they have answered.
#[utoipa::path(get, path = "/v1/form-versions/{form_version_id}", operation_id = "get_form_version", tag = "check-ins",
    params(("form_version_id" = Uuid, Path)), responses((status = 200, body = FormVersionOut), Problems))]
pub async fn get_form_version(
    State(state): State<AppState>,
    caller: Caller,
    ValidPath(version_id): ValidPath<Uuid>,
) -> Result<Json<FormVersionOut>, Problem> {
    let tx = state.database.begin_read(&caller.scope).await?;
    let version = check_ins::get_version(&tx, version_id).await?;
    tx.finish().await?;
    Ok(Json(FormVersionOut::new(version)?))
}
