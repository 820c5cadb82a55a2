use axum::Json;
use axum::extract::State;
use cairn_shared::audit::{DataClass, note_read};
use cairn_shared::check_ins::{self, CheckInFilter};
use cairn_shared::db::PageRequest;
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use super::wire::{CheckInList, CheckInOut};
use crate::clients::date_or_null;
use crate::extract::{Caller, ValidPath, ValidQuery};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CheckInsQuery {
    /// First day that a check-in is about.
    #[serde(default, deserialize_with = "date_or_null")]
    #[param(value_type = Option<String>, format = Date)]
    from: Option<NaiveDate>,
    /// The date after the last.
    #[serde(default, deserialize_with = "date_or_null")]
    #[param(value_type = Option<String>, format = Date)]
    to: Option<NaiveDate>,
    form_id: Option<Uuid>,
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    cursor: Option<String>,
}

/// A client's check-ins, newest day first.
#[utoipa::path(get, path = "/v1/clients/{client_id}/check-ins", operation_id = "list_check_ins", tag = "check-ins",
    params(("client_id" = Uuid, Path), CheckInsQuery), responses((status = 200, body = CheckInList), Problems))]
pub async fn list_check_ins(
    State(state): State<AppState>,
    caller: Caller,
    ValidPath(client_id): ValidPath<Uuid>,
    ValidQuery(query): ValidQuery<CheckInsQuery>,
) -> Result<Json<CheckInList>, Problem> {
    let filter = CheckInFilter { from: query.from, to: query.to, form_id: query.form_id };
    let page = PageRequest::read(query.limit, query.cursor.as_deref(), "check_ins")?;
    let tx = state.database.begin_read(&caller.scope).await?;
    let page = check_ins::list_check_ins(&tx, client_id, &filter, &page).await?;
    tx.finish().await?;
    note_read(&state.database, &caller.scope, DataClass::CheckIns, &[client_id]).await?;
    let items = page.items.iter().map(|view| CheckInOut::new(view, &caller.scope)).collect::<Result<_, _>>()?;
    Ok(Json(CheckInList { items, next_cursor: page.next_cursor }))
}
