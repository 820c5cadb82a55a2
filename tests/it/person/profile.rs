use cairn_shared::scope::Role;
use cairn_tests::both;
use serde_json::json;

both!(a_profile_is_filled_by_the_client_and_their_specialist, async |app| {
    let sam = app.specialist().await;
    let supervisor = app.staff(&[Role::Supervisor]).await;
    app.supervise(&supervisor, &sam).await;
    let ana = app.client(&sam).await;
    let phone = app.unsubscribed_phone(&sam, ana).await;
    let target = format!("/v1/clients/{}/profile", ana.id);
    let empty = app.get(&target).by(&phone).await;
    assert_eq!(empty.header("etag"), Some("\"0\""));
    let expected = json!({
        "strengths": [], "support_network": [], "stage_of_recovery": null, "rights_acknowledged": null,
        "guardians": [], "version": 0, "updated_at": null,
    });
    assert_eq!(empty.expect(200), expected);
    let body = json!({
        "strengths": [" patient ", "I cook well"],
        "support_network": [
            { "name": "Mia", "relation": "sister", "phone": "+1 208 555 0100", "ok_to_contact": true },
            { "name": "Joe" },
        ],
        "stage_of_recovery": "Finding my feet",
    });
    let first = app.patch(&target, body).header("if-match", "\"0\"").by(&phone).await.expect(200);
    assert_eq!(first["strengths"], json!(["patient", "I cook well"]));
    assert_eq!((&first["version"], &first["updated_at"]), (&json!(1), &json!(app.now())));
    let (mia, joe) = (&first["support_network"][0], &first["support_network"][1]);
    assert_eq!((&joe["relation"], &joe["phone"], &joe["ok_to_contact"]), (&json!(""), &json!(null), &json!(false)));

    let body = json!({
        "support_network": [{ "id": joe["id"], "name": "Joe B." }, { "name": "Kim" }],
        "rights_acknowledged": { "version": "2027-01", "date": "2027-03-01" },
    });
    let second = app.patch(&target, body).by(&sam).await.expect(200);
    assert_eq!(
        (&second["strengths"], &second["stage_of_recovery"]),
        (&first["strengths"], &first["stage_of_recovery"])
    );
    let people = second["support_network"].as_array().unwrap();
    assert_eq!((&people[0]["id"], &people[0]["name"]), (&joe["id"], &json!("Joe B.")));
    assert_ne!(people[1]["id"], mia["id"]);
    assert_eq!(second["rights_acknowledged"], json!({ "version": "2027-01", "date": "2027-03-01" }));
    let late = app.patch(&target, json!({ "strengths": [] })).header("if-match", "\"1\"").by(&phone).await;
    assert_eq!(late.refused(412), "version_changed");
    for who in [&sam, &supervisor] {
        assert_eq!(app.get(&target).by(who).await.expect(200), second);
    }
    let body = json!({ "stage_of_recovery": null, "rights_acknowledged": null, "support_network": [] });
    let third = app.patch(&target, body).by(&phone).await.expect(200);
    assert_eq!((&third["stage_of_recovery"], &third["rights_acknowledged"]), (&json!(null), &json!(null)));
    assert_eq!((&third["support_network"], &third["strengths"]), (&json!([]), &first["strengths"]));
});

both!(odd_profiles_are_refused, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.unsubscribed_phone(&sam, ana).await;
    let target = format!("/v1/clients/{}/profile", ana.id);
    let before = app.contents().await;
    for (body, field) in [
        (json!({ "strengths": ["ok", " "] }), "strengths[1]"),
        (json!({ "strengths": vec!["x"; 31] }), "strengths"),
        (json!({ "support_network": [{ "name": "" }] }), "support_network[0].name"),
        (json!({ "support_network": [{ "id": ana.id, "name": "Mia" }] }), "support_network[0].id"),
        (json!({ "support_network": [{ "name": "Mia", "phone": "" }] }), "support_network[0].phone"),
        (json!({ "support_network": [{ "relation": "sister" }] }), "support_network[0].name"),
        (json!({ "stage_of_recovery": "" }), "stage_of_recovery"),
        (json!({ "rights_acknowledged": { "version": "1", "date": "2027-03-03" } }), "rights_acknowledged.date"),
        (json!({ "rights_acknowledged": { "version": "1" } }), "rights_acknowledged.date"),
        (json!({ "guardians": [] }), "guardians"),
    ] {
        assert_eq!(app.patch(&target, body.clone()).by(&phone).await.wrong_fields(), [field], "{body}");
    }
    app.assert_unchanged_since(&before).await;
});

both!(a_profile_is_for_those_who_work_with_the_person, async |app| {
    let (sam, kim) = (app.specialist().await, app.specialist().await);
    let supervisor = app.staff(&[Role::Supervisor]).await;
    app.supervise(&supervisor, &sam).await;
    let ana = app.client(&sam).await;
    let target = format!("/v1/clients/{}/profile", ana.id);
    let before = app.contents().await;
    let body = json!({ "strengths": ["x"] });
    app.patch(&target, body.clone()).by(&supervisor).await.refused(403);
    app.patch(&target, body.clone()).by(&kim).await.refused(404);
    app.get(&target).by(&kim).await.refused(404);
    app.get(&target).by(&app.scheduler().await).await.refused(403);
    app.patch(&target, body).by(&app.scheduler().await).await.refused(403);
    app.get(&target).by(&app.staff(&[Role::Admin]).await).await.refused(404);
    let changed = app.contents().await;
    assert_eq!(before.rows("profiles"), changed.rows("profiles"));
});
