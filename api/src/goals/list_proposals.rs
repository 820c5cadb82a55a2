use axum::Json;
use axum::extract::State;
use cairn_shared::audit::{DataClass, note_read};
use cairn_shared::db::PageRequest;
use cairn_shared::goals;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use super::wire::{ProposalList, ProposalOut};
use crate::extract::{Caller, ValidPath, ValidQuery};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<u64>,
    pub cursor: Option<String>,
}

/// What was proposed for a goal, newest first.
#[utoipa::path(get, path = "/v1/goals/{goal_id}/proposals", operation_id = "list_goal_proposals", tag = "goals",
    params(("goal_id" = Uuid, Path), PageQuery), responses((status = 200, body = ProposalList), Problems))]
pub async fn list_goal_proposals(
    State(state): State<AppState>,
    caller: Caller,
    ValidPath(goal_id): ValidPath<Uuid>,
    ValidQuery(query): ValidQuery<PageQuery>,
) -> Result<Json<ProposalList>, Problem> {
    let page = PageRequest::read(query.limit, query.cursor.as_deref(), "goal-proposals")?;
    let tx = state.database.begin_read(&caller.scope).await?;
    let (client_id, page) = goals::list_goal_proposals(&tx, goal_id, &page).await?;
    tx.finish().await?;
    note_read(&state.database, &caller.scope, DataClass::Goals, &[client_id]).await?;
    let page = page.map(ProposalOut::from);
    Ok(Json(ProposalList { items: page.items, next_cursor: page.next_cursor }))
}
