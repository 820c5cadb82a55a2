use axum::Json;
use axum::extract::State;
use cairn_shared::audit::{DataClass, note_read};
use cairn_shared::db::PageRequest;
use cairn_shared::goals;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::list_proposals::PageQuery;
use super::wire::GoalProgressOut;
use crate::extract::{Caller, ValidPath, ValidQuery};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

#[derive(Serialize, ToSchema)]
pub struct ProgressList {
    items: Vec<GoalProgressOut>,
    next_cursor: Option<String>,
}

/// Progress of a goal, newest first.
#[utoipa::path(get, path = "/v1/goals/{goal_id}/progress", operation_id = "list_goal_progress", tag = "goals",
    params(("goal_id" = Uuid, Path), PageQuery), responses((status = 200, body = ProgressList), Problems))]
pub async fn list_goal_progress(
    State(state): State<AppState>,
    caller: Caller,
    ValidPath(goal_id): ValidPath<Uuid>,
    ValidQuery(query): ValidQuery<PageQuery>,
) -> Result<Json<ProgressList>, Problem> {
    let page = PageRequest::read(query.limit, query.cursor.as_deref(), "goal-progress")?;
    let tx = state.database.begin_read(&caller.scope).await?;
    let (client_id, page) = goals::list_progress(&tx, goal_id, &page).await?;
    tx.finish().await?;
    note_read(&state.database, &caller.scope, DataClass::Goals, &[client_id]).await?;
    let page = page.map(GoalProgressOut::from);
    Ok(Json(ProgressList { items: page.items, next_cursor: page.next_cursor }))
}
