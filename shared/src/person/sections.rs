//! The sections of the plans that a person writes for themselves, and who may read which. The headings are our own plain
//! words; well-known plans of this kind have texts that belong to others.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::FieldErrors;
use crate::text::check_text;

/// Which of the two plans.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DocumentKind {
    Wellness,
    Safety,
}

impl DocumentKind {
    pub const ALL: [Self; 2] = [Self::Wellness, Self::Safety];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Wellness => "wellness",
            Self::Safety => "safety",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// Keys and headings (English, Spanish), in their order.
    pub fn headings(self) -> &'static [Heading] {
        match self {
            Self::Wellness => &WELLNESS,
            Self::Safety => &SAFETY,
        }
    }
}

/// A section's key, and what stands above it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heading {
    pub key: &'static str,
    pub en: &'static str,
    pub es: &'static str,
}

const fn heading(key: &'static str, en: &'static str, es: &'static str) -> Heading {
    Heading { key, en, es }
}

const WELLNESS: [Heading; 7] = [
    heading("toolbox", "Things that help me feel well", "Cosas que me ayudan a estar bien"),
    heading("daily", "What I do each day", "Lo que hago cada día"),
    heading("triggers", "What can upset me, and what I do then", "Lo que puede alterarme, y qué hago entonces"),
    heading("early_signs", "First signs that I need to take care", "Primeras señales de que debo cuidarme"),
    heading("breaking_down", "When things get much harder", "Cuando todo se pone mucho más difícil"),
    heading("crisis", "What others can do when I cannot", "Lo que otros pueden hacer cuando yo no puedo"),
    heading("after_crisis", "Getting back on my feet", "Volver a ponerme de pie"),
];

const SAFETY: [Heading; 7] = [
    heading("warning_signs", "Signs that a hard time is coming", "Señales de que viene un momento difícil"),
    heading("coping", "What I can do on my own", "Lo que puedo hacer por mi cuenta"),
    heading("people_and_places", "People and places that do me good", "Personas y lugares que me hacen bien"),
    heading("people_to_ask", "People I can ask for help", "Personas a quienes puedo pedir ayuda"),
    heading("professionals", "Helpers and lines I can call", "Profesionales y líneas a los que puedo llamar"),
    heading("safer_surroundings", "How I make my space safer", "Cómo hago más seguro el lugar donde estoy"),
    heading("reasons", "What I live for", "Lo que me da ganas de vivir"),
];

/// A section as it is written and kept. One that was never written is empty and not shared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    pub key: String,
    pub text: String,
    /// May staff who work with the person read it?
    pub shared: bool,
}

/// A section with its heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SectionView {
    pub heading: Heading,
    pub text: String,
    pub shared: bool,
}

/// Adds what is wrong to `errors`.
pub fn check_sections(errors: &mut FieldErrors, kind: DocumentKind, sections: &[Section]) {
    for (index, section) in sections.iter().enumerate() {
        if !kind.headings().iter().any(|heading| heading.key == section.key) {
            errors.add(format!("sections[{index}].key"), "unknown_section", "this plan has no such section");
        } else if sections[..index].iter().any(|earlier| earlier.key == section.key) {
            errors.add(format!("sections[{index}].key"), "repeated", "the same section stands twice");
        }
        check_text(errors, &format!("sections[{index}].text"), &section.text, 0, 4000);
    }
}

/// Every section of the plan, in order, whatever of it was written.
pub fn for_the_person(kind: DocumentKind, sections: &[Section]) -> Vec<SectionView> {
    let headings = kind.headings().iter();
    headings
        .map(|heading| {
            let section = sections.iter().find(|section| section.key == heading.key);
            SectionView {
                heading: *heading,
                text: section.map(|section| section.text.clone()).unwrap_or_default(),
                shared: section.is_some_and(|section| section.shared),
            }
        })
        .collect()
}

/// What staff may read of a version: sections that were shared when it was written and still are. Taking a section back
/// takes its past back too, and sharing one does not open what was written before.
pub fn for_staff(kind: DocumentKind, version: &[Section], newest: &[Section]) -> Vec<SectionView> {
    let still_shared = |key: &str| newest.iter().any(|section| section.key == key && section.shared);
    let mut views = for_the_person(kind, version);
    views.retain(|view| view.shared && still_shared(view.heading.key));
    views
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::error::Error;

    fn section(key: &str, shared: bool) -> Section {
        Section { key: key.to_owned(), text: format!("about {key}"), shared }
    }

    #[test]
    fn keys_are_as_agreed_and_every_heading_is_there_twice() {
        let keys = |kind: DocumentKind| kind.headings().iter().map(|heading| heading.key).collect::<Vec<_>>();
        let wellness = ["toolbox", "daily", "triggers", "early_signs", "breaking_down", "crisis", "after_crisis"];
        assert_eq!(keys(DocumentKind::Wellness), wellness);
        let safety = [
            "warning_signs",
            "coping",
            "people_and_places",
            "people_to_ask",
            "professionals",
            "safer_surroundings",
            "reasons",
        ];
        assert_eq!(keys(DocumentKind::Safety), safety);
        for heading in DocumentKind::ALL.into_iter().flat_map(DocumentKind::headings) {
            assert!(!heading.en.is_empty() && !heading.es.is_empty() && heading.en != heading.es, "{heading:?}");
            assert!(!heading.en.to_lowercase().contains("recovery"), "neutral on a screen that others see");
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        let mut errors = FieldErrors::default();
        let long = Section { text: "x".repeat(4001), ..section("daily", true) };
        let sections = [section("toolbox", true), section("toolbox", false), section("reasons", true), long];
        check_sections(&mut errors, DocumentKind::Wellness, &sections);
        let Err(Error::Invalid(errors)) = errors.into_result() else { panic!("refused") };
        let named: Vec<_> = errors.iter().map(|error| (error.field.as_str(), error.code)).collect();
        let expected =
            [("sections[1].key", "repeated"), ("sections[2].key", "unknown_section"), ("sections[3].text", "length")];
        assert_eq!(named, expected);
    }

    fn some_sections() -> impl Strategy<Value = Vec<Section>> {
        let keys: Vec<&str> = WELLNESS.iter().map(|heading| heading.key).collect();
        prop::sample::subsequence(keys, 0..=7).prop_flat_map(|keys| {
            let shared = prop::collection::vec(any::<bool>(), keys.len());
            (Just(keys), shared)
                .prop_map(|(keys, shared)| keys.iter().zip(shared).map(|(key, shared)| section(key, shared)).collect())
        })
    }

    proptest! {
        #[test]
        fn staff_read_only_what_is_shared_then_and_now(version in some_sections(), newest in some_sections()) {
            let shared = |sections: &[Section], key: &str| sections.iter().any(|one| one.key == key && one.shared);
            let seen = for_staff(DocumentKind::Wellness, &version, &newest);
            for heading in DocumentKind::Wellness.headings() {
                let may = shared(&version, heading.key) && shared(&newest, heading.key);
                prop_assert_eq!(seen.iter().any(|view| view.heading == *heading), may);
            }
            prop_assert_eq!(for_the_person(DocumentKind::Wellness, &version).len(), 7);
        }
    }
}
