use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where a note is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NoteState {
    Draft,
    /// By its author; nobody else has to. Its words are fixed.
    Signed,
    /// By its author; a supervisor has to sign too.
    AwaitingCosign,
    Cosigned,
    /// Counts no more, and stays to be seen.
    Voided,
}

impl NoteState {
    pub const ALL: [Self; 5] = [Self::Draft, Self::Signed, Self::AwaitingCosign, Self::Cosigned, Self::Voided];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Signed => "signed",
            Self::AwaitingCosign => "awaiting_cosign",
            Self::Cosigned => "cosigned",
            Self::Voided => "voided",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// Did its author sign, and does it still count?
    pub fn stands(self) -> bool {
        matches!(self, Self::Signed | Self::AwaitingCosign | Self::Cosigned)
    }
}

/// As what somebody signs a note.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = NoteSignerRole)]
#[serde(rename_all = "snake_case")]
pub enum SignerRole {
    Author,
    Cosigner,
    Client,
}

impl SignerRole {
    pub const ALL: [Self; 3] = [Self::Author, Self::Cosigner, Self::Client];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Author => "author",
            Self::Cosigner => "cosigner",
            Self::Client => "client",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }
}

/// What is added to a note whose words are fixed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = NoteAddendumKind)]
#[serde(rename_all = "snake_case")]
pub enum AddendumKind {
    /// Something more.
    Addendum,
    /// Something is told otherwise than it was.
    Correction,
    /// Something that belonged in the note and came late.
    LateEntry,
    /// The client's own words.
    ClientWords,
}

impl AddendumKind {
    pub const ALL: [Self; 4] = [Self::Addendum, Self::Correction, Self::LateEntry, Self::ClientWords];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Addendum => "addendum",
            Self::Correction => "correction",
            Self::LateEntry => "late_entry",
            Self::ClientWords => "client_words",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_go_round() {
        for state in NoteState::ALL {
            assert_eq!(NoteState::parse(state.as_str()), Some(state));
            assert_eq!(serde_json::to_value(state).expect("a word"), state.as_str());
        }
        for role in SignerRole::ALL {
            assert_eq!(SignerRole::parse(role.as_str()), Some(role));
            assert_eq!(serde_json::to_value(role).expect("a word"), role.as_str());
        }
        for kind in AddendumKind::ALL {
            assert_eq!(AddendumKind::parse(kind.as_str()), Some(kind));
            assert_eq!(serde_json::to_value(kind).expect("a word"), kind.as_str());
        }
    }
}
