use cairn_shared::scope::Role;
use cairn_tests::{Answer, Authenticator, Credential, PASSWORD, Staff, TestApp, both, minutes, seconds};
use serde_json::{Value, json};

use super::sign_in::by_id;

async fn sign_in(app: &TestApp, staff: &Staff, code: Option<&str>) -> Answer {
    let mut body = json!({ "email": staff.email, "password": PASSWORD });
    if let Some(code) = code {
        body["code"] = json!(code);
    }
    app.post("/v1/auth/sign-in", body).await
}

async fn require_second_factor(app: &TestApp) {
    app.sql("UPDATE organizations SET second_factor = 'required'").await;
}

fn signed_in(staff: &Staff, answer: &Value) -> Staff {
    Staff { credential: Credential::Token(answer["token"].as_str().unwrap().to_owned()), ..staff.clone() }
}

both!(who_enrolled_is_asked_for_a_code_from_then_on, async |app| {
    let sam = app.specialist().await;
    sign_in(app, &sam, Some("123456")).await.expect(200);
    let phone = app.enrol(&sam).await;
    app.advance(seconds(30));
    assert_eq!(sign_in(app, &sam, None).await.refused(401), "second_factor_required");
    assert_eq!(sign_in(app, &sam, Some("000000")).await.refused(401), "invalid_credentials");
    let wrong = json!({ "email": sam.email, "password": "seven quiet pebbles", "code": phone.code(app.now()) });
    assert_eq!(app.post("/v1/auth/sign-in", wrong).await.refused(401), "invalid_credentials");
    let without = json!({ "email": sam.email, "password": "seven quiet pebbles" });
    assert_eq!(app.post("/v1/auth/sign-in", without).await.refused(401), "invalid_credentials", "says nothing more");
    let answer = sign_in(app, &sam, Some(&phone.code(app.now()))).await.expect(200);
    assert_eq!(answer["user"]["id"], json!(sam.id));
    let state = app.get("/v1/me/second-factor").by(&signed_in(&sam, &answer)).await.expect(200);
    assert_eq!(state["recovery_codes_left"], 10);
    assert_eq!(state["required"], false);
    assert_eq!(app.count_where("audit_events", "action = 'create' AND detail LIKE '%totp%'").await, 1);
});

both!(a_code_is_good_one_step_around_and_only_once, async |app| {
    let sam = app.specialist().await;
    let phone = app.enrol(&sam).await;
    let confirmed_with = phone.code(app.now());
    assert_eq!(sign_in(app, &sam, Some(&confirmed_with)).await.refused(401), "invalid_credentials", "used to enrol");
    let ahead = phone.code(app.now().plus(seconds(30)));
    sign_in(app, &sam, Some(&ahead)).await.expect(200);
    app.advance(seconds(30));
    assert_eq!(sign_in(app, &sam, Some(&ahead)).await.refused(401), "invalid_credentials", "used");
    app.advance(seconds(60));
    let behind = phone.code(app.now().minus(seconds(30)));
    sign_in(app, &sam, Some(&behind)).await.expect(200);
    let old = phone.code(app.now().minus(seconds(60)));
    assert_eq!(sign_in(app, &sam, Some(&old)).await.refused(401), "invalid_credentials", "two steps old");
    let far = phone.code(app.now().plus(seconds(60)));
    assert_eq!(sign_in(app, &sam, Some(&far)).await.refused(401), "invalid_credentials", "two steps ahead");
    // However long one waits: what was used stays used.
    app.advance(minutes(60));
    assert_eq!(sign_in(app, &sam, Some(&behind)).await.refused(401), "invalid_credentials");
});

both!(of_many_with_the_same_code_at_once_one_comes_in, async |backend: Backend| {
    let app = TestApp::start(backend).await;
    let sam = app.specialist().await;
    let phone = app.enrol(&sam).await;
    for given in ["totp", "recovery"] {
        app.advance(minutes(30));
        let code = if given == "totp" { phone.code(app.now()) } else { phone.recovery_codes[3].clone() };
        let body = json!({ "email": sam.email, "password": PASSWORD, "code": code });
        let tries = (0..6).map(|number| {
            let call = app.post("/v1/auth/sign-in", body.clone()).from(&format!("198.51.100.{number}"));
            async { call.await.status }
        });
        let mut statuses = futures::future::join_all(tries).await;
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 401, 401, 401, 401, 401], "{given}");
    }
    app.close().await;
});

both!(a_recovery_code_opens_once_and_new_ones_end_the_old, async |app| {
    let sam = app.specialist().await;
    let phone = app.enrol(&sam).await;
    assert_eq!(phone.recovery_codes.len(), 10);
    let typed = phone.recovery_codes[0].to_lowercase().replace('-', " ");
    let answer = sign_in(app, &sam, Some(&typed)).await.expect(200);
    let sam = signed_in(&sam, &answer);
    assert_eq!(sign_in(app, &sam, Some(&phone.recovery_codes[0])).await.refused(401), "invalid_credentials");
    let left = async || app.get("/v1/me/second-factor").by(&sam).await.expect(200)["recovery_codes_left"].clone();
    assert_eq!(left().await, 9);
    let renewed = app.call("POST", "/v1/me/recovery-codes").by(&sam).await.expect(200);
    assert_eq!(left().await, 10);
    assert_eq!(sign_in(app, &sam, Some(&phone.recovery_codes[1])).await.refused(401), "invalid_credentials");
    let new = renewed["recovery_codes"][9].as_str().unwrap();
    sign_in(app, &sam, Some(new)).await.expect(200);
    // Another person's code is worth nothing.
    let kim = app.specialist().await;
    app.enrol(&kim).await;
    let theirs = renewed["recovery_codes"][8].as_str().unwrap();
    assert_eq!(sign_in(app, &kim, Some(theirs)).await.refused(401), "invalid_credentials");
});

both!(guessing_codes_is_braked_whoever_knows_the_password, async |app| {
    let sam = app.specialist().await;
    let phone = app.enrol(&sam).await;
    app.advance(seconds(30));
    let from = async |number: u32, code: Option<&str>| {
        let mut body = json!({ "email": sam.email, "password": PASSWORD });
        if let Some(code) = code {
            body["code"] = json!(code);
        }
        app.post("/v1/auth/sign-in", body).from(&format!("203.0.113.{number}")).await
    };
    for number in 0..10 {
        from(number, Some("000000")).await.refused(401);
        // The right password without a code does not start the count anew.
        let without = from(number + 100, None).await;
        assert!([401, 429].contains(&without.status));
    }
    let right = phone.code(app.now());
    assert_eq!(from(50, Some(&right)).await.refused(429), "too_many_failures");
    app.advance(minutes(16));
    from(51, Some(&phone.code(app.now()))).await.expect(200);
});

both!(tries_at_the_same_time_are_all_counted, async |app| {
    let sam = app.specialist().await;
    app.enrol(&sam).await;
    let tries = (0..30).map(|_| {
        let call = app.post("/v1/auth/step-up", json!({ "code": "000000" })).by(&sam);
        async { call.await.status }
    });
    let statuses = futures::future::join_all(tries).await;
    let judged = statuses.iter().filter(|status| **status == 401).count();
    assert_eq!(judged, 10, "{statuses:?}");
});

both!(an_organization_that_asks_for_it_lets_nobody_in_without, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.phone(&sam, ana).await;
    require_second_factor(app).await;
    let answer = sign_in(app, &sam, None).await.expect(200);
    let sam = signed_in(&sam, &answer);
    for call in [
        app.get("/v1/clients"),
        app.get(format!("/v1/clients/{}", ana.id)),
        app.get("/v1/me/sign-ins"),
        app.get("/v1/staff"),
        app.post("/v1/clients", json!({})),
        app.call("POST", "/v1/me/recovery-codes"),
    ] {
        assert_eq!(call.by(&sam).await.refused(403), "enrolment_required");
    }
    app.get("/v1/me").by(&sam).await.expect(200);
    assert_eq!(app.get("/v1/me/second-factor").by(&sam).await.expect(200)["required"], true);
    app.post("/v1/auth/step-up", json!({ "password": PASSWORD })).by(&sam).await.expect(200);
    // The token is new since; a client is not asked.
    let sam = app.fresh(&sam).await;
    app.get(format!("/v1/clients/{}", ana.id)).by(&phone).await.expect(200);
    app.enrol(&sam).await;
    app.get(format!("/v1/clients/{}", ana.id)).by(&sam).await.expect(200);
    assert_eq!(app.delete("/v1/me/second-factor").by(&sam).await.refused(409), "second_factor_required");
    app.call("POST", "/v1/auth/sign-out").by(&sam).await.expect(204);
});

both!(an_enrolment_counts_only_once_a_code_was_seen, async |app| {
    let sam = app.specialist().await;
    assert_eq!(
        app.post("/v1/me/second-factor/confirmation", json!({ "code": "123456" })).by(&sam).await.refused(409),
        "no_enrolment"
    );
    let begin = async || {
        let begun = app.call("POST", "/v1/me/second-factor").by(&sam).await.expect(200);
        let phone = Authenticator::read(begun["otpauth_uri"].as_str().unwrap());
        assert_eq!(begun["secret"], json!(phone.spelt));
        assert_eq!(phone.secret.len(), 20);
        phone
    };
    let first = begin().await;
    sign_in(app, &sam, None).await.expect(200);
    let second = begin().await;
    let confirm =
        async |code: String| app.post("/v1/me/second-factor/confirmation", json!({ "code": code })).by(&sam).await;
    assert_eq!(confirm(first.code(app.now())).await.refused(422), "wrong_code", "begun anew since");
    let elsewhere = app.fresh(&sam).await;
    app.get("/v1/me").by(&elsewhere).await.expect(200);
    app.advance(minutes(14));
    confirm(second.code(app.now())).await.expect(200);
    app.get("/v1/me").by(&elsewhere).await.refused(401);
    // Begun and forgotten.
    let sam = app.fresh(&sam).await;
    let begun = app.call("POST", "/v1/me/second-factor").by(&sam).await.expect(200);
    let third = Authenticator::read(begun["otpauth_uri"].as_str().unwrap());
    app.advance(minutes(14));
    app.get("/v1/me").by(&sam).await.expect(200);
    app.advance(minutes(1));
    let late = app.post("/v1/me/second-factor/confirmation", json!({ "code": third.code(app.now()) })).by(&sam).await;
    assert_eq!(late.refused(409), "no_enrolment");
    sign_in(app, &sam, Some(&second.code(app.now()))).await.expect(200);
});

both!(another_phone_takes_the_place_of_the_first, async |app| {
    let sam = app.specialist().await;
    let old = app.enrol(&sam).await;
    let new = app.enrol(&sam).await;
    app.advance(seconds(30));
    assert_eq!(sign_in(app, &sam, Some(&old.code(app.now()))).await.refused(401), "invalid_credentials");
    assert_eq!(sign_in(app, &sam, Some(&old.recovery_codes[0])).await.refused(401), "invalid_credentials");
    let answer = sign_in(app, &sam, Some(&new.code(app.now()))).await.expect(200);
    app.delete("/v1/me/second-factor").by(&signed_in(&sam, &answer)).await.expect(204);
    sign_in(app, &sam, None).await.expect(200);
    assert_eq!(app.count("second_factors").await + app.count("recovery_codes").await, 0);
});

both!(an_admin_helps_who_has_lost_everything, async |app| {
    let (sam, ada) = (app.specialist().await, app.staff(&[Role::Admin]).await);
    app.enrol(&sam).await;
    app.call("POST", format!("/v1/staff/{}/second-factor-reset", sam.id)).by(&ada).await.expect(204);
    app.get("/v1/me").by(&sam).await.refused(401);
    let answer = sign_in(app, &sam, None).await.expect(200);
    assert_eq!(
        app.get("/v1/me/second-factor").by(&signed_in(&sam, &answer)).await.expect(200)["enrolled_at"],
        Value::Null
    );
    app.enrol(&ada).await;
    let own = app.call("POST", format!("/v1/staff/{}/second-factor-reset", ada.id)).by(&ada).await;
    assert_eq!(own.refused(403), "own_account");
    assert_eq!(app.count_where("audit_events", "action = 'reset' AND object_type = 'second_factor'").await, 1);
});

both!(secrets_are_sealed_and_codes_hashed, async |app| {
    let sam = app.specialist().await;
    let phone = app.enrol(&sam).await;
    let rows = [app.rows_of("second_factors").await, app.rows_of("recovery_codes").await].concat().join("\n");
    assert!(rows.to_lowercase().contains(&sam.id.simple().to_string()) || rows.contains(&sam.id.to_string()));
    let mut planted = vec![phone.spelt.clone(), hex::encode(&phone.secret), hex::encode(&phone.spelt)];
    planted.extend(phone.recovery_codes.iter().flat_map(|code| [code.clone(), code.replace('-', "")]));
    planted.extend(phone.recovery_codes.iter().map(|code| hex::encode(code.replace('-', ""))));
    for secret in planted {
        assert!(!rows.to_lowercase().contains(&secret.to_lowercase()), "{secret}");
    }
    // Copied to another's account it does not open.
    let kim = app.specialist().await;
    app.enrol(&kim).await;
    app.sql(&format!(
        "UPDATE second_factors SET secret = (SELECT s.secret FROM second_factors s WHERE s.staff_{})
         WHERE staff_{}",
        by_id(app, &sam),
        by_id(app, &kim)
    ))
    .await;
    app.advance(seconds(30));
    assert_eq!(sign_in(app, &kim, Some(&phone.code(app.now()))).await.refused(500), "internal");
});
