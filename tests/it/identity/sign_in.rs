use cairn_shared::scope::Role;
use cairn_tests::{Credential, PASSWORD, Staff, both};
use serde_json::{Value, json};

both!(a_password_opens_and_the_token_says_who_it_is, async |app| {
    let sam = app.staff(&[Role::Supervisor, Role::Specialist]).await;
    let email = format!("  {} ", sam.email.to_uppercase());
    let answer = app.post("/v1/auth/sign-in", json!({ "email": email, "password": PASSWORD })).await.expect(200);
    let token = answer["token"].as_str().unwrap();
    assert_eq!(token.len(), 43, "256 bits");
    assert_eq!(
        answer["user"],
        json!({
            "id": sam.id,
            "organization_id": app.organization.id,
            "name": sam.name,
            "email": sam.email,
            "roles": ["specialist", "supervisor"],
        })
    );
    let me = Staff { credential: Credential::Token(token.to_owned()), ..sam };
    let seen = app.get("/v1/me").by(&me).await.expect(200);
    assert_eq!(seen, json!({ "kind": "staff", "user": answer["user"], "demo": false }));
});

both!(invented_people_are_told_so, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.unsubscribed_phone(&sam, ana).await;
    assert_eq!(app.get("/v1/me").by(&phone).await.expect(200)["demo"], json!(false));
    app.sql("UPDATE organizations SET demo = true").await;
    assert_eq!(app.get("/v1/me").by(&phone).await.expect(200)["demo"], json!(true));
    assert_eq!(app.get("/v1/me").by(&sam).await.expect(200)["demo"], json!(true));
});

both!(unknown_wrong_and_disabled_answer_alike, async |app| {
    let (sam, gone) = (app.specialist().await, app.specialist().await);
    app.sql(&format!("UPDATE staff SET disabled_at = 1 WHERE {}", by_id(app, &gone))).await;
    let mut answers: Vec<(Value, Option<String>)> = Vec::new();
    for (email, password) in [
        ("nobody@cairn.test", PASSWORD),
        (sam.email.as_str(), "seven quiet pebbles"),
        (gone.email.as_str(), PASSWORD),
        ("not an address", "x"),
    ] {
        let answer = app.post("/v1/auth/sign-in", json!({ "email": email, "password": password })).await;
        assert_eq!(answer.refused(401), "invalid_credentials");
        assert_eq!(answer.json["title"], "That email, password or code is not right");
        let mut headers: Vec<_> = answer.headers.keys().map(ToString::to_string).collect();
        headers.sort();
        let mut body = answer.json.clone();
        body["request_id"] = Value::Null;
        answers.push((body, Some(headers.join(","))));
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
});

both!(members_that_are_missing_or_unknown_are_named, async |app| {
    assert_eq!(app.post("/v1/auth/sign-in", json!({ "email": "a@b.test" })).await.wrong_fields(), ["password"]);
    let body = json!({ "email": "a@b.test", "password": "x", "remember": true });
    assert_eq!(app.post("/v1/auth/sign-in", body).await.wrong_fields(), ["remember"]);
    let long = json!({ "email": "a@b.test", "password": "x".repeat(129) });
    assert_eq!(app.post("/v1/auth/sign-in", long).await.wrong_fields(), ["password"]);
});

both!(a_token_that_is_no_token_is_nobody, async |app| {
    app.get("/v1/me").await.refused(401);
    for token in ["", "x", &"A".repeat(43), &"A".repeat(44)] {
        let answer = app.get("/v1/me").header("authorization", &format!("Bearer {token}")).await;
        answer.refused(401);
        assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
    }
});

both!(the_database_holds_no_token, async |app| {
    let sam = app.specialist().await;
    let Credential::Token(token) = &sam.credential else { panic!("a token") };
    let rows = app.rows_of("sign_ins").await.join("\n");
    assert!(!rows.contains(token.as_str()));
    assert!(!rows.to_lowercase().contains(&hex::encode(token.as_bytes())), "not as bytes either");
});

/// A condition for the row of a member of staff, on either database.
pub(super) fn by_id(app: &cairn_tests::TestApp, staff: &Staff) -> String {
    match app.backend {
        cairn_tests::Backend::Sqlite => format!("id = X'{}'", staff.id.simple()),
        cairn_tests::Backend::Postgres => format!("id = '{}'", staff.id),
    }
}
