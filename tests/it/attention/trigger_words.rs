use cairn_shared::scope::Role;
use cairn_tests::{both, minutes, moment};
use serde_json::{Value, json};

use super::{kinds, reasons};
use crate::check_ins::{admin, check_in, every_type, published, send};

both!(what_is_written_is_read_by_a_person_the_same_day, async |app| {
    let sam = app.specialist().await;
    let (_, version) = published(app, &admin(app).await, &every_type()).await;
    let version = json!(version);
    let ana = app.client(&sam).await;
    let phone = app.phone(&sam, ana).await;
    let desk = app.desk(&sam).await;
    let write = async |text: &str| {
        send(app, &phone, ana, &check_in(app, &version, json!({ "words": text, "meal": "no" }))).await.expect(201)
    };
    let sent = write("A quiet day. My phone died, I want to diet.").await;
    assert_eq!((&sent["safety"], &sent["crisis_resources"]), (&json!(null), &json!(null)));
    assert_eq!(reasons(app, &sam, ana).await.len(), 0);

    let sent = write("CanaryText: some days I want to DIE.").await;
    assert_eq!((&sent["safety"]["triggered"], &sent["safety"]["severity"]), (&json!(true), &json!("high")));
    assert!(sent["crisis_resources"]["resources"].as_array().unwrap().len() > 3);
    let found = reasons(app, &sam, ana).await;
    assert_eq!((kinds(&found), &found[0]["severity"]), (vec!["words_noticed"], &json!("high")));
    assert_eq!(found[0]["text"], "Wrote something in a check-in that should be read today");
    assert_eq!(found[0]["explanation"], json!({ "code": "wrote_words", "params": {} }), "not what was written");
    assert_eq!(found[0]["subject"]["id"], sent["id"]);
    assert_eq!(moment(&found[0]["due_at"]).to_string(), "2027-03-02T05:00:00.000Z", "the end of the client's day");
    app.deliver().await;
    assert_eq!(desk.posts(app).len(), 1);
    let one = format!("/v1/attention/{}", found[0]["id"].as_str().unwrap());
    let set_aside = app.post(format!("{one}/dismissal"), json!({ "note": "A song" })).by(&sam).await;
    assert_eq!(set_aside.refused(409), "needs_closing");
    app.post(format!("{one}/closing"), json!({ "outcome": "talked" })).by(&sam).await.expect(200);

    // A word never makes less of what is said outright.
    let both = json!({ "id": cairn_tests::id_of_phone(), "form_version_id": version, "answers": { "words": "suicide" },
        "answered_at": app.now() });
    send(app, &phone, ana, &both).await.expect(201);
    assert_eq!(kinds(&reasons(app, &sam, ana).await), ["words_noticed"]);
});

both!(the_words_are_the_organizations, async |app| {
    let sam = app.specialist().await;
    let boss = app.staff(&[Role::Supervisor]).await;
    let (_, version) = published(app, &admin(app).await, &every_type()).await;
    let version = json!(version);
    let ana = app.client(&sam).await;
    let phone = app.unsubscribed_phone(&sam, ana).await;
    let write = async |text: &str| {
        app.advance(minutes(1));
        let sent = send(app, &phone, ana, &check_in(app, &version, json!({ "words": text }))).await.expect(201);
        sent["safety"]["triggered"] == true
    };
    let target = "/v1/attention-rules/words_noticed";
    let list = app.get("/v1/attention-rules").by(&sam).await.expect(200);
    let of = |kind: &str| list["items"].as_array().unwrap().iter().find(|rule| rule["kind"] == kind).unwrap().clone();
    let usual = of("words_noticed");
    assert_eq!((&usual["tunable"], &usual["parameters"], &usual["version"]), (&json!(true), &json!({}), &json!(1)));
    assert!(usual["words"].as_array().unwrap().contains(&json!("want to die")), "{usual}");
    assert_eq!(of("goal_due")["words"], Value::Null);

    let own = json!(["relaps*", "llamar a mi padrino"]);
    app.patch(target, json!({ "words": own })).by(&sam).await.refused(403);
    let set = app.patch(target, json!({ "words": own })).by(&boss).header("if-match", "\"1\"").await.expect(200);
    assert_eq!((&set["words"], &set["enabled"], &set["version"]), (&own, &json!(true), &json!(2)));
    assert!(write("Close to a RELAPSE").await);
    assert!(write("Tuve que llamar a mi padrino.").await);
    assert!(!write("suicide").await, "the list is a whole");
    app.patch(target, json!({ "enabled": false })).by(&boss).await.expect(200);
    assert!(!write("relapse").await);
    let on = app.patch(target, json!({ "enabled": true })).by(&boss).await.expect(200);
    assert_eq!(on["words"], own, "what is left out stays");
    assert!(write("relapse").await);

    for (target, body, field) in [
        (target, json!({ "words": ["fine", "a*b"] }), "words[1]"),
        (target, json!({ "words": ["fine", "fine"] }), "words[1]"),
        (target, json!({ "words": vec!["word"; 201] }), "words"),
        (target, json!({ "parameters": { "days": 3 } }), "parameters.days"),
        ("/v1/attention-rules/goal_due", json!({ "words": ["fine"] }), "words"),
    ] {
        let answer = app.patch(target, body).by(&boss).await;
        assert!(answer.wrong_fields().contains(&field), "{field}: {}", answer.text());
    }
    assert_eq!(app.patch(target, json!({ "words": [] })).by(&boss).await.expect(200)["words"], json!([]));
    assert!(!write("relapse").await);
});
