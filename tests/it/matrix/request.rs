use cairn_shared::attention::{SafetyTrigger, raise_safety};
use cairn_shared::clients::authorize;
use cairn_shared::policy::Act;
use cairn_shared::scope::{Actor, Role};
use cairn_tests::{Browser, Call, PASSWORD, TestApp, id_of};
use serde_json::{Value, json};
use uuid::Uuid;

use super::world::World;

/// Operations that anybody may call: what they answer does not depend on who asks.
pub fn is_public(operation: &str) -> bool {
    [
        "activate",
        "get_calendar_feed",
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
        "follow_events" => app.get("/v1/events?follow=false"),
        "list_staff" => app.get("/v1/staff"),
        // A wrong one: the right one would change what the others sign in with.
        "change_my_password" => {
            let body = json!({ "current_password": "not this one", "new_password": "four rivers meet at night" });
            app.post("/v1/me/password", body)
        }
        "update_staff" => app.patch(format!("/v1/staff/{}", app.specialist().await.id), json!({ "disabled": true })),
        "list_client_devices" => app.get(format!("{client}/devices")),
        "revoke_client_device" => app.delete(format!("{client}/devices/{}", device_of_a(app, world).await)),
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
        "import_client_calendar" => calendar(app.call("POST", format!("{client}/agenda/imports"))),
        "import_calendar" => calendar(app.call("POST", "/v1/agenda/imports")),
        "create_calendar_feed" => app.post("/v1/me/calendar-feeds", json!({})),
        "list_calendar_feeds" => app.get("/v1/me/calendar-feeds"),
        "delete_calendar_feed" => app.delete(format!("/v1/me/calendar-feeds/{}", feed_of_a(app, world).await.0)),
        "get_calendar_feed" => app.get(feed_of_a(app, world).await.1),
        "get_availability" => app.get(format!("/v1/staff/{}/availability", world.specialist.id)),
        "put_availability" => {
            let body = json!({ "time_zone": "UTC", "hours": [] });
            app.call("PUT", format!("/v1/staff/{}/availability", world.specialist.id)).json(&body)
        }
        "list_free_slots" => {
            app.get(format!("/v1/staff/{}/free-slots?from=2027-03-01&to=2027-03-05", world.specialist.id))
        }
        "change_occurrences" => {
            let at = occurrence(app, world).await;
            let body = json!({ "occurrence_ids": [at["/v1/occurrences/".len()..]], "change": { "action": "cancel" } });
            app.post("/v1/agenda/changes", body)
        }
        "list_calls" => app.get("/v1/agenda/calls?date=2027-03-02"),
        "get_import" => app.get(format!("/v1/imports/{}", uuid::Uuid::nil())),
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
        "create_goal" => app.post(format!("{client}/goals"), json!({ "title": "Walk", "life_area": "health" })),
        "list_goals" => app.get(format!("{client}/goals")),
        "get_goal" => app.get(goal(app, world).await.0),
        "update_goal" => app.patch(goal(app, world).await.0, json!({ "title": "Run" })),
        "create_goal_proposal" => {
            app.post(format!("{}/proposals", goal(app, world).await.0), json!({ "changes": { "title": "Run" } }))
        }
        "list_goal_proposals" => app.get(format!("{}/proposals", goal(app, world).await.0)),
        "list_client_goal_proposals" => app.get(format!("{client}/goal-proposals")),
        "decide_goal_proposal" => {
            app.post(format!("{}/decision", proposal(app, world).await), json!({ "decision": "accept" }))
        }
        "withdraw_goal_proposal" => app.call("POST", format!("{}/withdrawal", proposal(app, world).await)),
        "create_goal_progress" => app.post(format!("{}/progress", goal(app, world).await.0), json!({ "note": "Well" })),
        "list_goal_progress" => app.get(format!("{}/progress", goal(app, world).await.0)),
        "mark_goal_step" => {
            let (goal, step) = goal(app, world).await;
            app.post(format!("{goal}/steps/{step}/done"), json!({ "done": true }))
        }
        "create_care_plan" => {
            finish_plans(app).await;
            app.post(format!("{client}/care-plans"), json!({ "effective_on": "2027-03-01" }))
        }
        "list_care_plans" => app.get(format!("{client}/care-plans")),
        "get_care_plan" => app.get(care_plan(app, world, false).await),
        "update_care_plan" => app.patch(care_plan(app, world, false).await, json!({ "expires_on": "2027-12-31" })),
        "submit_care_plan" => app.call("POST", format!("{}/submit", care_plan(app, world, false).await)),
        "sign_care_plan" => {
            app.post(format!("{}/signatures", care_plan(app, world, true).await), json!({ "name": "Somebody" }))
        }
        "revise_care_plan" => app.call("POST", format!("{}/revision", care_plan(app, world, true).await)),
        "get_profile" => app.get(format!("{client}/profile")),
        "update_profile" => app.patch(format!("{client}/profile"), json!({ "strengths": ["patient"] })),
        "get_plan_document" => app.get(format!("{client}/plans/wellness")),
        "put_plan_document" => {
            let body = json!({ "sections": [{ "key": "daily", "text": "Tea", "shared": true }] });
            app.call("PUT", format!("{client}/plans/wellness")).json(&body)
        }
        "list_plan_document_versions" => app.get(format!("{client}/plans/wellness/versions")),
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
        "get_calendar_settings" => app.get("/v1/calendar-settings"),
        "update_calendar_settings" => app.patch("/v1/calendar-settings", json!({ "initials": true })),
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
        "step_up" => app.post("/v1/auth/step-up", json!({ "password": PASSWORD })),
        "get_my_second_factor" => app.get("/v1/me/second-factor"),
        "enrol_my_second_factor" => app.call("POST", "/v1/me/second-factor"),
        "confirm_my_second_factor" => app.post("/v1/me/second-factor/confirmation", json!({ "code": "x" })),
        "renew_my_recovery_codes" => app.call("POST", "/v1/me/recovery-codes"),
        "delete_my_second_factor" => app.delete("/v1/me/second-factor"),
        "reset_second_factor" => {
            let somebody = app.staff(&[Role::Biller]).await;
            app.call("POST", format!("/v1/staff/{}/second-factor-reset", somebody.id))
        }
        // Not what was refused: there stand the ids that the others asked for.
        "list_audit_events" => app.get("/v1/audit-events?action=create"),
        "list_my_record_access" => app.get("/v1/me/record-access"),
        "list_record_access" => app.get(format!("{client}/record-access")),
        "create_break_glass" => app.post(
            format!("{client}/break-glass"),
            json!({ "reason": "They cannot be reached", "purpose": "emergency" }),
        ),
        "list_break_glass" => app.get("/v1/break-glass"),
        "review_break_glass" => {
            let opened = app.break_glass(&app.fresh(&world.specialist_of_others).await, world.a).await;
            app.post(format!("/v1/break-glass/{opened}/review"), json!({ "outcome": "justified" }))
        }
        "get_caseload" => app.get("/v1/dashboard/caseload"),
        "get_day" => app.get("/v1/dashboard/day"),
        "get_organization_numbers" => app.get("/v1/dashboard/organization?from=2027-01-01&to=2027-04-01"),
        "get_progress" => app.get(format!("{client}/progress?range=2w")),
        "create_saved_view" => app.post("/v1/me/saved-views", json!({ "name": "Mine", "filter": {} })),
        "list_saved_views" => app.get("/v1/me/saved-views"),
        "delete_saved_view" => app.delete(format!("/v1/me/saved-views/{}", saved_view(app, world).await)),
        operation if super::papers::knows(operation) => super::papers::request(app, world, operation).await,
        operation if super::forms::knows(operation) => super::forms::request(app, world, operation).await,
        operation if super::notes::knows(operation) => super::notes::request(app, world, operation).await,
        other => panic!("no request for {other}: write one"),
    }
}

async fn saved_view(app: &TestApp, world: &World) -> Uuid {
    let body = json!({ "name": "First things first", "filter": { "sort": "attention" } });
    id_of(&app.post("/v1/me/saved-views", body).by(&world.specialist).await.expect(201))
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

/// A goal of A's own and a step of it.
async fn goal(app: &TestApp, world: &World) -> (String, String) {
    let goal = crate::goals::goal(app, &world.phone, world.a, json!({})).await;
    (crate::goals::at(&goal), goal["steps"][0]["id"].as_str().unwrap().to_owned())
}

/// What the specialist proposed to A.
async fn proposal(app: &TestApp, world: &World) -> String {
    let goal = crate::goals::goal(app, &world.specialist, world.a, json!({})).await;
    format!("/v1/goal-proposals/{}", goal["open_proposal_id"].as_str().unwrap())
}

/// An unfinished plan would be in the way of the next.
async fn finish_plans(app: &TestApp) {
    app.sql("UPDATE care_plans SET state = 'superseded'").await;
}

/// A plan of A's, as a draft or submitted.
async fn care_plan(app: &TestApp, world: &World, submitted: bool) -> String {
    finish_plans(app).await;
    let goal = crate::goals::goal(app, &world.phone, world.a, json!({})).await;
    let services = json!([{ "service_type": "Peer support", "frequency": "weekly" }]);
    let body = json!({ "effective_on": "2027-03-01", "goal_ids": [goal["id"]], "services": services });
    let target = format!("/v1/clients/{}/care-plans", world.a.id);
    let plan = app.post(target, body).by(&world.specialist).await.expect(201);
    let plan = format!("/v1/care-plans/{}", plan["id"].as_str().unwrap());
    if submitted {
        app.call("POST", format!("{plan}/submit")).by(&world.specialist).await.expect(200);
    }
    plan
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

/// A phone of A's that was activated for this.
async fn device_of_a(app: &TestApp, world: &World) -> Uuid {
    let before = devices_of_a(app, world).await;
    app.unsubscribed_phone(&world.specialist, world.a).await;
    // All have one age, so that their order says nothing.
    devices_of_a(app, world).await.into_iter().find(|id| !before.contains(id)).unwrap()
}

async fn devices_of_a(app: &TestApp, world: &World) -> Vec<Uuid> {
    let list = app.get(format!("/v1/clients/{}/devices", world.a.id)).by(&world.specialist).await.expect(200);
    list["items"].as_array().unwrap().iter().map(id_of).collect()
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

/// A feed of A's own: its id, and where it is read.
async fn feed_of_a(app: &TestApp, world: &World) -> (Uuid, String) {
    // There are ten at most.
    app.sql("DELETE FROM calendar_feeds").await;
    let made = app.post("/v1/me/calendar-feeds", json!({})).by(&world.phone).await.expect(201);
    let url: url::Url = made["url"].as_str().unwrap().parse().unwrap();
    (id_of(&made), url.path().to_owned())
}

fn calendar(call: Call<'_>) -> Call<'_> {
    let event = "BEGIN:VEVENT\r\nUID:1@x\r\nDTSTART:20270302T090000Z\r\nEND:VEVENT\r\n";
    let file = format!("BEGIN:VCALENDAR\r\n{event}END:VCALENDAR\r\n");
    call.header("content-type", "text/calendar").body(file)
}

/// A reason that A is not safe, as a check-in raises it.
async fn not_safe(app: &TestApp, world: &World) -> String {
    let mut scope = app.organization.scope();
    scope.actor = Actor::Client { client_id: world.a.id, device_id: None };
    let mut tx = app.database.begin_write(&scope).await.unwrap();
    let row = authorize(&tx, world.a.id, Act::AnswerCheckIn).await.unwrap();
    let raised = raise_safety(&mut tx, &row, cairn_tests::id_of_phone(), SafetyTrigger::NotSafe).await.unwrap();
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
