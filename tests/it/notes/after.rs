use cairn_shared::secrets::sha256;
use cairn_tests::both;
use serde_json::{Value, json};

use super::{Desk, afternoon, at, pair, problems};

both!(what_comes_later_is_added_and_shows_when_and_by_whom, async |app| {
    let desk = Desk::open(app).await;
    afternoon(app);
    let draft = desk.ready(app, 17).await;
    let sam = desk.sam(app).await;
    let add = async |note: &Value, by: &cairn_tests::Staff, body: Value| {
        app.post(format!("{}/addenda", at(note)), body).by(by).await
    };
    let body = |text: &str, name: &str| json!({ "kind": "correction", "text": text, "name": name });
    assert_eq!(add(&draft, &sam, body("x", &sam.name)).await.refused(409), "not_signed");
    let note = desk.sign(app, &draft).await.expect(200)["note"].clone();
    let before = app.contents().await;
    for (wrong, field, code) in [
        (body(" ", &sam.name), "text", "required"),
        (body("It was Friday", "Mickey"), "name", "differs"),
        (body(&"x".repeat(20_001), &sam.name), "text", "too_long"),
        (json!({ "kind": "client_words", "text": "x", "name": sam.name }), "kind", "not_yours"),
    ] {
        assert_eq!(problems(&add(&note, &sam, wrong).await), [pair(field, code)]);
    }
    app.assert_unchanged_since(&before).await;
    let with = add(&note, &sam, body("It was Friday, not Thursday", &sam.name)).await.expect(201);
    let supervisor = app.fresh(&desk.team.supervisor).await;
    let with_two = add(&note, &supervisor, body("Seen", &supervisor.name)).await.expect(201);
    assert_eq!((&with["content"], &with_two["content"]), (&note["content"], &note["content"]), "what was signed stays");
    let addenda = with_two["addenda"].as_array().unwrap();
    assert_eq!(addenda.iter().map(|one| &one["number"]).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(
        (&addenda[0]["author_id"], &addenda[0]["text"]),
        (&json!(sam.id), &json!("It was Friday, not Thursday"))
    );
    // The hash covers the text, its author and the words that it is added to.
    let content = json!({
        "at": addenda[0]["at"], "author_id": sam.id, "format": "cairn-addendum/1", "kind": "correction", "name": sam.name,
        "note_hash": note["content_hash"], "note_id": note["id"], "number": 1, "text": "It was Friday, not Thursday",
    });
    assert_eq!(addenda[0]["hash"], hex::encode(sha256(content.to_string().as_bytes())));
    let kim = app.specialist().await;
    assert_eq!(add(&note, &kim, body("x", &kim.name)).await.refused(404), "not_found");
});

both!(a_wrong_note_is_voided_and_followed_by_another, async |app| {
    let desk = Desk::open(app).await;
    afternoon(app);
    let note = desk.signed(app, 17).await;
    let sam = desk.sam(app).await;
    let again =
        async |note: &Value, verb: &str, body: Value| app.post(format!("{}/{verb}", at(note)), body).by(&sam).await;
    assert_eq!(again(&note, "replacement", json!({})).await.refused(409), "not_voided");
    assert_eq!(problems(&again(&note, "void", json!({ "reason": " " })).await), [pair("reason", "required")]);
    let voided = again(&note, "void", json!({ "reason": "Another client's words" })).await.expect(200);
    assert_eq!((&voided["state"], &voided["content"]), (&json!("voided"), &note["content"]));
    assert_eq!(voided["void_reason"], "Another client's words");
    assert_eq!(again(&note, "void", json!({ "reason": "x" })).await.refused(409), "note_voided");
    let addendum = again(&note, "addenda", json!({ "text": "x", "name": sam.name })).await;
    assert_eq!(addendum.refused(409), "note_voided");
    let draft = again(&note, "replacement", json!({})).await.expect(201);
    assert_eq!((&draft["state"], &draft["replaces_note_id"]), (&json!("draft"), &note["id"]));
    assert_eq!((&draft["texts"], &draft["session_id"]), (&note["texts"], &note["session_id"]));
    let marks = draft["marks"].as_object().unwrap();
    assert!(
        marks.len() >= 5 && marks.values().all(|mark| mark["source"] == "replaced_note" && mark["confirmed"] == false)
    );
    assert_eq!(again(&note, "replacement", json!({})).await.refused(409), "note_exists");
    let paths: Vec<&String> = marks.keys().collect();
    let signing = json!({ "name": sam.name, "confirm": paths });
    let signed = again(&draft, "sign", signing).await.expect(200)["note"].clone();
    let content: Value = serde_json::from_str(signed["content"].as_str().unwrap()).unwrap();
    assert_eq!(content["replaces"], note["id"]);
    // The session's facts can be put right only while no signed note rests on them.
    let session = format!("/v1/sessions/{}", note["session_id"].as_str().unwrap());
    assert_eq!(app.patch(&session, json!({ "setting": "Park" })).by(&sam).await.refused(409), "session_signed");
    let supervisor = app.fresh(&desk.team.supervisor).await;
    let void = app.post(format!("{}/void", at(&signed)), json!({ "reason": "Wrong hour" })).by(&supervisor).await;
    assert_eq!(void.expect(200)["state"], "voided");
    app.patch(&session, json!({ "setting": "Park" })).by(&sam).await.expect(200);
});

both!(a_draft_that_is_voided_stays_to_be_seen, async |app| {
    let desk = Desk::open(app).await;
    afternoon(app);
    let note = desk.ready(app, 17).await;
    let sam = desk.sam(app).await;
    app.post(format!("{}/void", at(&note)), json!({ "reason": "Begun twice" })).by(&sam).await.expect(200);
    assert_eq!(desk.read(app, &note).await["texts"], note["texts"]);
    let after = desk.write(app, &note, json!({ "texts": { "plan": "x" } })).await;
    assert_eq!(after.status, 412, "under the old version");
    let seen = desk.read(app, &note).await;
    assert_eq!(desk.write(app, &seen, json!({ "texts": { "plan": "x" } })).await.refused(409), "note_voided");
    // Never signed, so it is nothing of the client's record.
    assert_eq!(app.get(at(&note)).by(&desk.team.phone).await.refused(404), "not_found");
});
