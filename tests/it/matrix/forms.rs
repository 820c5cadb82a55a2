use cairn_shared::scope::Role;
use cairn_tests::{Call, TestApp, id_of, id_of_phone};
use serde_json::{Value, json};
use uuid::Uuid;

use super::world::World;

pub fn knows(operation: &str) -> bool {
    operation.contains("check_in") || operation.contains("form_version")
}

/// Requests about what client A is asked.
pub async fn request<'a>(app: &'a TestApp, world: &World, operation: &str) -> Call<'a> {
    let client = format!("/v1/clients/{}", world.a.id);
    let form = daily(app, world).await;
    let (form_id, version_id) = (form["id"].clone(), form["published_version_id"].clone());
    match operation {
        "list_check_in_forms" => app.get("/v1/check-in-forms"),
        "create_check_in_form" => app.post("/v1/check-in-forms", json!({ "name": "Ours" })),
        "create_form_version" => {
            let target = format!("/v1/check-in-forms/{}/versions", own_form(app, world).await["id"].as_str().unwrap());
            app.post(target, content())
        }
        "publish_form_version" | "retire_form_version" => {
            let verb = operation.split('_').next().unwrap();
            let version = own_form(app, world).await["versions"][0]["id"].as_str().unwrap().to_owned();
            if verb == "retire" {
                let admin = app.staff(&[Role::Admin]).await;
                app.call("POST", format!("/v1/form-versions/{version}/publish")).by(&admin).await.expect(200);
            }
            app.call("POST", format!("/v1/form-versions/{version}/{verb}"))
        }
        "get_check_in_form" => {
            schedule_of_a(app, world, &form_id).await;
            app.get(format!("/v1/check-in-forms/{}", form_id.as_str().unwrap()))
        }
        "get_form_version" => {
            schedule_of_a(app, world, &form_id).await;
            app.get(format!("/v1/form-versions/{}", version_id.as_str().unwrap()))
        }
        "create_check_in_schedule" => app.post(format!("{client}/check-in-schedules"), schedule(&form_id)),
        "list_check_in_schedules" => app.get(format!("{client}/check-in-schedules")),
        "update_check_in_schedule" => {
            let id = schedule_of_a(app, world, &form_id).await;
            app.patch(format!("/v1/check-in-schedules/{id}"), json!({ "at": "19:00" }))
        }
        "create_check_in" => app.post(format!("{client}/check-ins"), check_in(app, &version_id)),
        "list_check_ins" => app.get(format!("{client}/check-ins")),
        "get_check_in" => {
            let target = format!("{client}/check-ins");
            let made = app.post(target, check_in(app, &version_id)).by(&app.fresh(&world.specialist).await).await;
            app.get(format!("/v1/check-ins/{}", id_of(&made.expect(201))))
        }
        other => panic!("no request for {other}: write one"),
    }
}

async fn daily(app: &TestApp, world: &World) -> Value {
    let list = app.get("/v1/check-in-forms").by(&app.fresh(&world.specialist).await).await.expect(200);
    list["items"].as_array().unwrap().iter().find(|form| form["key"] == "daily").unwrap().clone()
}

fn content() -> Value {
    json!({
        "schema": { "type": "object", "properties": { "rested": { "type": "boolean" } } },
        "ui_schema": { "items": [{ "id": "rested", "type": "yes_no", "label": { "en": "Rested?" } }] },
    })
}

async fn own_form(app: &TestApp, _: &World) -> Value {
    let admin = app.staff(&[Role::Admin]).await;
    app.post("/v1/check-in-forms", json!({ "name": "Ours", "version": content() })).by(&admin).await.expect(201)
}

fn schedule(form_id: &Value) -> Value {
    json!({ "form_id": form_id, "starts_on": "2027-03-01", "at": "20:00", "recurrence": "FREQ=DAILY" })
}

async fn schedule_of_a(app: &TestApp, world: &World, form_id: &Value) -> Uuid {
    let target = format!("/v1/clients/{}/check-in-schedules", world.a.id);
    let by = app.fresh(&world.specialist).await;
    let list = app.get(&target).by(&by).await.expect(200);
    match list["items"].as_array().unwrap().first() {
        Some(known) => id_of(known),
        None => id_of(&app.post(target, schedule(form_id)).by(&by).await.expect(201)),
    }
}

fn check_in(app: &TestApp, version_id: &Value) -> Value {
    json!({ "id": id_of_phone(), "form_version_id": version_id, "answers": { "mood": 5 }, "answered_at": app.now() })
}
