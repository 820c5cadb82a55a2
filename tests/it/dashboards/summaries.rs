use cairn_shared::dashboards::{rebuild, refresh_old};
use cairn_tests::{Client, Phone, Staff, TestApp, both, days, hours, minutes};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};

/// The rows by client, each column as text.
async fn rows(app: &TestApp) -> Vec<String> {
    refresh_old(&app.database).await.unwrap();
    app.rows_of("client_summaries").await
}

async fn summary(app: &TestApp, by: &Staff, client: Client) -> Value {
    let by = app.fresh(by).await;
    let list = app.get("/v1/dashboard/caseload").by(&by).await.expect(200);
    let rows = list["items"].as_array().unwrap();
    rows.iter().find(|row| row["client"]["id"] == client.id.to_string()).unwrap_or_else(|| panic!("{list}")).clone()
}

both!(a_row_follows_what_is_written, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.phone(&sam, ana).await;
    let row = summary(app, &sam, ana).await;
    assert_eq!(row["client"]["preferred_name"], "Ana");
    assert_eq!(row["staff"], json!([{ "id": sam.id, "name": sam.name }]));
    assert_eq!(row["sparkline"].as_array().unwrap().len(), 14);
    assert_eq!((&row["next_appointment"], &row["last_contact_at"]), (&Value::Null, &Value::Null));

    let item = app.appointment(&sam, ana, "2027-03-01T12:00", json!([{ "minutes_before": 60 }])).await;
    let occurrence = format!("{}.20270301T1200", item["id"].as_str().unwrap());
    app.appointment(&sam, ana, "2027-03-02T12:00", json!([])).await;
    let row = summary(app, &sam, ana).await;
    assert_eq!(row["next_appointment"]["occurrence_id"], occurrence);
    assert_eq!(row["next_appointment"]["starts_at"], "2027-03-01T17:00:00.000Z");
    assert_eq!(row["unconfirmed_reminders"], 0);

    app.advance(hours(1));
    app.deliver().await;
    assert_eq!(summary(app, &sam, ana).await["unconfirmed_reminders"], 1);
    let target = format!("/v1/occurrences/{occurrence}/responses");
    app.post(&target, json!({ "response": "confirmed" })).by(&phone).await.expect(200);
    assert_eq!(summary(app, &sam, ana).await["unconfirmed_reminders"], 0);

    // It begins: the one of tomorrow is the next.
    app.advance(hours(1));
    let sam = app.fresh(&sam).await;
    let target = format!("/v1/occurrences/{occurrence}/attendance");
    app.post(&target, json!({ "attendance": "attended" })).by(&sam).await.expect(200);
    assert_eq!(refresh_old(&app.database).await.unwrap(), 1);
    assert_eq!(refresh_old(&app.database).await.unwrap(), 0, "nothing is old any more");
    let row = summary(app, &sam, ana).await;
    assert_eq!(row["last_contact_at"], "2027-03-01T17:00:00.000Z");
    assert_eq!(row["next_appointment"]["starts_at"], "2027-03-02T17:00:00.000Z");
});

/// One thing that somebody may do. What is refused changes nothing, which is as good.
async fn something(app: &TestApp, rng: &mut StdRng, sam: &Staff, people: &[(Client, Phone)], items: &mut Vec<Value>) {
    let (client, phone) = people.choose(rng).unwrap();
    let day = rng.random_range(1..28);
    let start = format!("2027-03-{day:02}T{:02}:{:02}", rng.random_range(8..18), 15 * rng.random_range(0..4));
    let sam = app.fresh(sam).await;
    match rng.random_range(0..15) {
        0 | 1 => {
            let recurrence = [Value::Null, json!("FREQ=DAILY"), json!("FREQ=WEEKLY")].choose(rng).unwrap().clone();
            let kind = ["appointment", "meeting", "routine"].choose(rng).unwrap();
            let members = json!({ "kind": kind, "starts_at_local": start, "recurrence": recurrence,
                "reminders": [{ "minutes_before": 30 }] });
            items.push(app.item(&sam, *client, members).await);
        }
        2 if people.len() > 1 => {
            let clients: Vec<Client> = people.iter().map(|(client, _)| *client).collect();
            items.push(app.group(&sam, &clients, json!({ "starts_at_local": start, "time_zone": "client" })).await);
        }
        3 => {
            let zone = ["America/New_York", "America/Boise", "Asia/Tokyo"].choose(rng).unwrap();
            let target = format!("/v1/clients/{}", client.id);
            app.patch(target, json!({ "time_zone": zone })).by(&sam).await.expect(200);
        }
        4 | 5 => {
            let forms = app.get("/v1/check-in-forms").by(&sam).await.expect(200);
            let forms = forms["items"].as_array().unwrap();
            let form = forms.iter().find(|form| form["name"] == "Daily check-in").unwrap();
            let body = json!({
                "id": cairn_tests::id_of_phone(),
                "form_version_id": form["published_version_id"],
                "answered_at": app.now().minus(hours(rng.random_range(0..72))),
                "answers": { "mood": rng.random_range(0..=10), "safe": rng.random_bool(0.9) },
            });
            app.post(format!("/v1/clients/{}/check-ins", client.id), body).by(phone).await.expect(201);
        }
        6 => {
            let body = json!({ "title": "Walk", "life_area": "health" });
            app.post(format!("/v1/clients/{}/goals", client.id), body).by(phone).await.expect(201);
        }
        7 => {
            let goals = app.get(format!("/v1/clients/{}/goals", client.id)).by(phone).await.expect(200);
            let Some(goal) = goals["items"].as_array().unwrap().choose(rng) else { return };
            let status = ["on_hold", "active", "completed", "cancelled"].choose(rng).unwrap();
            let target = format!("/v1/goals/{}", goal["id"].as_str().unwrap());
            app.patch(target, json!({ "lifecycle_status": status })).by(phone).await;
        }
        8 => {
            app.post("/v1/help-requests", json!({})).by(phone).await;
        }
        9 => {
            let asked = app.get("/v1/help-requests").by(&sam).await.json;
            let Some(asked) = asked["items"].as_array().and_then(|asked| asked.choose(rng)) else { return };
            let target = format!("/v1/help-requests/{}", asked["id"].as_str().unwrap());
            app.call("POST", format!("{target}/claim")).by(&sam).await;
            app.post(format!("{target}/close"), json!({ "outcome": "talked" })).by(&sam).await;
        }
        choice => {
            let Some(item) = items.choose(rng) else { return };
            let id = item["id"].as_str().unwrap();
            let from = item["starts_at_local"].as_str().unwrap();
            let first = from.replace(['-', ':'], "");
            let original = if item["recurrence"].is_null() {
                first
            } else {
                format!("202703{:02}T{}", rng.random_range(1..28), &first[9..])
            };
            let occurrence = format!("{id}.{original}");
            match choice {
                10 => {
                    let target = format!("/v1/agenda-items/{id}?scope=this&occurrence_id={occurrence}");
                    app.patch(target, json!({ "starts_at_local": start })).by(&sam).await;
                }
                11 => {
                    let scope = ["this", "following", "all"].choose(rng).unwrap();
                    let target = format!("/v1/agenda-items/{id}?scope={scope}&occurrence_id={occurrence}");
                    app.delete(target).by(&sam).await;
                }
                12 | 13 => {
                    let response = ["confirmed", "declined", "done", "snoozed"].choose(rng).unwrap();
                    let target = format!("/v1/occurrences/{occurrence}/responses");
                    app.post(target, json!({ "response": response })).by(phone).await;
                }
                _ => {
                    let attendance = ["attended", "no_show", "excused"].choose(rng).unwrap();
                    let target = format!("/v1/occurrences/{occurrence}/attendance");
                    let body = json!({ "attendance": attendance, "client_id": client.id });
                    app.post(target, body).by(&sam).await;
                }
            }
        }
    }
}

both!(rows_that_were_followed_equal_rows_made_anew, async |backend: Backend| {
    for seed in 1..=3 {
        let own = TestApp::start(backend).await;
        let app = &own;
        let mut rng = StdRng::seed_from_u64(seed);
        let sam = app.specialist().await;
        let mut people = Vec::new();
        for _ in 0..3 {
            let client = app.client(&sam).await;
            let phone = app.phone(&sam, client).await;
            people.push((client, phone));
        }
        let mut items = Vec::new();
        for step in 0..90 {
            something(app, &mut rng, &sam, &people, &mut items).await;
            if step % 6 == 0 {
                app.advance([minutes(40), hours(5), days(1)].choose(&mut rng).copied().unwrap());
                app.plan().await;
                app.deliver().await;
            }
            if step % 15 == 14 {
                let followed = rows(app).await;
                rebuild(&app.database, app.organization.id).await.unwrap();
                let anew = app.rows_of("client_summaries").await;
                assert_eq!(followed, anew, "seed {seed}, step {step}");
            }
        }
        assert!(items.len() > 5, "something happened");
        own.close().await;
    }
});

both!(rows_of_those_who_were_there_before_are_made, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    app.appointment(&sam, ana, "2027-03-02T12:00", json!([])).await;
    let followed = rows(app).await;
    assert!(!followed.is_empty());
    app.sql("DELETE FROM client_summaries").await;
    assert_eq!(rebuild(&app.database, app.organization.id).await.unwrap(), 1);
    assert_eq!(app.rows_of("client_summaries").await, followed);
});
