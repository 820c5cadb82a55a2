use serde::Serialize;
use utoipa::ToSchema;

use crate::payers::Severity;
use crate::words::words;

words! {
    /// Which rule a line fails.
    #[schema(as = BillingRule)]
    Rule {
        SpecialistOverlap = "specialist_overlap",
        ClientOverlap = "client_overlap",
        Credential = "credential",
        Plan = "plan",
        Goals = "goals",
        ServiceOrder = "service_order",
        Note = "note",
        Cosignature = "cosignature",
        SignedLate = "signed_late",
        Supervision = "supervision",
        Minutes = "minutes",
        Units = "units",
        DailyCap = "daily_cap",
        WeeklyCap = "weekly_cap",
        StaffHours = "staff_hours",
        Duplicate = "duplicate",
        ServiceCode = "service_code",
        Modifiers = "modifiers",
        PlaceOfService = "place_of_service",
        Modality = "modality",
        SessionLength = "session_length",
        Bundled = "bundled",
        GroupSize = "group_size",
        Caseload = "caseload",
        SupervisorRatio = "supervisor_ratio",
    }
}

/// A rule that a line fails. Nothing in it names a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = BillingFinding)]
pub struct Finding {
    pub rule: Rule,
    pub severity: Severity,
    /// What is the case.
    pub message: String,
    /// What to do about it.
    pub fix: String,
}

impl Finding {
    pub fn block(rule: Rule, message: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { rule, severity: Severity::Block, message: message.into(), fix: fix.into() }
    }

    pub fn warn(rule: Rule, message: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { severity: Severity::Warn, ..Self::block(rule, message, fix) }
    }
}
