use cairn_tests::{both, hours, minutes};
use serde_json::json;

use super::{an_hour_before, state, states};

both!(what_is_cancelled_before_it_is_due_is_never_pushed, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    app.phone(&sam, ana).await;
    let item = app.appointment(&sam, ana, "2027-03-01T12:00", an_hour_before()).await;
    app.delete(format!("/v1/agenda-items/{}", item["id"].as_str().unwrap())).by(&sam).await.expect(204);
    app.live(hours(5), minutes(10)).await;
    assert_eq!(app.push.count(), 0);
    assert_eq!(states(app, &sam, ana).await, [state("cancelled")]);
});

both!(what_is_moved_is_announced_at_its_new_time_only, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.phone(&sam, ana).await;
    let item = app.appointment(&sam, ana, "2027-03-01T12:00", an_hour_before()).await;
    let target = format!("/v1/agenda-items/{}", item["id"].as_str().unwrap());
    app.patch(target, json!({ "starts_at_local": "2027-03-01T15:00" })).by(&sam).await.expect(200);
    app.live(hours(8), minutes(10)).await;
    let posts = phone.posts(app);
    assert_eq!(posts.len(), 1);
    assert_eq!(posts[0].at.to_string(), "2027-03-01T19:00:00.000Z");
    assert_eq!(states(app, &sam, ana).await, [state("superseded"), state("sent")]);
});

both!(who_was_reminded_hears_that_it_was_cancelled, async |app| {
    let sam = app.specialist().await;
    let ana = app.client_with(&sam, json!({ "notification_detail": "time" })).await;
    let phone = app.phone(&sam, ana).await;
    let item = app.appointment(&sam, ana, "2027-03-01T12:00", an_hour_before()).await;
    app.advance(hours(1));
    app.deliver().await;
    let sam = app.fresh(&sam).await;
    app.delete(format!("/v1/agenda-items/{}", item["id"].as_str().unwrap())).by(&sam).await.expect(204);
    app.advance(minutes(1));
    app.deliver().await;
    app.live(hours(3), minutes(10)).await;
    let inbox = phone.inbox(app);
    assert_eq!(inbox.len(), 2);
    assert_eq!(inbox[1]["notification"]["body"], "Cancelled: Today at 12:00 PM");
});

both!(who_was_reminded_hears_of_the_new_time, async |app| {
    let sam = app.specialist().await;
    let ana = app.client_with(&sam, json!({ "notification_detail": "time" })).await;
    let phone = app.phone(&sam, ana).await;
    let item = app.appointment(&sam, ana, "2027-03-01T12:00", an_hour_before()).await;
    app.advance(hours(1));
    app.deliver().await;
    let sam = app.fresh(&sam).await;
    let target = format!("/v1/agenda-items/{}", item["id"].as_str().unwrap());
    app.patch(target, json!({ "starts_at_local": "2027-03-01T16:00" })).by(&sam).await.expect(200);
    app.live(hours(8), minutes(10)).await;
    let bodies: Vec<_> =
        phone.inbox(app).iter().map(|shown| shown["notification"]["body"].as_str().unwrap().to_owned()).collect();
    assert_eq!(bodies, ["Today at 12:00 PM", "New time: Today at 4:00 PM", "Today at 4:00 PM"]);
});

both!(a_client_who_cancels_their_own_is_not_told, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.phone(&sam, ana).await;
    let own = json!({ "kind": "to_do", "starts_at_local": "2027-03-01T12:00", "reminders": an_hour_before() });
    let item = app.item(&phone, ana, own).await;
    app.advance(hours(1));
    app.deliver().await;
    app.delete(format!("/v1/agenda-items/{}", item["id"].as_str().unwrap())).by(&phone).await.expect(204);
    app.live(hours(3), minutes(10)).await;
    assert_eq!(phone.inbox(app).len(), 1);
});

both!(new_reminder_rules_replace_the_old, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.phone(&sam, ana).await;
    let item = app.appointment(&sam, ana, "2027-03-01T14:00", an_hour_before()).await;
    let target = format!("/v1/agenda-items/{}", item["id"].as_str().unwrap());
    app.patch(target, json!({ "reminders": [{ "minutes_before": 30 }] })).by(&sam).await.expect(200);
    app.live(hours(5), minutes(10)).await;
    let at: Vec<String> = phone.posts(app).iter().map(|post| post.at.to_string()).collect();
    assert_eq!(at, ["2027-03-01T18:30:00.000Z"]);
});

both!(one_cancelled_day_of_a_series_stays_silent, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.phone(&sam, ana).await;
    let series =
        json!({ "starts_at_local": "2027-03-02T12:00", "recurrence": "FREQ=DAILY", "reminders": an_hour_before() });
    let item = app.item(&sam, ana, series).await;
    let id = item["id"].as_str().unwrap();
    let target = format!("/v1/agenda-items/{id}?scope=this&occurrence_id={id}.20270303T1200");
    app.delete(target).by(&sam).await.expect(204);
    app.live(hours(98), minutes(30)).await;
    let days: Vec<String> = phone.posts(app).iter().map(|post| post.at.to_string()[..10].to_owned()).collect();
    assert_eq!(days, ["2027-03-02", "2027-03-04", "2027-03-05"]);
});
