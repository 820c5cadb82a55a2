use cairn_tests::{Browser, both, days, hours};
use serde_json::json;

both!(a_phone_stays_activated_while_it_is_used_and_ends_after_180_unused_days, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.unsubscribed_phone(&sam, ana).await;
    for _ in 0..3 {
        app.advance(days(179));
        app.get("/v1/me").by(&phone).await.expect(200);
    }
    app.advance(days(180) + hours(1));
    app.get("/v1/me").by(&phone).await.refused(401);
});

both!(signing_a_phone_out_ends_what_is_pushed_to_it_and_to_no_other, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let (phone, tablet) = (app.phone(&sam, ana).await, app.phone(&sam, ana).await);
    app.appointment(&sam, ana, "2027-03-01T12:00", json!([{ "minutes_before": 60 }])).await;
    app.call("POST", "/v1/auth/sign-out").by(&phone).await.expect(204);
    app.get("/v1/me").by(&phone).await.refused(401);
    assert_eq!(app.count("push_subscriptions").await, 1);
    app.advance(hours(1));
    app.deliver().await;
    assert_eq!((phone.posts(app).len(), tablet.inbox(app).len()), (0, 1));
});

both!(a_lost_phone_can_be_ended_from_another, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let (lost, tablet) = (app.phone(&sam, ana).await, app.unsubscribed_phone(&sam, ana).await);
    let list = app.get("/v1/me/sign-ins").by(&tablet).await.expect(200);
    let other = list["items"].as_array().unwrap().iter().find(|item| item["current"] == false).unwrap();
    app.delete(format!("/v1/me/sign-ins/{}", other["id"].as_str().unwrap())).by(&tablet).await.expect(204);
    app.get("/v1/me").by(&lost).await.refused(401);
    assert_eq!(app.count("push_subscriptions").await, 0);
});

both!(subscribing_again_confirms_and_sends_no_second_copy, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let mut phone = app.phone(&sam, ana).await;
    app.advance(days(3));
    phone.browser = Browser::new();
    let again = phone.browser.subscription(&format!("{}{}", app.push.origin(), phone.path));
    let answer = app.post("/v1/me/push-subscriptions", again).by(&phone).await.expect(200);
    assert_eq!(answer["id"], json!(phone.subscription));
    let list = app.get("/v1/me/push-subscriptions").by(&phone).await.expect(200);
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    assert_eq!(list["items"][0]["origin"], json!(app.push.origin()));
    assert_eq!(list["items"][0]["confirmed_at"], "2027-03-04T15:00:00.000Z");
    assert!(!list.to_string().contains(&phone.path), "the endpoint is a secret");
    let sam = app.fresh(&sam).await;
    app.appointment(&sam, ana, "2027-03-04T12:00", json!([{ "minutes_before": 60 }])).await;
    app.advance(hours(1));
    app.deliver().await;
    assert_eq!(phone.inbox(app).len(), 1, "sealed with the new keys");
});

both!(on_a_shared_phone_the_one_before_gets_nothing_any_more, async |app| {
    let sam = app.specialist().await;
    let (ana, bo) = (app.client(&sam).await, app.client(&sam).await);
    let first = app.phone(&sam, ana).await;
    let mut second = app.unsubscribed_phone(&sam, bo).await;
    second.path.clone_from(&first.path);
    app.subscribe(&mut second).await;
    for client in [ana, bo] {
        app.appointment(&sam, client, "2027-03-01T12:00", json!([{ "minutes_before": 60 }])).await;
    }
    app.advance(hours(1));
    app.deliver().await;
    assert_eq!(second.inbox(app).len(), 1, "one message, for the one who is signed in now");
    let has = app.get("/v1/me/push-subscriptions").by(&first).await.expect(200);
    assert_eq!(has["items"], json!([]));
});

both!(ten_devices_are_enough, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.unsubscribed_phone(&sam, ana).await;
    for number in 0..11 {
        let body = Browser::new().subscription(&format!("{}/many/{number}", app.push.origin()));
        let answer = app.post("/v1/me/push-subscriptions", body).by(&phone).await;
        assert_eq!(answer.status, if number < 10 { 201 } else { 409 });
    }
});

both!(unsubscribing_is_for_ones_own, async |app| {
    let sam = app.specialist().await;
    let (ana, bo) = (app.client(&sam).await, app.client(&sam).await);
    let (phone, other) = (app.phone(&sam, ana).await, app.phone(&sam, bo).await);
    let target = format!("/v1/me/push-subscriptions/{}", phone.subscription.unwrap());
    app.delete(&target).by(&other).await.refused(404);
    app.delete(&target).by(&phone).await.expect(204);
    app.delete(&target).by(&phone).await.refused(404);
    assert_eq!(app.count("push_subscriptions").await, 1);
});
