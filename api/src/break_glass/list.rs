use axum::Json;
use axum::extract::State;
use cairn_shared::audit::{DataClass, note_read};
use cairn_shared::break_glass::{self, ReviewState};
use cairn_shared::db::PageRequest;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::wire::BreakGlassOut;
use crate::extract::{Caller, ValidQuery};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct BreakGlassQuery {
    /// `unreviewed` when left out.
    #[serde(default)]
    #[param(inline)]
    state: ReviewState,
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    cursor: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct BreakGlassList {
    items: Vec<BreakGlassOut>,
    next_cursor: Option<String>,
}

/// Emergency access that is yours to review, newest first: admins see all of it, supervisors that to clients whom they
/// supervise.
#[utoipa::path(get, path = "/v1/break-glass", operation_id = "list_break_glass", tag = "record",
    params(BreakGlassQuery), responses((status = 200, body = BreakGlassList), Problems))]
pub async fn list_break_glass(
    State(state): State<AppState>,
    caller: Caller,
    ValidQuery(query): ValidQuery<BreakGlassQuery>,
) -> Result<Json<BreakGlassList>, Problem> {
    let page = PageRequest::read(query.limit, query.cursor.as_deref(), "break-glass")?;
    let tx = state.database.begin_read(&caller.scope).await?;
    let page = break_glass::list(&tx, query.state, &page).await?;
    tx.finish().await?;
    let mut clients: Vec<Uuid> = page.items.iter().map(|view| view.client_id).collect();
    clients.sort_unstable();
    clients.dedup();
    note_read(&state.database, &caller.scope, DataClass::BreakGlass, &clients).await?;
    let page = page.map(BreakGlassOut::from);
    Ok(Json(BreakGlassList { items: page.items, next_cursor: page.next_cursor }))
}
