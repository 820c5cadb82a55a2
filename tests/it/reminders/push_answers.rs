use std::time::Duration as Real;

use cairn_tests::{Reply, both, hours, minutes, seconds};
use serde_json::json;

use super::{an_hour_before, state, state_for, states};

both!(a_subscription_that_is_gone_is_removed_and_the_other_device_gets_it, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let (phone, tablet) = (app.phone(&sam, ana).await, app.phone(&sam, ana).await);
    app.push.answers_to(&phone.path, Reply::status(410));
    app.appointment(&sam, ana, "2027-03-01T12:00", json!([{ "minutes_before": 60 }, { "minutes_before": 30 }])).await;
    app.live(hours(3), minutes(10)).await;
    assert_eq!(phone.posts(app).len(), 1, "not asked again");
    assert_eq!(tablet.inbox(app).len(), 2);
    assert_eq!(app.count("push_subscriptions").await, 1);
    assert_eq!(states(app, &sam, ana).await, [state("sent"), state("sent")]);
});

both!(when_the_last_subscription_is_gone_the_client_has_no_device, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    app.phone(&sam, ana).await;
    let has_device = async || {
        let sam = app.fresh(&sam).await;
        app.get(format!("/v1/clients/{}", ana.id)).by(&sam).await.expect(200)["has_device"].clone()
    };
    assert_eq!(has_device().await, true);
    app.push.answers(Reply::status(404));
    app.appointment(&sam, ana, "2027-03-01T12:00", an_hour_before()).await;
    app.live(hours(3), minutes(10)).await;
    assert_eq!(states(app, &sam, ana).await, [state("no_device")]);
    assert_eq!(has_device().await, false);
});

both!(retry_after_is_honoured_to_the_second, async |app| {
    let sam = app.specialist().await;
    let (ana, bo) = (app.client(&sam).await, app.client(&sam).await);
    let phone = app.phone(&sam, ana).await;
    let other = app.phone(&sam, bo).await;
    app.push.answers_next([Reply::status(429).with("retry-after", 120)]);
    app.appointment(&sam, ana, "2027-03-01T12:00", an_hour_before()).await;
    app.advance(hours(1));
    let asked = app.now();
    app.deliver().await;
    assert_eq!(app.push.count(), 1);
    // Others of the same push service wait too.
    let item = app.appointment(&app.fresh(&sam).await, bo, "2027-03-01T18:00", json!([])).await;
    let target = format!("/v1/occurrences/{}.20270301T1800/reminders", item["id"].as_str().unwrap());
    app.post(target, json!({})).by(&app.fresh(&sam).await).await.expect(202);
    app.live(seconds(119), seconds(1)).await;
    assert_eq!(app.push.count(), 1, "no request before Retry-After");
    app.live(seconds(10), seconds(1)).await;
    assert_eq!((phone.posts(app).len(), other.posts(app).len()), (2, 1));
    assert!(app.push.posts()[1..].iter().all(|post| post.at >= asked.plus(seconds(120))));
    assert_eq!(states(app, &sam, ana).await, [state("sent")]);
});

both!(trouble_at_the_push_service_is_waited_out_until_it_is_too_late, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.phone(&sam, ana).await;
    app.push.answers(Reply::status(503));
    app.appointment(&sam, ana, "2027-03-01T11:00", json!([{ "minutes_before": 50 }])).await;
    app.appointment(&sam, ana, "2027-03-01T12:30", json!([{ "minutes_before": 60 }])).await;
    app.live(hours(1) + minutes(10), seconds(20)).await;
    let tries = phone.posts(app).len();
    assert!((5..60).contains(&tries), "{tries}");
    assert_eq!(states(app, &sam, ana).await[0], state_for("missed", "push_service_unavailable"));
    assert!(
        phone.posts(app).iter().all(|post| post.at.to_string().as_str() < "2027-03-01T16:00:00.000Z"),
        "of use until eleven"
    );

    app.push.answers(Reply::status(201));
    app.live(hours(1), seconds(20)).await;
    assert_eq!(states(app, &sam, ana).await[1], state("sent"));
    assert_eq!(phone.posts(app).len(), tries + 1);
});

both!(what_is_refused_for_good_fails_and_is_not_tried_again, async |app| {
    let sam = app.specialist().await;
    for status in [413, 400] {
        let ana = app.client(&sam).await;
        let phone = app.phone(&sam, ana).await;
        app.push.answers_to(&phone.path, Reply::status(status));
        app.appointment(&sam, ana, "2027-03-01T12:00", an_hour_before()).await;
        let at = app.now();
        app.live(hours(3), minutes(10)).await;
        app.clock.set(at);
        assert_eq!(phone.posts(app).len(), 1);
        assert_eq!(states(app, &sam, ana).await, [state_for("failed", "refused")]);
    }
    assert_eq!(app.count("push_subscriptions").await, 2, "the fault is ours: nobody loses a device");
});

both!(one_device_accepting_is_enough, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let (phone, tablet) = (app.phone(&sam, ana).await, app.phone(&sam, ana).await);
    app.push.answers_to(&phone.path, Reply::status(503));
    app.push.answers_to(&tablet.path, Reply::status(201).after(Real::from_millis(30)));
    app.appointment(&sam, ana, "2027-03-01T12:00", an_hour_before()).await;
    app.live(hours(3), minutes(1)).await;
    assert_eq!(states(app, &sam, ana).await, [state("sent")]);
    assert_eq!(tablet.inbox(app).len(), 1);
    assert_eq!(app.count_where("deliveries", "state = 'expired'").await, 1);
});
