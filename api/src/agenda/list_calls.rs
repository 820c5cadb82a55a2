use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use cairn_shared::agenda::{self, CallRow, Standing};
use cairn_shared::audit::{DataClass, note_read};
use cairn_shared::dashboards::csv::line;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::wire::OccurrenceOut;
use crate::clients::date;
use crate::extract::{Caller, ValidQuery, wants_sheet};
use crate::problem::{Problem, Problems};
use crate::state::AppState;

/// Which rows of the list.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StandingFilter {
    NoReminder,
    Planned,
    Sent,
    Shown,
    Answered,
    NotReached,
    /// All but `answered`.
    Unanswered,
}

impl StandingFilter {
    fn exactly(self) -> Option<Standing> {
        match self {
            Self::NoReminder => Some(Standing::NoReminder),
            Self::Planned => Some(Standing::Planned),
            Self::Sent => Some(Standing::Sent),
            Self::Shown => Some(Standing::Shown),
            Self::Answered => Some(Standing::Answered),
            Self::NotReached => Some(Standing::NotReached),
            Self::Unanswered => None,
        }
    }
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CallsQuery {
    /// A local date of the organization.
    #[serde(deserialize_with = "date")]
    #[param(value_type = String, format = Date, example = "2027-03-08")]
    date: NaiveDate,
    #[param(inline)]
    standing: Option<StandingFilter>,
}

#[derive(Serialize, ToSchema)]
pub struct CallClientOut {
    id: Uuid,
    preferred_name: String,
    phone: Option<String>,
}

/// An appointment or meeting, and how far its reminder has come.
#[derive(Serialize, ToSchema)]
pub struct CallOut {
    client: CallClientOut,
    standing: Standing,
    #[serde(flatten)]
    occurrence: OccurrenceOut,
}

#[derive(Serialize, ToSchema)]
pub struct CallList {
    items: Vec<CallOut>,
    /// The list is whole.
    next_cursor: Option<String>,
}

impl From<CallRow> for CallOut {
    fn from(call: CallRow) -> Self {
        let CallRow { row, phone, standing } = call;
        Self {
            client: CallClientOut { id: row.occurrence.client_id, preferred_name: row.client_name, phone },
            standing,
            occurrence: row.occurrence.into(),
        }
    }
}

/// The appointments and meetings of a day with the standing of their reminders and the clients' telephone numbers: whom to
/// call. With `Accept: text/csv` as comma-separated values. For staff.
#[utoipa::path(get, path = "/v1/agenda/calls", operation_id = "list_calls", tag = "agenda", params(CallsQuery),
    responses((status = 200, content((CallList = "application/json"), (String = "text/csv"))), Problems))]
pub async fn list_calls(
    State(state): State<AppState>,
    caller: Caller,
    ValidQuery(query): ValidQuery<CallsQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let tx = state.database.begin_read(&caller.scope).await?;
    let exactly = query.standing.and_then(StandingFilter::exactly);
    let unanswered = matches!(query.standing, Some(StandingFilter::Unanswered));
    let calls = agenda::calls_of_day(&tx, query.date, exactly, unanswered).await?;
    tx.finish().await?;
    let mut shown: Vec<Uuid> = calls.iter().map(|call| call.row.occurrence.client_id).collect();
    shown.sort_unstable();
    shown.dedup();
    note_read(&state.database, &caller.scope, DataClass::Agenda, &shown).await?;
    let mut response = if wants_sheet(&headers) {
        sheet(&calls)
    } else {
        Json(CallList { items: calls.into_iter().map(Into::into).collect(), next_cursor: None }).into_response()
    };
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("Accept"));
    Ok(response)
}

const HEADER: [&str; 12] = [
    "client_id",
    "preferred_name",
    "phone",
    "starts_at_local",
    "time_zone",
    "kind",
    "title",
    "staff",
    "standing",
    "reminder_state",
    "sent_at",
    "shown_at",
];

fn sheet(calls: &[CallRow]) -> Response {
    let mut text = line(&HEADER.map(str::to_owned));
    for call in calls {
        text.push_str(&line(&cells(call)));
    }
    let mut response = Response::new(text.into());
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8; header=present"));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"calls.csv\""));
    response
}

fn cells(call: &CallRow) -> [String; 12] {
    let view = &call.row.occurrence;
    let reminder = view.reminder.as_ref();
    let at = |at: Option<cairn_shared::clock::Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
    [
        view.client_id.to_string(),
        call.row.client_name.clone(),
        call.phone.clone().unwrap_or_default(),
        view.starts_at_local.clone(),
        view.time_zone.clone(),
        view.kind.as_str().to_owned(),
        view.title.clone(),
        view.staff.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>().join("; "),
        call.standing.as_str().to_owned(),
        reminder.map(|reminder| reminder.state.as_str().to_owned()).unwrap_or_default(),
        at(reminder.and_then(|reminder| reminder.sent_at)),
        at(reminder.and_then(|reminder| reminder.shown_at)),
    ]
}
