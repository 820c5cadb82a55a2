use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::error::Error;

fn template() -> TemplateContent {
    TemplateContent::stored(
        &json!({
            "needs_goals": true,
            "schema": { "type": "object", "additionalProperties": false, "properties": {
                "topic": { "type": "string", "maxLength": 10 }, "drove": { "type": "boolean" },
            } },
            "sections": [{ "id": "all", "label": { "en": "All" }, "parts": [
                "purpose", "goals", "intervention", "response", "plan", "risk", "answers.topic", "answers.drove",
            ] }],
            "ui_schema": { "items": [
                { "id": "topic", "type": "text", "label": { "en": "Topic" } },
                { "id": "drove", "type": "yes_no", "label": { "en": "Drove" } },
            ] },
        })
        .to_string(),
    )
    .expect("a template")
}

fn wrong(patch: &BodyPatch) -> Vec<(String, &'static str)> {
    let mut errors = FieldErrors::default();
    patch.check(&template(), &mut errors);
    match errors.into_result() {
        Err(Error::Invalid(errors)) => errors.into_iter().map(|error| (error.field, error.code)).collect(),
        _ => Vec::new(),
    }
}

fn texts(part: Part, text: &str) -> BodyPatch {
    BodyPatch { texts: BTreeMap::from([(part, Some(text.to_owned()))]), ..BodyPatch::default() }
}

#[test]
fn what_is_wrong_is_named_and_what_is_missing_is_not() {
    assert_eq!(wrong(&BodyPatch::default()), []);
    let at = |field: &str, code| vec![(field.to_owned(), code)];
    assert_eq!(wrong(&texts(Part::Plan, &"a".repeat(MAX_TEXT))), []);
    assert_eq!(wrong(&texts(Part::Plan, &"ä".repeat(MAX_TEXT + 1))), at("texts.plan", "too_long"));
    assert_eq!(wrong(&texts(Part::Plan, &"a".repeat(5_000_000))), at("texts.plan", "too_long"));
    assert_eq!(wrong(&texts(Part::Plan, "bell\u{7}")), at("texts.plan", "control_character"));
    assert_eq!(wrong(&texts(Part::FollowUp, "x")), at("texts.follow_up", "unknown_part"));
    assert_eq!(wrong(&texts(Part::Goals, "x")), at("texts.goals", "unknown_part"));
    let goal = GoalWork { goal_id: Uuid::from_u128(1), progress: None, comment: None };
    let twice = BodyPatch { goals: Some(vec![goal.clone(), goal]), ..BodyPatch::default() };
    assert_eq!(wrong(&twice), at("goals[1].goal_id", "repeated"));
    let answers =
        |id: &str, value| BodyPatch { answers: BTreeMap::from([(id.to_owned(), value)]), ..BodyPatch::default() };
    assert_eq!(wrong(&answers("topic", Some(json!("walking")))), []);
    assert_eq!(wrong(&answers("topic", Some(json!("walking in the park")))), at("answers.topic", "length"));
    assert_eq!(wrong(&answers("drove", Some(json!("yes")))), at("answers.drove", "wrong_type"));
    assert_eq!(wrong(&answers("mood", Some(json!(1)))), at("answers.mood", "unknown_item"));
    assert_eq!(wrong(&answers("mood", None)), [], "what is not there can be emptied");
}

#[test]
fn what_was_filled_in_is_marked_until_the_author_stands_behind_it() {
    let mut body = Body::default();
    body.fill(Part::Purpose, " Coffee with Sam ", Source::Appointment, Some("o".to_owned()));
    body.fill(Part::Plan, "Walk", Source::LastNote, None);
    body.fill(Part::Response, "  ", Source::LastNote, None);
    assert_eq!(body.texts[&Part::Purpose], "Coffee with Sam");
    assert!(!body.texts.contains_key(&Part::Response));
    assert!(body.marks.values().all(|mark| !mark.confirmed));
    body.apply(texts(Part::Plan, "Walk on Monday"));
    assert!(!body.marks.contains_key("texts.plan"), "the author's own words now");
    body.apply(texts(Part::Purpose, "Coffee with Sam"));
    assert!(body.marks["texts.purpose"].confirmed, "sent back unchanged");
    body.fill(Part::Response, "Glad", Source::LastNote, None);
    body.apply(BodyPatch { confirm: vec!["texts.response".to_owned()], ..BodyPatch::default() });
    assert!(body.marks["texts.response"].confirmed);
    body.apply(BodyPatch { texts: BTreeMap::from([(Part::Response, None)]), ..BodyPatch::default() });
    assert!(!body.texts.contains_key(&Part::Response) && !body.marks.contains_key("texts.response"));
}

proptest! {
    /// An autosave that fails changes nothing, one that succeeds leaves every other part alone.
    #[test]
    fn a_change_touches_only_what_it_names(
        before in prop::collection::btree_map(0_usize..6, "[a-z]{1,9}", 0..6),
        change in prop::collection::btree_map(0_usize..6, prop::option::of("[a-z]{0,9}"), 0..6),
    ) {
        let texts = before.into_iter().map(|(at, text)| (Part::TEXTS[at], text)).collect();
        let mut body = Body { texts, ..Body::default() };
        let was = body.clone();
        let texts: BTreeMap<Part, Option<String>> = change.into_iter().map(|(at, text)| (Part::TEXTS[at], text)).collect();
        body.apply(BodyPatch { texts: texts.clone(), ..BodyPatch::default() });
        for part in Part::TEXTS {
            let expected = match texts.get(&part) {
                None => was.texts.get(&part).cloned(),
                Some(text) => text.clone().filter(|text| !text.is_empty()),
            };
            prop_assert_eq!(body.texts.get(&part), expected.as_ref());
        }
    }

    /// What is stored of a draft is read back as it was.
    #[test]
    fn a_draft_goes_round(text in ".{0,200}", confirmed in any::<bool>()) {
        let mut body = Body::default();
        body.texts.insert(Part::Plan, text);
        body.answers.insert("topic".to_owned(), json!("walking"));
        body.risk = Some(Risk { level: RiskLevel::Low, action: None });
        body.marks.insert("texts.plan".to_owned(), Mark { source: Source::CheckIn, source_id: None, confirmed });
        let stored = serde_jcs::to_string(&body).expect("text");
        prop_assert_eq!(serde_json::from_str::<Body>(&stored).expect("read"), body);
    }
}
