use axum::Json;
use axum::extract::State;
use cairn_shared::audit::{DataClass, note_read};
use cairn_shared::db::PageRequest;
use cairn_shared::goals::{self, Lifecycle};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::wire::GoalOut;
use crate::extract::{Caller, ValidPath, ValidQuery};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct GoalsQuery {
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    cursor: Option<String>,
    lifecycle_status: Option<Lifecycle>,
}

#[derive(Serialize, ToSchema)]
pub struct GoalList {
    items: Vec<GoalOut>,
    next_cursor: Option<String>,
}

/// A client's goals, oldest first.
#[utoipa::path(get, path = "/v1/clients/{client_id}/goals", operation_id = "list_goals", tag = "goals",
    params(("client_id" = Uuid, Path), GoalsQuery), responses((status = 200, body = GoalList), Problems))]
pub async fn list_goals(
    State(state): State<AppState>,
    caller: Caller,
    ValidPath(client_id): ValidPath<Uuid>,
    ValidQuery(query): ValidQuery<GoalsQuery>,
) -> Result<Json<GoalList>, Problem> {
    let page = PageRequest::read(query.limit, query.cursor.as_deref(), "goals")?;
    let tx = state.database.begin_read(&caller.scope).await?;
    let page = goals::list(&tx, client_id, query.lifecycle_status, &page).await?.map(GoalOut::from);
    tx.finish().await?;
    note_read(&state.database, &caller.scope, DataClass::Goals, &[client_id]).await?;
    Ok(Json(GoalList { items: page.items, next_cursor: page.next_cursor }))
}
