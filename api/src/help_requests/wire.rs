use cairn_shared::clock::Timestamp;
use cairn_shared::help_requests::{HelpOutcome, HelpRequestView, HelpSettings, HelpState, StaffedHours};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::attention::{ClientNameOut, PersonOut};

/// A client's request for help. What staff wrote and decided is for staff.
#[derive(Serialize, ToSchema)]
pub struct HelpRequestOut {
    pub id: Uuid,
    pub client_id: Uuid,
    /// For staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    client: Option<ClientNameOut>,
    state: HelpState,
    created_at: Timestamp,
    message: Option<String>,
    /// The happening on the agenda that the client asked for help with.
    occurrence_id: Option<String>,
    claimed_by: Option<PersonOut>,
    claimed_at: Option<Timestamp>,
    closed_at: Option<Timestamp>,
    outcome: Option<HelpOutcome>,
    note: Option<String>,
    /// Unclaimed until then, more people are alerted.
    due_at: Timestamp,
    /// Whether somebody was there when it was asked.
    staffed: bool,
    /// What that means for the client, in their language.
    notice: &'static str,
}

impl From<HelpRequestView> for HelpRequestOut {
    fn from(view: HelpRequestView) -> Self {
        Self {
            id: view.id,
            client_id: view.client_id,
            client: view.client_name.map(|preferred_name| ClientNameOut { id: view.client_id, preferred_name }),
            state: view.state,
            created_at: view.created_at,
            message: view.message,
            occurrence_id: view.occurrence_id,
            claimed_by: view.claimed_by.map(PersonOut::new),
            claimed_at: view.claimed_at,
            closed_at: view.closed_at,
            outcome: view.outcome,
            note: view.note,
            due_at: view.due_at,
            staffed: view.staffed,
            notice: view.notice,
        }
    }
}

#[derive(Serialize, ToSchema)]
pub struct HelpRequestList {
    pub items: Vec<HelpRequestOut>,
    pub next_cursor: Option<String>,
}

/// How the organization handles requests for help.
#[derive(Serialize, ToSchema)]
pub struct HelpSettingsOut {
    /// After so many minutes without anybody the next one is alerted.
    escalation_minutes: i64,
    /// When somebody is there, on the organization's clocks; `null`: never watched round the clock.
    staffed_hours: Option<Vec<StaffedHours>>,
    version: i64,
}

impl From<HelpSettings> for HelpSettingsOut {
    fn from(settings: HelpSettings) -> Self {
        Self {
            escalation_minutes: settings.escalation_minutes,
            staffed_hours: settings.staffed_hours,
            version: settings.version,
        }
    }
}
