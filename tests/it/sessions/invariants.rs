//! No sequence of operations yields minutes or units other than the rule's. The sequences are drawn by lot, from seeds that
//! a failure names.

use cairn_shared::clock::Timestamp;
use cairn_shared::payers::{UnitRules, units};
use cairn_shared::sessions::{State, minutes};
use cairn_tests::{Client, Staff, TestApp, both, moment};
use chrono::Duration;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};

use super::at;

const STEPS: usize = 60;

both!(no_sequence_of_operations_yields_other_minutes_or_units_than_the_rules, async |app| {
    // The night on which the clocks go forward lies in the time that is drawn from.
    app.travel_to("2027-03-16T15:00:00Z");
    for seed in 0..3 {
        let sam = app.specialist().await;
        let clients = [app.client(&sam).await, app.client(&sam).await, app.client(&sam).await];
        let mut random = StdRng::seed_from_u64(seed);
        let mut made = Vec::new();
        for step in 0..STEPS {
            act(app, &sam, &clients, &mut made, &mut random).await;
            if step % 10 == 9 {
                check(app, &sam, seed).await;
            }
        }
    }
});

fn instant(random: &mut StdRng) -> Timestamp {
    let first = moment(&json!("2027-03-12T15:00:00Z"));
    first.plus(Duration::minutes(random.random_range(0..5 * 24 * 60)))
}

/// Something that a person could do, wise or not; what is refused changes nothing.
async fn act(app: &TestApp, sam: &Staff, clients: &[Client; 3], made: &mut Vec<String>, random: &mut StdRng) {
    let draw = random.random_range(0..10);
    let known = (!made.is_empty()).then(|| made[random.random_range(0..made.len())].clone());
    let (Some(target), true) = (known, draw >= 4) else {
        let starts_at = instant(random);
        let count = random.random_range(1..=3);
        let ids: Vec<_> = clients.iter().take(count).map(|client| client.id).collect();
        let mut body = json!({
            "client_ids": ids, "place_of_service": "11", "service_code": "H0038", "starts_at": starts_at,
            "ends_at": starts_at.plus(Duration::minutes(random.random_range(-5..200))),
        });
        if random.random_bool(0.3) {
            body["excluded_minutes"] = json!(random.random_range(0..40));
            body["excluded_reason"] = json!("pause");
        }
        let answer = app.post("/v1/sessions", body).by(sam).await;
        if answer.status == 201 {
            made.push(at(&answer.json));
        }
        return;
    };
    let answer = match draw {
        4 | 5 => {
            let starts_at = instant(random);
            let ends_at = starts_at.plus(Duration::minutes(random.random_range(1..240)));
            app.patch(target, json!({ "starts_at": starts_at, "ends_at": ends_at })).by(sam).await
        }
        6 => {
            let minutes = random.random_range(0..60);
            let reason = if minutes > 0 { json!("travel") } else { json!(null) };
            app.patch(target, json!({ "excluded_minutes": minutes, "excluded_reason": reason })).by(sam).await
        }
        7 => {
            let client = clients[random.random_range(0..3)];
            let session = app.get(&target).by(sam).await.expect(200);
            let left = moment(&session["starts_at"]).plus(Duration::minutes(random.random_range(0..120)));
            let body = json!({ "attendance": "left_early", "left_at": left });
            app.patch(format!("{target}/attendees/{}", client.id), body).by(sam).await
        }
        8 => {
            let state = ["no_show", "finished", "cancelled"][random.random_range(0..3)];
            app.patch(target, json!({ "state": state })).by(sam).await
        }
        _ => app.post(format!("{target}/void"), json!({ "reason": "By mistake" })).by(sam).await,
    };
    assert!([200, 404, 409, 422].contains(&answer.status), "{}", answer.text());
}

/// Reckons everything again from the instants alone.
async fn check(app: &TestApp, sam: &Staff, seed: u64) {
    let sessions = app.get("/v1/sessions?limit=200").by(sam).await.expect(200);
    let mut billable = Vec::new();
    for session in sessions["items"].as_array().unwrap() {
        let expected = expected_minutes(session, None);
        let said = || format!("seed {seed}: {session}");
        assert_eq!(session["minutes"], json!(expected), "{}", said());
        assert_eq!(sum(&session["portions"]), expected, "{}", said());
        for attendee in session["attendees"].as_array().unwrap() {
            let own = expected_minutes(session, Some(attendee));
            assert_eq!(attendee["minutes"], json!(own), "{}", said());
            assert_eq!(sum(&attendee["portions"]), own, "{}", said());
        }
        if session["state"] == "finished" {
            billable.push((moment(&session["starts_at"]), moment(&session["ends_at"])));
        }
    }
    billable.sort_unstable();
    assert!(billable.windows(2).all(|pair| pair[0].1 <= pair[1].0), "seed {seed}: {billable:?}");
    let target = "/v1/billing/readiness?from=2027-03-10&to=2027-03-20&limit=200";
    let lines = app.get(target).by(sam).await.expect(200);
    for line in lines["items"].as_array().unwrap() {
        let expected = units(line["minutes"].as_i64().unwrap(), &UnitRules::default());
        assert_eq!(line["units"], json!(expected), "seed {seed}: {line}");
    }
}

fn sum(portions: &Value) -> i64 {
    portions.as_array().unwrap().iter().map(|portion| portion["minutes"].as_i64().unwrap()).sum()
}

fn expected_minutes(session: &Value, attendee: Option<&Value>) -> i64 {
    if session["state"] != State::Finished.as_str() {
        return 0;
    }
    let excluded = session["excluded_minutes"].as_i64().unwrap();
    let (mut from, mut to) = (moment(&session["starts_at"]), moment(&session["ends_at"]));
    if let Some(attendee) = attendee {
        if attendee["attendance"] != "present" && attendee["attendance"] != "left_early" {
            return 0;
        }
        if !attendee["arrived_at"].is_null() {
            from = from.max(moment(&attendee["arrived_at"]).min(to));
        }
        if !attendee["left_at"].is_null() {
            to = to.min(moment(&attendee["left_at"]).max(from));
        }
    }
    minutes(from, to, excluded)
}

both!(a_session_that_was_never_finished_counts_for_nothing, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let open = crate::sessions::session(app, &sam, &[ana], json!({ "ends_at": null })).await;
    assert_eq!(open["state"], "in_progress");
    let lines = app.get("/v1/billing/readiness?from=2027-03-01&to=2027-03-02").by(&sam).await.expect(200);
    assert_eq!(lines["items"], json!([]));
});
