use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What an agenda item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// With a specialist, at a set time.
    Appointment,
    /// Of a group, at a set time.
    Meeting,
    /// Something a person does again and again.
    Routine,
    Milestone,
    ToDo,
    /// Made by a check-in schedule, and answered by a check-in.
    CheckIn,
}

impl Kind {
    pub const ALL: [Self; 6] =
        [Self::Appointment, Self::Meeting, Self::Routine, Self::Milestone, Self::ToDo, Self::CheckIn];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Appointment => "appointment",
            Self::Meeting => "meeting",
            Self::Routine => "routine",
            Self::Milestone => "milestone",
            Self::ToDo => "to_do",
            Self::CheckIn => "check_in",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// Others wait there: never held by the daily cap, of use until the start.
    pub fn is_with_others(self) -> bool {
        matches!(self, Self::Appointment | Self::Meeting)
    }

    /// May a client put it on their own agenda?
    pub fn is_for_oneself(self) -> bool {
        matches!(self, Self::Routine | Self::ToDo)
    }
}
