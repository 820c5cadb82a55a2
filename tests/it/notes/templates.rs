use cairn_shared::forms::UiSchema;
use cairn_shared::note_templates::{self, NewTemplateContent, Section};
use cairn_tests::{TestApp, both};
use serde_json::{Value, json};

use super::{Desk, afternoon, at, notes_of, pair, problems};

/// A template of our own with these items.
fn version(items: Value, properties: Value, parts: Value) -> Value {
    let mut all = json!(["goals", "intervention", "response", "plan", "risk"]);
    all.as_array_mut().unwrap().extend(parts.as_array().unwrap().iter().cloned());
    json!({
        "sections": [{ "id": "all", "label": { "en": "All" }, "parts": all }],
        "schema": { "properties": properties },
        "ui_schema": { "items": items },
    })
}

fn plain() -> Value {
    version(
        json!([{ "id": "place", "type": "text", "label": { "en": "Where" } }]),
        json!({ "place": { "type": "string", "maxLength": 100 } }),
        json!(["answers.place"]),
    )
}

async fn publish(app: &TestApp, desk: &Desk, version: &Value) -> Value {
    let target = format!("/v1/note-template-versions/{}/publish", version["id"].as_str().unwrap());
    app.call("POST", target).by(&app.fresh(&desk.admin).await).await.expect(200)
}

async fn next(app: &TestApp, desk: &Desk, template: &Value, body: Value) -> Value {
    let target = format!("/v1/note-templates/{}/versions", template["id"].as_str().unwrap());
    app.post(target, body).by(&app.fresh(&desk.admin).await).await.expect(201)
}

both!(every_organization_has_the_formats, async |app| {
    let sam = app.specialist().await;
    let list = app.get("/v1/note-templates").by(&sam).await.expect(200);
    let keys: Vec<&Value> = list["items"].as_array().unwrap().iter().map(|template| &template["key"]).collect();
    assert_eq!(keys, ["girp", "dap", "birp", "soap", "intake", "plan_review", "crisis_contact", "transition", "group"]);
    note_templates::ship_to_all(&app.database).await.unwrap();
    assert_eq!(app.count("note_templates").await, 9, "once");
    app.sql("DELETE FROM note_phrases").await;
    let own = app.another_organization().await;
    let other = app.staff_of(own, &[cairn_shared::scope::Role::Specialist]).await;
    let phrases = app.get("/v1/note-phrases").by(&other).await.expect(200);
    let phrases = phrases["items"].as_array().unwrap();
    for domain in ["advocacy", "professional_responsibility", "mentoring", "recovery_support"] {
        for kind in ["tag", "phrase"] {
            assert!(phrases.iter().any(|one| one["domain"] == domain && one["kind"] == kind), "{domain} {kind}");
        }
    }
});

both!(phrases_are_the_organizations, async |app| {
    let desk = Desk::open(app).await;
    let body = json!({ "kind": "tag", "domain": "advocacy", "words": { "en": "Wrote a letter" } });
    assert_eq!(app.post("/v1/note-phrases", body.clone()).by(&desk.team.sam).await.refused(403), "role");
    let made = app.post("/v1/note-phrases", body).by(&desk.admin).await.expect(201);
    let empty = json!({ "kind": "tag", "domain": "advocacy", "words": {} });
    assert_eq!(problems(&app.post("/v1/note-phrases", empty).by(&desk.admin).await), [pair("words", "required")]);
    let target = format!("/v1/note-phrases/{}", made["id"].as_str().unwrap());
    let has = async || {
        let list = app.get("/v1/note-phrases").by(&desk.team.sam).await.expect(200);
        list["items"].as_array().unwrap().iter().any(|one| one["id"] == made["id"])
    };
    assert!(has().await);
    assert_eq!(app.delete(&target).by(&desk.team.sam).await.refused(403), "role");
    app.delete(&target).by(&desk.admin).await.expect(204);
    assert!(!has().await);
    assert_eq!(app.delete(&target).by(&desk.admin).await.refused(404), "not_found");
});

both!(a_template_changes_under_an_open_draft, async |app| {
    let desk = Desk::open(app).await;
    let body = json!({ "name": "Ours", "version": plain() });
    let template = app.post("/v1/note-templates", body).by(&desk.admin).await.expect(201);
    let first = publish(app, &desk, &template["versions"][0]).await;
    assert_eq!((&first["state"], &first["change"]), (&json!("published"), &Value::Null));
    afternoon(app);
    let sam = desk.sam(app).await;
    let draft = async |hour| {
        let session = desk.session(app, hour).await;
        let begin = json!({ "template_version_id": first["id"] });
        let note = app.post(notes_of(&session), begin).by(&sam).await.expect(201);
        let mut body = desk.body();
        body["answers"] = json!({ "place": "The park" });
        desk.write(app, &note, body).await.expect(200)
    };
    let (one, two) = (draft(16).await, draft(17).await);
    // After a safe edit the draft can be signed as it is.
    let mut longer = plain();
    longer["schema"]["properties"]["place"]["maxLength"] = json!(200);
    let second = publish(app, &desk, &next(app, &desk, &template, longer).await).await;
    assert_eq!((&second["change"], &second["change_reasons"]), (&json!("safe"), &json!([])));
    let begin = json!({ "template_version_id": first["id"] });
    let session = desk.session(app, 15).await;
    assert_eq!(
        problems(&app.post(notes_of(&session), begin).by(&sam).await),
        [pair("template_version_id", "not_published")]
    );
    desk.sign(app, &one).await.expect(200);
    // After a breaking one it has to move on first; nothing of it is lost.
    let moved = version(
        json!([{ "id": "way", "type": "choice", "label": { "en": "How" }, "optional": false, "choices": [
            { "value": "bus", "label": { "en": "Bus" } }, { "value": "foot", "label": { "en": "On foot" } } ] }]),
        json!({ "way": { "enum": ["bus", "foot"] } }),
        json!(["answers.way"]),
    );
    let mut moved = moved;
    moved["schema"]["required"] = json!(["way"]);
    let third = publish(app, &desk, &next(app, &desk, &template, moved).await).await;
    assert_eq!(third["change"], "breaking");
    assert_eq!(problems(&desk.sign(app, &two).await), [pair("template_version_id", "template_changed")]);
    let body = json!({ "template_version_id": third["id"] });
    let moved = app.patch(at(&two), body).header("if-match", &crate::notes::tag(&two)).by(&sam).await.expect(200);
    assert_eq!((&moved["texts"], &moved["answers"]), (&two["texts"], &two["answers"]));
    let expected = [pair("answers.place", "unknown_item"), pair("answers.way", "required")];
    assert_eq!(problems(&desk.sign(app, &moved).await), expected);
    let body = json!({ "answers": { "place": null, "way": "foot" }, "confirm": [] });
    let moved = desk.write(app, &moved, body).await.expect(200);
    desk.sign(app, &moved).await.expect(200);
    // An id that went does not come back as something else.
    let target = format!("/v1/note-templates/{}/versions", template["id"].as_str().unwrap());
    assert_eq!(app.post(target, plain()).by(&app.fresh(&desk.admin).await).await.refused(409), "item_id_reused");
    let again = format!("/v1/note-template-versions/{}/publish", third["id"].as_str().unwrap());
    assert_eq!(app.call("POST", again).by(&app.fresh(&desk.admin).await).await.refused(409), "not_a_draft");
});

both!(a_thousand_edits_of_a_template_leave_old_notes_as_they_were, async |app| {
    let desk = Desk::open(app).await;
    afternoon(app);
    let note = desk.signed(app, 17).await;
    let draft = desk.ready(app, 18).await;
    let template: uuid::Uuid = note["template_id"].as_str().unwrap().parse().unwrap();
    let version = format!("/v1/note-template-versions/{}", note["template_version_id"].as_str().unwrap());
    let sam = desk.sam(app).await;
    let content = |answer: cairn_tests::Answer| answer.bytes;
    let (first_note, first_draft) =
        (content(app.get(at(&note)).by(&sam).await), content(app.get(at(&draft)).by(&sam).await));
    let first_version = app.get(&version).by(&sam).await.expect(200);
    let mut seed = 7_u64;
    let mut roll = move |sides: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % sides
    };
    for batch in 0..20 {
        let mut tx = app.database.begin_write(&app.organization.scope()).await.unwrap();
        for edit in 0..50 {
            let new = random_edit(&mut roll, batch * 50 + edit);
            let version = note_templates::add_version(&mut tx, template, new).await.unwrap();
            note_templates::publish(&mut tx, version.id).await.unwrap();
        }
        tx.commit().await.unwrap();
    }
    assert_eq!(app.count("note_template_versions").await, 9 + 1000);
    let sam = desk.sam(app).await;
    assert_eq!(content(app.get(at(&note)).by(&sam).await), first_note, "signed, to the byte");
    assert_eq!(content(app.get(at(&draft)).by(&sam).await), first_draft, "and begun");
    let now = app.get(&version).by(&sam).await.expect(200);
    assert_eq!((&now["content"], &now["content_hash"]), (&first_version["content"], &first_version["content_hash"]));
});

/// Another order, other headings, other items: each with an id of its own.
fn random_edit(roll: &mut impl FnMut(u64) -> u64, number: u64) -> NewTemplateContent {
    let mut parts: Vec<String> =
        ["goals", "intervention", "response", "plan", "risk"].iter().map(|part| (*part).to_owned()).collect();
    for optional in ["purpose", "check_in", "follow_up", "activities"] {
        if roll(2) == 0 {
            parts.push(optional.to_owned());
        }
    }
    let (mut properties, mut items) = (json!({}), json!([]));
    for item in 0..roll(4) {
        let id = format!("item_{number}_{item}");
        properties[&id] = json!({ "type": "string", "maxLength": 1 + roll(4000) });
        items
            .as_array_mut()
            .unwrap()
            .push(json!({ "id": id, "type": "text", "label": { "en": format!("Item {item}") } }));
        parts.push(format!("answers.{id}"));
    }
    for place in (1..parts.len()).rev() {
        parts.swap(place, usize::try_from(roll(place as u64 + 1)).unwrap());
    }
    let cut = 1 + usize::try_from(roll(parts.len() as u64 - 1)).unwrap();
    let section = |id: &str, parts: &[String]| Section {
        id: id.to_owned(),
        label: cairn_shared::forms::Words { en: Some(format!("{id} {number}")), es: None },
        hint: None,
        parts: parts.to_vec(),
    };
    let ui_schema: UiSchema = serde_json::from_value(json!({ "items": items })).unwrap();
    NewTemplateContent {
        sections: vec![section("first", &parts[..cut]), section("second", &parts[cut..])],
        needs_goals: roll(2) == 0,
        schema: json!({ "properties": properties }),
        ui_schema,
    }
}
