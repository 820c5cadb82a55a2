use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What every note can hold, whatever its format: a format only says where it stands and what it is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[schema(as = NotePart)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// What the meeting was for.
    Purpose,
    /// What the person said of themselves in their last check-in.
    CheckIn,
    /// What was agreed last time, and what came of it.
    FollowUp,
    /// Goals of the plan of care, each with its progress.
    Goals,
    /// What the specialist did, and why.
    Intervention,
    /// What was done, by performance domain.
    Activities,
    /// The person's response to it.
    Response,
    /// What comes next.
    Plan,
    /// Whether anything was seen that puts somebody at risk.
    Risk,
}

impl Part {
    pub const ALL: [Self; 9] = [
        Self::Purpose,
        Self::CheckIn,
        Self::FollowUp,
        Self::Goals,
        Self::Intervention,
        Self::Activities,
        Self::Response,
        Self::Plan,
        Self::Risk,
    ];

    /// Parts that are text in the author's words.
    pub const TEXTS: [Self; 6] =
        [Self::Purpose, Self::CheckIn, Self::FollowUp, Self::Intervention, Self::Response, Self::Plan];

    /// Parts that every format has, because payers ask for them.
    pub const ALWAYS: [Self; 5] = [Self::Goals, Self::Intervention, Self::Response, Self::Plan, Self::Risk];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Purpose => "purpose",
            Self::CheckIn => "check_in",
            Self::FollowUp => "follow_up",
            Self::Goals => "goals",
            Self::Intervention => "intervention",
            Self::Activities => "activities",
            Self::Response => "response",
            Self::Plan => "plan",
            Self::Risk => "risk",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.as_str() == text)
    }

    pub fn is_text(self) -> bool {
        Self::TEXTS.contains(&self)
    }
}

/// The four performance domains of a certified peer specialist.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[schema(as = PerformanceDomain)]
#[serde(rename_all = "snake_case")]
pub enum Domain {
    Advocacy,
    ProfessionalResponsibility,
    Mentoring,
    RecoverySupport,
}

impl Domain {
    pub const ALL: [Self; 4] =
        [Self::Advocacy, Self::ProfessionalResponsibility, Self::Mentoring, Self::RecoverySupport];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Advocacy => "advocacy",
            Self::ProfessionalResponsibility => "professional_responsibility",
            Self::Mentoring => "mentoring",
            Self::RecoverySupport => "recovery_support",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|domain| domain.as_str() == text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_go_round() {
        for part in Part::ALL {
            assert_eq!(Part::parse(part.as_str()), Some(part));
            assert_eq!(serde_json::to_value(part).expect("a word"), part.as_str());
        }
        for domain in Domain::ALL {
            assert_eq!(Domain::parse(domain.as_str()), Some(domain));
            assert_eq!(serde_json::to_value(domain).expect("a word"), domain.as_str());
        }
    }
}
