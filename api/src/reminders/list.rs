use axum::Json;
use axum::extract::State;
use cairn_shared::audit::{DataClass, note_read};
use cairn_shared::db::PageRequest;
use cairn_shared::reminders::{self, ReminderFilter, ReminderState};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use super::wire::ReminderList;
use crate::clients::date_or_null;
use crate::extract::{Caller, ValidPath, ValidQuery};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RemindersQuery {
    /// First local date of the client's zone, by due time.
    #[serde(default, deserialize_with = "date_or_null")]
    #[param(value_type = Option<String>, format = Date)]
    from: Option<NaiveDate>,
    /// The date after the last.
    #[serde(default, deserialize_with = "date_or_null")]
    #[param(value_type = Option<String>, format = Date)]
    to: Option<NaiveDate>,
    #[param(inline)]
    state: Option<ReminderState>,
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    cursor: Option<String>,
}

/// A client's reminders by due time, with every delivery and its history.
#[utoipa::path(get, path = "/v1/clients/{client_id}/reminders", operation_id = "list_reminders", tag = "reminders",
    params(("client_id" = Uuid, Path), RemindersQuery), responses((status = 200, body = ReminderList), Problems))]
pub async fn list_reminders(
    State(state): State<AppState>,
    caller: Caller,
    ValidPath(client_id): ValidPath<Uuid>,
    ValidQuery(query): ValidQuery<RemindersQuery>,
) -> Result<Json<ReminderList>, Problem> {
    let filter = ReminderFilter { from: query.from, to: query.to, state: query.state };
    let page = PageRequest::read(query.limit, query.cursor.as_deref(), "reminders")?;
    let tx = state.database.begin_read(&caller.scope).await?;
    let page = reminders::list_reminders(&tx, client_id, &filter, &page).await?;
    tx.finish().await?;
    note_read(&state.database, &caller.scope, DataClass::Reminders, &[client_id]).await?;
    let page = page.map(Into::into);
    Ok(Json(ReminderList { items: page.items, next_cursor: page.next_cursor }))
}
