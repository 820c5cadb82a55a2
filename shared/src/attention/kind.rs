use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What can ask for attention.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = AttentionKind)]
pub enum Kind {
    CheckInsMissed,
    MoodBelowBaseline,
    /// The client said that they do not feel safe.
    NotSafe,
    /// The ninth question of the PHQ-9: thoughts of being better off dead, or of hurting oneself.
    Item9,
    /// Wrote something in a check-in that holds one of the organization's words.
    WordsNoticed,
    HelpRequested,
    AppointmentMissed,
    GoalDue,
    PlanReviewDue,
    /// No phone that reminders can reach.
    Unreachable,
}

impl Kind {
    pub const ALL: [Self; 10] = [
        Self::CheckInsMissed,
        Self::MoodBelowBaseline,
        Self::NotSafe,
        Self::Item9,
        Self::WordsNoticed,
        Self::HelpRequested,
        Self::AppointmentMissed,
        Self::GoalDue,
        Self::PlanReviewDue,
        Self::Unreachable,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::CheckInsMissed => "check_ins_missed",
            Self::MoodBelowBaseline => "mood_below_baseline",
            Self::NotSafe => "not_safe",
            Self::Item9 => "item9",
            Self::WordsNoticed => "words_noticed",
            Self::HelpRequested => "help_requested",
            Self::AppointmentMissed => "appointment_missed",
            Self::GoalDue => "goal_due",
            Self::PlanReviewDue => "plan_review_due",
            Self::Unreachable => "unreachable",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// What the client said or asked is not computed anew: people close it.
    pub fn is_computed(self) -> bool {
        !matches!(self, Self::NotSafe | Self::Item9 | Self::WordsNoticed | Self::HelpRequested)
    }

    /// Which an organization may turn off: what it computes, and which words it looks for. What a client says or asks
    /// outright always counts.
    pub fn is_tunable(self) -> bool {
        self.is_computed() || self == Self::WordsNoticed
    }
}

/// How soon somebody should look. It follows from the kind, never from a sum of hidden numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    Low,
    Medium,
    High,
    Urgent,
}

impl Severity {
    pub const ALL: [Self; 4] = [Self::Low, Self::Medium, Self::High, Self::Urgent];

    /// 1 to 4, as it is stored.
    pub fn rank(self) -> i64 {
        match self {
            Self::Low => 1,
            Self::Medium => 2,
            Self::High => 3,
            Self::Urgent => 4,
        }
    }

    pub fn of_rank(rank: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|severity| severity.rank() == rank)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Urgent => "urgent",
        }
    }
}

/// Where a reason stands. The first two ask for attention.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReasonState {
    Open,
    /// Somebody is looking after it.
    Acknowledged,
    /// The data says otherwise by now, or somebody closed it with an outcome.
    Resolved,
    /// Somebody set it aside, and wrote why.
    Dismissed,
}

impl ReasonState {
    pub const ALL: [Self; 4] = [Self::Open, Self::Acknowledged, Self::Resolved, Self::Dismissed];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Acknowledged => "acknowledged",
            Self::Resolved => "resolved",
            Self::Dismissed => "dismissed",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}
