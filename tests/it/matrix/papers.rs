//! Requests about sessions, payers, credentials, supervision and bills.

use std::sync::atomic::{AtomicI64, Ordering};

use cairn_shared::scope::Role;
use cairn_tests::{Call, TestApp, id_of, moment};
use chrono::{Days, Duration, NaiveDate};
use serde_json::{Value, json};

use super::world::World;

const OPERATIONS: [&str; 24] = [
    "create_session",
    "list_sessions",
    "get_session",
    "update_session",
    "finish_session",
    "void_session",
    "update_session_attendee",
    "create_payer_profile",
    "list_payer_profiles",
    "get_payer_profile",
    "create_coverage",
    "list_coverages",
    "update_coverage",
    "create_credential",
    "list_credentials",
    "list_expiring_credentials",
    "get_credential",
    "update_credential",
    "update_supervision",
    "list_supervisions",
    "create_supervision_entry",
    "list_supervision_log",
    "sign_supervision_entry",
    "list_supervision_due",
];

pub fn knows(operation: &str) -> bool {
    OPERATIONS.contains(&operation) || operation == "list_billing_readiness"
}

pub async fn request<'a>(app: &'a TestApp, world: &World, operation: &str) -> Call<'a> {
    let client = format!("/v1/clients/{}", world.a.id);
    let staff = format!("/v1/staff/{}", world.specialist.id);
    match operation {
        "create_session" => app.post("/v1/sessions", new_session(world, true)),
        "list_sessions" => app.get("/v1/sessions"),
        "get_session" => app.get(session(app, world, true).await),
        "update_session" => app.patch(session(app, world, true).await, json!({ "place_of_service": "12" })),
        "finish_session" => app.post(format!("{}/finish", session(app, world, false).await), json!({})),
        "void_session" => {
            app.post(format!("{}/void", session(app, world, true).await), json!({ "reason": "Another day" }))
        }
        "update_session_attendee" => {
            let target = format!("{}/attendees/{}", session(app, world, true).await, world.a.id);
            app.patch(target, json!({ "others_present": ["family"] }))
        }
        "create_payer_profile" => app.post("/v1/payer-profiles", profile()),
        "list_payer_profiles" => app.get("/v1/payer-profiles"),
        "get_payer_profile" => {
            let admin = app.staff(&[Role::Admin]).await;
            let made = app.post("/v1/payer-profiles", profile()).by(&admin).await.expect(201);
            app.get(format!("/v1/payer-profiles/{}", id_of(&made)))
        }
        "create_coverage" => app.post(format!("{client}/coverages"), coverage()),
        "list_coverages" => app.get(format!("{client}/coverages")),
        "update_coverage" => {
            let by = app.fresh(&world.specialist).await;
            let made = app.post(format!("{client}/coverages"), coverage()).by(&by).await.expect(201);
            app.patch(format!("/v1/coverages/{}", id_of(&made)), json!({ "ends_on": made["starts_on"] }))
        }
        "create_credential" => app.post(format!("{staff}/credentials"), credential()),
        "list_credentials" => app.get(format!("{staff}/credentials")),
        "list_expiring_credentials" => app.get("/v1/credentials/expiring"),
        "get_credential" => app.get(credential_of_specialist(app, &staff).await),
        "update_credential" => {
            app.patch(credential_of_specialist(app, &staff).await, json!({ "expires_on": "2030-01-01" }))
        }
        "update_supervision" => {
            let admin = app.staff(&[Role::Admin]).await;
            let list = app.get(format!("{staff}/supervisions")).by(&admin).await.expect(200);
            let target = format!("/v1/supervisions/{}", id_of(&list["items"][0]));
            app.patch(target, json!({ "supervisor_type": "experienced_peer" }))
        }
        "list_supervisions" => app.get(format!("{staff}/supervisions")),
        "create_supervision_entry" => app.post(format!("{staff}/supervision-log"), entry()),
        "list_supervision_log" => app.get(format!("{staff}/supervision-log")),
        "sign_supervision_entry" => {
            let by = app.fresh(&world.supervisor).await;
            let made = app.post(format!("{staff}/supervision-log"), entry()).by(&by).await.expect(201);
            app.call("POST", format!("/v1/supervision-log/{}/signature", id_of(&made)))
        }
        "list_supervision_due" => app.get("/v1/supervision/due"),
        "list_billing_readiness" => app.get("/v1/billing/readiness?from=2027-02-01&to=2027-03-02"),
        other => panic!("no request for {other}: write one"),
    }
}

/// Another one each time.
fn number() -> i64 {
    static NUMBER: AtomicI64 = AtomicI64::new(0);
    NUMBER.fetch_add(1, Ordering::Relaxed)
}

/// Half an hour that nobody else has; without an end it is still going on.
fn new_session(world: &World, ended: bool) -> Value {
    let first = moment(&json!("2026-06-01T00:00:00Z"));
    let starts_at = first.plus(Duration::hours(number()));
    let mut body = json!({ "client_ids": [world.a.id], "place_of_service": "11", "starts_at": starts_at });
    if ended {
        body["ends_at"] = json!(starts_at.plus(Duration::minutes(30)));
    }
    body
}

/// A session of A's. One that is going on takes all the time after it, so what is there is put aside.
async fn session(app: &TestApp, world: &World, ended: bool) -> String {
    if !ended {
        app.sql("UPDATE sessions SET state = 'cancelled'").await;
    }
    let mut body = new_session(world, ended);
    if !ended {
        // Not longer ago than a session can last.
        body["starts_at"] = json!(moment(&json!("2027-03-01T14:00:00Z")));
    }
    let made = app.post("/v1/sessions", body).by(&app.fresh(&world.specialist).await).await.expect(201);
    format!("/v1/sessions/{}", id_of(&made))
}

fn day(first: &str) -> NaiveDate {
    let first: NaiveDate = first.parse().unwrap();
    first.checked_add_days(Days::new(number().unsigned_abs())).unwrap()
}

fn profile() -> Value {
    json!({ "state": "ID", "payer": "harbor", "program": "any", "effective_from": day("2010-01-01") })
}

fn coverage() -> Value {
    let day = day("2010-01-01");
    json!({ "state": "ID", "payer": "harbor", "program": "any", "starts_on": day, "ends_on": day })
}

fn credential() -> Value {
    json!({
        "state": "ID",
        "type": "Peer support specialist",
        "number": format!("P{}", number()),
        "issuer": "The board",
        "issued_on": "2010-01-01",
    })
}

async fn credential_of_specialist(app: &TestApp, staff: &str) -> String {
    let admin = app.staff(&[Role::Admin]).await;
    let made = app.post(format!("{staff}/credentials"), credential()).by(&admin).await.expect(201);
    format!("/v1/credentials/{}", id_of(&made))
}

fn entry() -> Value {
    json!({ "held_on": "2027-03-01", "minutes": 50, "mode": "individual", "topics": "Boundaries" })
}
