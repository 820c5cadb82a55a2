use serde_json::{Value, json};
use uuid::Uuid;

/// Why the record was touched (HL7 `PurposeOfUse`, narrowed to what happens here).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Care of the client and its documentation.
    Treatment,
    /// Running the service: staff, settings, schedules.
    Operations,
    /// The person acts on their own record.
    PatientRequest,
}

impl Purpose {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Treatment => "treatment",
            Self::Operations => "operations",
            Self::PatientRequest => "patient_request",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Success,
    Denied,
}

impl Outcome {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Denied => "denied",
        }
    }
}

/// What part of a client's record was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DataClass {
    Client,
    Agenda,
    Reminders,
    Goals,
    CarePlans,
    Profile,
    CheckIns,
    Notes,
    Attention,
    HelpRequests,
    RecordAccess,
    BreakGlass,
    Sessions,
    Coverage,
    Billing,
    /// A row over everything: next appointment, moods, open reasons.
    Summary,
}

impl DataClass {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Agenda => "agenda",
            Self::Reminders => "reminders",
            Self::Goals => "goals",
            Self::CarePlans => "care_plans",
            Self::Profile => "profile",
            Self::CheckIns => "check_ins",
            Self::Notes => "notes",
            Self::Attention => "attention",
            Self::HelpRequests => "help_requests",
            Self::RecordAccess => "record_access",
            Self::BreakGlass => "break_glass",
            Self::Sessions => "sessions",
            Self::Coverage => "coverage",
            Self::Billing => "billing",
            Self::Summary => "summary",
        }
    }
}

/// One thing that happened. Actor, sign-in, request and moment are taken from the transaction.
#[derive(Clone, Debug)]
pub struct AuditEvent {
    pub(super) action: &'static str,
    pub(super) object_type: &'static str,
    pub(super) object_id: String,
    pub(super) client_id: Option<Uuid>,
    pub(super) purpose: Option<Purpose>,
    pub(super) outcome: Outcome,
    pub(super) detail: Value,
    pub(super) break_glass_id: Option<Uuid>,
}

impl AuditEvent {
    /// `action` is a verb and `object_type` a resource: `("create", "agenda_item", id)`.
    pub fn new(action: &'static str, object_type: &'static str, object_id: impl ToString) -> Self {
        Self {
            action,
            object_type,
            object_id: object_id.to_string(),
            client_id: None,
            purpose: None,
            outcome: Outcome::Success,
            detail: json!({}),
            break_glass_id: None,
        }
    }

    pub(crate) fn action(&self) -> &'static str {
        self.action
    }

    pub(crate) fn object_type(&self) -> &'static str {
        self.object_type
    }

    pub(crate) fn client_id(&self) -> Option<Uuid> {
        self.client_id
    }

    /// The client whose record it touches; that client can see the row.
    #[must_use]
    pub fn client(mut self, client_id: Uuid) -> Self {
        self.client_id = Some(client_id);
        self
    }

    #[must_use]
    pub fn purpose(mut self, purpose: Purpose) -> Self {
        self.purpose = Some(purpose);
        self
    }

    #[must_use]
    pub fn denied(mut self) -> Self {
        self.outcome = Outcome::Denied;
        self
    }

    /// Names of members, codes and ids. Never names of people, free text or other contents.
    #[must_use]
    pub fn detail(mut self, detail: Value) -> Self {
        self.detail = detail;
        self
    }

    /// The emergency access that it happened under. Whatever else the actor does with that client while the access lasts
    /// gets it by itself.
    #[must_use]
    pub fn break_glass(mut self, id: Uuid) -> Self {
        self.break_glass_id = Some(id);
        self
    }
}
