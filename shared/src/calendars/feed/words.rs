//! What events of a feed are called. Calendars are shared, synchronized and shown on screens that others see, so
//! nothing is said unless a person chose so.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::agenda::Kind;
use crate::clients::Language;

/// How much a feed says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FeedDetail {
    /// Times alone.
    #[default]
    None,
    /// An appointment, a meeting, a routine.
    Kind,
    /// The kind, and whom it is with by initials. For staff, where their organization allows it.
    Initials,
    /// Titles and places. For a client's own feed only: titles name people.
    Title,
}

impl FeedDetail {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Kind => "kind",
            Self::Initials => "initials",
            Self::Title => "title",
        }
    }

    pub fn parse(text: &str) -> Self {
        match text {
            "kind" => Self::Kind,
            "initials" => Self::Initials,
            "title" => Self::Title,
            _ => Self::None,
        }
    }
}

pub(super) fn neutral(for_client: bool, language: Language) -> &'static str {
    match (for_client, language) {
        (true, Language::En) => "Reminder",
        (true, Language::Es) => "Recordatorio",
        (false, Language::En) => "Busy",
        (false, Language::Es) => "Ocupado",
    }
}

pub(super) fn of_kind(kind: Kind, language: Language) -> &'static str {
    match (kind, language) {
        (Kind::Appointment, Language::En) => "Appointment",
        (Kind::Appointment, Language::Es) => "Cita",
        (Kind::Meeting, Language::En) => "Meeting",
        (Kind::Meeting, Language::Es) => "Reunión",
        (Kind::Routine, Language::En) => "Routine",
        (Kind::Routine, Language::Es) => "Rutina",
        (Kind::Milestone, Language::En) => "Milestone",
        (Kind::Milestone, Language::Es) => "Logro",
        (Kind::ToDo, Language::En) => "To do",
        (Kind::ToDo, Language::Es) => "Por hacer",
        (Kind::CheckIn, Language::En) => "Check-in",
        (Kind::CheckIn, Language::Es) => "Registro",
    }
}

/// The first letters of the first and the last word of a name.
pub(super) fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(|word| word.chars().find(|letter| letter.is_alphanumeric()));
    words.next().into_iter().chain(words.next_back()).flat_map(char::to_uppercase).collect()
}

/// The name of the whole calendar.
pub(super) fn calendar(language: Language) -> &'static str {
    match language {
        Language::En => "My calendar",
        Language::Es => "Mi calendario",
    }
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn initials_are_two_letters_at_most() {
        let expected = [
            ("Ana", "A"),
            ("ana maria  lópez", "AL"),
            ("Élodie «Ü» Ñandú", "ÉÑ"),
            ("- 7 seas", "7S"),
            ("", ""),
            ("山田 太郎", "山太"),
        ];
        for (name, letters) in expected {
            assert_eq!(initials(name), letters, "{name}");
        }
    }
}
