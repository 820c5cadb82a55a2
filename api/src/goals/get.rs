use axum::extract::State;
use axum::response::Response;
use cairn_shared::audit::{DataClass, note_read};
use cairn_shared::goals;
use uuid::Uuid;

use super::wire::GoalOut;
use crate::extract::{Caller, ValidPath, tagged};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

/// One goal.
#[utoipa::path(get, path = "/v1/goals/{goal_id}", operation_id = "get_goal", tag = "goals",
    params(("goal_id" = Uuid, Path)), responses((status = 200, body = GoalOut), Problems))]
pub async fn get_goal(
    State(state): State<AppState>,
    caller: Caller,
    ValidPath(goal_id): ValidPath<Uuid>,
) -> Result<Response, Problem> {
    let tx = state.database.begin_read(&caller.scope).await?;
    let goal = goals::get(&tx, goal_id).await?;
    tx.finish().await?;
    note_read(&state.database, &caller.scope, DataClass::Goals, &[goal.client_id]).await?;
    let version = goal.version;
    Ok(tagged(&GoalOut::from(goal), version))
}
