use cairn_shared::secrets::sha256;
use cairn_tests::{both, days, hours};
use serde_json::{Value, json};

use super::{Desk, afternoon, at, credential, notes_of, pair, problems};

both!(what_is_signed_says_everything_and_is_fixed, async |app| {
    let desk = Desk::open(app).await;
    afternoon(app);
    let note = desk.ready(app, 17).await;
    let signed = desk.sign(app, &note).await.expect(200)["note"].clone();
    let content = signed["content"].as_str().unwrap();
    assert_eq!(signed["content_hash"], hex::encode(sha256(content.as_bytes())));
    let read: Value = serde_json::from_str(content).unwrap();
    assert_eq!((&read["format"], &read["id"]), (&json!("cairn-note/1"), &note["id"]));
    assert_eq!((&read["session"]["minutes"], &read["session"]["service_date"]), (&json!(60), &json!("2027-03-01")));
    assert_eq!(read["client"]["preferred_name"], "Ana");
    assert_eq!(
        (&read["author"]["name"], &read["author"]["credential"]["state"]),
        (&json!(desk.team.sam.name), &json!("ID"))
    );
    assert_eq!(
        (&read["care_plan"]["id"], &read["care_plan"]["content_hash"]),
        (&desk.plan["id"], &desk.plan["content_hash"])
    );
    assert_eq!((&read["goals"][0]["title"], &read["goals"][0]["progress"]), (&json!("Walk"), &json!("some")));
    assert_eq!(read["texts"], note["texts"]);
    assert_eq!(read["profile"]["hash"].as_str().unwrap().len(), 64);
    assert!(read["units"]["working"].as_array().is_some_and(|lines| !lines.is_empty()), "{}", read["units"]);
    let signature = &signed["signatures"][0];
    assert_eq!((&signature["role"], &signature["hash"]), (&json!("author"), &signed["content_hash"]));
    assert_eq!((&signature["name"], &signature["signer_id"]), (&json!(desk.team.sam.name), &json!(desk.team.sam.id)));
    // Nothing that happens later to goal, client or session changes it.
    app.patch(crate::goals::at(&desk.goal), json!({ "title": "Run" })).by(&desk.team.phone).await.expect(200);
    let sam = desk.sam(app).await;
    app.patch(format!("/v1/clients/{}", desk.team.ana.id), json!({ "preferred_name": "Anita" }))
        .by(&sam)
        .await
        .expect(200);
    let body = json!({ "setting": "Elsewhere" });
    let session = format!("/v1/sessions/{}", note["session_id"].as_str().unwrap());
    assert_eq!(app.patch(session, body).by(&sam).await.refused(409), "session_signed");
    let later = desk.read(app, &signed).await;
    assert_eq!((&later["content"], &later["goals"]), (&signed["content"], &signed["goals"]));
    assert_eq!(
        desk.write(app, &later, json!({ "texts": { "plan": "x" }, "confirm": [] })).await.refused(409),
        "not_a_draft"
    );
});

both!(all_that_is_missing_is_named_at_once, async |app| {
    let desk = Desk::open(app).await;
    afternoon(app);
    let session = desk.session(app, 17).await;
    let note = desk.note(app, &session).await;
    let sam = desk.sam(app).await;
    let before = app.contents().await;
    let answer = app.post(format!("{}/sign", at(&note)), json!({ "name": "Somebody else" })).by(&sam).await;
    let expected = [
        pair("texts.intervention", "required"),
        pair("texts.response", "required"),
        pair("texts.plan", "required"),
        pair("risk", "required"),
        pair("goals[0].progress", "required"),
        pair("goals", "unconfirmed"),
        pair("name", "differs"),
    ];
    assert_eq!(problems(&answer), expected);
    app.assert_unchanged_since(&before).await;
    // What signing would say can be asked beforehand.
    let checks = app.get(format!("{}/checks", at(&note))).by(&sam).await.expect(200);
    assert_eq!(checks["problems"].as_array().unwrap().len(), expected.len() - 1);
    assert_eq!((&checks["late"], &checks["cosignature_needed"]), (&json!(false), &json!(true)));
});

both!(signing_needs_a_plan_a_credential_and_a_fresh_proof, async |app| {
    let desk = Desk::without_credential(app).await;
    afternoon(app);
    let note = desk.ready(app, 17).await;
    assert_eq!(problems(&desk.sign(app, &note).await), [pair("credential", "credential_missing")]);
    credential(app, &desk.admin, &desk.team.sam, json!({ "expires_on": "2027-02-28" })).await;
    assert_eq!(problems(&desk.sign(app, &note).await), [pair("credential", "credential_lapsed")]);
    credential(app, &desk.admin, &desk.team.sam, json!({ "number": "2" })).await;
    // A sign-in from before the coffee break is not proof enough.
    let kept = app.fresh(&desk.team.sam).await;
    app.advance(cairn_tests::minutes(11));
    let answer = app.post(format!("{}/sign", at(&note)), json!({ "name": kept.name })).by(&kept).await;
    assert_eq!(answer.refused(403), "step_up_required");
    desk.sign(app, &note).await.expect(200);

    // Somebody without a plan of care.
    let sam = desk.sam(app).await;
    let bo = app.client_with(&sam, json!({ "preferred_name": "Bo" })).await;
    let session = desk.session_of(app, &[bo], 16).await;
    let note = app.post(notes_of(&session), json!({})).by(&sam).await.expect(201);
    assert_eq!((&note["goals"], &note["marks"]), (&json!([]), &json!({})));
    let mut body = desk.body();
    body["goals"] = json!([]);
    let note = desk.write(app, &note, body).await.expect(200);
    assert_eq!(problems(&desk.sign(app, &note).await), [pair("goals", "no_active_plan")]);
    let body = json!({ "goals": [{ "goal_id": desk.goal["id"], "progress": "met" }] });
    let note = desk.write(app, &note, body).await.expect(200);
    assert_eq!(problems(&desk.sign(app, &note).await), [pair("goals", "no_active_plan")], "a goal of somebody else");
    assert_eq!(desk.read(app, &note).await["texts"], note["texts"], "the draft is kept");
});

both!(who_signs_late_says_why, async |app| {
    let desk = Desk::open(app).await;
    afternoon(app);
    let (first, second) = (desk.ready(app, 17).await, desk.ready(app, 16).await);
    app.advance(hours(23));
    let signed = desk.sign(app, &first).await.expect(200);
    assert_eq!(signed["note"]["late_entry"], false, "24 hours after the end, to the minute");
    app.advance(cairn_tests::minutes(1));
    assert_eq!(problems(&desk.sign(app, &second).await), [pair("late_reason", "required")]);
    let sam = desk.sam(app).await;
    let body = json!({ "name": sam.name, "late_reason": "My phone was broken" });
    let late = app.post(format!("{}/sign", at(&second)), body).by(&sam).await.expect(200)["note"].clone();
    assert_eq!(late["late_entry"], true);
    let content: Value = serde_json::from_str(late["content"].as_str().unwrap()).unwrap();
    assert_eq!(content["late_entry"]["reason"], "My phone was broken");
});

both!(two_who_sign_at_once_sign_once, async |app| {
    let desk = Desk::open(app).await;
    afternoon(app);
    let note = desk.ready(app, 17).await;
    let (one, two) = tokio::join!(desk.sign(app, &note), desk.sign(app, &note));
    let (first, second) = if one.status == 200 { (one, two) } else { (two, one) };
    first.expect(200);
    assert_eq!(second.refused(409), "not_a_draft");
    assert_eq!(app.count("note_signatures").await, 1);
});

both!(a_plan_that_was_superseded_since_still_counts_for_its_days, async |app| {
    let desk = Desk::open(app).await;
    afternoon(app);
    let note = desk.ready(app, 17).await;
    app.advance(days(1));
    let desk = desk.fresh(app).await;
    let draft = app.call("POST", format!("/v1/care-plans/{}/revision", desk.plan["id"].as_str().unwrap()));
    let draft = draft.by(&desk.team.sam).await.expect(201);
    let cook = desk.team.goal(app, "Cook").await;
    let body = json!({ "goal_ids": [cook["id"]] });
    app.patch(format!("/v1/care-plans/{}", draft["id"].as_str().unwrap()), body).by(&desk.team.sam).await.expect(200);
    desk.team.submit(app, &draft).await;
    for who in ["client", "specialist", "professional"] {
        desk.team.sign(app, &draft, who).await.expect(201);
    }
    let sam = desk.sam(app).await;
    let body = json!({ "name": sam.name, "late_reason": "Away" });
    let signed = app.post(format!("{}/sign", at(&note)), body).by(&sam).await.expect(200);
    let content: Value = serde_json::from_str(signed["note"]["content"].as_str().unwrap()).unwrap();
    assert_eq!(content["care_plan"]["id"], desk.plan["id"]);
});

both!(risk_that_was_seen_calls_for_somebody, async |app| {
    let desk = Desk::open(app).await;
    afternoon(app);
    let note = desk.ready(app, 17).await;
    let note = desk.write(app, &note, json!({ "risk": { "level": "crisis" }, "confirm": [] })).await.expect(200);
    assert_eq!(problems(&desk.sign(app, &note).await), [pair("risk.action", "required")]);
    let action = json!({ "risk": { "level": "crisis", "action": "Called the clinician on duty" }, "confirm": [] });
    let note = desk.write(app, &note, action).await.expect(200);
    desk.sign(app, &note).await.expect(200);
    let rows = app.column("SELECT code || ' ' || kind || ' ' || severity || ' ' || subject_id FROM attention_reasons WHERE code = 'seen_in_meeting'").await;
    assert_eq!(rows, [format!("seen_in_meeting not_safe 4 {}", note["id"].as_str().unwrap())]);
    assert_eq!(app.count_where("escalations", "state = 'running'").await, 1);
});
