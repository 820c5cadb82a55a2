use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::error::{Error, FieldError};

fn read(schema: &Value) -> Result<AnswerSchema, Vec<FieldError>> {
    let mut errors = FieldErrors::default();
    let read = AnswerSchema::read(schema, &mut errors);
    match errors.into_result() {
        Ok(()) => Ok(read.expect("read")),
        Err(Error::Invalid(errors)) => Err(errors),
        Err(other) => panic!("{other}"),
    }
}

fn faults(schema: &AnswerSchema, answers: &Value) -> Vec<(String, &'static str)> {
    let mut errors = FieldErrors::default();
    schema.check(answers.as_object().expect("an object"), &mut errors);
    match errors.into_result() {
        Err(Error::Invalid(errors)) => errors.into_iter().map(|error| (error.field, error.code)).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn errors_name_the_item() {
    let schema = read(&json!({
        "type": "object",
        "properties": {
            "mood": { "type": "integer", "minimum": 0, "maximum": 10 },
            "note": { "type": "string", "maxLength": 3 },
            "safe": { "type": "boolean" },
            "seen": { "type": "array", "uniqueItems": true, "items": { "enum": ["a", "b"] } },
            "way": { "enum": ["bus", 2] },
        },
        "required": ["safe"],
    }))
    .expect("right");
    assert_eq!(faults(&schema, &json!({ "safe": true, "mood": 10.0, "note": "äöü", "seen": ["b"], "way": 2.0 })), []);
    let wrong = json!({ "mood": 11, "note": "four", "seen": ["a", "a"], "way": "car", "colour": 1 });
    assert_eq!(
        faults(&schema, &wrong),
        [
            ("answers.colour".to_owned(), "unknown_item"),
            ("answers.mood".to_owned(), "out_of_range"),
            ("answers.note".to_owned(), "length"),
            ("answers.seen".to_owned(), "repeated"),
            ("answers.way".to_owned(), "unknown_choice"),
            ("answers.safe".to_owned(), "required"),
        ]
    );
    for (item, value) in [("mood", json!(null)), ("mood", json!("5")), ("mood", json!(5.5)), ("safe", json!("yes"))] {
        let mut answers = json!({ "safe": true });
        answers[item] = value;
        assert_eq!(faults(&schema, &answers), [(format!("answers.{item}"), "wrong_type")]);
    }
}

#[test]
fn what_is_not_understood_is_refused() {
    let property = |property: Value| json!({ "type": "object", "properties": { "a": property } });
    for (schema, field) in [
        (json!([]), "schema"),
        (json!({}), "schema.properties"),
        (json!({ "type": "array", "properties": {} }), "schema.type"),
        (json!({ "properties": {}, "additionalProperties": true }), "schema.additionalProperties"),
        (json!({ "$schema": "http://json-schema.org/draft-07/schema#", "properties": {} }), "schema.$schema"),
        (json!({ "properties": {}, "patternProperties": {} }), "schema.patternProperties"),
        (json!({ "properties": {}, "required": ["b"] }), "schema.required[0]"),
        (json!({ "properties": { "A": { "type": "boolean" } } }), "schema.properties.A"),
        (property(json!(true)), "schema.properties.a"),
        (property(json!({ "type": "object" })), "schema.properties.a.type"),
        (property(json!({ "type": ["integer", "null"] })), "schema.properties.a.type"),
        (property(json!({ "type": "integer", "minimum": 0 })), "schema.properties.a.maximum"),
        (property(json!({ "type": "integer", "minimum": 5, "maximum": 4 })), "schema.properties.a.maximum"),
        (property(json!({ "type": "number", "minimum": 0, "maximum": 1e300 })), "schema.properties.a.maximum"),
        (property(json!({ "type": "string" })), "schema.properties.a.maxLength"),
        (property(json!({ "type": "string", "maxLength": 9, "pattern": "(a+)+$" })), "schema.properties.a.pattern"),
        (property(json!({ "$ref": "http://127.0.0.1/x" })), "schema.properties.a.type"),
        (property(json!({ "enum": ["a"] })), "schema.properties.a.enum"),
        (property(json!({ "enum": ["a", true] })), "schema.properties.a.enum"),
        (property(json!({ "type": "string", "enum": ["a", 1] })), "schema.properties.a.enum"),
        (property(json!({ "enum": [1, i64::MAX] })), "schema.properties.a.enum"),
        (property(json!({ "enum": [1, i64::MIN] })), "schema.properties.a.enum"),
        (property(json!({ "type": "array", "items": { "enum": [1, 2] } })), "schema.properties.a.uniqueItems"),
        (property(json!({ "type": "array", "uniqueItems": true })), "schema.properties.a.items"),
    ] {
        let errors = read(&schema).expect_err("refused");
        assert!(errors.iter().any(|error| error.field == field), "{schema}: {errors:?}");
    }
}

fn property() -> impl Strategy<Value = Value> {
    let range = || (-5_i32..5, 0_i32..10).prop_map(|(least, length)| (least, least + length));
    let values = prop_oneof![
        proptest::collection::btree_set("[a-c]{1,2}", 2..5).prop_map(|set| json!(set)),
        proptest::collection::btree_set(-3_i64..6, 2..5).prop_map(|set| json!(set)),
        Just(json!(["1", 1, "true", 0])),
    ];
    let values = values.boxed();
    prop_oneof![
        range().prop_map(|(least, most)| json!({ "type": "integer", "minimum": least, "maximum": most })),
        range()
            .prop_map(|(least, most)| json!({ "type": "number", "minimum": least, "maximum": f64::from(most) + 0.5 })),
        Just(json!({ "type": "boolean" })),
        (0_u64..4, 0_u64..5)
            .prop_map(|(least, more)| json!({ "type": "string", "minLength": least, "maxLength": least + more })),
        values.clone().prop_map(|values| json!({ "enum": values })),
        (values, 0_u64..2, proptest::option::of(2_u64..4)).prop_map(|(values, least, most)| {
            let mut schema = json!({
                "type": "array", "uniqueItems": true, "minItems": least, "items": { "enum": values },
            });
            if let Some(most) = most {
                schema["maxItems"] = json!(most);
            }
            schema
        }),
    ]
}

fn answer() -> impl Strategy<Value = Value> {
    let plain = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(Value::from),
        (-8_i64..12).prop_map(Value::from),
        (-16_i64..24).prop_map(|half| json!(half as f64 / 2.0)),
        Just(json!(-0.0)),
        Just(json!(1e30)),
        "[a-c1]{0,6}".prop_map(Value::from),
        Just(json!("äöüß")),
        Just(json!("true")),
    ];
    let plain = plain.boxed();
    prop_oneof![
        4 => plain.clone(),
        2 => proptest::collection::vec(plain.clone(), 0..4).prop_map(Value::from),
        1 => plain.prop_map(|value| json!({ "a": value })),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// Another implementation of JSON Schema 2020-12 decides the same about every schema that is accepted here.
    #[test]
    fn judges_like_another_implementation(
        properties in proptest::collection::btree_map("[a-d]", property(), 1..4),
        required in any::<[bool; 4]>(),
        answers in proptest::collection::btree_map("[a-e]", answer(), 0..4),
    ) {
        let required: Vec<&String> =
            properties.keys().zip(required).filter_map(|(id, required)| required.then_some(id)).collect();
        let schema = completed(&json!({ "properties": properties, "required": required }));
        let answers = json!(answers);
        let Ok(ours) = read(&schema) else {
            // Only what no answer could fit is refused of these.
            prop_assert!(schema.to_string().contains("minItems") || schema.to_string().contains("maxItems"));
            return Ok(());
        };
        let theirs = jsonschema::draft202012::new(&schema).expect("a schema of the standard");
        let valid = faults(&ours, &answers).is_empty();
        prop_assert_eq!(valid, theirs.is_valid(&answers), "{} {}", schema, answers);
    }
}
