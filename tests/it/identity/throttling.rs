use cairn_shared::identity::{self, Brake};
use cairn_tests::{Answer, PASSWORD, TestApp, both, minutes, seconds};
use futures::future::join_all;
use serde_json::json;

async fn attempt(app: &TestApp, email: &str, password: &str, address: &str) -> Answer {
    app.post("/v1/auth/sign-in", json!({ "email": email, "password": password })).from(address).await
}

fn retry_after(answer: &Answer) -> i64 {
    assert_eq!(answer.refused(429), "too_many_failures");
    answer.header("retry-after").expect("Retry-After").parse().expect("seconds")
}

both!(one_address_may_fail_five_times_then_once_in_twenty_seconds, async |app| {
    let sam = app.specialist().await;
    for number in 0..5 {
        let other = format!("guess{number}@cairn.test");
        attempt(app, &other, "wrong wrong wrong", "198.51.100.7").await.refused(401);
    }
    // Even the right password has to wait, from this address only.
    let wait = retry_after(&attempt(app, &sam.email, PASSWORD, "198.51.100.7").await);
    assert!((1..=21).contains(&wait), "{wait}");
    attempt(app, &sam.email, PASSWORD, "198.51.100.8").await.expect(200);
    app.advance(seconds(wait));
    attempt(app, &sam.email, "wrong wrong wrong", "198.51.100.7").await.refused(401);
    retry_after(&attempt(app, &sam.email, PASSWORD, "198.51.100.7").await);
    // With time everything is forgotten.
    app.advance(minutes(5));
    for _ in 0..4 {
        attempt(app, &sam.email, "wrong wrong wrong", "198.51.100.7").await.refused(401);
    }
    attempt(app, &sam.email, PASSWORD, "198.51.100.7").await.expect(200);
});

both!(one_account_waits_longer_and_longer_from_wherever_it_is_tried, async |app| {
    let sam = app.specialist().await;
    for number in 0..10 {
        attempt(app, &sam.email, "wrong wrong wrong", &format!("198.51.100.{number}")).await.refused(401);
    }
    let mut waits = Vec::new();
    for number in 10..14 {
        let wait = retry_after(&attempt(app, &sam.email, PASSWORD, "203.0.113.1").await);
        waits.push(wait);
        app.advance(seconds(wait));
        attempt(app, &sam.email, "wrong wrong wrong", &format!("198.51.100.{number}")).await.refused(401);
    }
    assert!(waits.is_sorted() && waits[3] >= 8 && waits[3] <= 2 * waits[2], "{waits:?}");
    app.advance(minutes(15));
    attempt(app, &sam.email, PASSWORD, "203.0.113.1").await.expect(200);
    // Whoever proved to be right starts anew.
    for number in 0..9 {
        attempt(app, &sam.email, "wrong wrong wrong", &format!("192.0.2.{number}")).await.refused(401);
    }
    attempt(app, &sam.email, PASSWORD, "203.0.113.1").await.expect(200);
});

both!(an_unknown_account_is_braked_like_a_known_one, async |app| {
    for number in 0..10 {
        attempt(app, "nobody@cairn.test", "wrong wrong wrong", &format!("198.51.100.{number}")).await.refused(401);
    }
    retry_after(&attempt(app, "nobody@cairn.test", "wrong wrong wrong", "203.0.113.1").await);
});

both!(only_failures_count, async |app| {
    let sam = app.specialist().await;
    for _ in 0..12 {
        attempt(app, &sam.email, PASSWORD, "198.51.100.7").await.expect(200);
    }
});

both!(guessing_activation_codes_is_braked_by_address, async |app| {
    let body = json!({ "code": "AAAA-AAAA", "device_name": "Phone" });
    for _ in 0..5 {
        assert_eq!(app.post("/v1/activate", body.clone()).from("198.51.100.7").await.refused(422), "invalid_code");
    }
    retry_after(&app.post("/v1/activate", body).from("198.51.100.7").await);
});

both!(a_forwarded_address_counts_only_behind_a_trusted_proxy, async |backend: Backend| {
    let app = TestApp::builder(backend).setting("trusted_proxies", "10.0.0.0/8").start().await;
    let through = async |peer: &str, forwarded: &str| {
        let body = json!({ "email": "guess@cairn.test", "password": "wrong wrong wrong" });
        app.post("/v1/auth/sign-in", body).from(peer).header("x-forwarded-for", forwarded).await.status
    };
    // The proxy's own word is believed, what the client put before it is not.
    for number in 0..5 {
        assert_eq!(through("10.0.0.1", &format!("192.0.2.{number}, 198.51.100.7")).await, 401);
    }
    assert_eq!(through("10.0.0.1", "192.0.2.99, 198.51.100.7").await, 429);
    assert_eq!(through("10.0.0.1", "198.51.100.8").await, 401);
    // Anybody else cannot pretend to be another.
    assert_eq!(through("198.51.100.7", "203.0.113.5").await, 429);
    app.close().await;
});

// Red when the row can go between being made sure of and being locked.
both!(a_failure_is_counted_also_while_the_count_is_being_forgotten, async |app| {
    let database = &app.database;
    for round in 0..60 {
        let subject = format!("somebody-{round}");
        identity::fail(database, Brake::Account, &subject).await.unwrap();
        let failing = (0..3).map(|_| identity::fail(database, Brake::Account, &subject));
        let counting = (0..3).map(|_| identity::count(database, Brake::Account, &subject));
        let forgetting = (0..3).map(|_| identity::clear(database, Brake::Account, &subject));
        let (failed, counted, forgotten) = futures::join!(join_all(failing), join_all(counting), join_all(forgetting));
        let counted = counted.into_iter().map(|result| result.map(|_| ()));
        for result in failed.into_iter().chain(counted).chain(forgotten) {
            result.unwrap_or_else(|error| panic!("round {round}: {error}"));
        }
    }
});
