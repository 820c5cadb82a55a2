use axum::Json;
use axum::extract::State;
use cairn_shared::audit::{DataClass, note_read};
use cairn_shared::db::PageRequest;
use cairn_shared::goals::{self, ProposalState};
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
pub struct ProposalsQuery {
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    cursor: Option<String>,
    state: Option<ProposalState>,
}

/// What was proposed to a client, newest first.
#[utoipa::path(get, path = "/v1/clients/{client_id}/goal-proposals", operation_id = "list_client_goal_proposals",
    tag = "goals", params(("client_id" = Uuid, Path), ProposalsQuery),
    responses((status = 200, body = ProposalList), Problems))]
pub async fn list_client_goal_proposals(
    State(state): State<AppState>,
    caller: Caller,
    ValidPath(client_id): ValidPath<Uuid>,
    ValidQuery(query): ValidQuery<ProposalsQuery>,
) -> Result<Json<ProposalList>, Problem> {
    let page = PageRequest::read(query.limit, query.cursor.as_deref(), "client-goal-proposals")?;
    let tx = state.database.begin_read(&caller.scope).await?;
    let page = goals::list_client_proposals(&tx, client_id, query.state, &page).await?.map(ProposalOut::from);
    tx.finish().await?;
    note_read(&state.database, &caller.scope, DataClass::Goals, &[client_id]).await?;
    Ok(Json(ProposalList { items: page.items, next_cursor: page.next_cursor }))
}
