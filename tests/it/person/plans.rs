use cairn_shared::scope::Role;
use cairn_tests::{Call, TestApp, both, minutes};
use serde_json::{Value, json};

fn put<'a>(app: &'a TestApp, target: &str, sections: &Value) -> Call<'a> {
    app.call("PUT", target).json(&json!({ "sections": sections }))
}

fn keys(answer: &Value) -> Vec<&str> {
    answer["sections"].as_array().unwrap().iter().map(|section| section["key"].as_str().unwrap()).collect()
}

fn section(key: &str, text: &str, shared: bool) -> Value {
    json!({ "key": key, "text": text, "shared": shared })
}

both!(a_person_writes_their_plan_in_versions, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.unsubscribed_phone(&sam, ana).await;
    for (kind, first, last) in [("wellness", "toolbox", "after_crisis"), ("safety", "warning_signs", "reasons")] {
        let target = format!("/v1/clients/{}/plans/{kind}", ana.id);
        let empty = app.get(&target).by(&phone).await;
        assert_eq!(empty.header("etag"), Some("\"0\""));
        let empty = empty.expect(200);
        assert_eq!((keys(&empty).len(), keys(&empty)[0], keys(&empty)[6]), (7, first, last));
        assert_eq!((&empty["version"], &empty["updated_at"]), (&json!(0), &json!(null)));
        assert!(empty["sections"][0]["title"]["en"].is_string() && empty["sections"][0]["title"]["es"].is_string());
        let written = put(app, &target, &json!([section(last, "My dog", false)])).by(&phone).await.expect(200);
        assert_eq!((&written["version"], &written["updated_at"]), (&json!(1), &json!(app.now())));
        assert_eq!((&written["sections"][6]["text"], &written["sections"][0]["text"]), (&json!("My dog"), &json!("")));
        app.advance(minutes(1));
        let sections = json!([section(first, "Music", false)]);
        let again = put(app, &target, &sections).header("if-match", "\"1\"").by(&phone).await.expect(200);
        assert_eq!((&again["sections"][0]["text"], &again["sections"][6]["text"]), (&json!("Music"), &json!("")));
        let late = put(app, &target, &sections).header("if-match", "\"1\"").by(&phone).await;
        assert_eq!(late.refused(412), "version_changed");
        assert_eq!(app.get(&target).by(&phone).await.expect(200), again);
        let versions = app.get(format!("{target}/versions")).by(&phone).await.expect(200);
        let items = versions["items"].as_array().unwrap();
        assert_eq!(items.iter().map(|one| &one["version"]).collect::<Vec<_>>(), [&json!(2), &json!(1)]);
        assert_eq!(items[1]["sections"], written["sections"], "what was is kept");
        let page = app.get(format!("{target}/versions?limit=1")).by(&phone).await.expect(200);
        let rest = format!("{target}/versions?cursor={}", page["next_cursor"].as_str().unwrap());
        assert_eq!(app.get(rest).by(&phone).await.expect(200)["items"][0]["version"], 1);
    }
});

both!(staff_read_a_section_while_it_is_shared, async |app| {
    let sam = app.specialist().await;
    let supervisor = app.staff(&[Role::Supervisor]).await;
    app.supervise(&supervisor, &sam).await;
    let ana = app.client(&sam).await;
    let phone = app.unsubscribed_phone(&sam, ana).await;
    let target = format!("/v1/clients/{}/plans/safety", ana.id);
    assert_eq!(app.get(&target).by(&sam).await.expect(200)["sections"], json!([]), "nothing is shared by itself");
    let sections = json!([
        section("warning_signs", "SecretOne", false),
        section("coping", "Breathe", true),
        section("reasons", "SecretTwo", false),
        section("professionals", "Dr. Lee", true),
    ]);
    put(app, &target, &sections).by(&phone).await.expect(200);
    for who in [&sam, &supervisor] {
        let answer = app.get(&target).by(who).await;
        assert!(!answer.text().contains("Secret"), "{}", answer.text());
        let seen = answer.expect(200);
        assert_eq!((keys(&seen), &seen["sections"][0]["text"]), (vec!["coping", "professionals"], &json!("Breathe")));
    }
    // Taken back, its past goes too. Shared later, what was written before stays private.
    let sections = json!([section("warning_signs", "Shared now", true), section("coping", "Breathe", false)]);
    put(app, &target, &sections).by(&phone).await.expect(200);
    assert_eq!(keys(&app.get(&target).by(&sam).await.expect(200)), ["warning_signs"]);
    let versions = app.get(format!("{target}/versions")).by(&sam).await;
    assert!(!versions.text().contains("Secret") && !versions.text().contains("Breathe"), "{}", versions.text());
    let versions = versions.expect(200);
    assert_eq!(keys(&versions["items"][0]), ["warning_signs"]);
    assert_eq!(keys(&versions["items"][1]), Vec::<&str>::new());
});

both!(only_the_person_writes_their_plan, async |app| {
    let (sam, kim) = (app.specialist().await, app.specialist().await);
    let (ana, bo) = (app.client(&sam).await, app.client(&kim).await);
    let other = app.unsubscribed_phone(&kim, bo).await;
    let target = format!("/v1/clients/{}/plans/wellness", ana.id);
    let sections = json!([section("daily", "Tea", true)]);
    let before = app.contents().await;
    assert_eq!(put(app, &target, &sections).by(&sam).await.refused(403), "client_only");
    put(app, &target, &sections).by(&kim).await.refused(404);
    put(app, &target, &sections).by(&other).await.refused(404);
    app.get(&target).by(&other).await.refused(404);
    app.get(format!("{target}/versions")).by(&kim).await.refused(404);
    app.assert_unchanged_since(&before).await;
});

// The copy on a phone: asked with its tag, nothing is sent again.
both!(a_phone_that_has_the_newest_copy_is_told_so, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.unsubscribed_phone(&sam, ana).await;
    let target = format!("/v1/clients/{}/plans/safety", ana.id);
    put(app, &target, &json!([section("coping", "Breathe", false)])).by(&phone).await.expect(200);
    let tag = app.get(&target).by(&phone).await.header("etag").unwrap().to_owned();
    for known in [tag.clone(), format!("W/{tag}"), format!("\"0\", {tag}"), "*".to_owned()] {
        let answer = app.get(&target).by(&phone).header("if-none-match", &known).await;
        assert_eq!((answer.status, answer.bytes.len(), answer.header("etag")), (304, 0, Some(&*tag)), "{known}");
    }
    put(app, &target, &json!([section("coping", "Sing", false)])).by(&phone).await.expect(200);
    let answer = app.get(&target).by(&phone).header("if-none-match", &tag).await;
    assert_eq!(answer.header("etag"), Some("\"2\""));
    assert_eq!(answer.expect(200)["sections"][1]["text"], "Sing");
    // Knowing a tag opens nothing.
    let kim = app.specialist().await;
    app.get(&target).by(&kim).header("if-none-match", "*").await.refused(404);
});

both!(odd_plans_are_refused, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.unsubscribed_phone(&sam, ana).await;
    let target = format!("/v1/clients/{}/plans/wellness", ana.id);
    let before = app.contents().await;
    for (sections, field) in [
        (json!([section("reasons", "x", true)]), "sections[0].key"),
        (json!([section("daily", "x", true), section("daily", "y", true)]), "sections[1].key"),
        (json!([section("daily", &"x".repeat(4001), true)]), "sections[0].text"),
        (json!([{ "key": "daily" }]), "sections[0].text"),
        (json!("daily"), "sections"),
    ] {
        assert_eq!(put(app, &target, &sections).by(&phone).await.wrong_fields(), [field], "{sections}");
    }
    app.get(format!("/v1/clients/{}/plans/holiday", ana.id)).by(&phone).await.refused(404);
    app.assert_unchanged_since(&before).await;
});

// Two phones of one person: nothing is lost without a word.
both!(two_who_write_at_once_do_not_overwrite_each_other, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let (phone, tablet) = (app.unsubscribed_phone(&sam, ana).await, app.unsubscribed_phone(&sam, ana).await);
    let target = format!("/v1/clients/{}/plans/wellness", ana.id);
    let (tea, music) = (json!([section("daily", "Tea", false)]), json!([section("daily", "Music", false)]));
    let one = async { put(app, &target, &tea).header("if-match", "\"0\"").by(&phone).await.status };
    let two = async { put(app, &target, &music).header("if-match", "\"0\"").by(&tablet).await.status };
    let (one, two) = tokio::join!(one, two);
    assert_eq!([one.min(two), one.max(two)], [200, 412]);
    assert_eq!(app.count("plan_documents").await, 1);
});
