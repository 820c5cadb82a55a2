use cairn_shared::identity::Carrier;
use cairn_tests::{Credential, PASSWORD, Staff, both};
use serde_json::json;

both!(a_cookie_is_out_of_reach_of_scripts_and_other_sites, async |app| {
    let sam = app.specialist().await;
    let body = json!({ "email": sam.email, "password": PASSWORD, "deliver": "cookie" });
    let answer = app.post("/v1/auth/sign-in", body).await;
    let cookie = answer.header("set-cookie").expect("a cookie").to_owned();
    assert!(answer.expect(200).get("token").is_none(), "no token in the body");
    let parts: Vec<&str> = cookie.split("; ").collect();
    assert!(parts[0].starts_with("__Host-cairn=") && parts[0].len() > 50);
    for flag in ["Path=/", "Secure", "HttpOnly", "SameSite=Lax"] {
        assert!(parts.contains(&flag), "{cookie}");
    }
    assert!(!cookie.contains("Domain"), "{cookie}");
    assert!(!cookie.contains("Max-Age"), "staff's ends with the browser");
    let token = parts[0].trim_start_matches("__Host-cairn=").to_owned();
    let sam = Staff { credential: Credential::Cookie(token), ..sam };
    app.get("/v1/me").by(&sam).await.expect(200);
    let out = app.call("POST", "/v1/auth/sign-out").by(&sam).await;
    assert!(out.header("set-cookie").expect("it is taken back").contains("Max-Age=0"));
    out.expect(204);
    app.get("/v1/me").by(&sam).await.refused(401);
});

both!(a_cookie_changes_things_only_from_our_own_pages, async |app| {
    let sam = app.specialist().await;
    let Credential::Cookie(token) = app.sign_in_quickly(sam.organization, sam.id, Carrier::Cookie).await else {
        panic!("a cookie")
    };
    let cookie = format!("__Host-cairn={token}");
    let body = json!({ "preferred_name": "Ana", "time_zone": "America/New_York" });
    for (name, value) in [
        ("x-nothing", ""),
        ("origin", "https://evil.test"),
        ("origin", "null"),
        ("origin", "https://cairn.test.evil.test"),
        ("origin", "http://cairn.test"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("referer", "https://cairn.test/app/"),
    ] {
        let call = app.post("/v1/clients", body.clone()).header("cookie", &cookie).header(name, value);
        assert_eq!(call.await.refused(403), "foreign_origin", "{name}: {value}");
    }
    assert_eq!(app.count("clients").await, 0);
    // Two words that contradict each other: the page's address counts.
    let call = app.post("/v1/clients", body.clone()).header("cookie", &cookie).header("origin", "https://evil.test");
    call.header("sec-fetch-site", "same-origin").await.refused(403);
    for (name, value) in [("origin", "https://cairn.test"), ("sec-fetch-site", "same-origin")] {
        app.post("/v1/clients", body.clone()).header("cookie", &cookie).header(name, value).await.expect(201);
    }
    // Reading needs no origin: links from elsewhere lead in.
    app.get("/v1/me").header("cookie", &cookie).await.expect(200);
});

both!(forms_of_other_sites_cannot_write, async |app| {
    let sam = app.specialist().await;
    let credential = app.sign_in_quickly(sam.organization, sam.id, Carrier::Cookie).await;
    let sam = Staff { credential, ..sam };
    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"] {
        let call = app.call("POST", "/v1/clients").by(&sam).header("content-type", kind);
        call.body(r#"{"preferred_name":"Ana","time_zone":"America/New_York"}"#).await.refused(415);
    }
    assert_eq!(app.count("clients").await, 0);
});

both!(a_credential_works_only_the_way_it_was_given, async |app| {
    let sam = app.specialist().await;
    let Credential::Token(token) = sam.credential.clone() else { panic!("a token") };
    let as_cookie = Staff { credential: Credential::Cookie(token.clone()), ..sam.clone() };
    app.get("/v1/me").by(&as_cookie).await.refused(401);
    let Credential::Cookie(cookie) = app.sign_in_quickly(sam.organization, sam.id, Carrier::Cookie).await else {
        panic!("a cookie")
    };
    let as_token = Staff { credential: Credential::Token(cookie.clone()), ..sam.clone() };
    app.get("/v1/me").by(&as_token).await.refused(401);
    let both = app.get("/v1/me").by(&sam).header("cookie", &format!("__Host-cairn={cookie}"));
    assert_eq!(both.await.refused(400), "two_credentials");
});

both!(answers_tell_browsers_to_be_careful, async |app| {
    let sam = app.specialist().await;
    for answer in [app.get("/v1/me").by(&sam).await, app.get("/v1/me").await, app.get("/v1/nowhere").await] {
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
        assert!(answer.header("content-security-policy").unwrap().contains("frame-ancestors 'none'"));
        assert!(answer.header("strict-transport-security").is_some(), "this installation is on https");
        assert!(answer.header("access-control-allow-origin").is_none());
        assert_eq!(answer.header("x-request-id").map(str::len), Some(36));
    }
});
