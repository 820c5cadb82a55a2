use axum::Json;
use axum::extract::State;
use cairn_shared::audit::{DataClass, note_read};
use cairn_shared::dashboards::{self, DayTotals};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::agenda::AgendaRowOut;
use crate::clients::date_or_null;
use crate::extract::{Caller, ValidQuery};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DayQuery {
    /// A local date of the organization; today when left out.
    #[serde(default, deserialize_with = "date_or_null")]
    #[param(value_type = Option<String>, format = Date)]
    on: Option<NaiveDate>,
    staff_id: Option<Uuid>,
}

#[derive(Serialize, ToSchema)]
pub struct DayOut {
    #[schema(value_type = String, format = Date)]
    on: NaiveDate,
    totals: DayTotalsOut,
    /// One for each appointment or meeting and client, by start.
    items: Vec<AgendaRowOut>,
}

#[derive(Serialize, ToSchema)]
pub struct DayTotalsOut {
    appointments: u64,
    cancelled: u64,
    confirmed: u64,
    declined: u64,
    /// Neither cancelled nor answered.
    unanswered: u64,
    /// Of the unanswered, reminded already.
    reminded: u64,
    /// Of the unanswered, those whom no reminder reached or will reach.
    not_reached: u64,
}

impl From<DayTotals> for DayTotalsOut {
    fn from(totals: DayTotals) -> Self {
        Self {
            appointments: totals.appointments,
            cancelled: totals.cancelled,
            confirmed: totals.confirmed,
            declined: totals.declined,
            unanswered: totals.unanswered,
            reminded: totals.reminded,
            not_reached: totals.not_reached,
        }
    }
}

/// A day's appointments and meetings: who confirmed, and whether reminders came through.
#[utoipa::path(get, path = "/v1/dashboard/day", operation_id = "get_day", tag = "dashboards", params(DayQuery),
    responses((status = 200, body = DayOut), Problems))]
pub async fn get_day(
    State(state): State<AppState>,
    caller: Caller,
    ValidQuery(query): ValidQuery<DayQuery>,
) -> Result<Json<DayOut>, Problem> {
    let tx = state.database.begin_read(&caller.scope).await?;
    let day = dashboards::day(&tx, query.on, query.staff_id).await?;
    tx.finish().await?;
    let mut ids: Vec<Uuid> = day.rows.iter().map(|row| row.occurrence.client_id).collect();
    ids.sort_unstable();
    ids.dedup();
    note_read(&state.database, &caller.scope, DataClass::Agenda, &ids).await?;
    let items = day.rows.into_iter().map(Into::into).collect();
    Ok(Json(DayOut { on: day.on, totals: day.totals.into(), items }))
}
