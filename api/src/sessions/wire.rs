use cairn_shared::clock::Timestamp;
use cairn_shared::sessions::{
    Attendance, AttendeeView, Kind, Modality, NonBillableReason, OtherPresent, Portion, SessionView, State,
};
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// The part of a session on one local date of its place.
#[derive(Serialize, ToSchema)]
pub struct PortionOut {
    #[schema(value_type = String, format = Date)]
    date: NaiveDate,
    /// Whole minutes that passed, less what is excluded.
    minutes: i64,
}

impl From<Portion> for PortionOut {
    fn from(portion: Portion) -> Self {
        Self { date: portion.date, minutes: portion.minutes }
    }
}

/// A client's part in a session.
#[derive(Serialize, ToSchema)]
pub struct AttendeeOut {
    client_id: Uuid,
    attendance: Attendance,
    /// `null`: with the start.
    arrived_at: Option<Timestamp>,
    /// `null`: until the end.
    left_at: Option<Timestamp>,
    /// Who else was there for this client, by role.
    others_present: Vec<OtherPresent>,
    minutes: i64,
    portions: Vec<PortionOut>,
}

impl From<AttendeeView> for AttendeeOut {
    fn from(view: AttendeeView) -> Self {
        Self {
            client_id: view.client_id,
            attendance: view.attendance,
            arrived_at: view.arrived_at,
            left_at: view.left_at,
            minutes: view.minutes(),
            portions: view.portions.into_iter().map(Into::into).collect(),
            others_present: view.others_present,
        }
    }
}

/// A meeting of a specialist with a client or several. Minutes follow from the times; nobody types them.
#[derive(Serialize, ToSchema)]
pub struct SessionOut {
    pub id: Uuid,
    specialist_id: Uuid,
    specialist_name: String,
    kind: Kind,
    state: State,
    modality: Modality,
    place_of_service: String,
    /// `null` also for billers, whose business it is not.
    setting: Option<String>,
    /// The appointment that it was planned as.
    occurrence_id: Option<String>,
    starts_at: Timestamp,
    /// `null` while it is in progress.
    ends_at: Option<Timestamp>,
    /// Of the place of service.
    time_zone: String,
    /// The local date of the start there.
    #[schema(value_type = String, format = Date)]
    service_date: NaiveDate,
    excluded_minutes: i64,
    excluded_reason: Option<NonBillableReason>,
    billable: bool,
    non_billable_reason: Option<NonBillableReason>,
    service_code: Option<String>,
    modifiers: Vec<String>,
    /// Why it was entered in error.
    state_reason: Option<String>,
    minutes: i64,
    /// More than one when it goes over midnight.
    portions: Vec<PortionOut>,
    /// Those whom you may know of.
    attendees: Vec<AttendeeOut>,
    attendee_count: usize,
    /// While a signed note rests on it, it does not change.
    signed_notes: i64,
    version: i64,
    created_at: Timestamp,
}

impl From<SessionView> for SessionOut {
    fn from(view: SessionView) -> Self {
        Self {
            id: view.id,
            specialist_id: view.specialist_id,
            minutes: view.minutes(),
            specialist_name: view.specialist_name,
            kind: view.kind,
            state: view.state,
            modality: view.modality,
            place_of_service: view.place_of_service,
            setting: view.setting,
            occurrence_id: view.occurrence_id,
            starts_at: view.starts_at,
            ends_at: view.ends_at,
            time_zone: view.zone.name().to_owned(),
            service_date: view.service_date,
            excluded_minutes: view.excluded_minutes,
            excluded_reason: view.excluded_reason,
            billable: view.billable,
            non_billable_reason: view.non_billable_reason,
            service_code: view.service_code,
            modifiers: view.modifiers,
            state_reason: view.state_reason,
            portions: view.portions.into_iter().map(Into::into).collect(),
            attendees: view.attendees.into_iter().map(Into::into).collect(),
            attendee_count: view.attendee_count,
            signed_notes: view.signed_notes,
            version: view.version,
            created_at: view.created_at,
        }
    }
}
