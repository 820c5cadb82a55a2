use axum::Json;
use axum::extract::State;
use cairn_shared::agenda;
use cairn_shared::audit::{DataClass, note_read};
use cairn_shared::db::PageRequest;
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use super::wire::OccurrenceList;
use crate::clients::date;
use crate::extract::{Caller, ValidPath, ValidQuery};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RangeQuery {
    /// First local date of the client's zone.
    #[serde(deserialize_with = "date")]
    #[param(value_type = String, format = Date)]
    from: NaiveDate,
    /// The date after the last, at most 62 days later.
    #[serde(deserialize_with = "date")]
    #[param(value_type = String, format = Date)]
    to: NaiveDate,
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    cursor: Option<String>,
}

/// A client's agenda, by start.
#[utoipa::path(get, path = "/v1/clients/{client_id}/agenda", operation_id = "list_client_agenda", tag = "agenda",
    params(("client_id" = Uuid, Path), RangeQuery), responses((status = 200, body = OccurrenceList), Problems))]
pub async fn list_client_agenda(
    State(state): State<AppState>,
    caller: Caller,
    ValidPath(client_id): ValidPath<Uuid>,
    ValidQuery(query): ValidQuery<RangeQuery>,
) -> Result<Json<OccurrenceList>, Problem> {
    let page = PageRequest::read(query.limit, query.cursor.as_deref(), "agenda")?;
    let tx = state.database.begin_read(&caller.scope).await?;
    let page = agenda::client_agenda(&tx, client_id, query.from, query.to, &page).await?;
    tx.finish().await?;
    note_read(&state.database, &caller.scope, DataClass::Agenda, &[client_id]).await?;
    let page = page.map(Into::into);
    Ok(Json(OccurrenceList { items: page.items, next_cursor: page.next_cursor }))
}
