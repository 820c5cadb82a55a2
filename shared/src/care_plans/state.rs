use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where a plan of care is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PlanState {
    /// Still being written.
    Draft,
    /// Its words are fixed; somebody has not signed yet.
    AwaitingSignatures,
    /// Signed by all three.
    InForce,
    /// A later version took its place.
    Superseded,
    /// Its last day has passed.
    Ended,
}

impl PlanState {
    pub const ALL: [Self; 5] = [Self::Draft, Self::AwaitingSignatures, Self::InForce, Self::Superseded, Self::Ended];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::AwaitingSignatures => "awaiting_signatures",
            Self::InForce => "in_force",
            Self::Superseded => "superseded",
            Self::Ended => "ended",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// Is it on its way to be signed? A client has at most one such plan.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Draft | Self::AwaitingSignatures)
    }

    /// The state on a day. That a plan has ended follows from its last day, so nobody has to write it down.
    #[must_use]
    pub fn on(self, today: NaiveDate, expires_on: NaiveDate) -> Self {
        if self == Self::InForce && expires_on < today { Self::Ended } else { self }
    }
}

/// As what somebody signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SignerRole {
    Client,
    /// Who works with the client.
    Specialist,
    /// A supervisor of that specialist, as the professional.
    Professional,
}

impl SignerRole {
    pub const ALL: [Self; 3] = [Self::Client, Self::Specialist, Self::Professional];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Specialist => "specialist",
            Self::Professional => "professional",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }
}

/// Have all who must sign done so?
pub fn is_complete(signed: &[SignerRole]) -> bool {
    SignerRole::ALL.iter().all(|role| signed.contains(role))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_ends_after_its_last_day() {
        let day = |day| NaiveDate::from_ymd_opt(2027, 3, day).expect("a date");
        assert_eq!(PlanState::InForce.on(day(10), day(10)), PlanState::InForce);
        assert_eq!(PlanState::InForce.on(day(11), day(10)), PlanState::Ended);
        for state in [PlanState::Draft, PlanState::AwaitingSignatures, PlanState::Superseded] {
            assert_eq!(state.on(day(11), day(10)), state);
        }
    }

    #[test]
    fn all_three_sign_in_whatever_order() {
        use SignerRole::{Client, Professional, Specialist};
        for order in [
            [Client, Specialist, Professional],
            [Client, Professional, Specialist],
            [Specialist, Client, Professional],
            [Specialist, Professional, Client],
            [Professional, Client, Specialist],
            [Professional, Specialist, Client],
        ] {
            for so_far in 0..3 {
                assert!(!is_complete(&order[..so_far]), "{:?}", &order[..so_far]);
            }
            assert!(is_complete(&order));
        }
    }

    #[test]
    fn words_go_round() {
        for state in PlanState::ALL {
            assert_eq!(PlanState::parse(state.as_str()), Some(state));
            assert_eq!(serde_json::to_value(state).expect("a word"), state.as_str());
        }
        for role in SignerRole::ALL {
            assert_eq!(SignerRole::parse(role.as_str()), Some(role));
            assert_eq!(serde_json::to_value(role).expect("a word"), role.as_str());
        }
    }
}
