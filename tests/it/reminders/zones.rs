use cairn_tests::{both, hours, minutes};
use serde_json::json;

both!(a_move_west_shifts_the_persons_own_times_but_no_appointment, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.phone(&sam, ana).await;
    let now = json!([{ "minutes_before": 0 }]);
    let routine =
        json!({ "kind": "routine", "starts_at_local": "2027-03-02T09:00", "time_zone": "client", "reminders": now });
    app.item(&sam, ana, routine).await;
    app.appointment(&sam, ana, "2027-03-02T10:00", now).await;
    let west = json!({ "time_zone": "America/Los_Angeles" });
    app.patch(format!("/v1/clients/{}", ana.id), west).by(&phone).await.expect(200);
    app.live(hours(36), minutes(10)).await;
    let at: Vec<String> = phone.posts(app).iter().map(|post| post.at.to_string()).collect();
    // The appointment at ten in New York; then nine in the morning in Los Angeles.
    assert_eq!(at, ["2027-03-02T15:00:00.000Z", "2027-03-02T17:00:00.000Z"]);
});

both!(what_was_sent_for_a_local_date_is_not_sent_again_after_a_move, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.phone(&sam, ana).await;
    let routine = json!({
        "kind": "routine",
        "starts_at_local": "2027-03-01T20:00",
        "time_zone": "client",
        "recurrence": "FREQ=DAILY",
        "reminders": [{ "minutes_before": 0 }],
    });
    app.item(&sam, ana, routine).await;
    app.live(hours(11), minutes(10)).await;
    assert_eq!(phone.posts(app).len(), 1, "eight in the evening in New York");
    for zone in ["America/Los_Angeles", "Pacific/Honolulu", "America/Chicago"] {
        app.patch(format!("/v1/clients/{}", ana.id), json!({ "time_zone": zone })).by(&phone).await.expect(200);
        app.live(hours(1), minutes(10)).await;
    }
    app.live(hours(36), minutes(10)).await;
    let at: Vec<String> = phone.posts(app).iter().map(|post| post.at.to_string()).collect();
    // Then once each evening in Chicago.
    assert_eq!(at, ["2027-03-02T01:00:00.000Z", "2027-03-03T02:00:00.000Z"]);
});

both!(after_a_move_east_past_the_hour_today_is_not_lost_silently, async |app| {
    let sam = app.specialist().await;
    let ana = app.client_with(&sam, json!({ "time_zone": "America/Los_Angeles" })).await;
    let phone = app.phone(&sam, ana).await;
    let routine = json!({
        "kind": "routine",
        "starts_at_local": "2027-03-01T12:00",
        "time_zone": "client",
        "recurrence": "FREQ=DAILY",
        "reminders": [{ "minutes_before": 0 }],
    });
    app.item(&sam, ana, routine).await;
    // 11:00 in Los Angeles is 14:00 in New York: noon there is over.
    app.travel_to("2027-03-01T19:00:00Z");
    let east = json!({ "time_zone": "America/New_York" });
    app.patch(format!("/v1/clients/{}", ana.id), east).by(&phone).await.expect(200);
    app.live(hours(30), minutes(10)).await;
    let at: Vec<String> = phone.posts(app).iter().map(|post| post.at.to_string()).collect();
    assert_eq!(at, ["2027-03-02T17:00:00.000Z"]);
    assert_eq!(app.unsettled().await, 0);
});
