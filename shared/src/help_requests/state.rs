use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where a help request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HelpState {
    Open,
    /// Nobody claimed it in time, so more people were told.
    Escalated,
    Claimed,
    Closed,
}

impl HelpState {
    pub const ALL: [Self; 4] = [Self::Open, Self::Escalated, Self::Claimed, Self::Closed];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Escalated => "escalated",
            Self::Claimed => "claimed",
            Self::Closed => "closed",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

/// How it ended, when somebody asked for help or said that they are not safe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HelpOutcome {
    /// We talked or wrote to each other.
    Talked,
    /// We met.
    Met,
    /// A clinician or another service has taken over.
    HandedOver,
    /// An emergency service was called.
    EmergencyServices,
    CouldNotReach,
    /// It had settled itself.
    NotNeeded,
}

impl HelpOutcome {
    pub const ALL: [Self; 6] =
        [Self::Talked, Self::Met, Self::HandedOver, Self::EmergencyServices, Self::CouldNotReach, Self::NotNeeded];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Talked => "talked",
            Self::Met => "met",
            Self::HandedOver => "handed_over",
            Self::EmergencyServices => "emergency_services",
            Self::CouldNotReach => "could_not_reach",
            Self::NotNeeded => "not_needed",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.as_str() == text)
    }
}
