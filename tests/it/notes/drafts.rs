use cairn_tests::{both, id_of_phone, minutes};
use serde_json::{Value, json};

use super::{Desk, afternoon, at, notes_of, pair, problems, save, tag};

both!(from_the_appointment_to_the_signature_in_six_requests, async |app| {
    let desk = Desk::open(app).await;
    let (sam, ana) = (&desk.team.sam, desk.team.ana);
    let item = app.appointment(sam, ana, "2027-03-01T11:00", json!([])).await;
    let occurrence = format!("{}.20270301T1100", item["id"].as_str().unwrap());
    app.travel_to("2027-03-01T16:00:00Z");
    let sam = app.fresh(sam).await;
    // What the system knew already and is sent all the same: the appointment, the goal, the own name.
    let session = json!({ "occurrence_id": occurrence, "place_of_service": "11" });
    let session = app.post("/v1/sessions", session).by(&sam).await.expect(201);
    app.travel_to("2027-03-01T17:00:00Z");
    let sam = app.fresh(&sam).await;
    let finish = format!("/v1/sessions/{}/finish", session["id"].as_str().unwrap());
    app.post(finish, json!({})).by(&sam).await.expect(200);
    let note = app.post(notes_of(&session), json!({})).by(&sam).await.expect(201);
    assert_eq!(note["texts"], json!({ "purpose": "Coffee with Sam" }));
    assert_eq!(note["goals"][0]["title"], "Walk");
    let body = json!({
        "texts": { "intervention": "We made a plan", "response": "She liked it", "plan": "Walk on Friday" },
        "goals": [{ "goal_id": note["goals"][0]["goal_id"], "progress": "some" }],
        "risk": { "level": "none" },
    });
    save(app, &note, &sam, body).await.expect(200);
    let step_up = app.post("/v1/auth/step-up", json!({ "password": cairn_tests::PASSWORD })).by(&sam).await.expect(200);
    let proved = cairn_tests::Credential::Token(step_up["token"].as_str().unwrap().to_owned());
    let sam = cairn_tests::Staff { credential: proved, ..sam };
    let signing = json!({ "name": sam.name, "confirm": ["texts.purpose"] });
    let signed = app.post(format!("{}/sign", at(&note)), signing).by(&sam).await.expect(200);
    assert_eq!((&signed["note"]["state"], &signed["warnings"]), (&json!("awaiting_cosign"), &json!([])));
});

both!(what_is_known_is_filled_in_and_counts_once_it_is_confirmed, async |app| {
    let desk = Desk::open(app).await;
    afternoon(app);
    desk.signed(app, 17).await;
    let session = desk.session(app, 18).await;
    let note = desk.note(app, &session).await;
    assert_eq!(
        note["texts"],
        json!({ "follow_up": "She walks twice by Friday. We meet on Monday." }),
        "of the last note"
    );
    let marks = &note["marks"];
    assert_eq!(
        (&marks["texts.follow_up"]["source"], &marks["texts.follow_up"]["confirmed"]),
        (&json!("last_note"), &json!(false))
    );
    assert_eq!((&marks["goals"]["source"], &marks["goals"]["source_id"]), (&json!("care_plan"), &desk.plan["id"]));
    let mut body = desk.body();
    body["confirm"] = json!([]);
    let note = desk.write(app, &note, body).await.expect(200);
    assert_eq!(note["marks"]["goals"]["confirmed"], true, "written by the author");
    assert_eq!(problems(&desk.sign(app, &note).await), [pair("texts.follow_up", "unconfirmed")]);
    let odd = json!({ "confirm": ["texts.plan"] });
    assert_eq!(problems(&desk.write(app, &note, odd).await), [pair("confirm[0]", "not_filled_in")]);
    let emptied = desk.write(app, &note, json!({ "texts": { "follow_up": null } })).await.expect(200);
    assert!(emptied["texts"].get("follow_up").is_none() && emptied["marks"].get("texts.follow_up").is_none());
    let signed = desk.sign(app, &emptied).await.expect(200);
    let content: Value = serde_json::from_str(signed["note"]["content"].as_str().unwrap()).unwrap();
    assert_eq!(
        content["sources"],
        json!({ "goals": { "confirmed": true, "source": "care_plan", "source_id": desk.plan["id"] } })
    );
});

both!(what_is_filled_in_was_known_when_they_met, async |app| {
    let desk = Desk::open(app).await;
    afternoon(app);
    desk.signed(app, 18).await;
    let forms = app.get("/v1/check-in-forms").by(&desk.sam(app).await).await.expect(200);
    let form = forms["items"].as_array().unwrap().iter().find(|form| form["key"] == "daily").unwrap();
    let answers = json!({ "mood": 8, "craving": 1, "supports": 2, "safe": true });
    let check_in = json!({
        "id": id_of_phone(), "form_version_id": form["published_version_id"], "answers": answers,
        "answered_at": app.now(),
    });
    let target = format!("/v1/clients/{}/check-ins", desk.team.ana.id);
    app.post(target, check_in).by(&desk.team.phone).await.expect(201);
    let before = desk.session(app, 17).await;
    assert_eq!(desk.note(app, &before).await["texts"], json!({}), "the check-in and the other meeting came later");
    app.advance(minutes(60));
    let after = desk.session(app, 19).await;
    let texts = desk.note(app, &after).await["texts"].clone();
    assert_eq!(texts["check_in"], "2027-03-01: mood 8/10");
    assert_eq!(texts["follow_up"], "She walks twice by Friday. We meet on Monday.");
});

both!(two_places_never_overwrite_each_other, async |app| {
    let desk = Desk::open(app).await;
    afternoon(app);
    let note = desk.ready(app, 17).await;
    let sam = desk.sam(app).await;
    let text = |text: &str| json!({ "texts": { "plan": text } });
    let before = app.contents().await;
    let blind = app.patch(at(&note), text("Blind")).by(&sam).await;
    assert_eq!(problems(&blind), [pair("If-Match", "required")]);
    app.assert_unchanged_since(&before).await;
    let (one, two) = tokio::join!(save(app, &note, &sam, text("One")), save(app, &note, &sam, text("Two")));
    let (first, second) = if one.status == 200 { (one, two) } else { (two, one) };
    assert_eq!(second.refused(412), "version_changed");
    let kept = first.expect(200);
    assert_eq!(desk.read(app, &note).await["texts"]["plan"], kept["texts"]["plan"]);
    assert_eq!(kept["texts"]["response"], note["texts"]["response"], "what nobody changed stays");
    // The tag of a reading is the one to save under.
    let read = app.get(at(&note)).by(&sam).await;
    assert_eq!(read.header("etag"), Some(tag(&kept).as_str()));
});

both!(what_is_refused_leaves_the_draft_as_it_was, async |app| {
    let desk = Desk::open(app).await;
    afternoon(app);
    let note = desk.ready(app, 17).await;
    let before = app.contents().await;
    let long = "word ".repeat(1_000_000);
    for (body, expected) in [
        (json!({ "texts": { "response": long } }), pair("texts.response", "too_long")),
        (json!({ "texts": { "response": "bell\u{7}" } }), pair("texts.response", "control_character")),
        (json!({ "texts": { "goals": "x" } }), pair("texts.goals", "unknown_part")),
        (json!({ "answers": { "mood": 3 } }), pair("answers.mood", "unknown_item")),
        (json!({ "risk": { "level": "high" } }), pair("risk.level", "unknown_value")),
        (json!({ "activities": [{ "domain": "mentoring", "text": " " }] }), pair("activities[0].text", "required")),
        (
            json!({ "goals": [{ "goal_id": desk.goal["id"], "comment": "x".repeat(2001) }] }),
            pair("goals[0].comment", "too_long"),
        ),
    ] {
        let answer = desk.write(app, &note, body).await;
        assert_eq!(problems(&answer), [expected]);
    }
    let odd = desk.write(app, &note, json!({ "texts": { "behavior": "x" } })).await;
    assert!(odd.wrong_fields()[0].starts_with("texts"), "{}", odd.text());
    let huge = desk.write(app, &note, json!({ "texts": { "response": "x".repeat(9 * 1024 * 1024) } })).await;
    assert_eq!(huge.refused(413), "too_large");
    let after = app.contents().await;
    assert_eq!(before.rows("notes"), after.rows("notes"));
    assert_eq!(desk.read(app, &note).await["texts"], note["texts"]);
});

both!(a_draft_is_its_authors, async |app| {
    let desk = Desk::open(app).await;
    afternoon(app);
    let note = desk.ready(app, 17).await;
    let kim = app.specialist().await;
    assert_eq!(save(app, &note, &kim, json!({})).await.refused(404), "not_found");
    // A colleague who works with the same client sees it, and does not write it.
    let body = json!({ "staff_id": kim.id, "starts_on": "2027-03-01" });
    let supervisor = app.fresh(&desk.team.supervisor).await;
    app.post(format!("/v1/clients/{}/assignments", desk.team.ana.id), body).by(&supervisor).await.expect(201);
    app.get(at(&note)).by(&kim).await.expect(200);
    assert_eq!(save(app, &note, &kim, json!({})).await.refused(403), "not_author");
    assert_eq!(
        app.post(format!("{}/sign", at(&note)), json!({ "name": kim.name })).by(&kim).await.refused(403),
        "not_author"
    );
    assert_eq!(save(app, &note, &supervisor, json!({})).await.refused(403), "role");
    // The client hears nothing of drafts.
    assert_eq!(app.get(at(&note)).by(&desk.team.phone).await.refused(404), "not_found");
    assert_eq!(app.get("/v1/me/notes").by(&desk.team.phone).await.expect(200)["items"], json!([]));
    // Nobody begins a second one, nor one of somebody else's session.
    let session = json!({ "id": note["session_id"] });
    assert_eq!(app.post(notes_of(&session), json!({})).by(&desk.sam(app).await).await.refused(409), "note_exists");
    let others = app.post(notes_of(&session), json!({})).by(&kim).await;
    assert_eq!(others.status, 403);
    app.advance(minutes(1));
});
