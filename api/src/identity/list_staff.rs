use axum::Json;
use axum::extract::State;
use cairn_shared::db::PageRequest;
use cairn_shared::identity;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::wire::UserOut;
use crate::extract::{Caller, ValidQuery};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    cursor: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct UserList {
    items: Vec<UserOut>,
    next_cursor: Option<String>,
}

/// The staff of your organization. For staff.
#[utoipa::path(get, path = "/v1/staff", operation_id = "list_staff", tag = "identity", params(ListQuery),
    responses((status = 200, body = UserList), Problems))]
pub async fn list_staff(
    State(state): State<AppState>,
    caller: Caller,
    ValidQuery(query): ValidQuery<ListQuery>,
) -> Result<Json<UserList>, Problem> {
    if caller.scope.staff_id().is_none() {
        return Err(cairn_shared::Error::Forbidden("staff_only").into());
    }
    let page = PageRequest::read(query.limit, query.cursor.as_deref(), "staff")?;
    let tx = state.database.begin_read(&caller.scope).await?;
    let page = identity::list_staff(&tx, &page).await?.map(UserOut::from);
    tx.finish().await?;
    Ok(Json(UserList { items: page.items, next_cursor: page.next_cursor }))
}
