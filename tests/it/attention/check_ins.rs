//! What check-ins, and their absence, say: from the phone's request to the specialist's list.

use cairn_tests::{Client, Phone, Staff, TestApp, both, days, hours, minutes, moment};
use serde_json::{Value, json};

use super::{kinds, reasons};
use crate::check_ins::{check_in, daily, send, shipped};

/// The daily check-in's version that is asked now.
async fn daily_version(app: &TestApp, sam: &Staff) -> Value {
    shipped(app, &app.fresh(sam).await, "daily").await["published_version_id"].clone()
}

async fn answer(app: &TestApp, phone: &Phone, client: Client, version: &Value, answers: Value) -> Value {
    send(app, phone, client, &check_in(app, version, answers)).await.expect(201)
}

/// What the specialist's list says of a client.
async fn row(app: &TestApp, by: &Staff, client: Client) -> Value {
    let list = app.get("/v1/dashboard/caseload").by(&app.fresh(by).await).await.expect(200);
    let rows = list["items"].as_array().unwrap();
    rows.iter().find(|row| row["client"]["id"] == json!(client.id)).unwrap().clone()
}

both!(missed_check_ins_are_noticed_when_the_third_day_is_over_and_one_answer_ends_it, async |app| {
    let sam = app.specialist().await;
    let (ana, bo) = (app.client(&sam).await, app.client(&sam).await);
    let phone = app.phone(&sam, ana).await;
    let form = shipped(app, &sam, "daily").await;
    daily(app, &sam, ana, &form).await;
    daily(app, &sam, bo, &form).await;
    let version = &form["published_version_id"];
    app.advance(hours(12));
    answer(app, &phone, ana, version, json!({ "mood": 6 })).await;
    // Three days without, and half a minute before the third is over where she is.
    app.travel_to("2027-03-05T04:59:30Z");
    app.watch().await;
    assert_eq!(reasons(app, &sam, ana).await.len(), 0);
    app.travel_to("2027-03-05T05:00:00Z");
    app.watch().await;
    let found = reasons(app, &sam, ana).await;
    assert_eq!((kinds(&found), &found[0]["severity"]), (vec!["check_ins_missed"], &json!("medium")));
    assert_eq!(found[0]["text"], "Last check-in 4 days ago");
    assert_eq!(found[0]["explanation"], json!({ "code": "last_check_in", "params": { "on": "2027-03-01" } }));
    let shown = row(app, &sam, ana).await;
    assert_eq!((&shown["top_severity"], &shown["reasons"][0]["text"]), (&json!("medium"), &found[0]["text"]));
    assert_eq!(reasons(app, &sam, bo).await[0]["text"], "No check-in yet; the first was planned 4 days ago");
    // Offline for a day: what comes late keeps its time, and counts.
    answer(app, &phone, ana, version, json!({ "mood": 6 })).await;
    assert_eq!(reasons(app, &sam, ana).await.len(), 0, "in the same answer");
    assert_eq!(row(app, &sam, ana).await["top_severity"], json!(null));
});

both!(a_monthly_check_in_can_be_missed_too, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let form = shipped(app, &sam, "phq9").await;
    let body = json!({ "form_id": form["id"], "starts_on": "2027-03-10", "at": "18:00", "recurrence": "FREQ=MONTHLY" });
    app.post(format!("/v1/clients/{}/check-in-schedules", ana.id), body).by(&sam).await.expect(201);
    let mut looks = 0;
    for _ in 0..7 {
        app.advance(days(10));
        looks += app.watch().await;
    }
    assert_eq!(reasons(app, &sam, ana).await.len(), 0, "the third is on 10 May");
    assert!(looks <= 2, "{looks} looks at somebody of whom nothing is to be seen");
    app.travel_to("2027-05-11T04:00:00Z");
    app.watch().await;
    assert_eq!(kinds(&reasons(app, &sam, ana).await), ["check_ins_missed"]);
});

both!(who_pauses_misses_nothing, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    daily(app, &sam, ana, &shipped(app, &sam, "daily").await).await;
    let pause = json!({ "paused_until": "2027-03-20T12:00:00Z" });
    app.patch(format!("/v1/clients/{}", ana.id), pause).by(&sam).await.expect(200);
    app.travel_to("2027-03-20T11:59:00Z");
    app.watch().await;
    assert_eq!(reasons(app, &sam, ana).await.len(), 0);
    app.travel_to("2027-03-20T12:00:00Z");
    app.watch().await;
    assert_eq!(kinds(&reasons(app, &sam, ana).await), ["check_ins_missed"]);
});

both!(a_mood_is_held_against_the_clients_own_week, async |app| {
    let sam = app.specialist().await;
    let (ana, bo) = (app.client(&sam).await, app.client(&sam).await);
    let (phone, other) = (app.phone(&sam, ana).await, app.phone(&sam, bo).await);
    let version = daily_version(app, &sam).await;
    // What is low for one is usual for another.
    for (mood, others) in [(7, 3), (8, 4), (7, 3), (8, 3)] {
        answer(app, &phone, ana, &version, json!({ "mood": mood })).await;
        answer(app, &other, bo, &version, json!({ "mood": others })).await;
        app.advance(days(1));
    }
    for (phone, client) in [(&phone, ana), (&other, bo)] {
        answer(app, phone, client, &version, json!({ "mood": 3 })).await;
    }
    let found = reasons(app, &sam, ana).await;
    assert_eq!(kinds(&found), ["mood_below_baseline"]);
    assert_eq!(found[0]["text"], "Mood 3 today, lower than usual in the 7 days before (7.5)");
    assert_eq!(reasons(app, &sam, bo).await.len(), 0);
    app.advance(days(1));
    answer(app, &phone, ana, &version, json!({ "sleep_hours": 7 })).await;
    assert_eq!(kinds(&reasons(app, &sam, ana).await), ["mood_below_baseline"], "no mood is not a better one");
    app.advance(hours(1));
    answer(app, &phone, ana, &version, json!({ "mood": 6 })).await;
    assert_eq!(reasons(app, &sam, ana).await.len(), 0);
});

both!(not_safe_goes_from_the_phone_to_the_desk_in_one_request, async |app| {
    let sam = app.specialist().await;
    let ana = app.client_with(&sam, json!({ "language": "es" })).await;
    let phone = app.phone(&sam, ana).await;
    let desk = app.desk(&sam).await;
    let version = daily_version(app, &sam).await;
    let body = check_in(app, &version, json!({ "mood": 2, "safe": false }));
    let sent = send(app, &phone, ana, &body).await.expect(201);
    let card = &sent["crisis_resources"];
    assert!(card["resources"].as_array().unwrap().iter().any(|line| line["address"] == "988"), "{card}");
    assert_eq!(card["staffed"], false);
    assert_eq!(card["notice"], "Nadie mira esto de día y de noche. Si no puedes esperar, usa Ayuda ahora.");
    let found = reasons(app, &sam, ana).await;
    assert_eq!((kinds(&found), &found[0]["severity"]), (vec!["not_safe"], &json!("urgent")));
    assert_eq!(found[0]["subject"], json!({ "type": "check_in", "id": sent["id"] }));
    assert_eq!(moment(&found[0]["due_at"]), app.now().plus(minutes(15)));
    assert_eq!(row(app, &sam, ana).await["top_severity"], "urgent");
    app.deliver().await;
    assert_eq!(desk.posts(app).len(), 1);
    // The phone has not heard the answer and sends it again.
    let again = send(app, &phone, ana, &body).await.expect(200);
    assert_eq!(again["crisis_resources"], sent["crisis_resources"]);
    app.deliver().await;
    assert_eq!((desk.posts(app).len(), app.count("attention_reasons").await), (1, 1));
    // Feeling safe the next time does not close it: a person does.
    app.advance(hours(1));
    answer(app, &phone, ana, &version, json!({ "safe": true })).await;
    assert_eq!(kinds(&reasons(app, &sam, ana).await), ["not_safe"]);
});

both!(the_ninth_question_counts_from_one_on, async |app| {
    let sam = app.specialist().await;
    let phq = shipped(app, &sam, "phq9").await["published_version_id"].clone();
    for (value, expected) in [(0, None), (1, Some("high")), (2, Some("urgent")), (3, Some("urgent"))] {
        let ana = app.client(&sam).await;
        let phone = app.phone(&sam, ana).await;
        let sent = answer(app, &phone, ana, &phq, json!({ "q9": value })).await;
        assert_eq!(sent["crisis_resources"].is_object(), expected.is_some(), "{value}");
        let found = reasons(app, &sam, ana).await;
        let seen = found.first().map(|reason| (reason["kind"].as_str().unwrap(), reason["severity"].as_str().unwrap()));
        assert_eq!(seen, expected.map(|severity| ("item9", severity)), "{value}");
        let text = expected.map(|_| format!("Answered {value} of 3 when asked about thoughts of self-harm"));
        assert_eq!(found.first().map(|reason| reason["text"].as_str().unwrap().to_owned()), text);
    }
});
