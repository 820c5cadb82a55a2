use cairn_tests::{both, hours, minutes};
use serde_json::json;

both!(the_same_request_sent_twice_is_done_once_and_answered_alike, async |app| {
    let sam = app.specialist().await;
    let body = json!({ "preferred_name": "Ana", "time_zone": "America/New_York" });
    let send = async |body: &serde_json::Value, key: &str| {
        app.post("/v1/clients", body.clone()).by(&sam).header("idempotency-key", key).await
    };
    let (first, second) = (send(&body, "one").await, send(&body, "one").await);
    assert_eq!(second.header("idempotency-replayed"), Some("true"));
    assert_eq!((first.status, first.bytes), (second.status, second.bytes));
    assert_eq!(app.count("clients").await, 1);
    // Another key is another request; another body under the same key is a mistake.
    send(&body, "two").await.expect(201);
    let other = json!({ "preferred_name": "Bo", "time_zone": "America/New_York" });
    let refused = send(&other, "one").await;
    assert_eq!((refused.refused(422), refused.wrong_fields()), ("key_reused", vec!["Idempotency-Key"]));
    assert_eq!(app.count("clients").await, 2);
});

both!(a_key_is_ones_own_and_of_one_route, async |app| {
    let (sam, kim) = (app.specialist().await, app.specialist().await);
    let body = json!({ "preferred_name": "Ana", "time_zone": "America/New_York" });
    let first = app.post("/v1/clients", body.clone()).by(&sam).header("idempotency-key", "k").await.expect(201);
    let second = app.post("/v1/clients", body).by(&kim).header("idempotency-key", "k").await.expect(201);
    assert_ne!(first["id"], second["id"]);
    let target = format!("/v1/clients/{}", first["id"].as_str().unwrap());
    app.patch(target, json!({ "daily_cap": 3 })).by(&sam).header("idempotency-key", "k").await.expect(200);
});

both!(what_failed_may_be_tried_again_under_its_key, async |app| {
    let sam = app.specialist().await;
    let wrong = json!({ "preferred_name": "Ana", "time_zone": "Nowhere" });
    app.post("/v1/clients", wrong).by(&sam).header("idempotency-key", "k").await.refused(422);
    let right = json!({ "preferred_name": "Ana", "time_zone": "America/New_York" });
    app.post("/v1/clients", right).by(&sam).header("idempotency-key", "k").await.expect(201);
});

both!(after_a_day_a_key_is_forgotten, async |app| {
    let sam = app.specialist().await;
    let body = json!({ "preferred_name": "Ana", "time_zone": "America/New_York" });
    app.post("/v1/clients", body.clone()).by(&sam).header("idempotency-key", "k").await.expect(201);
    app.advance(hours(24) + minutes(1));
    let sam = app.fresh(&sam).await;
    app.post("/v1/clients", body.clone()).by(&sam).header("idempotency-key", "k").await.expect(201);
    assert_eq!((app.count("clients").await, app.count("idempotency_keys").await), (2, 1));
    app.advance(hours(25));
    cairn_worker::tidy(&app.database).await.unwrap();
    assert_eq!(app.count("idempotency_keys").await, 0);
});

both!(the_same_request_many_times_at_once_is_done_once, async |app| {
    let sam = app.specialist().await;
    let body = json!({ "preferred_name": "Ana", "time_zone": "America/New_York" });
    let sends = (0..6)
        .map(|_| async { app.post("/v1/clients", body.clone()).by(&sam).header("idempotency-key", "k").await.status });
    let answers = futures::future::join_all(sends).await;
    assert!(answers.iter().all(|status| [201, 409].contains(status)) && answers.contains(&201), "{answers:?}");
    assert_eq!(app.count("clients").await, 1);
});

both!(odd_keys_are_refused, async |app| {
    let sam = app.specialist().await;
    for key in ["", &"k".repeat(201)] {
        let body = json!({ "preferred_name": "Ana", "time_zone": "America/New_York" });
        let answer = app.post("/v1/clients", body).by(&sam).header("idempotency-key", key).await;
        assert_eq!(answer.wrong_fields(), ["Idempotency-Key"]);
    }
    assert_eq!(app.count("clients").await, 0);
});
