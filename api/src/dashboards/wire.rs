use cairn_shared::Timestamp;
use cairn_shared::attention::explain;
use cairn_shared::clients::Language;
use cairn_shared::dashboards::{CaseloadRow, ReasonView};
use chrono::NaiveDate;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

/// A client in a list over a caseload.
#[derive(Serialize, ToSchema)]
pub struct CaseloadRowOut {
    client: CaseloadClientOut,
    /// The most severe first.
    reasons: Vec<CaseloadReasonOut>,
    /// Of the open reasons: `low`, `medium`, `high`, `urgent`; null when there is none.
    top_severity: Option<&'static str>,
    /// Start of the last appointment or meeting that the client came to.
    last_contact_at: Option<Timestamp>,
    last_check_in_at: Option<Timestamp>,
    next_appointment: Option<NextAppointmentOut>,
    /// Mood of the last 14 local days, the oldest first; null on days without an answer.
    #[schema(min_items = 14, max_items = 14)]
    sparkline: Vec<Option<f64>>,
    goals_in_progress: i64,
    /// Coming appointments and meetings that the client was reminded of and has neither confirmed nor declined.
    unconfirmed_reminders: i64,
    open_help_request_id: Option<Uuid>,
    /// Who works with the client today.
    staff: Vec<CaseloadStaffOut>,
}

#[derive(Serialize, ToSchema)]
pub struct CaseloadClientOut {
    id: Uuid,
    preferred_name: String,
}

#[derive(Serialize, ToSchema)]
pub struct CaseloadStaffOut {
    id: Uuid,
    name: String,
}

#[derive(Serialize, ToSchema)]
pub struct NextAppointmentOut {
    occurrence_id: String,
    starts_at: Timestamp,
}

/// An open reason why a client needs somebody.
#[derive(Serialize, ToSchema)]
pub struct CaseloadReasonOut {
    id: Uuid,
    kind: String,
    /// `low`, `medium`, `high` or `urgent`
    severity: Option<&'static str>,
    since: Timestamp,
    /// `open` or `acknowledged`
    state: String,
    explanation: CaseloadExplanationOut,
    /// The same in words, in English or Spanish as `Accept-Language` asks.
    text: String,
}

#[derive(Serialize, ToSchema)]
pub struct CaseloadExplanationOut {
    code: String,
    /// What the sentence of this code is about: dates, numbers and codes.
    #[schema(value_type = Object)]
    params: Value,
}

pub fn severity(number: i64) -> Option<&'static str> {
    match number {
        1 => Some("low"),
        2 => Some("medium"),
        3 => Some("high"),
        4 => Some("urgent"),
        _ => None,
    }
}

impl CaseloadReasonOut {
    fn new(view: ReasonView, today: NaiveDate, language: Language) -> Self {
        let params: Value = serde_json::from_str(&view.parameters).unwrap_or_default();
        Self {
            text: explain(language, &view.code, &params, today),
            id: view.id,
            kind: view.kind,
            severity: severity(view.severity),
            since: Timestamp(view.since),
            state: view.state,
            explanation: CaseloadExplanationOut { code: view.code, params },
        }
    }
}

impl CaseloadRowOut {
    pub fn new(row: CaseloadRow, language: Language) -> Self {
        let today = row.today;
        Self {
            client: CaseloadClientOut { id: row.client_id, preferred_name: row.preferred_name },
            reasons: row.reasons.into_iter().map(|view| CaseloadReasonOut::new(view, today, language)).collect(),
            top_severity: severity(row.top_severity),
            last_contact_at: row.last_contact_at,
            last_check_in_at: row.last_check_in_at,
            next_appointment: row
                .next_appointment
                .map(|next| NextAppointmentOut { occurrence_id: next.occurrence_id, starts_at: next.starts_at }),
            sparkline: row.sparkline,
            goals_in_progress: row.goals_in_progress,
            unconfirmed_reminders: row.unconfirmed_reminders,
            open_help_request_id: row.open_help_request_id,
            staff: row.staff.into_iter().map(|(id, name)| CaseloadStaffOut { id, name }).collect(),
        }
    }
}
