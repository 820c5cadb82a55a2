use super::*;
use crate::error::Error;
use crate::note_templates::shipped::shipped;

fn words(text: &str) -> Words {
    Words { en: Some(text.to_owned()), es: None }
}

fn section(id: &str, parts: &[&str]) -> Section {
    let parts = parts.iter().map(|part| (*part).to_owned()).collect();
    Section { id: id.to_owned(), label: words(id), hint: None, parts }
}

fn usual() -> NewTemplateContent {
    NewTemplateContent {
        sections: vec![
            section("goal", &["goals", "answers.place"]),
            section("rest", &["intervention", "response", "plan", "risk", "answers.drove"]),
        ],
        needs_goals: true,
        schema: json!({ "properties": {
            "place": { "type": "string", "maxLength": 100 },
            "drove": { "type": "boolean" },
        } }),
        ui_schema: serde_json::from_value(json!({ "items": [
            { "id": "place", "type": "text", "label": { "en": "Where" } },
            { "id": "drove", "type": "yes_no", "label": { "en": "Drove there" } },
        ] }))
        .expect("a UI schema"),
    }
}

fn wrong(new: NewTemplateContent) -> Vec<(String, &'static str)> {
    match TemplateContent::read(new) {
        Err(Error::Invalid(errors)) => errors.into_iter().map(|error| (error.field, error.code)).collect(),
        Ok(_) => Vec::new(),
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn what_is_stored_is_read_back_to_the_byte() {
    let content = TemplateContent::read(usual()).expect("right");
    let again = TemplateContent::stored(&content.text).expect("readable");
    assert_eq!(again, content);
    assert!(content.text.starts_with(r#"{"needs_goals":true,"schema":{"$schema""#), "canonical: {}", content.text);
}

#[test]
fn sections_hold_what_payers_ask_for_and_every_item_once() {
    assert_eq!(wrong(usual()), []);
    let edit = |change: fn(&mut NewTemplateContent)| {
        let mut new = usual();
        change(&mut new);
        wrong(new)
    };
    let at = |field: &str, code| vec![(field.to_owned(), code)];
    assert_eq!(edit(|new| new.sections.clear()), at("sections", "length"));
    assert_eq!(edit(|new| new.sections[1].parts.retain(|part| part != "plan")), at("sections", "part_missing"));
    assert_eq!(edit(|new| new.sections[0].parts.retain(|part| part == "goals")), at("sections", "part_missing"));
    assert_eq!(edit(|new| new.sections[0].parts.push("plan".to_owned())), at("sections[1].parts[2]", "repeated"));
    assert_eq!(edit(|new| new.sections[0].parts.push("mood".to_owned())), at("sections[0].parts[2]", "unknown_part"));
    let unknown = edit(|new| new.sections[0].parts.push("answers.mood".to_owned()));
    assert_eq!(unknown, at("sections[0].parts[2]", "unknown_part"));
    assert_eq!(edit(|new| new.sections[1].id = "goal".to_owned()), at("sections[1].id", "repeated"));
    let spanish = edit(|new| new.sections[1].label = Words { en: None, es: Some("Plan".to_owned()) });
    assert_eq!(spanish, at("sections[1].label", "languages_differ"));
    assert_eq!(edit(|new| new.sections[0].hint = Some(words(" "))), at("sections[0].hint.en", "length"));
}

#[test]
fn safe_and_breaking_edits_are_told_apart() {
    let before = TemplateContent::read(usual()).expect("right");
    let after = |change: fn(&mut NewTemplateContent)| {
        let mut new = usual();
        change(&mut new);
        let (change, reasons) = compare(&before, &TemplateContent::read(new).expect("right"));
        (change, reasons.into_iter().map(|reason| reason.code).collect::<Vec<_>>())
    };
    let safe: [fn(&mut NewTemplateContent); 5] = [
        |_| {},
        |new| new.sections[0].label = words("Another heading"),
        |new| new.sections.reverse(),
        |new| new.needs_goals = false,
        |new| new.schema["properties"]["place"]["maxLength"] = json!(200),
    ];
    for change in safe {
        assert_eq!(after(change), (Change::Safe, Vec::new()));
    }
    let narrower = after(|new| new.schema["properties"]["place"]["maxLength"] = json!(50));
    assert_eq!(narrower, (Change::Breaking, vec!["limits_changed".to_owned()]));
    let required = after(|new| {
        new.schema["required"] = json!(["drove"]);
        new.ui_schema.items[1].optional = false;
    });
    assert_eq!(required, (Change::Breaking, vec!["now_required".to_owned()]));
    let dropped = after(|new| {
        new.sections[1].parts.retain(|part| part != "answers.drove");
        new.schema["properties"].as_object_mut().expect("an object").remove("drove");
        new.ui_schema.items.remove(1);
        new.ui_schema.steps.clear();
    });
    assert_eq!(dropped, (Change::Breaking, vec!["item_dropped".to_owned()]));
}

#[test]
fn goals_that_become_needed_and_parts_that_go_are_breaking() {
    let mut with = usual();
    with.needs_goals = false;
    with.sections[0].parts.push("follow_up".to_owned());
    let with = TemplateContent::read(with).expect("right");
    let (change, reasons) = compare(&with, &TemplateContent::read(usual()).expect("right"));
    let codes: Vec<&str> = reasons.iter().map(|reason| reason.code.as_str()).collect();
    assert_eq!((change, codes), (Change::Breaking, vec!["part_dropped", "now_required"]));
}

#[test]
fn what_is_shipped_is_right_in_both_languages_and_never_asks_a_peer_for_an_assessment() {
    let keys: Vec<String> = shipped().expect("readable").into_iter().map(|template| template.key).collect();
    let expected = ["girp", "dap", "birp", "soap", "intake", "plan_review", "crisis_contact", "transition", "group"];
    assert_eq!(keys, expected);
    for template in shipped().expect("readable") {
        let key = template.key.clone();
        let content = TemplateContent::read(template.into()).unwrap_or_else(|error| panic!("{key}: {error:?}"));
        assert_eq!(content.languages(), BTreeSet::from(["en", "es"]), "{key}");
        assert_eq!(content.needs_goals, !["intake", "crisis_contact"].contains(&key.as_str()), "{key}");
        let text = content.text.to_lowercase();
        assert!(!text.contains("assessment") && !text.contains("diagnos"), "{key}");
    }
}
