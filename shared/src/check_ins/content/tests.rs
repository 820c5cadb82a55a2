use std::collections::BTreeSet;

use super::super::scoring::{Instrument, items_of};
use super::*;
use crate::forms::Words;

fn shipped() -> Vec<PackForm> {
    SHIPPED.iter().flat_map(|text| Pack::parse(text).expect("a pack").forms).collect()
}

fn content(form: &PackForm) -> Content {
    let new = NewContent { schema: form.schema.clone(), ui_schema: form.ui_schema.clone(), scoring: form.scoring };
    Content::read(new).expect("a form")
}

#[test]
fn what_is_shipped_is_right_and_in_both_languages() {
    let keys: Vec<String> = shipped().iter().map(|form| form.key.clone()).collect();
    assert_eq!(keys, ["daily", "phq9", "gad7"]);
    for form in shipped() {
        assert_eq!(content(&form).languages(), ["en", "es"], "{}", form.key);
    }
}

#[test]
fn the_questionnaires_have_their_published_items() {
    for form in shipped() {
        let Some(scoring) = form.scoring else { continue };
        let content = content(&form);
        let (ids, least, most) = items_of(scoring.instrument, scoring.version).expect("known");
        for id in ids {
            let choices = content.item(id).expect("there").choices.as_ref().expect("choices");
            let values: Vec<i64> =
                choices.iter().filter_map(|c| serde_json::to_value(&c.value).ok()?.as_i64()).collect();
            assert_eq!(values, (least..=most).collect::<Vec<_>>());
        }
        let more = usize::from(scoring.instrument == Instrument::Phq9);
        assert_eq!(content.ui.items.len(), ids.len() + more);
        assert!(content.answers.required.is_empty(), "every question can be skipped");
    }
}

#[test]
fn the_daily_check_in_asks_seven_things_and_needs_none() {
    let daily = content(&shipped()[0]);
    let ids: Vec<&str> = daily.ui.items.iter().map(|item| item.id.as_str()).collect();
    assert_eq!(ids, ["mood", "sleep_hours", "craving", "used", "supports", "goal_step", "safe"]);
    assert!(daily.answers.required.is_empty() && daily.ui.items.iter().all(|item| item.optional));
    assert!(daily.ui.steps.iter().all(|step| step.len() <= 3), "at most three questions at a time");
    let first: Vec<&str> = daily.ui.steps.iter().take(3).flatten().map(String::as_str).collect();
    assert_eq!(first, ["mood", "craving", "safe"], "three taps come to whether somebody is safe");
}

fn syllables(word: &str) -> usize {
    let word = word.to_lowercase();
    let vowel = |c: char| "aeiouy".contains(c);
    let groups =
        word.chars().zip(std::iter::once(' ').chain(word.chars())).filter(|(c, before)| vowel(*c) && !vowel(*before));
    let silent = usize::from(word.ends_with('e') && !word.ends_with("le"));
    groups.count().saturating_sub(silent).max(1)
}

/// Flesch and Kincaid's grade of joined texts.
fn grade(text: &str) -> f64 {
    let sentences = text.matches(['.', '?', '!']).count().max(1) as f64;
    let words: Vec<&str> = text.split_whitespace().collect();
    let syllables: usize = words.iter().map(|word| syllables(word.trim_matches(|c: char| !c.is_alphabetic()))).sum();
    0.39 * words.len() as f64 / sentences + 11.8 * syllables as f64 / words.len() as f64 - 15.59
}

#[test]
fn the_daily_check_in_is_plain_and_kind() {
    let daily = content(&shipped()[0]);
    let mut texts: Vec<&Words> = daily.ui.title.iter().chain(&daily.ui.intro).collect();
    for item in &daily.ui.items {
        texts.push(&item.label);
        texts.extend(&item.help);
    }
    let english: Vec<&str> = texts.iter().filter_map(|words| words.en.as_deref()).collect();
    let found = grade(&english.join(" "));
    assert!(found <= 6.0, "grade {found:.1}");
    assert!(
        grade("Notwithstanding considerable organizational heterogeneity, implementation remained unsatisfactory.")
            > 12.0
    );
    let whole = SHIPPED[0].to_lowercase();
    for word in ["addict", "alcoholic", "abuse", "clean", "dirty", "relapse", "fail", "refus", "suffer", "streak"] {
        assert!(!whole.contains(word), "{word}");
    }
}

#[test]
fn keys_of_forms_are_distinct_names() {
    let keys: BTreeSet<String> = shipped().into_iter().map(|form| form.key).collect();
    assert!(keys.iter().all(|key| is_item_id(key)));
    let twice = SHIPPED[0].replace("\"forms\": [", "\"more\": 1, \"forms\": [");
    assert!(Pack::parse(&twice).is_err(), "unknown members are refused");
}
