use cairn_tests::{Client, TestApp, both};
use serde_json::{Value, json};

use super::{Desk, afternoon, at, notes_of, pair, problems};

/// Two more clients with a plan in force, and one without.
pub struct Group {
    pub desk: Desk,
    bo: Client,
    pub session: Value,
    goal_of_bo: Value,
    cy: Client,
}

impl Group {
    pub async fn meet(app: &TestApp) -> Self {
        let desk = Desk::open(app).await;
        let sam = &desk.team.sam;
        let bo = app.client_with(sam, json!({ "preferred_name": "Boris", "legal_name": "Boris Stone" })).await;
        let cy = app.client_with(sam, json!({ "preferred_name": "Cynthia" })).await;
        let phone = app.unsubscribed_phone(sam, bo).await;
        let team =
            crate::care_plans::Team { sam: sam.clone(), supervisor: desk.team.supervisor.clone(), ana: bo, phone };
        let goal_of_bo = team.goal(app, "Cook").await;
        team.in_force(app, &[&goal_of_bo]).await;
        afternoon(app);
        let session = desk.session_of(app, &[desk.team.ana, bo, cy], 17).await;
        Self { desk, bo, session, goal_of_bo, cy }
    }

    pub fn body(&self) -> Value {
        json!({
            "shared": {
                "texts": { "intervention": "We practiced breathing together.", "plan": "We meet again on Monday." },
                "activities": [{ "domain": "mentoring", "text": "Practiced a skill together" }],
                "risk": { "level": "none" },
                "answers": { "topic": "Breathing" },
            },
            "parts": {
                self.desk.team.ana.id.to_string(): {
                    "texts": { "response": "Ana joined in and laughed." },
                    "goals": [{ "goal_id": self.desk.goal["id"], "progress": "some" }],
                },
                self.bo.id.to_string(): { "attendance": "left_early", "left_at": "2027-03-01T16:40:00Z",
                    "texts": { "response": "He listened, and tried it once.", "plan": "I call him on Friday." },
                    "goals": [{ "goal_id": self.goal_of_bo["id"], "progress": "none" }],
                },
            },
        })
    }

    pub async fn write(&self, app: &TestApp, body: Value) -> cairn_tests::Answer {
        let target = format!("/v1/sessions/{}/group-note", self.session["id"].as_str().unwrap());
        app.post(target, body).by(&self.desk.sam(app).await).await
    }
}

both!(a_group_is_written_in_one_pass_and_signed_in_one, async |app| {
    let group = Group::meet(app).await;
    let list = group.write(app, group.body()).await.expect(200);
    let notes = list["items"].as_array().unwrap();
    assert_eq!(notes.len(), 2, "whoever was not there has no note");
    let of = |client: Client| notes.iter().find(|note| note["client_id"] == json!(client.id)).unwrap();
    let (ana, bo) = (of(group.desk.team.ana), of(group.bo));
    assert_eq!(
        (&ana["texts"]["plan"], &bo["texts"]["plan"]),
        (&json!("We meet again on Monday."), &json!("I call him on Friday."))
    );
    assert_eq!((&ana["texts"]["intervention"], &ana["template_key"]), (&bo["texts"]["intervention"], &json!("group")));
    let sam = group.desk.sam(app).await;
    let session = app.get(format!("/v1/sessions/{}", group.session["id"].as_str().unwrap())).by(&sam).await.expect(200);
    let attendance = |client: Client| {
        let all = session["attendees"].as_array().unwrap();
        all.iter().find(|one| one["client_id"] == json!(client.id)).unwrap()["attendance"].clone()
    };
    assert_eq!(
        [attendance(group.desk.team.ana), attendance(group.bo), attendance(group.cy)],
        ["present", "left_early", "no_show"]
    );
    // Written again it changes the same drafts.
    let again = group.write(app, group.body()).await.expect(200);
    assert_eq!(again["items"][0]["id"], notes[0]["id"]);
    let target = format!("{}/sign", notes_of(&group.session));
    let signed = app.post(&target, json!({ "name": sam.name })).by(&sam).await.expect(200);
    let signed = signed["items"].as_array().unwrap();
    assert_eq!(signed.len(), 2);
    for one in signed {
        assert_eq!(one["warnings"], json!([]), "what a group shares is no copy");
        let note = &one["note"];
        let content = note["content"].as_str().unwrap();
        let other = if note["client_id"] == json!(group.bo.id) { group.desk.team.ana } else { group.bo };
        for stranger in [other.id.to_string(), group.cy.id.to_string()] {
            assert!(!content.contains(&stranger), "somebody else of the group is in it");
        }
        let read: Value = serde_json::from_str(content).unwrap();
        assert_eq!(read["session"]["group_size"], 3);
        let minutes = if note["client_id"] == json!(group.bo.id) { 40 } else { 60 };
        assert_eq!(read["session"]["minutes"], minutes, "each by own time");
    }
    assert_eq!(app.post(&target, json!({ "name": sam.name })).by(&sam).await.refused(409), "no_drafts");
});

both!(nobody_is_named_in_anothers_note, async |app| {
    let group = Group::meet(app).await;
    let (ana, bo) = (group.desk.team.ana.id, group.bo.id);
    let before = app.contents().await;
    let mut body = group.body();
    body["shared"]["texts"]["intervention"] = json!("Boris led the breathing.");
    body["parts"][ana.to_string()]["texts"]["response"] = json!("She liked how Stone did it.");
    let expected = [
        pair("shared.texts.intervention", "names_attendee"),
        pair(&format!("parts.{ana}.texts.response"), "names_another"),
    ];
    assert_eq!(problems(&group.write(app, body).await), expected);
    let stranger = app.client(&group.desk.sam(app).await).await;
    let before_second = app.contents().await;
    let mut body = group.body();
    body["parts"][stranger.id.to_string()] = json!({});
    body["parts"][bo.to_string()]["texts"]["response"] = json!("x".repeat(20_001));
    let found = problems(&group.write(app, body).await);
    assert_eq!(found, [pair(&format!("parts.{}", stranger.id), "not_an_attendee")]);
    app.assert_unchanged_since(&before_second).await;
    assert_eq!(before.rows("notes").len(), 0);
    let mut body = group.body();
    body["parts"][bo.to_string()]["texts"]["response"] = json!("x".repeat(20_001));
    assert_eq!(problems(&group.write(app, body).await), [pair(&format!("parts.{bo}.texts.response"), "too_long")]);
    assert_eq!(app.count("notes").await, 0, "all of it or nothing");
    // Written one by one, signing looks too.
    let list = group.write(app, group.body()).await.expect(200);
    let note = list["items"].as_array().unwrap().iter().find(|note| note["client_id"] == json!(bo)).unwrap().clone();
    let body = json!({ "texts": { "response": "He sat beside Ana." }, "confirm": [] });
    let note = group.desk.write(app, &note, body).await.expect(200);
    assert_eq!(problems(&group.desk.sign(app, &note).await), [pair("texts.response", "names_another")]);
    let sam = group.desk.sam(app).await;
    let all = app.post(format!("{}/sign", notes_of(&group.session)), json!({ "name": sam.name })).by(&sam).await;
    assert_eq!(problems(&all), [pair(&format!("notes.{bo}.texts.response"), "names_another")]);
    assert_eq!(app.count_where("notes", "state = 'draft'").await, 2, "all of them, or none");
    assert_eq!(app.get(at(&note)).by(&sam).await.expect(200)["texts"], note["texts"]);
});

both!(whose_note_of_a_group_must_be_said, async |app| {
    let group = Group::meet(app).await;
    let sam = group.desk.sam(app).await;
    let begin = async |body: Value| app.post(notes_of(&group.session), body).by(&sam).await;
    assert_eq!(problems(&begin(json!({})).await), [pair("client_id", "required")]);
    let stranger = app.client(&sam).await;
    assert_eq!(problems(&begin(json!({ "client_id": stranger.id })).await), [pair("client_id", "not_an_attendee")]);
    let note = begin(json!({ "client_id": group.bo.id })).await.expect(201);
    assert_eq!((&note["template_key"], &note["goals"][0]["goal_id"]), (&json!("group"), &group.goal_of_bo["id"]));
    let alone = group.desk.session(app, 15).await;
    let target = format!("/v1/sessions/{}/group-note", alone["id"].as_str().unwrap());
    assert_eq!(app.post(target, json!({ "parts": {} })).by(&sam).await.refused(409), "not_a_group");
});
