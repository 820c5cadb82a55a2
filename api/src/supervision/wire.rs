use cairn_shared::clock::Timestamp;
use cairn_shared::payers::SupervisorType;
use cairn_shared::supervision::{Due, Entry, Mode, SupervisionView};
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// Who supervises whom; local dates of the organization, both inclusive.
#[derive(Serialize, ToSchema)]
pub struct SupervisionOut {
    pub id: Uuid,
    supervisor_id: Uuid,
    staff_id: Uuid,
    /// As what the supervisor supervises.
    supervisor_type: Option<SupervisorType>,
    is_primary: bool,
    #[schema(value_type = String, format = Date)]
    starts_on: NaiveDate,
    #[schema(value_type = Option<String>, format = Date)]
    ends_on: Option<NaiveDate>,
}

impl From<SupervisionView> for SupervisionOut {
    fn from(view: SupervisionView) -> Self {
        let SupervisionView { id, supervisor_id, staff_id, supervisor_type, is_primary, starts_on, ends_on } = view;
        Self { id, supervisor_id, staff_id, supervisor_type, is_primary, starts_on, ends_on }
    }
}

/// A supervision that took place; it counts when both have signed.
#[derive(Serialize, ToSchema)]
pub struct SupervisionEntryOut {
    pub id: Uuid,
    supervisor_id: Uuid,
    staff_id: Uuid,
    #[schema(value_type = String, format = Date)]
    held_on: NaiveDate,
    minutes: i64,
    mode: Mode,
    topics: Option<String>,
    supervisor_signed_at: Timestamp,
    staff_signed_at: Option<Timestamp>,
}

impl From<Entry> for SupervisionEntryOut {
    fn from(entry: Entry) -> Self {
        Self {
            id: entry.id,
            supervisor_id: entry.supervisor_id,
            staff_id: entry.staff_id,
            held_on: entry.held_on,
            minutes: entry.minutes,
            mode: entry.mode,
            topics: entry.topics,
            supervisor_signed_at: entry.supervisor_signed_at,
            staff_signed_at: entry.staff_signed_at,
        }
    }
}

/// When a member of staff is to be supervised next.
#[derive(Serialize, ToSchema)]
pub struct SupervisionDueOut {
    staff_id: Uuid,
    name: String,
    primary_supervisor_id: Option<Uuid>,
    #[schema(value_type = Option<String>, format = Date)]
    last_held_on: Option<NaiveDate>,
    #[schema(value_type = Option<String>, format = Date)]
    due_on: Option<NaiveDate>,
    overdue: bool,
    observations_this_year: i64,
    observations_needed: Option<i64>,
    /// Entries that wait for the signature of the member of staff.
    unsigned_entries: i64,
}

impl From<Due> for SupervisionDueOut {
    fn from(due: Due) -> Self {
        Self {
            staff_id: due.staff_id,
            name: due.name,
            primary_supervisor_id: due.primary_supervisor_id,
            last_held_on: due.last_held_on,
            due_on: due.due_on,
            overdue: due.overdue,
            observations_this_year: due.observations_this_year,
            observations_needed: due.observations_needed,
            unsigned_entries: due.unsigned_entries,
        }
    }
}
