use cairn_tests::{both, seconds};
use serde_json::json;

both!(readiness_is_red_when_a_part_is_silent, async |app| {
    app.get("/health/live").await.expect(200);
    let pulse = app.state.health.pulse("worker", app.now());
    assert_eq!(app.get("/health/ready").await.expect(200)["status"], "ready");
    app.advance(seconds(14));
    app.get("/health/ready").await.expect(200);
    app.advance(seconds(2));
    let silent = app.get("/health/ready").await.expect(503);
    assert_eq!(
        silent,
        json!({
            "status": "not_ready",
            "checks": [{ "name": "database", "ok": true }, { "name": "worker", "ok": false }],
            "notices": [],
        })
    );
    app.get("/health/live").await.expect(200);
    pulse.beat(app.now());
    app.get("/health/ready").await.expect(200);
    // Who is about to stop takes no new work.
    app.state.health.drain();
    app.get("/health/ready").await.expect(503);
});

both!(without_its_database_it_says_so_and_when_to_come_back, async |app| {
    let sam = app.specialist().await;
    let other = app.another_worker(5).await;
    let router = {
        let mut state = app.state.clone();
        state.database = other.database.clone();
        cairn_api::router(state)
    };
    other.database.clone().close().await;
    let request = |target: &str| {
        let cairn_tests::Credential::Token(token) = &sam.credential else { panic!("a token") };
        let request = axum::http::Request::get(target).header("authorization", format!("Bearer {token}"));
        request.body(axum::body::Body::empty()).unwrap()
    };
    let ready = tower::ServiceExt::oneshot(router.clone(), request("/health/ready")).await.unwrap();
    assert_eq!(ready.status(), 503);
    let answer = tower::ServiceExt::oneshot(router, request("/v1/me")).await.unwrap();
    assert_eq!(answer.status(), 503);
    assert!(answer.headers().contains_key("retry-after"));
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
});

both!(metrics_have_templates_and_never_ids, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    app.phone(&sam, ana).await;
    app.get(format!("/v1/clients/{}", ana.id)).by(&sam).await.expect(200);
    app.get("/v1/clients/nobody").by(&sam).await.refused(404);
    app.get("/v1/CanaryPath").by(&sam).await.refused(404);
    app.state.metrics.observe_delivery("accepted");
    app.state.metrics.observe_lateness(0.7);
    let text = app.state.metrics.render();
    for line in [
        "cairn_http_requests_total{method=\"GET\",route=\"/v1/clients/{client_id}\",status=\"200\"} 1",
        "cairn_http_requests_total{method=\"GET\",route=\"/v1/clients/{client_id}\",status=\"404\"} 1",
        "cairn_http_requests_total{method=\"GET\",route=\"unmatched\",status=\"404\"} 1",
        "cairn_deliveries_total{outcome=\"accepted\"} 1",
        "cairn_reminder_lateness_seconds_count 1",
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
    for secret in [ana.id.to_string(), sam.id.to_string(), sam.email, "CanaryPath".to_owned(), "nobody".to_owned()] {
        assert!(!text.contains(&secret), "{secret} in\n{text}");
    }
});

both!(the_log_has_templates_and_never_paths_or_people, async |app| {
    cairn_tests::logs::keep();
    let sam = app.specialist().await;
    let ana = app.client_with(&sam, json!({ "preferred_name": "CanaryOfTheLog" })).await;
    app.get(format!("/v1/clients/{}", ana.id)).by(&sam).await.expect(200);
    app.post("/v1/clients/search", json!({ "text": "CanaryOfTheSearch" })).by(&sam).await.expect(200);
    let log = cairn_tests::logs::kept();
    assert!(log.contains("/v1/clients/{client_id}"));
    for secret in ["CanaryOfTheLog", "CanaryOfTheSearch", &format!("/v1/clients/{}", ana.id), &sam.email] {
        assert!(!log.contains(secret), "{secret}");
    }
});
