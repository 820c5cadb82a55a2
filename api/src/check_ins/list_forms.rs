use axum::Json;
use axum::extract::State;
use cairn_shared::check_ins;
use cairn_shared::db::PageRequest;
use serde::Deserialize;
use utoipa::IntoParams;

use super::wire::CheckInFormList;
use crate::extract::{Caller, ValidQuery};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FormsQuery {
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    cursor: Option<String>,
}

/// The forms of the organization, oldest first. For those who work with forms.
#[utoipa::path(get, path = "/v1/check-in-forms", operation_id = "list_check_in_forms", tag = "check-ins",
    params(FormsQuery), responses((status = 200, body = CheckInFormList), Problems))]
pub async fn list_check_in_forms(
    State(state): State<AppState>,
    caller: Caller,
    ValidQuery(query): ValidQuery<FormsQuery>,
) -> Result<Json<CheckInFormList>, Problem> {
    let page = PageRequest::read(query.limit, query.cursor.as_deref(), "check_in_forms")?;
    let tx = state.database.begin_read(&caller.scope).await?;
    let page = check_ins::list_forms(&tx, &page).await?.map(Into::into);
    tx.finish().await?;
    Ok(Json(CheckInFormList { items: page.items, next_cursor: page.next_cursor }))
}
