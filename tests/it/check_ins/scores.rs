use cairn_tests::both;
use serde_json::{Value, json};

use super::{check_in, send, shipped, with};

fn filled(count: usize, value: i64) -> Value {
    (1..=count).map(|number| (format!("q{number}"), json!(value))).collect::<serde_json::Map<_, _>>().into()
}

both!(scores_are_made_when_answers_come_and_bands_are_for_staff, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.unsubscribed_phone(&sam, ana).await;
    let version = shipped(app, &sam, "phq9").await["published_version_id"].clone();
    let mut answers = filled(9, 1);
    answers["q9"] = json!(0);
    answers["q10"] = json!(2);
    let sent = send(app, &phone, ana, &check_in(app, &version, answers)).await.expect(201);
    let score = json!({ "instrument": "phq9", "scorer_version": 1, "status": "scored", "total": 8, "missing": 0 });
    assert_eq!(sent["score"], score, "no band on the phone");
    let seen = app.get(format!("/v1/check-ins/{}", sent["id"].as_str().unwrap())).by(&sam).await.expect(200);
    assert_eq!(seen["score"]["band"], "mild");

    let mut some = filled(8, 2);
    some.as_object_mut().unwrap().remove("q3");
    let sent = send(app, &phone, ana, &check_in(app, &version, some)).await.expect(201);
    assert_eq!((&sent["score"]["status"], &sent["score"]["total"]), (&json!("prorated"), &json!(18)));
    assert_eq!((&sent["score"]["missing"], &sent["safety"]), (&json!(2), &json!(null)));
    let sent = send(app, &phone, ana, &check_in(app, &version, filled(6, 3))).await.expect(201);
    assert_eq!((&sent["score"]["status"], &sent["score"]["total"]), (&json!("not_scored"), &json!(null)));
});

both!(what_calls_for_somebody_stands_in_clear, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.unsubscribed_phone(&sam, ana).await;
    let phq = shipped(app, &sam, "phq9").await["published_version_id"].clone();
    let gad = shipped(app, &sam, "gad7").await["published_version_id"].clone();
    let daily = shipped(app, &sam, "daily").await["published_version_id"].clone();
    let quiet = json!({ "triggered": false, "severity": null, "resources_version": null });
    let triggered = |safety: &Value| (safety["triggered"].clone(), safety["severity"].clone());
    for (version, answers, expected) in [
        (&phq, json!({ "q9": 0 }), (json!(false), json!(null))),
        (&phq, json!({ "q9": 1 }), (json!(true), json!("high"))),
        (&phq, json!({ "q9": 2 }), (json!(true), json!("urgent"))),
        (&phq, json!({ "q9": 3 }), (json!(true), json!("urgent"))),
        (&daily, json!({ "safe": true }), (json!(false), json!(null))),
        (&daily, json!({ "safe": false }), (json!(true), json!("urgent"))),
    ] {
        let sent = send(app, &phone, ana, &check_in(app, version, answers.clone())).await.expect(201);
        assert_eq!(triggered(&sent["safety"]), expected, "{answers}");
        assert_eq!(sent["crisis_resources"].is_object(), expected.0 == json!(true), "{answers}");
        assert_eq!(sent["safety"]["resources_version"], sent["crisis_resources"]["version"]);
        if expected.0 == json!(false) {
            assert_eq!(sent["safety"], quiet);
        }
    }
    let sent = send(app, &phone, ana, &check_in(app, &gad, filled(7, 3))).await.expect(201);
    assert_eq!((&sent["safety"], &sent["score"]["total"]), (&json!(null), &json!(21)));
    assert_eq!(app.count_where("attention_reasons", "kind IN ('item9', 'not_safe')").await, 4, "people are told");
    assert_eq!(app.count_where("check_ins", "item9 IS NOT NULL").await, 4);
    assert_eq!(app.count_where("check_ins", "safe_state = 'not_safe' AND safety_severity = 'urgent'").await, 1);
    assert_eq!(app.count_where("check_ins", "safety_severity = 'high' AND item9 = 1").await, 1);
});

both!(a_content_pack_brings_words_that_are_not_ours, async |app| {
    use cairn_shared::check_ins::{Pack, import};
    let words = |text: &str| json!({ "en": text });
    let choices: Vec<Value> = (0..=5).map(|value| json!({ "value": value, "label": words("Word") })).collect();
    let form = |label: &str| {
        let ids: Vec<String> = (1..=5).map(|number| format!("q{number}")).collect();
        let properties: serde_json::Map<String, Value> =
            ids.iter().map(|id| (id.clone(), json!({ "type": "integer", "enum": [0, 1, 2, 3, 4, 5] }))).collect();
        let items: Vec<Value> = ids
            .iter()
            .map(|id| json!({ "id": id, "type": "choice", "label": words(label), "choices": choices, "optional": false }))
            .collect();
        json!({
            "pack": "well-being", "source": "An owner", "licence": "As agreed",
            "forms": [{
                "key": "who5", "name": "WHO-5",
                "schema": { "type": "object", "properties": properties, "required": ids },
                "ui_schema": { "items": items },
                "scoring": { "instrument": "who5", "version": 1 },
            }],
        })
    };
    let bring = async |pack: &Value| {
        let pack = Pack::parse(&pack.to_string()).unwrap();
        let mut tx = app.database.begin_write(&app.organization.scope()).await.unwrap();
        let done = import(&mut tx, &pack).await.unwrap().remove(0);
        if done.changed {
            tx.commit().await.unwrap();
        } else {
            tx.finish().await.unwrap();
        }
        (done.number, done.changed)
    };
    assert_eq!(bring(&form("An own wording")).await, (1, true));
    assert_eq!(bring(&form("An own wording")).await, (1, false), "the same again changes nothing");
    assert_eq!(bring(&form("A better wording")).await, (2, true));
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.unsubscribed_phone(&sam, ana).await;
    let version = shipped(app, &sam, "who5").await["published_version_id"].clone();
    let sent = send(app, &phone, ana, &check_in(app, &version, filled(5, 3))).await.expect(201);
    assert_eq!((&sent["score"]["total"], &sent["score"]["status"]), (&json!(60), &json!("scored")));
    let missing = send(app, &phone, ana, &check_in(app, &version, filled(4, 3))).await;
    assert_eq!(missing.wrong_fields(), ["answers.q5"]);
    let es = with(check_in(app, &version, filled(5, 3)), "language", "es");
    assert_eq!(send(app, &phone, ana, &es).await.wrong_fields(), ["language"]);
});
