use std::sync::atomic::{AtomicI64, Ordering};

use cairn_shared::scope::Role;
use cairn_tests::{Call, Staff, TestApp, id_of, minutes};
use serde_json::{Value, json};
use uuid::Uuid;

use super::world::World;

pub fn knows(operation: &str) -> bool {
    operation.contains("note") || ["list_cosign_queue", "create_client_words", "export_packet"].contains(&operation)
}

/// Requests about notes of client A, each of a session of its own.
pub async fn request<'a>(app: &'a TestApp, world: &World, operation: &str) -> Call<'a> {
    match operation {
        "list_note_templates" => app.get("/v1/note-templates?limit=200"),
        "create_note_template" => app.post("/v1/note-templates", json!({ "name": "Ours" })),
        "get_note_template" => {
            app.get(format!("/v1/note-templates/{}", own_template(app).await["id"].as_str().unwrap()))
        }
        "create_note_template_version" => {
            let target = format!("/v1/note-templates/{}/versions", own_template(app).await["id"].as_str().unwrap());
            app.post(target, content())
        }
        "get_note_template_version" => app.get(own_version(app).await),
        "publish_note_template_version" => app.call("POST", format!("{}/publish", own_version(app).await)),
        "retire_note_template_version" => {
            let (version, admin) = (own_version(app).await, app.staff(&[Role::Admin]).await);
            app.call("POST", format!("{version}/publish")).by(&admin).await.expect(200);
            app.call("POST", format!("{version}/retire"))
        }
        "list_note_phrases" => app.get("/v1/note-phrases"),
        "create_note_phrase" => app.post("/v1/note-phrases", phrase()),
        "delete_note_phrase" => {
            let admin = app.staff(&[Role::Admin]).await;
            let made = app.post("/v1/note-phrases", phrase()).by(&admin).await.expect(201);
            app.delete(format!("/v1/note-phrases/{}", id_of(&made)))
        }
        "list_notes" => app.get("/v1/notes"),
        "list_my_notes" => app.get("/v1/me/notes"),
        "list_cosign_queue" => app.get("/v1/notes/cosign-queue"),
        "create_note" => app.post(format!("/v1/sessions/{}/notes", session(app, world, false).await), json!({})),
        "write_group_notes" => {
            let target = format!("/v1/sessions/{}/group-note", session(app, world, true).await);
            app.post(target, json!({ "parts": { world.a.id.to_string(): {} } }))
        }
        "sign_session_notes" => {
            let note = draft(app, world).await;
            let target = format!("/v1/sessions/{}/notes/sign", note["session_id"].as_str().unwrap());
            app.post(target, signing(&world.specialist))
        }
        "export_packet" => {
            signed(app, world).await;
            let days = json!({ "from": "2027-01-01", "to": "2027-03-01" });
            app.post(format!("/v1/clients/{}/packets", world.a.id), days)
        }
        one => of_one_note(app, world, one).await,
    }
}

async fn of_one_note<'a>(app: &'a TestApp, world: &World, operation: &str) -> Call<'a> {
    match operation {
        "get_note" => app.get(at(&signed(app, world).await)),
        "update_note" => {
            let note = draft(app, world).await;
            let tag = format!("\"{}\"", note["version"]);
            app.patch(at(&note), json!({ "texts": { "plan": "Tea" } })).header("if-match", &tag)
        }
        "check_note" => app.get(format!("{}/checks", at(&draft(app, world).await))),
        "sign_note" => app.post(format!("{}/sign", at(&draft(app, world).await)), signing(&world.specialist)),
        "create_note_addendum" => {
            let body = json!({ "text": "One thing more", "name": world.specialist.name });
            app.post(format!("{}/addenda", at(&signed(app, world).await)), body)
        }
        "void_note" => app.post(format!("{}/void", at(&signed(app, world).await)), json!({ "reason": "Wrong" })),
        "replace_note" => {
            let note = at(&signed(app, world).await);
            let by = app.fresh(&world.specialist).await;
            app.post(format!("{note}/void"), json!({ "reason": "Wrong" })).by(&by).await.expect(200);
            app.post(format!("{note}/replacement"), json!({}))
        }
        "cosign_note" => {
            let body = json!({ "name": world.supervisor.name });
            app.post(format!("{}/cosign", at(&signed(app, world).await)), body)
        }
        "return_note" => app.post(format!("{}/return", at(&signed(app, world).await)), json!({ "comment": "Which?" })),
        "create_client_words" => {
            app.post(format!("{}/client-words", at(&signed(app, world).await)), json!({ "text": "And I laughed" }))
        }
        "sign_note_as_client" => {
            app.post(format!("{}/client-signature", at(&signed(app, world).await)), json!({ "name": "Ana" }))
        }
        other => panic!("no request for {other}: write one"),
    }
}

fn at(note: &Value) -> String {
    format!("/v1/notes/{}", note["id"].as_str().unwrap())
}

fn signing(by: &Staff) -> Value {
    json!({ "name": by.name, "late_reason": "Written down anew" })
}

fn phrase() -> Value {
    json!({ "kind": "tag", "domain": "mentoring", "words": { "en": "Played chess" } })
}

fn content() -> Value {
    let parts = ["goals", "intervention", "response", "plan", "risk"];
    json!({ "sections": [{ "id": "all", "label": { "en": "All" }, "parts": parts }] })
}

async fn own_template(app: &TestApp) -> Value {
    let admin = app.staff(&[Role::Admin]).await;
    app.post("/v1/note-templates", json!({ "name": "Ours", "version": content() })).by(&admin).await.expect(201)
}

async fn own_version(app: &TestApp) -> String {
    format!("/v1/note-template-versions/{}", own_template(app).await["versions"][0]["id"].as_str().unwrap())
}

/// A session of the specialist with A that ended, at a time of its own in January.
async fn session(app: &TestApp, world: &World, group: bool) -> Uuid {
    static SLOT: AtomicI64 = AtomicI64::new(0);
    let start: chrono::DateTime<chrono::Utc> = "2027-01-31T12:00:00Z".parse().unwrap();
    let start = start - minutes(20 * (SLOT.fetch_add(1, Ordering::Relaxed) % 2000));
    let body = json!({
        "client_ids": [world.a.id],
        "kind": if group { "group" } else { "individual" },
        "place_of_service": "11",
        "starts_at": start,
        "ends_at": start + minutes(15),
    });
    id_of(&app.post("/v1/sessions", body).by(&app.fresh(&world.specialist).await).await.expect(201))
}

/// A draft that needs no plan of care to be signed.
async fn draft(app: &TestApp, world: &World) -> Value {
    let by = app.fresh(&world.specialist).await;
    let held = app.get(format!("/v1/staff/{}/credentials", by.id)).by(&by).await.expect(200);
    if held["items"].as_array().unwrap().is_empty() {
        crate::notes::credential(app, &app.staff(&[Role::Admin]).await, &by, json!({})).await;
    }
    let list = app.get("/v1/note-templates?limit=200").by(&by).await.expect(200);
    let templates = list["items"].as_array().unwrap();
    let intake = templates.iter().find(|template| template["key"] == "intake").unwrap();
    let session = session(app, world, false).await;
    let begin = json!({ "template_version_id": intake["published_version_id"] });
    let note = app.post(format!("/v1/sessions/{session}/notes"), begin).by(&by).await.expect(201);
    let body = json!({
        "texts": { "purpose": null, "intervention": "Listened", "response": "Talked", "plan": "Meet again" },
        "goals": [],
        "risk": { "level": "none" },
        "answers": { "hopes": "A quiet year", "rights_explained": true },
    });
    crate::notes::save(app, &note, &by, body).await.expect(200)
}

/// A note that waits for the supervisor.
async fn signed(app: &TestApp, world: &World) -> Value {
    let note = draft(app, world).await;
    let by = app.fresh(&world.specialist).await;
    app.post(format!("{}/sign", at(&note)), signing(&by)).by(&by).await.expect(200)["note"].clone()
}
