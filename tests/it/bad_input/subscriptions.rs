use cairn_shared::devices::endpoint::EndpointPolicy;
use cairn_tests::{Browser, both, hours, logs};
use serde_json::json;

both!(only_known_push_services_are_called, async |app| {
    logs::keep();
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.unsubscribed_phone(&sam, ana).await;
    let before = app.contents().await;
    let port = app.push.origin().rsplit(':').next().unwrap().parse::<u16>().unwrap();
    let hosts = [
        "https://example.org/CanaryPath".to_owned(),
        "https://127.0.0.1/CanaryPath".to_owned(),
        "https://localhost/CanaryPath".to_owned(),
        "https://10.0.0.5/CanaryPath".to_owned(),
        "https://169.254.169.254/latest/meta-data".to_owned(),
        "https://[::1]/CanaryPath".to_owned(),
        "https://[::ffff:127.0.0.1]/CanaryPath".to_owned(),
        "https://2130706433/CanaryPath".to_owned(),
        "http://fcm.googleapis.com/fcm/send/CanaryPath".to_owned(),
        "https://fcm.googleapis.com:8443/fcm/send/CanaryPath".to_owned(),
        "https://user:pass@fcm.googleapis.com/fcm/send/CanaryPath".to_owned(),
        "https://fcm.googleapis.com/fcm/send/x#CanaryPath".to_owned(),
        "https://fcm.googleapis.com.evil.test/CanaryPath".to_owned(),
        "https://push.apple.com.evil.test/CanaryPath".to_owned(),
        "https://evilpush.apple.com/CanaryPath".to_owned(),
        format!("http://localhost:{port}/CanaryPath"),
        format!("http://127.0.0.1:{}/CanaryPath", port.wrapping_add(1)),
        format!("https://127.0.0.1:{port}/CanaryPath"),
        format!("http://127.0.0.1:{port}@evil.test/CanaryPath"),
        "ftp://fcm.googleapis.com/CanaryPath".to_owned(),
        "file:///etc/passwd".to_owned(),
        "CanaryPath".to_owned(),
        String::new(),
        format!("https://fcm.googleapis.com/{}", "x".repeat(2048)),
        "https://fcm.googleapis.com/a\u{0}b".to_owned(),
    ];
    for endpoint in hosts {
        let body = Browser::new().subscription(&endpoint);
        let answer = app.post("/v1/me/push-subscriptions", body).by(&phone).await;
        assert_eq!(answer.wrong_fields(), ["endpoint"], "{endpoint}");
        assert!(!answer.text().contains("Canary"), "{}", answer.text());
    }
    app.assert_unchanged_since(&before).await;
    assert_eq!(app.push.count(), 0);
    assert!(!logs::kept().contains("CanaryPath"));
});

both!(keys_have_the_right_form, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.unsubscribed_phone(&sam, ana).await;
    let good = Browser::new().subscription(&format!("{}/x", app.push.origin()));
    for (key, value) in [
        ("p256dh", json!("")),
        ("p256dh", json!("AAAA")),
        ("p256dh", json!("A".repeat(87))),
        ("p256dh", json!("B".repeat(88))),
        ("p256dh", json!("*".repeat(87))),
        ("p256dh", json!(null)),
        ("p256dh", json!(5)),
        ("auth", json!("")),
        ("auth", json!("AAAA")),
        ("auth", json!("A".repeat(24))),
        ("auth", json!("not base64 at all!!")),
    ] {
        let mut body = good.clone();
        body["keys"][key] = value.clone();
        let answer = app.post("/v1/me/push-subscriptions", body).by(&phone).await;
        assert_eq!(answer.wrong_fields(), [format!("keys.{key}")], "{key}: {value}");
    }
    for member in ["endpoint", "keys"] {
        let mut body = good.clone();
        body.as_object_mut().unwrap().remove(member);
        assert_eq!(app.post("/v1/me/push-subscriptions", body).by(&phone).await.wrong_fields(), [member]);
    }
    assert_eq!(app.count("push_subscriptions").await, 0);
    // What browsers add of their own is let pass.
    let mut body = good;
    body["p256"] = json!("more");
    body["keys"]["more"] = json!("x");
    app.post("/v1/me/push-subscriptions", body).by(&phone).await.expect(201);
});

both!(an_origin_that_is_not_listed_any_more_is_not_called, async |backend: Backend| {
    let app = cairn_tests::TestApp::start(backend).await;
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    app.phone(&sam, ana).await;
    app.appointment(&sam, ana, "2027-03-01T12:00", json!([{ "minutes_before": 60 }])).await;
    app.advance(hours(1));
    let worker = app.worker_with(|settings| settings.push_endpoints = EndpointPolicy::default());
    cairn_worker::deliver::deliver_due(&worker).await.unwrap();
    assert_eq!(app.push.count(), 0);
    assert_eq!(app.reminders(&sam, ana).await[0]["state"], "failed");
    app.close().await;
});
