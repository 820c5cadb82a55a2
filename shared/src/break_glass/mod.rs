//! Break-glass: emergency access to the record of a client outside one's reach (45 CFR 164.312(a)(2)(ii)). Whoever needs it
//! says why; it opens reading only, for an hour and with that sign-in; everything done under it is marked in the audit
//! log; somebody else reviews it; the client sees it.

pub mod entity;
mod open;
mod review;

pub use open::{LASTS, Opening, open, opened};
pub use review::{BreakGlassView, Outcome, Review, ReviewState, list, review};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What the access is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EmergencyPurpose {
    /// Somebody is in danger.
    Emergency,
    /// Care that cannot wait until the client is assigned.
    Treatment,
    /// Running the service: a complaint, a legal duty, an inquiry.
    Operations,
}

impl EmergencyPurpose {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Emergency => "emergency",
            Self::Treatment => "treatment",
            Self::Operations => "operations",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        [Self::Emergency, Self::Treatment, Self::Operations].into_iter().find(|purpose| purpose.as_str() == text)
    }
}
