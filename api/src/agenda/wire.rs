use cairn_shared::agenda::{
    Attendance, Conflict, EditScope, ItemView, Kind, OccurrenceId, OccurrenceView, ReminderInput, Response,
};
use cairn_shared::clock::Timestamp;
use cairn_shared::error::Error;
use cairn_shared::scope::Scope;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::reminders::ReminderSummaryOut;

/// So many minutes before the start, or so many days before at a local time of day.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(untagged, deny_unknown_fields)]
pub enum ReminderWire {
    Minutes {
        #[schema(minimum = 0, maximum = 40320)]
        minutes_before: i64,
    },
    Days {
        #[schema(minimum = 0, maximum = 28)]
        days_before: i64,
        #[schema(pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$", example = "09:00")]
        at: String,
    },
}

impl From<ReminderWire> for ReminderInput {
    fn from(wire: ReminderWire) -> Self {
        match wire {
            ReminderWire::Minutes { minutes_before } => Self::MinutesBefore(minutes_before),
            ReminderWire::Days { days_before, at } => Self::DaysBefore { days: days_before, at },
        }
    }
}

impl From<ReminderInput> for ReminderWire {
    fn from(input: ReminderInput) -> Self {
        match input {
            ReminderInput::MinutesBefore(minutes_before) => Self::Minutes { minutes_before },
            ReminderInput::DaysBefore { days, at } => Self::Days { days_before: days, at },
        }
    }
}

/// What can be put on an agenda; check-ins are put there by their schedules.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NewItemKind {
    Appointment,
    Meeting,
    Routine,
    Milestone,
    ToDo,
}

impl From<NewItemKind> for Kind {
    fn from(kind: NewItemKind) -> Self {
        match kind {
            NewItemKind::Appointment => Self::Appointment,
            NewItemKind::Meeting => Self::Meeting,
            NewItemKind::Routine => Self::Routine,
            NewItemKind::Milestone => Self::Milestone,
            NewItemKind::ToDo => Self::ToDo,
        }
    }
}

#[derive(Serialize, ToSchema)]
pub struct StaffOut {
    pub id: Uuid,
    pub name: String,
}

fn staff_out(staff: Vec<(Uuid, String)>) -> Vec<StaffOut> {
    staff.into_iter().map(|(id, name)| StaffOut { id, name }).collect()
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Author {
    Client,
    Staff,
}

pub fn author(by_client: bool) -> Author {
    if by_client { Author::Client } else { Author::Staff }
}

/// Something else that a member of staff has at the same time.
#[derive(Serialize, ToSchema)]
pub struct ConflictOut {
    staff_id: Uuid,
    occurrence_id: String,
    starts_at: Timestamp,
}

impl From<Conflict> for ConflictOut {
    fn from(conflict: Conflict) -> Self {
        Self {
            staff_id: conflict.staff_id,
            occurrence_id: conflict.occurrence_id.to_string(),
            starts_at: conflict.starts_at,
        }
    }
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ItemStatus {
    Active,
    Cancelled,
}

/// What was put on the agenda.
#[derive(Serialize, ToSchema)]
pub struct ItemOut {
    pub id: Uuid,
    kind: Kind,
    title: String,
    location: Option<String>,
    notes: Option<String>,
    /// Of the newest version of a series; of the occurrence when it happens once.
    starts_at_local: String,
    /// An IANA name, or `client`.
    time_zone: String,
    duration_minutes: Option<i64>,
    recurrence: Option<String>,
    reminders: Vec<ReminderWire>,
    /// Those that you may see; nobody sees another participant who is a client.
    #[serde(skip_serializing_if = "Option::is_none")]
    client_ids: Option<Vec<Uuid>>,
    staff: Vec<StaffOut>,
    status: ItemStatus,
    pub version: i64,
    created_by: Author,
    created_at: Timestamp,
    /// What else the staff has at these times in the coming 62 days; nothing is forbidden by it.
    #[serde(skip_serializing_if = "Option::is_none")]
    conflicts: Option<Vec<ConflictOut>>,
    /// The goal, and the step of it, that this is a part of.
    goal_id: Option<Uuid>,
    step_id: Option<Uuid>,
}

impl ItemOut {
    pub fn new(view: ItemView, scope: &Scope) -> Self {
        let for_staff = scope.staff_id().is_some();
        Self {
            id: view.id,
            kind: view.kind,
            title: view.title,
            location: view.location,
            notes: view.notes,
            starts_at_local: view.starts_at_local,
            time_zone: view.time_zone,
            duration_minutes: view.duration_minutes,
            recurrence: view.recurrence,
            reminders: view.reminders.into_iter().map(Into::into).collect(),
            client_ids: for_staff.then_some(view.client_ids),
            staff: staff_out(view.staff),
            status: if view.cancelled { ItemStatus::Cancelled } else { ItemStatus::Active },
            version: view.version,
            created_by: author(view.created_by_client),
            created_at: view.created_at,
            conflicts: for_staff.then(|| view.conflicts.into_iter().map(Into::into).collect()),
            goal_id: view.goal_id,
            step_id: view.step_id,
        }
    }
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OccurrenceStatus {
    Planned,
    Cancelled,
}

#[derive(Serialize, ToSchema)]
pub struct ResponseOut {
    response: Response,
    note: Option<String>,
    snoozed_until: Option<Timestamp>,
    /// When it was given.
    answered_at: Timestamp,
    /// When it arrived; later than `answered_at` when the phone had no network.
    responded_at: Timestamp,
}

#[derive(Serialize, ToSchema)]
pub struct AttendanceOut {
    attendance: Attendance,
    recorded_at: Timestamp,
}

/// One happening, as one client has it.
#[derive(Serialize, ToSchema)]
pub struct OccurrenceOut {
    /// `{item_id}.{original local start}`; stays the same when it is moved.
    occurrence_id: String,
    item_id: Uuid,
    kind: Kind,
    title: String,
    location: Option<String>,
    notes: Option<String>,
    starts_at: Timestamp,
    starts_at_local: String,
    ends_at: Option<Timestamp>,
    utc_offset: String,
    /// The zone that counts for it.
    time_zone: String,
    duration_minutes: Option<i64>,
    recurring: bool,
    status: OccurrenceStatus,
    moved: bool,
    staff: Vec<StaffOut>,
    response: Option<ResponseOut>,
    attendance: Option<AttendanceOut>,
    /// The next reminder that is planned, else the newest.
    reminder: Option<ReminderSummaryOut>,
    created_by: Author,
    /// The goal, and the step of it, that this is a part of.
    goal_id: Option<Uuid>,
    step_id: Option<Uuid>,
    /// Of a check-in, for those who may read check-ins.
    check_in_schedule_id: Option<Uuid>,
    form_id: Option<Uuid>,
}

impl From<OccurrenceView> for OccurrenceOut {
    fn from(view: OccurrenceView) -> Self {
        Self {
            occurrence_id: view.id.to_string(),
            item_id: view.id.item_id,
            kind: view.kind,
            title: view.title,
            location: view.location,
            notes: view.notes,
            starts_at: view.starts_at,
            starts_at_local: view.starts_at_local,
            ends_at: view.ends_at,
            utc_offset: view.utc_offset,
            time_zone: view.time_zone,
            duration_minutes: view.duration_minutes,
            recurring: view.recurring,
            status: if view.cancelled { OccurrenceStatus::Cancelled } else { OccurrenceStatus::Planned },
            moved: view.moved,
            staff: staff_out(view.staff),
            response: view.participant.answer.map(|answer| ResponseOut {
                response: answer.response,
                note: answer.note,
                snoozed_until: answer.snoozed_until,
                answered_at: answer.answered_at,
                responded_at: answer.responded_at,
            }),
            attendance: view
                .participant
                .attendance
                .map(|(attendance, recorded_at)| AttendanceOut { attendance, recorded_at }),
            reminder: view.reminder.map(Into::into),
            created_by: author(view.created_by_client),
            goal_id: view.goal_id,
            step_id: view.step_id,
            check_in_schedule_id: view.check_in.map(|(schedule_id, _)| schedule_id),
            form_id: view.check_in.map(|(_, form_id)| form_id),
        }
    }
}

#[derive(Serialize, ToSchema)]
pub struct OccurrenceList {
    pub items: Vec<OccurrenceOut>,
    pub next_cursor: Option<String>,
}

#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ScopeWord {
    This,
    Following,
    All,
}

/// How much of a series a change is for.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ScopeQuery {
    /// `all` when left out.
    #[param(inline)]
    scope: Option<ScopeWord>,
    /// Which occurrence; needed for `this` and `following`.
    occurrence_id: Option<String>,
}

impl ScopeQuery {
    pub fn read(&self, item_id: Uuid) -> Result<EditScope, Error> {
        let wrong = |code, message: &str| Error::invalid("occurrence_id", code, message);
        let original = match &self.occurrence_id {
            None => None,
            Some(text) => {
                let id: OccurrenceId = text.parse().map_err(|_| wrong("invalid", "not the id of an occurrence"))?;
                if id.item_id != item_id {
                    return Err(wrong("other_item", "an occurrence of another item"));
                }
                Some(id.original_local)
            }
        };
        match (self.scope.unwrap_or(ScopeWord::All), original) {
            (ScopeWord::All, _) => Ok(EditScope::All),
            (_, None) => Err(wrong("required", "say which occurrence")),
            (ScopeWord::This, Some(original)) => Ok(EditScope::This(original)),
            (ScopeWord::Following, Some(original)) => Ok(EditScope::Following(original)),
        }
    }
}
