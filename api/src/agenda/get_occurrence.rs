use axum::Json;
use axum::extract::State;
use cairn_shared::agenda::{self, OccurrenceId};
use cairn_shared::audit::{DataClass, note_read};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use super::wire::OccurrenceOut;
use crate::extract::{Caller, ValidPath, ValidQuery};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WhoseQuery {
    /// Whose; for staff, when the item has several clients.
    client_id: Option<Uuid>,
}

/// One occurrence, as one client has it.
#[utoipa::path(get, path = "/v1/occurrences/{occurrence_id}", operation_id = "get_occurrence", tag = "agenda",
    params(("occurrence_id" = String, Path), WhoseQuery), responses((status = 200, body = OccurrenceOut), Problems))]
pub async fn get_occurrence(
    State(state): State<AppState>,
    caller: Caller,
    ValidPath(id): ValidPath<String>,
    ValidQuery(query): ValidQuery<WhoseQuery>,
) -> Result<Json<OccurrenceOut>, Problem> {
    let id: OccurrenceId = id.parse()?;
    let tx = state.database.begin_read(&caller.scope).await?;
    let view = agenda::get_occurrence(&tx, id, query.client_id).await?;
    tx.finish().await?;
    note_read(&state.database, &caller.scope, DataClass::Agenda, &[view.client_id]).await?;
    Ok(Json(view.into()))
}
