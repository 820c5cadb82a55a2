use std::collections::BTreeSet;

use axum::Json;
use axum::extract::State;
use cairn_shared::audit::{DataClass, note_read};
use cairn_shared::db::PageRequest;
use cairn_shared::sessions::{self, SessionFilter};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::wire::SessionOut;
use crate::clients::date_or_null;
use crate::extract::{Caller, ValidQuery};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SessionsQuery {
    /// First date of service.
    #[serde(default, deserialize_with = "date_or_null")]
    #[param(value_type = Option<String>, format = Date)]
    from: Option<NaiveDate>,
    /// The date of service after the last.
    #[serde(default, deserialize_with = "date_or_null")]
    #[param(value_type = Option<String>, format = Date)]
    to: Option<NaiveDate>,
    client_id: Option<Uuid>,
    staff_id: Option<Uuid>,
    state: Option<sessions::State>,
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    cursor: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct SessionList {
    items: Vec<SessionOut>,
    next_cursor: Option<String>,
}

/// Sessions of the clients within your reach, newest first.
#[utoipa::path(get, path = "/v1/sessions", operation_id = "list_sessions", tag = "sessions",
    params(SessionsQuery), responses((status = 200, body = SessionList), Problems))]
pub async fn list_sessions(
    State(state): State<AppState>,
    caller: Caller,
    ValidQuery(query): ValidQuery<SessionsQuery>,
) -> Result<Json<SessionList>, Problem> {
    let page = PageRequest::read(query.limit, query.cursor.as_deref(), "sessions")?;
    let filter = SessionFilter {
        from: query.from,
        to: query.to,
        client_id: query.client_id,
        staff_id: query.staff_id,
        state: query.state,
    };
    let tx = state.database.begin_read(&caller.scope).await?;
    let page = sessions::list(&tx, &filter, &page).await?;
    tx.finish().await?;
    let attendees = page.items.iter().flat_map(|session| &session.attendees);
    let clients: BTreeSet<Uuid> = attendees.map(|attendee| attendee.client_id).collect();
    let clients: Vec<Uuid> = clients.into_iter().collect();
    note_read(&state.database, &caller.scope, DataClass::Sessions, &clients).await?;
    let page = page.map(SessionOut::from);
    Ok(Json(SessionList { items: page.items, next_cursor: page.next_cursor }))
}
