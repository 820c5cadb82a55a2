use cairn_shared::scope::Role;
use cairn_tests::{PASSWORD, both};
use serde_json::json;

const NEW: &str = "four rivers meet at night";

both!(a_changed_password_ends_every_other_sign_in, async |app| {
    let sam = app.specialist().await;
    let sign_in =
        async |password: &str| app.post("/v1/auth/sign-in", json!({ "email": sam.email, "password": password })).await;
    let other = sign_in(PASSWORD).await.expect(200)["token"].as_str().unwrap().to_owned();
    let as_other = format!("Bearer {other}");
    let change = |current: &str, new: &str| {
        app.post("/v1/me/password", json!({ "current_password": current, "new_password": new }))
    };
    assert_eq!(change("not this one", NEW).by(&sam).await.wrong_fields(), ["current_password"]);
    assert_eq!(change(PASSWORD, "aaaaaaaaaaaaaaaa").by(&sam).await.wrong_fields(), ["new_password"]);
    app.get("/v1/me").header("authorization", &as_other).await.expect(200);
    assert_eq!(change(PASSWORD, NEW).by(&sam).await.status, 204);
    app.get("/v1/me").by(&sam).await.expect(200);
    app.get("/v1/me").header("authorization", &as_other).await.refused(401);
    sign_in(PASSWORD).await.refused(401);
    sign_in(NEW).await.expect(200);
    assert_eq!(app.count_where("audit_events", "action = 'change_password'").await, 1);
});

both!(guessing_the_present_password_is_slowed_down, async |app| {
    let sam = app.specialist().await;
    let body = json!({ "current_password": "not this one", "new_password": NEW });
    for _ in 0..10 {
        app.post("/v1/me/password", body.clone()).by(&sam).await.refused(422);
    }
    app.post("/v1/me/password", body).by(&sam).await.refused(429);
});

both!(who_is_disabled_is_out_at_once_and_can_come_back, async |app| {
    let (ada, sam) = (app.staff(&[Role::Admin]).await, app.specialist().await);
    let target = format!("/v1/staff/{}", sam.id);
    app.get("/v1/me").by(&sam).await.expect(200);
    app.patch(&target, json!({ "disabled": true })).by(&ada).await.expect(200);
    app.get("/v1/me").by(&sam).await.refused(401);
    let sign_in = json!({ "email": sam.email, "password": PASSWORD });
    app.post("/v1/auth/sign-in", sign_in.clone()).await.refused(401);
    app.patch(&target, json!({ "disabled": false })).by(&ada).await.expect(200);
    app.get("/v1/me").by(&sam).await.refused(401);
    app.post("/v1/auth/sign-in", sign_in).await.expect(200);
    app.patch(format!("/v1/staff/{}", ada.id), json!({ "disabled": true })).by(&ada).await.refused(409);
    let actions = app.column("SELECT action FROM audit_events WHERE object_type = 'staff' ORDER BY seq").await;
    assert_eq!(actions.iter().filter(|action| ["disable", "enable"].contains(&action.as_str())).count(), 2);
});

both!(a_lost_phone_is_ended_by_those_who_could_activate_it, async |app| {
    let (sam, kim) = (app.specialist().await, app.specialist().await);
    let (ana, bo) = (app.client(&sam).await, app.client(&sam).await);
    let phone = app.phone(&sam, ana).await;
    let devices = format!("/v1/clients/{}/devices", ana.id);
    let list = app.get(&devices).by(&sam).await.expect(200);
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    let id = list["items"][0]["id"].as_str().unwrap();
    app.delete(format!("{devices}/{id}")).by(&kim).await.refused(404);
    app.delete(format!("/v1/clients/{}/devices/{id}", bo.id)).by(&sam).await.refused(404);
    app.get("/v1/me").by(&phone).await.expect(200);
    app.delete(format!("{devices}/{id}")).by(&sam).await.expect(204);
    app.get("/v1/me").by(&phone).await.refused(401);
    assert_eq!(app.count("push_subscriptions").await, 0);
    assert_eq!(app.get(&devices).by(&sam).await.expect(200)["items"], json!([]));
    app.delete(format!("{devices}/{id}")).by(&sam).await.refused(404);
});
