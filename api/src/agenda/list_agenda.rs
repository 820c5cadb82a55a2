use axum::Json;
use axum::extract::State;
use cairn_shared::agenda::{self, AgendaFilter, AgendaRow};
use cairn_shared::audit::{DataClass, note_read};
use cairn_shared::db::PageRequest;
use cairn_shared::reminders::ReminderState;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::wire::OccurrenceOut;
use crate::clients::date;
use crate::extract::{Caller, ValidQuery};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AgendaQuery {
    /// First local date of the organization.
    #[serde(deserialize_with = "date")]
    #[param(value_type = String, format = Date, example = "2027-03-08")]
    from: NaiveDate,
    /// The date after the last, at most 62 days later.
    #[serde(deserialize_with = "date")]
    #[param(value_type = String, format = Date, example = "2027-03-15")]
    to: NaiveDate,
    staff_id: Option<Uuid>,
    client_id: Option<Uuid>,
    /// A state of the leading reminder, or `none` for occurrences without any.
    reminder_state: Option<String>,
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    cursor: Option<String>,
}

/// An occurrence, and whose it is.
#[derive(Serialize, ToSchema)]
pub struct AgendaRowOut {
    client: AgendaClientOut,
    #[serde(flatten)]
    occurrence: OccurrenceOut,
}

#[derive(Serialize, ToSchema)]
pub struct AgendaClientOut {
    id: Uuid,
    preferred_name: String,
}

impl From<AgendaRow> for AgendaRowOut {
    fn from(row: AgendaRow) -> Self {
        Self {
            client: AgendaClientOut { id: row.occurrence.client_id, preferred_name: row.client_name },
            occurrence: row.occurrence.into(),
        }
    }
}

#[derive(Serialize, ToSchema)]
pub struct AgendaList {
    items: Vec<AgendaRowOut>,
    next_cursor: Option<String>,
}

/// What happens over all clients that you may see: a row for each occurrence and client, by start. For staff.
#[utoipa::path(get, path = "/v1/agenda", operation_id = "list_agenda", tag = "agenda", params(AgendaQuery),
    responses((status = 200, body = AgendaList), Problems))]
pub async fn list_agenda(
    State(state): State<AppState>,
    caller: Caller,
    ValidQuery(query): ValidQuery<AgendaQuery>,
) -> Result<Json<AgendaList>, Problem> {
    let reminder_state = match query.reminder_state.as_deref() {
        None => None,
        Some("none") => Some(None),
        Some(text) => Some(Some(ReminderState::parse(text).ok_or_else(|| {
            cairn_shared::Error::invalid("reminder_state", "unknown_value", "a state of a reminder, or none")
        })?)),
    };
    let filter = AgendaFilter { staff_id: query.staff_id, client_id: query.client_id, reminder_state };
    let page = PageRequest::read(query.limit, query.cursor.as_deref(), "organization-agenda")?;
    let tx = state.database.begin_read(&caller.scope).await?;
    let page = agenda::organization_agenda(&tx, query.from, query.to, &filter, &page).await?;
    tx.finish().await?;
    let mut shown: Vec<Uuid> = page.items.iter().map(|row| row.occurrence.client_id).collect();
    shown.sort_unstable();
    shown.dedup();
    note_read(&state.database, &caller.scope, DataClass::Agenda, &shown).await?;
    let page = page.map(Into::into);
    Ok(Json(AgendaList { items: page.items, next_cursor: page.next_cursor }))
}
