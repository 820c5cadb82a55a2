use std::collections::BTreeSet;

use cairn_tests::{both, days};
use serde_json::{Value, json};

use super::{Desk, afternoon, at, pair, problems};

both!(the_client_reads_adds_words_and_signs, async |app| {
    let desk = Desk::open(app).await;
    let phone = &desk.team.phone;
    app.patch(format!("/v1/clients/{}", desk.team.ana.id), json!({ "language": "es" })).by(phone).await.expect(200);
    afternoon(app);
    let note = desk.signed(app, 17).await;
    let mine = app.get("/v1/me/notes").by(phone).await.expect(200);
    assert_eq!(mine["items"].as_array().unwrap().len(), 1);
    let seen = app.get(at(&note)).by(phone).await.expect(200);
    assert_eq!(mine["items"][0], seen);
    let labels: Vec<&Value> = seen["sections"].as_array().unwrap().iter().map(|section| &section["label"]).collect();
    assert_eq!(labels, ["Meta", "Intervención", "Respuesta", "Plan"], "in her language");
    assert_eq!(seen["sections"][0]["lines"][0]["text"], "Walk: algo de avance. Two walks last week");
    let with =
        app.post(format!("{}/client-words", at(&note)), json!({ "text": "It was three" })).by(phone).await.expect(201);
    assert_eq!(
        (&with["addenda"][0]["kind"], &with["addenda"][0]["text"]),
        (&json!("client_words"), &json!("It was three"))
    );
    assert_eq!(with["content_hash"], note["content_hash"]);
    let empty = app.post(format!("{}/client-words", at(&note)), json!({ "text": "" })).by(phone).await;
    assert_eq!(problems(&empty), [pair("text", "required")]);
    let sign = async || app.post(format!("{}/client-signature", at(&note)), json!({ "name": "Ana" })).by(phone).await;
    let signed = sign().await.expect(201);
    assert_eq!(signed["signatures"][1]["role"], "client");
    assert_eq!(sign().await.refused(409), "already_signed");
    // Nobody else reads or answers for her.
    let sam = desk.sam(app).await;
    let bo = app.client(&sam).await;
    let other = app.unsubscribed_phone(&sam, bo).await;
    assert_eq!(app.get(at(&note)).by(&other).await.refused(404), "not_found");
    let theirs = app.post(format!("{}/client-words", at(&note)), json!({ "text": "x" })).by(&sam).await;
    assert_eq!(theirs.refused(403), "role");
    assert_eq!(app.get("/v1/me/notes").by(&sam).await.refused(403), "role");
    // Who looked is told to her.
    desk.read(app, &note).await;
    let access = app.get("/v1/me/record-access").by(phone).await.expect(200);
    assert!(access["items"].as_array().unwrap().iter().any(|row| row["data_class"] == "notes"), "{access}");
});

/// Every member of an answer with its path, those of lists once.
fn members(value: &Value, path: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => {
            for (name, value) in object {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                members(value, &path, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| members(item, &format!("{path}[]"), found)),
        _ => {
            found.insert(path.to_owned());
        }
    }
}

/// What a client reads of a note. Whatever is added here is shown to the person whom it is about.
const SEEN: [&str; 39] = [
    "addenda[].at",
    "addenda[].author_id",
    "addenda[].hash",
    "addenda[].kind",
    "addenda[].name",
    "addenda[].number",
    "addenda[].text",
    "author_id",
    "author_name",
    "client_id",
    "content_hash",
    "created_at",
    "id",
    "late_entry",
    "minutes",
    "replaces_note_id",
    "returned_at",
    "sections[].id",
    "sections[].label",
    "sections[].lines[].label",
    "sections[].lines[].part",
    "sections[].lines[].text",
    "service_date",
    "session_id",
    "signatures[].hash",
    "signatures[].name",
    "signatures[].role",
    "signatures[].signed_at",
    "signatures[].signer_id",
    "signed_at",
    "starts_at",
    "state",
    "template_key",
    "template_name",
    "template_version_id",
    "updated_at",
    "version",
    "void_reason",
    "voided_at",
];

both!(a_client_sees_what_was_signed_and_nothing_of_how_it_came_about, async |app| {
    let desk = Desk::open(app).await;
    let phone = &desk.team.phone;
    afternoon(app);
    let note = desk.ready(app, 17).await;
    app.advance(days(5));
    let sam = desk.sam(app).await;
    let body = json!({ "name": sam.name, "late_reason": "Between us: I forgot" });
    let signed = app.post(format!("{}/sign", at(&note)), body).by(&sam).await.expect(200)["note"].clone();
    assert!(signed["content"].as_str().unwrap().contains("Between us: I forgot"), "it is signed all the same");
    let supervisor = app.fresh(&desk.team.supervisor).await;
    let back = json!({ "comment": "Between us: why so late?" });
    app.post(format!("{}/return", at(&note)), back).by(&supervisor).await.expect(200);
    let own = json!({ "text": "It was three" });
    let answered = app.post(format!("{}/client-words", at(&note)), own).by(phone).await.expect(201);
    let countersigned =
        app.post(format!("{}/client-signature", at(&note)), json!({ "name": "Ana" })).by(phone).await.expect(201);
    let read = app.get(at(&note)).by(phone).await.expect(200);
    let list = app.get("/v1/me/notes").by(phone).await.expect(200);
    for answer in [&answered, &countersigned, &read, &list["items"][0]] {
        let mut found = BTreeSet::new();
        members(answer, "", &mut found);
        assert_eq!(found.iter().map(String::as_str).collect::<Vec<_>>(), SEEN);
        assert!(!answer.to_string().contains("Between us"), "{answer}");
        assert_eq!((&answer["minutes"], &answer["returned_at"]), (&json!(60), &Value::Null));
    }
    // Nor can it be asked for, and the draft of another meeting is not there.
    let heads = app.get("/v1/notes").by(phone).await.expect(200);
    assert_eq!((&heads["items"][0]["returned_at"], heads["items"].as_array().unwrap().len()), (&Value::Null, 1));
    assert_eq!(app.get("/v1/notes?returned=true").by(phone).await.refused(403), "staff_only");
    app.get(format!("{}/checks", at(&note))).by(phone).await.refused(403);
    // Staff see all of it.
    let whole = app.get(at(&note)).by(&sam).await.expect(200);
    assert_eq!(
        (&whole["content"], &whole["comments"][0]["text"]),
        (&signed["content"], &json!("Between us: why so late?"))
    );
});

both!(notes_are_listed_by_session_day_newest_first, async |app| {
    let desk = Desk::open(app).await;
    afternoon(app);
    let mut ids = Vec::new();
    for hour in [16, 17, 18] {
        ids.push(desk.ready(app, hour).await["id"].clone());
    }
    let sam = desk.sam(app).await;
    let list = async |query: &str| app.get(format!("/v1/notes?{query}")).by(&sam).await.expect(200);
    let of = |list: &Value| list["items"].as_array().unwrap().iter().map(|note| note["id"].clone()).collect::<Vec<_>>();
    ids.reverse();
    assert_eq!(of(&list("").await), ids);
    let page = list("limit=2").await;
    assert_eq!(of(&page), ids[..2]);
    let rest = list(&format!("limit=2&cursor={}", page["next_cursor"].as_str().unwrap())).await;
    assert_eq!((of(&rest), &rest["next_cursor"]), (ids[2..].to_vec(), &Value::Null));
    assert_eq!(of(&list("from=2027-03-02").await), Vec::<Value>::new());
    assert_eq!(of(&list("from=2027-03-01&to=2027-03-02").await), ids);
    assert_eq!(of(&list("state=signed").await), Vec::<Value>::new());
    assert_eq!(of(&list(&format!("client_id={}", desk.team.ana.id)).await), ids);
    let kim = app.specialist().await;
    assert_eq!(of(&app.get("/v1/notes").by(&kim).await.expect(200)), Vec::<Value>::new());
});
