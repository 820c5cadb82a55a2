//! The two statuses of a goal, kept apart as FHIR R4 keeps them: where it is in its life, and how it goes.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The four dimensions of a life in recovery (SAMHSA, 2012; public domain).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LifeArea {
    Health,
    Home,
    Purpose,
    Community,
}

impl LifeArea {
    pub const ALL: [Self; 4] = [Self::Health, Self::Home, Self::Purpose, Self::Community];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Health => "health",
            Self::Home => "home",
            Self::Purpose => "purpose",
            Self::Community => "community",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|area| area.as_str() == text)
    }
}

/// Where a goal is in its life (FHIR R4 `goal-status`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Lifecycle {
    /// Written by staff; the client has not decided.
    Proposed,
    /// Agreed, not begun.
    Accepted,
    Active,
    OnHold,
    Completed,
    /// Dropped, or declined.
    Cancelled,
    EnteredInError,
}

impl Lifecycle {
    pub const ALL: [Self; 7] = [
        Self::Proposed,
        Self::Accepted,
        Self::Active,
        Self::OnHold,
        Self::Completed,
        Self::Cancelled,
        Self::EnteredInError,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Accepted => "accepted",
            Self::Active => "active",
            Self::OnHold => "on_hold",
            Self::Completed => "completed",
            Self::Cancelled => "cancelled",
            Self::EnteredInError => "entered_in_error",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }

    /// May a goal of the client's be moved there? A proposed goal moves by the client's decision, and its author may
    /// take it back.
    pub fn may_become(self, next: Self) -> bool {
        if self == next {
            return true;
        }
        match self {
            Self::Proposed => matches!(next, Self::Cancelled | Self::EnteredInError),
            Self::Accepted => {
                matches!(next, Self::Active | Self::OnHold | Self::Completed | Self::Cancelled | Self::EnteredInError)
            }
            Self::Active => matches!(next, Self::OnHold | Self::Completed | Self::Cancelled | Self::EnteredInError),
            Self::OnHold => matches!(next, Self::Active | Self::Completed | Self::Cancelled | Self::EnteredInError),
            // Taken up again.
            Self::Completed | Self::Cancelled => matches!(next, Self::Active | Self::EnteredInError),
            Self::EnteredInError => false,
        }
    }

    /// Is it the client's own by now, and not dropped? Then steps can be done and progress recorded; what was reached
    /// can still be sustained.
    pub fn takes_progress(self) -> bool {
        matches!(self, Self::Accepted | Self::Active | Self::OnHold | Self::Completed)
    }

    /// What it is once something was done for it.
    #[must_use]
    pub fn after_progress(self) -> Self {
        if self == Self::Accepted { Self::Active } else { self }
    }
}

/// How it goes (FHIR R4 `goal-achievement`, all nine codes).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Achievement {
    InProgress,
    Improving,
    Worsening,
    NoChange,
    Achieved,
    Sustaining,
    NotAchieved,
    NoProgress,
    NotAttainable,
}

impl Achievement {
    pub const ALL: [Self; 9] = [
        Self::InProgress,
        Self::Improving,
        Self::Worsening,
        Self::NoChange,
        Self::Achieved,
        Self::Sustaining,
        Self::NotAchieved,
        Self::NoProgress,
        Self::NotAttainable,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::InProgress => "in_progress",
            Self::Improving => "improving",
            Self::Worsening => "worsening",
            Self::NoChange => "no_change",
            Self::Achieved => "achieved",
            Self::Sustaining => "sustaining",
            Self::NotAchieved => "not_achieved",
            Self::NoProgress => "no_progress",
            Self::NotAttainable => "not_attainable",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }

    /// Says how it ended, in whatever way.
    fn is_final(self) -> bool {
        matches!(self, Self::Achieved | Self::Sustaining | Self::NotAchieved | Self::NotAttainable)
    }
}

/// How it goes after a move: what is begun is in progress; what is completed was achieved, unless the record says how it
/// ended already; what is taken up again is in progress again.
pub fn achievement_after(current: Option<Achievement>, from: Lifecycle, to: Lifecycle) -> Option<Achievement> {
    if from == to {
        return current;
    }
    match to {
        Lifecycle::Active if current.is_none_or(Achievement::is_final) => Some(Achievement::InProgress),
        Lifecycle::Completed if !current.is_some_and(Achievement::is_final) => Some(Achievement::Achieved),
        _ => current,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_move_is_as_written_down() {
        // Rows: from. Columns: to, in the order of `ALL`.
        let table = ["x----xx", "-xxxxxx", "--xxxxx", "--xxxxx", "--x-x-x", "--x--xx", "------x"];
        for (from, row) in Lifecycle::ALL.into_iter().zip(table) {
            for (to, cell) in Lifecycle::ALL.into_iter().zip(row.chars()) {
                assert_eq!(from.may_become(to), cell == 'x', "{from:?} to {to:?}");
            }
        }
    }

    #[test]
    fn words_go_round() {
        for status in Lifecycle::ALL {
            assert_eq!(Lifecycle::parse(status.as_str()), Some(status));
            assert_eq!(serde_json::to_value(status).expect("a word"), status.as_str());
        }
        for status in Achievement::ALL {
            assert_eq!(Achievement::parse(status.as_str()), Some(status));
            assert_eq!(serde_json::to_value(status).expect("a word"), status.as_str());
        }
        for area in LifeArea::ALL {
            assert_eq!(LifeArea::parse(area.as_str()), Some(area));
            assert_eq!(serde_json::to_value(area).expect("a word"), area.as_str());
        }
    }

    #[test]
    fn completing_means_achieved_unless_something_else_was_said() {
        use Achievement::{Achieved, Improving, InProgress, NotAttainable, Sustaining};
        use Lifecycle::{Accepted, Active, Completed, OnHold};
        for (current, from, to, expected) in [
            (None, Accepted, Active, Some(InProgress)),
            (Some(Improving), Active, Completed, Some(Achieved)),
            (None, Accepted, Completed, Some(Achieved)),
            (Some(Sustaining), Active, Completed, Some(Sustaining)),
            (Some(NotAttainable), Active, Completed, Some(NotAttainable)),
            (Some(Improving), Active, OnHold, Some(Improving)),
            (Some(Improving), OnHold, Active, Some(Improving)),
            (Some(Achieved), Completed, Active, Some(InProgress)),
            (Some(Achieved), Completed, Completed, Some(Achieved)),
        ] {
            assert_eq!(achievement_after(current, from, to), expected, "{current:?} {from:?} {to:?}");
        }
    }
}
