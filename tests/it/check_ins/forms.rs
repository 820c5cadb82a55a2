use cairn_shared::scope::Role;
use cairn_tests::{both, id_of};
use serde_json::json;

use super::{admin, check_in, daily, every_type, next_version, published, send, shipped, text, with};

both!(every_organization_has_the_three_forms, async |app| {
    let sam = app.specialist().await;
    let list = app.get("/v1/check-in-forms").by(&sam).await.expect(200);
    let mut keys: Vec<_> = list["items"].as_array().unwrap().iter().map(|form| text(&form["key"])).collect();
    keys.sort_unstable();
    assert_eq!(keys, ["daily", "gad7", "phq9"]);
    for form in list["items"].as_array().unwrap() {
        let version =
            app.get(format!("/v1/form-versions/{}", text(&form["published_version_id"]))).by(&sam).await.expect(200);
        assert_eq!((&version["state"], &version["number"]), (&json!("published"), &json!(1)));
        assert_eq!(version["languages"], json!(["en", "es"]));
        assert_eq!(version["schema"]["$schema"], "https://json-schema.org/draft/2020-12/schema");
        assert_eq!(text(&version["content_hash"]).len(), 64);
    }
    // Shipping again changes nothing.
    let before = app.contents().await;
    cairn_shared::check_ins::ship_to_all(&app.database).await.unwrap();
    app.assert_unchanged_since(&before).await;
});

both!(older_organizations_get_the_forms_too, async |app| {
    if app.backend == cairn_tests::Backend::Sqlite {
        app.sql("DROP TRIGGER check_in_form_versions_no_delete").await;
    } else {
        app.sql("ALTER TABLE check_in_form_versions DISABLE TRIGGER ALL").await;
    }
    app.sql("DELETE FROM check_in_form_versions").await;
    app.sql("DELETE FROM check_in_forms").await;
    cairn_shared::check_ins::ship_to_all(&app.database).await.unwrap();
    assert_eq!(app.count("check_in_forms").await, 3);
    assert_eq!(app.count_where("check_in_form_versions", "state = 'published'").await, 3);
});

both!(a_form_is_drafted_published_and_retired, async |app| {
    let admin = admin(app).await;
    let form = app
        .post("/v1/check-in-forms", json!({ "name": "Weekly look", "version": every_type() }))
        .by(&admin)
        .await
        .expect(201);
    assert_eq!((&form["published_version_id"], &form["versions"][0]["state"]), (&json!(null), &json!("draft")));
    let version = text(&form["versions"][0]["id"]).to_owned();
    let shown = app.get(format!("/v1/form-versions/{version}")).by(&admin).await.expect(200);
    assert_eq!(shown["schema"]["additionalProperties"], false, "what is not asked cannot be answered");
    assert_eq!(shown["ui_schema"]["steps"][0], json!(["mood"]));
    let target = |verb: &str| format!("/v1/form-versions/{version}/{verb}");
    assert_eq!(app.call("POST", target("retire")).by(&admin).await.refused(409), "not_published");
    let done = app.call("POST", target("publish")).by(&admin).await.expect(200);
    assert_eq!((&done["state"], &done["published_at"]), (&json!("published"), &json!(app.now())));
    assert_eq!(done["change"], json!(null), "there was nothing before it");
    assert_eq!(app.call("POST", target("publish")).by(&admin).await.refused(409), "not_a_draft");
    let form = app.get(format!("/v1/check-in-forms/{}", id_of(&form))).by(&admin).await.expect(200);
    assert_eq!(form["published_version_id"], json!(version));
    let done = app.call("POST", target("retire")).by(&admin).await.expect(200);
    assert_eq!((&done["state"], &done["retired_at"]), (&json!("retired"), &json!(app.now())));
});

both!(edits_are_told_safe_from_breaking, async |app| {
    let admin = admin(app).await;
    let (form, _) = published(app, &admin, &every_type()).await;
    let change = async |content: &serde_json::Value| {
        let version = next_version(app, &admin, form, content).await;
        let shown = app.get(format!("/v1/form-versions/{version}")).by(&admin).await.expect(200);
        (text(&shown["change"]).to_owned(), shown["change_reasons"].clone())
    };
    let mut content = every_type();
    content["ui_schema"]["items"][0]["label"] = json!({ "en": "How are you?", "es": "¿Cómo estás?" });
    content["schema"]["properties"]["words"]["maxLength"] = json!(400);
    assert_eq!(change(&content).await, ("safe".to_owned(), json!([])));
    content["schema"]["properties"]["energy"]["maximum"] = json!(7);
    content["ui_schema"]["items"][1]["max"] = json!(7);
    let reasons = json!([{ "item": "energy", "code": "range_changed" }]);
    assert_eq!(change(&content).await, ("breaking".to_owned(), reasons));
    content["schema"]["properties"].as_object_mut().unwrap().remove("places");
    content["ui_schema"]["items"].as_array_mut().unwrap().pop();
    content["schema"]["required"] = json!(["mood"]);
    content["ui_schema"]["items"][0]["optional"] = json!(false);
    let reasons = json!([{ "item": "places", "code": "item_dropped" }, { "item": "mood", "code": "now_required" }]);
    assert_eq!(change(&content).await, ("breaking".to_owned(), reasons));
    // The version before is retired by the next one.
    let listed = app.get(format!("/v1/check-in-forms/{form}")).by(&admin).await.expect(200);
    let states: Vec<_> = listed["versions"].as_array().unwrap().iter().map(|v| text(&v["state"]).to_owned()).collect();
    assert_eq!(states, ["retired", "retired", "retired", "published"]);
});

both!(an_item_id_is_never_used_again, async |app| {
    let admin = admin(app).await;
    let whole = every_type();
    let mut without = every_type();
    without["schema"]["properties"].as_object_mut().unwrap().remove("places");
    without["ui_schema"]["items"].as_array_mut().unwrap().pop();
    let (form, _) = published(app, &admin, &whole).await;
    let target = format!("/v1/check-in-forms/{form}/versions");
    // Drafted while the id was still in use, published after it was dropped.
    let waiting = id_of(&app.post(&target, whole.clone()).by(&admin).await.expect(201));
    next_version(app, &admin, form, &without).await;
    let before = app.contents().await;
    assert_eq!(app.post(&target, whole.clone()).by(&admin).await.refused(409), "item_id_reused");
    let publish = app.call("POST", format!("/v1/form-versions/{waiting}/publish")).by(&admin).await;
    assert_eq!(publish.refused(409), "item_id_reused");
    // Another kind of question under the same id is another question.
    let mut other = without.clone();
    other["schema"]["properties"]["rested"] = json!({ "type": "string", "maxLength": 20 });
    other["ui_schema"]["items"][3]["type"] = json!("text");
    other["ui_schema"]["items"][4].as_object_mut().unwrap().remove("when");
    assert_eq!(app.post(&target, other).by(&admin).await.refused(409), "item_id_reused");
    app.assert_unchanged_since(&before).await;
});

both!(wrong_forms_are_refused_with_the_place, async |app| {
    let admin = admin(app).await;
    let form = id_of(&app.post("/v1/check-in-forms", json!({ "name": "Weekly look" })).by(&admin).await.expect(201));
    let target = format!("/v1/check-in-forms/{form}/versions");
    let before = app.contents().await;
    type Edit = fn(&mut serde_json::Value);
    let edits: [(Edit, &str); 15] = [
        (|c| c["schema"]["properties"]["mood"]["maximum"] = json!(5), "ui_schema.items[0].id"),
        (|c| c["schema"]["properties"]["mood"]["pattern"] = json!("x"), "schema.properties.mood.pattern"),
        (|c| c["schema"]["properties"]["more"] = json!({ "type": "boolean" }), "schema.properties.more"),
        (|c| c["schema"]["required"] = json!(["mood"]), "ui_schema.items[0].optional"),
        (|c| c["ui_schema"]["items"][1]["max"] = json!(6), "ui_schema.items[1].max"),
        (|c| c["ui_schema"]["items"][1]["id"] = json!("mood"), "ui_schema.items[1].id"),
        (|c| c["ui_schema"]["items"][2]["choices"][0]["value"] = json!("maybe"), "ui_schema.items[2].type"),
        (|c| c["ui_schema"]["items"][3]["label"] = json!({ "en": "Rested" }), "ui_schema.items[3].label"),
        (|c| c["ui_schema"]["items"][4]["when"]["item"] = json!("places"), "ui_schema.items[4].when.item"),
        (|c| c["ui_schema"]["items"][4]["when"]["equals"] = json!(i64::MAX), "ui_schema.items[4].when.equals"),
        (|c| c["ui_schema"]["steps"] = json!([["mood"]]), "ui_schema.steps"),
        (|c| c["ui_schema"]["steps"] = json!([["mood", "colour"]]), "ui_schema.steps[0][1]"),
        (|c| c["ui_schema"]["colour"] = json!(1), "ui_schema.colour"),
        (|c| c["ui_schema"]["items"][0]["type"] = json!("slider"), "ui_schema.items[0].type"),
        (|c| c["scoring"] = json!({ "instrument": "gad7", "version": 1 }), "scoring.instrument"),
    ];
    for (edit, field) in edits {
        let mut content = every_type();
        edit(&mut content);
        let answer = app.post(&target, content).by(&admin).await;
        assert!(answer.wrong_fields().contains(&field), "{field}: {}", answer.text());
    }
    for name in ["", "  ", "a\u{7}b", &"x".repeat(201)] {
        assert_eq!(app.post("/v1/check-in-forms", json!({ "name": name })).by(&admin).await.wrong_fields(), ["name"]);
    }
    app.assert_unchanged_since(&before).await;
});

both!(clients_see_what_they_are_asked_and_no_other_form, async |app| {
    let sam = app.specialist().await;
    let admin = admin(app).await;
    let ana = app.client(&sam).await;
    let phone = app.unsubscribed_phone(&sam, ana).await;
    let form = shipped(app, &sam, "daily").await;
    let (form_id, version) = (text(&form["id"]).to_owned(), text(&form["published_version_id"]).to_owned());
    app.get(format!("/v1/check-in-forms/{form_id}")).by(&phone).await.refused(404);
    app.get(format!("/v1/form-versions/{version}")).by(&phone).await.refused(404);
    let schedule = daily(app, &sam, ana, &form).await;
    let seen = app.get(format!("/v1/check-in-forms/{form_id}")).by(&phone).await.expect(200);
    assert_eq!(seen["published_version_id"], json!(version));
    app.get(format!("/v1/form-versions/{version}")).by(&phone).await.expect(200);
    let phq = shipped(app, &sam, "phq9").await;
    app.get(format!("/v1/form-versions/{}", text(&phq["published_version_id"]))).by(&phone).await.refused(404);
    // Drafts are not for clients, even of forms that they are asked.
    let content = app.get(format!("/v1/form-versions/{version}")).by(&sam).await.expect(200);
    let draft = json!({ "schema": content["schema"], "ui_schema": content["ui_schema"] });
    let draft = app.post(format!("/v1/check-in-forms/{form_id}/versions"), draft).by(&admin).await.expect(201);
    app.get(format!("/v1/form-versions/{}", id_of(&draft))).by(&phone).await.refused(404);
    assert_eq!(
        app.get(format!("/v1/check-in-forms/{form_id}")).by(&phone).await.expect(200)["versions"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    // What was answered stays readable.
    let body = with(check_in(app, &json!(version), json!({ "mood": 5 })), "schedule_id", schedule["id"].clone());
    send(app, &phone, ana, &body).await.expect(201);
    app.call("POST", format!("/v1/form-versions/{version}/retire")).by(&admin).await.expect(200);
    app.get(format!("/v1/form-versions/{version}")).by(&phone).await.expect(200);
});

both!(only_admins_and_supervisors_keep_forms, async |app| {
    let form = shipped(app, &app.specialist().await, "daily").await;
    let supervisor = app.staff(&[Role::Supervisor]).await;
    app.post("/v1/check-in-forms", json!({ "name": "Ours" })).by(&supervisor).await.expect(201);
    for role in [Role::Specialist, Role::Scheduler, Role::Biller] {
        let who = app.staff(&[role]).await;
        app.post("/v1/check-in-forms", json!({ "name": "Ours" })).by(&who).await.refused(403);
        let retire = format!("/v1/form-versions/{}/retire", text(&form["published_version_id"]));
        app.call("POST", retire).by(&who).await.refused(403);
    }
});

both!(the_database_itself_keeps_published_versions_as_they_are, async |app| {
    let before = app.contents().await;
    for sql in [
        "UPDATE check_in_form_versions SET schema = '{}'",
        "UPDATE check_in_form_versions SET ui_schema = '{}'",
        "UPDATE check_in_form_versions SET number = 7",
        "UPDATE check_in_form_versions SET state = 'draft'",
        "UPDATE check_in_form_versions SET instrument = 'who5'",
        "UPDATE check_in_form_versions SET published_at = 1",
        "UPDATE check_in_form_versions SET state = 'retired', retired_at = 1, schema = '{}'",
        "UPDATE check_in_form_versions SET state = 'retired'",
        "DELETE FROM check_in_form_versions",
    ] {
        let error = app.try_sql(sql).await.expect_err(sql).to_string();
        assert!(error.contains("does not change"), "{sql}: {error}");
    }
    app.assert_unchanged_since(&before).await;
    app.sql("UPDATE check_in_form_versions SET state = 'retired', retired_at = 1").await;
    for sql in [
        "UPDATE check_in_form_versions SET state = 'published', retired_at = NULL",
        "UPDATE check_in_form_versions SET retired_at = 2",
    ] {
        app.try_sql(sql).await.expect_err("a retired version stays retired");
    }
});
