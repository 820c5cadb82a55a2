use cairn_shared::attention::{SafetyTrigger, raise_safety};
use cairn_shared::clients::authorize;
use cairn_shared::policy::Act;
use cairn_shared::scope::Actor;
use cairn_tests::{Browser, Call, PASSWORD, TestApp, id_of};
use serde_json::{Value, json};
use uuid::Uuid;

use super::world::World;

/// Operations that anybody may call: what they answer does not depend on who asks.
pub fn is_public(operation: &str) -> bool {
    [
        "activate",
        "sign_in",
        "create_receipt",
        "get_push_public_key",
        "get_liveness",
        "get_readiness",
        "get_crisis_resources",
    ]
    .contains(&operation)
}

/// A good request for the operation, on things of client A that were made for it where it uses them up.
pub async fn request<'a>(app: &'a TestApp, world: &World, operation: &str) -> Call<'a> {
    let client = format!("/v1/clients/{}", world.a.id);
    match operation {
        "get_liveness" => app.get("/health/live"),
        "get_readiness" => app.get("/health/ready"),
        "get_push_public_key" => app.get("/v1/push/public-key"),
        "sign_in" => app.post("/v1/auth/sign-in", json!({ "email": world.specialist.email, "password": PASSWORD })),
        "sign_out" => app.call("POST", "/v1/auth/sign-out"),
        "activate" => app.post("/v1/activate", json!({ "code": code(app, world).await, "device_name": "Phone" })),
        "get_me" => app.get("/v1/me"),
        "list_my_sign_ins" => app.get("/v1/me/sign-ins"),
        "delete_my_sign_in" => app.delete(format!("/v1/me/sign-ins/{}", sign_in_of_a(app, world).await)),
        "create_my_activation_code" => app.call("POST", "/v1/me/activation-codes"),
        "list_push_subscriptions" => app.get("/v1/me/push-subscriptions"),
        "create_push_subscription" => app.post("/v1/me/push-subscriptions", subscription(app)),
        "delete_push_subscription" => {
            app.delete(format!("/v1/me/push-subscriptions/{}", subscription_of_a(app, world).await))
        }
        "get_my_delivery" => {
            app.get(format!("/v1/me/deliveries/{}", world.notification["delivery_id"].as_str().unwrap()))
        }
        "create_receipt" => app.post("/v1/receipts", receipt(world)),
        "list_staff" => app.get("/v1/staff"),
        "create_supervision" => {
            let (over, under) = (world.supervisor.id, world.specialist_of_others.id);
            app.post("/v1/supervisions", json!({ "supervisor_id": over, "staff_id": under }))
        }
        "list_clients" => app.get("/v1/clients"),
        "search_clients" => app.post("/v1/clients/search", json!({ "text": "a" })),
        "create_client" => {
            let body = json!({ "preferred_name": "New", "time_zone": "UTC", "specialist_ids": [world.specialist_of_others.id] });
            app.post("/v1/clients", body)
        }
        "get_client" => app.get(client),
        "update_client" => app.patch(client, json!({ "daily_cap": 6 })),
        "create_activation_code" => app.call("POST", format!("{client}/activation-codes")),
        "list_assignments" => app.get(format!("{client}/assignments")),
        "create_assignment" => {
            // Next year, so that it opens nothing to the specialist of others meanwhile.
            let body = json!({ "staff_id": world.specialist_of_others.id, "starts_on": "2028-01-01" });
            app.post(format!("{client}/assignments"), body)
        }
        "update_assignment" => app.patch(
            format!("/v1/assignments/{}", assignment_of_a(app, world).await),
            json!({ "ends_on": "2027-12-31" }),
        ),
        "create_agenda_item" => {
            let mut body = item();
            body["client_ids"] = json!([world.a.id]);
            app.post("/v1/agenda-items", body)
        }
        "create_client_agenda_item" => app.post(format!("{client}/agenda-items"), item()),
        "list_client_agenda" => app.get(format!("{client}/agenda?from=2027-03-01&to=2027-03-05")),
        "list_reminders" => app.get(format!("{client}/reminders")),
        "list_agenda" => app.get("/v1/agenda?from=2027-03-01&to=2027-03-05"),
        "get_agenda_item" => app.get(format!("/v1/agenda-items/{}", appointment(app, world).await)),
        "update_agenda_item" => {
            app.patch(format!("/v1/agenda-items/{}", appointment(app, world).await), json!({ "title": "Tea" }))
        }
        "cancel_agenda_item" => app.delete(format!("/v1/agenda-items/{}", appointment(app, world).await)),
        "get_occurrence" => app.get(occurrence(app, world).await),
        "create_response" => {
            app.post(format!("{}/responses", occurrence(app, world).await), json!({ "response": "confirmed" }))
        }
        "record_attendance" => {
            app.post(format!("{}/attendance", occurrence(app, world).await), json!({ "attendance": "excused" }))
        }
        "send_reminders" => app.post(format!("{}/reminders", occurrence(app, world).await), json!({})),
        "list_client_attention" => app.get(format!("{client}/attention")),
        "list_attention" => app.get("/v1/attention"),
        "get_attention_reason" => app.get(not_safe(app, world).await),
        "acknowledge_attention_reason" => app.call("POST", format!("{}/acknowledgement", not_safe(app, world).await)),
        "dismiss_attention_reason" => {
            app.post(format!("{}/dismissal", missed(app, world).await), json!({ "note": "We talked" }))
        }
        "close_attention_reason" => {
            app.post(format!("{}/closing", not_safe(app, world).await), json!({ "outcome": "talked" }))
        }
        "list_attention_rules" => app.get("/v1/attention-rules"),
        "update_attention_rule" => {
            app.patch("/v1/attention-rules/goal_due", json!({ "parameters": { "days_ahead": 5 } }))
        }
        "create_help_request" => app.post("/v1/help-requests", json!({ "message": "Please call" })),
        "list_help_requests" => app.get("/v1/help-requests"),
        "get_help_request" => app.get(asked(app, world).await),
        "claim_help_request" => app.call("POST", format!("{}/claim", asked(app, world).await)),
        "close_help_request" => app.post(format!("{}/close", asked(app, world).await), json!({ "outcome": "met" })),
        "get_my_alert" => app.get(format!("/v1/me/alerts/{}", world.alert)),
        "get_help_settings" => app.get("/v1/help-settings"),
        "update_help_settings" => app.patch("/v1/help-settings", json!({ "escalation_minutes": 20 })),
        "get_on_call" => app.get("/v1/on-call"),
        "replace_on_call" => app.call("PUT", "/v1/on-call").json(&json!({ "entries": [{
            "staff_id": world.specialist.id, "starts_at": "2027-03-01T00:00:00Z", "ends_at": "2027-03-08T00:00:00Z",
            "position": 1,
        }] })),
        "get_crisis_resources" => app.get("/v1/crisis-resources"),
        "replace_crisis_resources" => app.call("PUT", "/v1/crisis-resources").json(&json!({
            "review_due_on": "2027-09-01",
            "items": [{
                "id": "line", "action": "call", "address": "988", "name": { "en": "Call", "es": "Llama" },
                "hint": { "en": "", "es": "" },
            }],
        })),
        other => panic!("no request for {other}: write one"),
    }
}

fn item() -> Value {
    json!({ "kind": "to_do", "title": "Walk", "starts_at_local": "2027-03-02T09:00", "time_zone": "client" })
}

async fn appointment(app: &TestApp, world: &World) -> Uuid {
    id_of(&app.appointment(&world.scheduler, world.a, "2027-03-02T12:00", json!([])).await)
}

async fn occurrence(app: &TestApp, world: &World) -> String {
    format!("/v1/occurrences/{}.20270302T1200", appointment(app, world).await)
}

async fn code(app: &TestApp, world: &World) -> String {
    let target = format!("/v1/clients/{}/activation-codes", world.a.id);
    app.call("POST", target).by(&world.specialist).await.expect(201)["code"].as_str().unwrap().to_owned()
}

fn receipt(world: &World) -> Value {
    let (delivery, token) = (&world.notification["delivery_id"], &world.notification["receipt_token"]);
    json!({ "delivery_id": delivery, "receipt_token": token, "event": "shown", "at": "2027-03-01T15:00:00Z" })
}

fn subscription(app: &TestApp) -> Value {
    Browser::new().subscription(&format!("{}/matrix/{}", app.push.origin(), app.push.count() + number()))
}

/// No two endpoints alike.
fn number() -> usize {
    static NUMBER: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
    NUMBER.fetch_add(1, std::sync::atomic::Ordering::Relaxed)
}

/// A subscription of a phone of A's; the one that was there is confirmed again.
async fn subscription_of_a(app: &TestApp, world: &World) -> Uuid {
    let body = Browser::new().subscription(&format!("{}/matrix/of-a", app.push.origin()));
    let answer = app.post("/v1/me/push-subscriptions", body).by(&world.phone).await;
    assert!([200, 201].contains(&answer.status), "{}", answer.text());
    id_of(&answer.json)
}

async fn sign_in_of_a(app: &TestApp, world: &World) -> Uuid {
    let other = app.unsubscribed_phone(&world.specialist, world.a).await;
    let list = app.get("/v1/me/sign-ins").by(&other).await.expect(200);
    let own = list["items"].as_array().unwrap().iter().find(|item| item["current"] == true).unwrap();
    id_of(own)
}

async fn assignment_of_a(app: &TestApp, world: &World) -> Uuid {
    let target = format!("/v1/clients/{}/assignments", world.a.id);
    let body = json!({ "staff_id": world.specialist_of_others.id, "starts_on": "2027-06-01" });
    id_of(&app.post(target, body).by(&world.supervisor).await.expect(201))
}

/// A reason that A is not safe, as a check-in raises it.
async fn not_safe(app: &TestApp, world: &World) -> String {
    let mut scope = app.organization.scope();
    scope.actor = Actor::Client { client_id: world.a.id, device_id: None };
    let mut tx = app.database.begin_write(&scope).await.unwrap();
    let row = authorize(&tx, world.a.id, Act::AnswerCheckIn).await.unwrap();
    let raised = raise_safety(&mut tx, &row, Uuid::now_v7(), SafetyTrigger::NotSafe).await.unwrap();
    tx.commit().await.unwrap();
    format!("/v1/attention/{}", raised.reason_id)
}

/// A reason that the data gives: A did not come.
async fn missed(app: &TestApp, world: &World) -> String {
    let specialist = app.fresh(&world.specialist).await;
    let item = app.appointment(&specialist, world.a, "2027-03-01T08:00", json!([])).await;
    let target = format!("/v1/occurrences/{}.20270301T0800/attendance", id_of(&item));
    app.post(target, json!({ "client_id": world.a.id, "attendance": "no_show" })).by(&specialist).await.expect(200);
    let target = format!("/v1/clients/{}/attention?limit=200", world.a.id);
    let list = app.get(target).by(&specialist).await.expect(200);
    let occurrence = format!("{}.20270301T0800", id_of(&item));
    let own = list["items"].as_array().unwrap().iter().find(|reason| reason["subject"]["id"] == occurrence.as_str());
    format!("/v1/attention/{}", id_of(own.unwrap()))
}

/// A's request for help.
async fn asked(app: &TestApp, world: &World) -> String {
    let made = app.post("/v1/help-requests", json!({})).by(&world.phone).await.expect(201);
    format!("/v1/help-requests/{}", id_of(&made))
}
