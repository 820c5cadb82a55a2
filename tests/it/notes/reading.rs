use cairn_tests::both;
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
    assert_eq!(with["content"], note["content"]);
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
