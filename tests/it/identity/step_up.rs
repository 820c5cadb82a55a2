use cairn_shared::identity::Carrier;
use cairn_tests::{Answer, Credential, PASSWORD, Staff, TestApp, both, minutes, seconds};
use serde_json::{Value, json};

async fn step_up(app: &TestApp, staff: &Staff, body: Value) -> Answer {
    app.post("/v1/auth/step-up", body).by(staff).await
}

fn with_token(staff: &Staff, answer: &Value) -> Staff {
    Staff { credential: Credential::Token(answer["token"].as_str().expect("a token").to_owned()), ..staff.clone() }
}

/// Something that needs a fresh proof.
async fn begin_enrolment(app: &TestApp, staff: &Staff) -> Answer {
    app.call("POST", "/v1/me/second-factor").by(staff).await
}

both!(a_proof_is_fresh_for_ten_minutes, async |app| {
    let sam = app.specialist().await;
    app.advance(seconds(599));
    begin_enrolment(app, &sam).await.expect(200);
    app.advance(seconds(1));
    assert_eq!(begin_enrolment(app, &sam).await.refused(403), "step_up_required");
    assert_eq!(app.delete("/v1/me/second-factor").by(&sam).await.refused(403), "step_up_required");
    app.get("/v1/me").by(&sam).await.expect(200);
    let answer = step_up(app, &sam, json!({ "password": PASSWORD })).await.expect(200);
    assert_eq!(answer["expires_at"], json!(app.now().plus(minutes(10))));
    app.get("/v1/me").by(&sam).await.refused(401);
    let sam = with_token(&sam, &answer);
    begin_enrolment(app, &sam).await.expect(200);
    let list = app.get("/v1/me/sign-ins").by(&sam).await.expect(200);
    assert_eq!(list["items"].as_array().unwrap().len(), 1, "the same sign-in under a new token");
    app.advance(minutes(10));
    assert_eq!(begin_enrolment(app, &sam).await.refused(403), "step_up_required");
});

both!(who_has_a_second_factor_proves_it_with_that, async |app| {
    let sam = app.specialist().await;
    let phone = app.enrol(&sam).await;
    app.advance(minutes(11));
    let sam = app.get("/v1/me").by(&sam).await.expect(200)["user"]["id"].as_str().map(|_| sam).unwrap();
    assert_eq!(step_up(app, &sam, json!({ "password": PASSWORD })).await.refused(401), "second_factor_required");
    assert_eq!(step_up(app, &sam, json!({ "code": "000000" })).await.refused(401), "invalid_credentials");
    let both = json!({ "code": phone.code(app.now()), "password": "seven quiet pebbles" });
    assert_eq!(
        step_up(app, &sam, both).await.refused(401),
        "invalid_credentials",
        "what is given besides must be right"
    );
    let answer = step_up(app, &sam, json!({ "code": phone.code(app.now()) })).await.expect(200);
    let sam = with_token(&sam, &answer);
    assert_eq!(
        step_up(app, &sam, json!({ "code": phone.code(app.now()) })).await.refused(401),
        "invalid_credentials",
        "used"
    );
    step_up(app, &sam, json!({ "code": phone.recovery_codes[0] })).await.expect(200);
    assert_eq!(app.count_where("audit_events", "action = 'step_up' AND detail LIKE '%recovery_code%'").await, 1);
});

both!(a_wrong_or_missing_proof_changes_nothing, async |app| {
    let sam = app.specialist().await;
    app.advance(minutes(10));
    assert_eq!(
        step_up(app, &sam, json!({ "password": "seven quiet pebbles" })).await.refused(401),
        "invalid_credentials"
    );
    assert_eq!(step_up(app, &sam, json!({})).await.wrong_fields(), ["password"]);
    assert_eq!(
        step_up(app, &sam, json!({ "password": PASSWORD, "code": "123456" })).await.refused(401),
        "invalid_credentials"
    );
    assert_eq!(begin_enrolment(app, &sam).await.refused(403), "step_up_required");
    assert_eq!(app.count_where("audit_events", "action = 'step_up' AND outcome = 'denied'").await, 2);
    app.post("/v1/auth/step-up", json!({ "password": PASSWORD })).await.refused(401);
    for _ in 0..10 {
        step_up(app, &sam, json!({ "password": "seven quiet pebbles" })).await;
    }
    assert_eq!(step_up(app, &sam, json!({ "password": PASSWORD })).await.refused(429), "too_many_failures");
});

both!(a_cookie_is_renewed_and_no_token_shown, async |app| {
    let sam = app.specialist().await;
    let credential = app.sign_in_quickly(app.organization, sam.id, Carrier::Cookie).await;
    let sam = Staff { credential, ..sam };
    app.advance(minutes(10));
    let answer = step_up(app, &sam, json!({ "password": PASSWORD })).await;
    let text = answer.header("set-cookie").expect("a cookie").to_owned();
    assert_eq!(answer.expect(200).get("token"), None);
    let value = text.split(['=', ';']).nth(1).unwrap().to_owned();
    let renewed = Staff { credential: Credential::Cookie(value), ..sam.clone() };
    begin_enrolment(app, &renewed).await.expect(200);
    app.get("/v1/me").by(&sam).await.refused(401);
});
