use std::sync::Arc;
use std::time::{Duration, Instant};

use cairn_shared::clock::ManualClock;
use cairn_tests::{PushService, Reply, TestApp, both, hours, minutes, seconds};
use cairn_worker::deliver::deliver_due;
use serde_json::json;

const PATIENCE: Duration = Duration::from_millis(300);

/// A client whose phone has a reminder at eleven, for an appointment at twelve.
async fn reminded(app: &TestApp) -> (cairn_tests::Staff, cairn_tests::Phone) {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.phone(&sam, ana).await;
    app.appointment(&sam, ana, "2027-03-01T12:00", json!([{ "minutes_before": 60 }])).await;
    (sam, phone)
}

// Red when `Outage` counts as accepted, or as refused for good.
both!(whatever_the_service_does_the_reminder_arrives_when_it_is_well_again, async |backend: Backend| {
    for trouble in [
        Reply::Hang,
        Reply::Reset,
        Reply::Garbage,
        Reply::status(500),
        Reply::status(503).with("retry-after", 7),
        Reply::status(429),
        Reply::status(201).after(PATIENCE * 2),
    ] {
        let app = TestApp::start(backend).await;
        let (sam, phone) = reminded(&app).await;
        let worker = app.impatient_worker(PATIENCE);
        app.push.answers(trouble.clone());
        app.advance(hours(1));
        deliver_due(&worker).await.unwrap();
        let state = app.reminders(&sam, phone.client).await[0]["state"].clone();
        assert_eq!((phone.posts(&app).len(), state), (1, json!("sending")), "{trouble:?}");
        deliver_due(&worker).await.unwrap();
        assert_eq!(phone.posts(&app).len(), 1, "{trouble:?}: not at once again");
        app.push.answers(Reply::status(201));
        for _ in 0..40 {
            app.advance(seconds(10));
            deliver_due(&worker).await.unwrap();
        }
        let seen = app.reminders(&sam, phone.client).await.remove(0);
        assert_eq!((phone.posts(&app).len(), &seen["state"]), (2, &json!("sent")), "{trouble:?}");
        let events = seen["deliveries"][0]["history"].as_array().unwrap();
        let events: Vec<_> = events.iter().map(|event| event["event"].as_str().unwrap()).collect();
        assert_eq!(events, ["retry", "accepted"], "{trouble:?}");
        app.close().await;
    }
});

// Red when the client follows redirects.
both!(a_redirect_is_not_followed, async |backend: Backend| {
    let elsewhere = PushService::start(Arc::new(ManualClock::at(cairn_shared::Timestamp(0)))).await;
    let app = TestApp::builder(backend).setting("push_allowed_origins", &elsewhere.origin()).start().await;
    for status in [301, 302, 307, 308] {
        let (sam, phone) = reminded(&app).await;
        let location = format!("{}/stolen", elsewhere.origin());
        app.push.answers_to(&phone.path, Reply::status(status).with("location", location));
        let at = app.now();
        app.live(hours(3), minutes(10)).await;
        app.clock.set(at);
        assert_eq!(app.reminders(&sam, phone.client).await[0]["state"], "failed");
        assert_eq!((phone.posts(&app).len(), elsewhere.count()), (1, 0), "{status}");
    }
    app.close().await;
});

// Red when all answers are awaited before more is claimed, or when a service without a free place is claimed for.
both!(a_push_service_that_hangs_delays_no_other, async |backend: Backend| {
    let other = PushService::start(Arc::new(ManualClock::at(cairn_shared::Timestamp(0)))).await;
    let app = TestApp::builder(backend)
        .setting("push_allowed_origins", &other.origin())
        .setting("push_max_in_flight", "4")
        .start()
        .await;
    app.push.answers(Reply::Hang);
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    app.phone(&sam, ana).await;
    // More of them than there are places for this service.
    for _ in 0..20 {
        app.appointment(&sam, ana, "2027-03-01T12:00", json!([{ "minutes_before": 60 }])).await;
    }
    let bo = app.client(&sam).await;
    let phone = app.unsubscribed_phone(&sam, bo).await;
    let body = phone.browser.subscription(&format!("{}{}", other.origin(), phone.path));
    app.post("/v1/me/push-subscriptions", body).by(&phone).await.expect(201);
    app.appointment(&sam, bo, "2027-03-01T12:00", json!([{ "minutes_before": 59 }])).await;
    app.advance(hours(1));
    let worker = app.impatient_worker(Duration::from_secs(5));
    let arrival = async {
        tokio::time::sleep(Duration::from_millis(600)).await;
        assert_eq!(app.push.count(), 4, "as many on the wire as may be");
        app.advance(minutes(1));
        let due = Instant::now();
        while other.count() == 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert!(due.elapsed() < Duration::from_secs(2), "{:?}", due.elapsed());
    };
    tokio::select! {
        _ = deliver_due(&worker) => panic!("the first service did not hang"),
        () = arrival => {}
    }
    app.close().await;
});

// Red when the breaker is left out: then each of them is tried.
both!(a_service_that_fails_and_fails_is_left_alone_for_a_while, async |app| {
    let sam = app.specialist().await;
    let mut clients = Vec::new();
    for _ in 0..5 {
        let client = app.client(&sam).await;
        app.phone(&sam, client).await;
        clients.push(client);
    }
    for _ in 0..10 {
        let item = json!({ "starts_at_local": "2027-03-01T12:00", "reminders": [{ "minutes_before": 60 }] });
        app.group(&sam, &clients, item).await;
    }
    app.push.answers(Reply::status(500));
    app.advance(hours(1));
    let worker = app.worker_with(|settings| settings.push_max_in_flight = 5);
    deliver_due(&worker).await.unwrap();
    let tried = app.push.count();
    assert!((20..=25).contains(&tried), "{tried} of 50");
    app.push.answers(Reply::status(201));
    for _ in 0..60 {
        app.advance(seconds(10));
        deliver_due(&worker).await.unwrap();
    }
    assert_eq!(app.count_where("reminders", "state = 'sent'").await, 50);
    assert_eq!(app.unsettled().await, 0);
});
