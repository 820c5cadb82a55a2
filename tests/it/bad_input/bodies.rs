use axum::body::Body;
use cairn_tests::{both, logs};
use serde_json::json;

const TARGETS: [&str; 4] = ["/v1/auth/sign-in", "/v1/activate", "/v1/receipts", "/v1/clients"];

both!(what_is_not_json_is_said_to_be_unreadable, async |app| {
    logs::keep();
    let sam = app.specialist().await;
    let before = app.contents().await;
    let deep = [b"{\"a\":".repeat(20_000), b"1".to_vec(), b"}".repeat(20_000)].concat();
    let bodies: Vec<Vec<u8>> = vec![
        Vec::new(),
        b"{".to_vec(),
        b"null null".to_vec(),
        b"{\"preferred_name\":\"CanaryUnreadable\"".to_vec(),
        b"{\"preferred_name\":\"\xff\xfe CanaryUnreadable\"}".to_vec(),
        b"\xef\xbb\xbf{}".to_vec(),
        b"[".repeat(100_000),
        deep,
        b"{\"email\":\"\\ud800\"}".to_vec(),
    ];
    for target in TARGETS {
        for body in &bodies {
            let call = app.call("POST", target).by(&sam).header("content-type", "application/json");
            let answer = call.body(body.clone()).await;
            assert!(
                [400, 422].contains(&answer.status),
                "{target} {:.60}: {}",
                String::from_utf8_lossy(body),
                answer.status
            );
            answer.refused(answer.status);
        }
        for (text, status) in [("[]", 422), ("null", 422), ("\"x\"", 422), ("5", 422)] {
            let call = app.call("POST", target).by(&sam).header("content-type", "application/json");
            call.body(text).await.refused(status);
        }
    }
    app.assert_unchanged_since(&before).await;
    assert!(!logs::kept().contains("CanaryUnreadable"));
});

both!(members_said_twice_are_refused, async |app| {
    let sam = app.specialist().await;
    let text = r#"{"preferred_name":"Ana","preferred_name":"Bo","time_zone":"UTC"}"#;
    let call = app.call("POST", "/v1/clients").by(&sam).header("content-type", "application/json");
    assert_eq!(call.body(text).await.status / 100, 4);
    assert_eq!(app.count("clients").await, 0);
});

both!(a_body_that_is_too_large_is_not_taken_in, async |app| {
    let sam = app.specialist().await;
    let before = app.contents().await;
    for size in [300 * 1024, 50 * 1024 * 1024] {
        for key in ["", "a key"] {
            for target in TARGETS {
                let text = format!("{{\"preferred_name\":\"{}\"}}", "x".repeat(size));
                let mut call = app.call("POST", target).by(&sam).header("content-type", "application/json");
                if !key.is_empty() {
                    call = call.header("idempotency-key", key);
                }
                assert_eq!(call.body(Body::from(text)).await.refused(413), "too_large", "{target} {size}");
            }
        }
    }
    app.assert_unchanged_since(&before).await;
});

both!(an_endless_body_is_cut_off, async |app| {
    let chunk = bytes::Bytes::from(vec![b' '; 64 * 1024]);
    let endless = futures::stream::repeat_with(move || Ok::<_, std::io::Error>(chunk.clone()));
    let call = app.call("POST", "/v1/auth/sign-in").header("content-type", "application/json");
    assert_eq!(call.body(Body::from_stream(endless)).await.refused(413), "too_large");
});

both!(only_json_is_taken, async |app| {
    let sam = app.specialist().await;
    let body = json!({ "preferred_name": "Ana", "time_zone": "UTC" }).to_string();
    for kind in [
        "text/plain",
        "application/xml",
        "application/x-www-form-urlencoded",
        "application/jsonx",
        "",
        "application/problem+json",
    ] {
        let call = app.call("POST", "/v1/clients").by(&sam).header("content-type", kind);
        assert_eq!(call.body(body.clone()).await.refused(415), "not_json", "{kind}");
    }
    app.call("POST", "/v1/clients").by(&sam).body(body.clone()).await.refused(415);
    assert_eq!(app.count("clients").await, 0);
    let call = app.call("POST", "/v1/clients").by(&sam).header("content-type", "Application/JSON; charset=utf-8");
    call.body(body).await.expect(201);
});

both!(odd_texts_in_headers_and_queries_do_no_harm, async |app| {
    let sam = app.specialist().await;
    for (name, value) in [
        ("x-forwarded-for", "not, an, address"),
        ("accept-language", "\u{7f}"),
        ("if-match", "\"99999999999999999999\""),
    ] {
        let Ok(_) = value.parse::<http::HeaderValue>() else { continue };
        app.get("/v1/me").by(&sam).header(name, value).await.expect(200);
    }
    for text in ["\0", "'; DROP TABLE clients;--", "%", "_", "\u{fffd}"] {
        app.post("/v1/clients/search", json!({ "text": text })).by(&sam).await.expect(200);
    }
    for (body, field) in [
        (json!({ "text": "" }), "text"),
        (json!({ "text": "x".repeat(201) }), "text"),
        (json!({ "text": "x", "limit": 0 }), "limit"),
        (json!({ "text": "x", "cursor": "%" }), "cursor"),
    ] {
        assert_eq!(app.post("/v1/clients/search", body).by(&sam).await.wrong_fields(), [field]);
    }
    // Addresses are written into logs on the way: no part of a name belongs there.
    assert_eq!(app.get("/v1/clients?search=ana").by(&sam).await.wrong_fields(), ["search"]);
});
