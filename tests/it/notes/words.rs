use cairn_tests::both;
use serde_json::{Value, json};

use super::{Desk, afternoon, at};

both!(copied_text_is_pointed_out_and_never_blocks, async |app| {
    let desk = Desk::open(app).await;
    afternoon(app);
    let first = desk.signed(app, 16).await;
    let copy = desk.ready(app, 17).await;
    let checks = app.get(format!("{}/checks", at(&copy))).by(&desk.sam(app).await).await.expect(200);
    assert_eq!(
        (&checks["warnings"][0]["code"], &checks["warnings"][0]["percent"]),
        (&json!("cloned_text"), &json!(100))
    );
    assert_eq!(checks["warnings"][0]["note_id"], first["id"]);
    assert_eq!(checks["problems"], json!([]));
    let signed = desk.sign(app, &copy).await.expect(200);
    assert_eq!(signed["warnings"], checks["warnings"]);
    let own = desk.ready(app, 18).await;
    let words = json!({ "texts": {
        "intervention": "We went through the letter of the housing office line by line and wrote down questions.",
        "response": "He said that it felt less heavy than at home, and laughed about the stamps.",
        "plan": "He calls the office on Wednesday and tells me what they said.",
    }, "confirm": [] });
    let own = desk.write(app, &own, words).await.expect(200);
    assert_eq!(desk.sign(app, &own).await.expect(200)["warnings"], json!([]));
});

both!(kinder_words_are_offered_and_nothing_is_held_back, async |app| {
    let desk = Desk::open(app).await;
    afternoon(app);
    let note = desk.ready(app, 17).await;
    let text = json!({ "texts": { "response": "He refused. He said \"I am clean\"." }, "confirm": [] });
    let note = desk.write(app, &note, text).await.expect(200);
    let checks = app.get(format!("{}/checks", at(&note))).by(&desk.sam(app).await).await.expect(200);
    let hints: Vec<(&Value, &Value, &Value)> = checks["hints"]
        .as_array()
        .unwrap()
        .iter()
        .map(|hint| (&hint["field"], &hint["start"], &hint["found"]))
        .collect();
    assert_eq!(hints, [(&json!("texts.response"), &json!(3), &json!("refused"))], "his own words are his");
    assert_eq!(checks["problems"], json!([]));
    desk.sign(app, &note).await.expect(200);
});
