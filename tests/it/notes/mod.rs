//! Notes: drafts that cannot be lost, signatures that fix every byte, and what comes after.

mod after;
mod cosigning;
mod drafts;
mod groups;
mod locks;
mod packets;
mod reading;
mod sequences;
mod signing;
mod templates;
mod whole;
mod words;

use cairn_shared::scope::Role;
use cairn_tests::{Answer, Client, Credential, Staff, TestApp, hours};
use serde_json::{Value, json};

pub use whole::whole;

use crate::care_plans::Team;

/// A specialist with a credential, and a client with a plan of care in force.
pub struct Desk {
    pub team: Team,
    pub admin: Staff,
    pub goal: Value,
    pub plan: Value,
}

impl Desk {
    /// Three hours before the first session ends.
    pub async fn open(app: &TestApp) -> Self {
        let desk = Self::without_credential(app).await;
        credential(app, &desk.admin, &desk.team.sam, json!({})).await;
        desk
    }

    pub async fn without_credential(app: &TestApp) -> Self {
        let team = Team::meet(app).await;
        let admin = app.staff(&[Role::Admin]).await;
        let goal = team.goal(app, "Walk").await;
        let plan = team.in_force(app, &[&goal]).await;
        Self { team, admin, goal, plan }
    }

    /// Everybody signs in anew, as after some hours.
    pub async fn fresh(self, app: &TestApp) -> Self {
        let team = Team {
            sam: app.fresh(&self.team.sam).await,
            supervisor: app.fresh(&self.team.supervisor).await,
            ..self.team
        };
        Self { team, admin: app.fresh(&self.admin).await, ..self }
    }

    /// The specialist, as signed in a moment ago.
    pub async fn sam(&self, app: &TestApp) -> Staff {
        app.fresh(&self.team.sam).await
    }

    /// A session of an hour that ended at this hour UTC of the first day.
    pub async fn session(&self, app: &TestApp, ended_at_hour: u32) -> Value {
        self.session_of(app, &[self.team.ana], ended_at_hour).await
    }

    pub async fn session_of(&self, app: &TestApp, clients: &[Client], ended_at_hour: u32) -> Value {
        let ids: Vec<_> = clients.iter().map(|client| client.id).collect();
        let body = json!({
            "client_ids": ids,
            "place_of_service": "11",
            "starts_at": format!("2027-03-01T{:02}:00:00Z", ended_at_hour - 1),
            "ends_at": format!("2027-03-01T{ended_at_hour:02}:00:00Z"),
        });
        app.post("/v1/sessions", body).by(&self.sam(app).await).await.expect(201)
    }

    pub async fn note(&self, app: &TestApp, session: &Value) -> Value {
        app.post(notes_of(session), json!({})).by(&self.sam(app).await).await.expect(201)
    }

    /// What a note of a meeting with this client says.
    pub fn body(&self) -> Value {
        json!({
            "texts": {
                "intervention": "We planned a walk and I told how I began to walk myself.",
                "response": "She smiled and said that mornings are best for her.",
                "plan": "She walks twice by Friday. We meet on Monday.",
            },
            "goals": [{ "goal_id": self.goal["id"], "progress": "some", "comment": "Two walks last week" }],
            "activities": [{ "domain": "mentoring", "text": "Shared own experience" }],
            "risk": { "level": "none" },
        })
    }

    /// A draft that can be signed, of a session that ended at this hour UTC.
    pub async fn ready(&self, app: &TestApp, ended_at_hour: u32) -> Value {
        let session = self.session(app, ended_at_hour).await;
        let note = self.note(app, &session).await;
        self.write(app, &note, self.body()).await.expect(200)
    }

    /// Saves a draft under the version that it was seen in.
    pub async fn write(&self, app: &TestApp, note: &Value, mut body: Value) -> Answer {
        let marks: Vec<String> = note["marks"].as_object().unwrap().keys().cloned().collect();
        if body.get("confirm").is_none() {
            body["confirm"] = json!(marks);
        }
        save(app, note, &self.sam(app).await, body).await
    }

    pub async fn sign(&self, app: &TestApp, note: &Value) -> Answer {
        let sam = self.sam(app).await;
        app.post(format!("{}/sign", at(note)), json!({ "name": sam.name })).by(&sam).await
    }

    /// A note that its author signed.
    pub async fn signed(&self, app: &TestApp, ended_at_hour: u32) -> Value {
        let note = self.ready(app, ended_at_hour).await;
        self.sign(app, &note).await.expect(200)["note"].clone()
    }

    pub async fn read(&self, app: &TestApp, note: &Value) -> Value {
        app.get(at(note)).by(&self.sam(app).await).await.expect(200)
    }
}

pub async fn credential(app: &TestApp, admin: &Staff, staff: &Staff, members: Value) -> Value {
    let mut body = json!({
        "state": "ID", "type": "Certified peer support specialist", "number": format!("P-{}", staff.id),
        "issuer": "State board", "issued_on": "2026-01-01", "expires_on": "2027-12-31",
    });
    for (name, value) in members.as_object().unwrap() {
        body[name] = value.clone();
    }
    app.post(format!("/v1/staff/{}/credentials", staff.id), body).by(&app.fresh(admin).await).await.expect(201)
}

/// Saves a draft under the version that it was seen in.
pub async fn save(app: &TestApp, note: &Value, by: &impl AsRef<Credential>, body: Value) -> Answer {
    app.patch(at(note), body).header("if-match", &tag(note)).by(by).await
}

pub fn tag(note: &Value) -> String {
    format!("\"{}\"", note["version"])
}

pub fn at(note: &Value) -> String {
    format!("/v1/notes/{}", note["id"].as_str().unwrap_or_else(|| panic!("no note: {note}")))
}

pub fn notes_of(session: &Value) -> String {
    format!("/v1/sessions/{}/notes", session["id"].as_str().unwrap_or_else(|| panic!("no session: {session}")))
}

/// The afternoon of the first day: sessions up to 18:00 UTC have ended.
pub fn afternoon(app: &TestApp) {
    app.advance(hours(3));
}

/// Fields with their codes of a 422.
#[track_caller]
pub fn problems(answer: &Answer) -> Vec<(String, String)> {
    answer.refused(422);
    let errors = answer.json["errors"].as_array().unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    errors.iter().map(|error| (text(&error["field"]), text(&error["code"]))).collect()
}

pub fn pair(field: &str, code: &str) -> (String, String) {
    (field.to_owned(), code.to_owned())
}
