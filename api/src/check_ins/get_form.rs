use axum::Json;
use axum::extract::State;
use cairn_shared::check_ins;
use uuid::Uuid;

use super::wire::CheckInFormOut;
use crate::extract::{Caller, ValidPath};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

/// One form with its versions. Clients see the forms that they are asked.
#[utoipa::path(get, path = "/v1/check-in-forms/{form_id}", operation_id = "get_check_in_form", tag = "check-ins",
    params(("form_id" = Uuid, Path)), responses((status = 200, body = CheckInFormOut), Problems))]
pub async fn get_check_in_form(
    State(state): State<AppState>,
    caller: Caller,
    ValidPath(form_id): ValidPath<Uuid>,
) -> Result<Json<CheckInFormOut>, Problem> {
    let tx = state.database.begin_read(&caller.scope).await?;
    let form = check_ins::get_form(&tx, form_id).await?;
    tx.finish().await?;
    Ok(Json(form.into()))
}
