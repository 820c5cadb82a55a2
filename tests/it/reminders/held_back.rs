use cairn_tests::{both, hours, minutes};
use serde_json::{Value, json};

use super::{an_hour_before, state, state_for, states};

fn nights() -> Value {
    json!({ "quiet_hours": { "from": "21:00", "to": "08:00" } })
}

both!(quiet_hours_move_an_appointments_reminder_to_their_end_or_to_the_evening_before, async |app| {
    let sam = app.specialist().await;
    for (start, due) in [
        // At eight there are thirty minutes left.
        ("2027-03-02T08:30", "2027-03-02T13:00:00.000Z"),
        // At eight only ten minutes would be left, so nine in the evening before.
        ("2027-03-02T08:10", "2027-03-02T02:00:00.000Z"),
        // Outside of them nothing moves.
        ("2027-03-02T10:00", "2027-03-02T14:00:00.000Z"),
    ] {
        let ana = app.client_with(&sam, nights()).await;
        let phone = app.phone(&sam, ana).await;
        app.appointment(&sam, ana, start, an_hour_before()).await;
        let at = app.now();
        app.live(hours(24), minutes(10)).await;
        app.clock.set(at);
        let posts = phone.posts(app);
        assert_eq!(posts.len(), 1, "{start}: never dropped");
        assert_eq!(posts[0].at.to_string(), due, "{start}");
    }
});

both!(what_a_client_chose_for_themselves_ignores_their_quiet_hours, async |app| {
    let sam = app.specialist().await;
    let ana = app.client_with(&sam, nights()).await;
    let phone = app.phone(&sam, ana).await;
    let own =
        json!({ "kind": "routine", "starts_at_local": "2027-03-02T06:00", "reminders": [{ "minutes_before": 0 }] });
    app.item(&phone, ana, own).await;
    app.live(hours(24), minutes(10)).await;
    assert_eq!(phone.posts(app)[0].at.to_string(), "2027-03-02T11:00:00.000Z");
});

both!(a_routine_waits_for_the_end_of_quiet_hours_while_it_is_of_use, async |app| {
    let sam = app.specialist().await;
    let ana = app.client_with(&sam, nights()).await;
    let phone = app.phone(&sam, ana).await;
    let routine = json!({
        "kind": "routine",
        "starts_at_local": "2027-03-02T07:00",
        "duration_minutes": 120,
        "reminders": [{ "minutes_before": 0 }],
    });
    app.item(&sam, ana, routine).await;
    app.live(hours(24), minutes(10)).await;
    assert_eq!(phone.posts(app)[0].at.to_string(), "2027-03-02T13:00:00.000Z");
});

both!(quiet_hours_that_begin_later_hold_what_is_planned_already, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.phone(&sam, ana).await;
    app.appointment(&sam, ana, "2027-03-02T08:30", an_hour_before()).await;
    app.patch(format!("/v1/clients/{}", ana.id), nights()).by(&phone).await.expect(200);
    app.live(hours(24), minutes(10)).await;
    let at: Vec<String> = phone.posts(app).iter().map(|post| post.at.to_string()).collect();
    assert_eq!(at, ["2027-03-02T13:00:00.000Z"]);
});

both!(the_daily_cap_holds_routines_but_no_appointment, async |app| {
    let sam = app.specialist().await;
    let ana = app.client_with(&sam, json!({ "daily_cap": 2 })).await;
    let phone = app.phone(&sam, ana).await;
    for hour in 11..15 {
        let at = format!("2027-03-01T{hour}:00");
        app.item(
            &sam,
            ana,
            json!({ "kind": "routine", "starts_at_local": at, "reminders": [{ "minutes_before": 0 }] }),
        )
        .await;
    }
    app.appointment(&sam, ana, "2027-03-01T16:00", an_hour_before()).await;
    app.live(hours(8), minutes(10)).await;
    let capped = state_for("suppressed", "daily_cap");
    let expected = [state("sent"), state("sent"), capped.clone(), capped, state("sent")];
    assert_eq!(states(app, &sam, ana).await, expected);
    assert_eq!(phone.inbox(app).len(), 3);

    // Another day, another count.
    let sam = app.fresh(&sam).await;
    let next =
        json!({ "kind": "routine", "starts_at_local": "2027-03-02T11:00", "reminders": [{ "minutes_before": 0 }] });
    app.item(&sam, ana, next).await;
    app.live(hours(24), minutes(10)).await;
    assert_eq!(phone.inbox(app).len(), 4);
});

both!(a_pause_silences_until_it_ends, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.phone(&sam, ana).await;
    app.appointment(&sam, ana, "2027-03-01T12:00", an_hour_before()).await;
    app.appointment(&sam, ana, "2027-03-01T15:00", an_hour_before()).await;
    let pause = json!({ "paused_until": "2027-03-01T18:00:00Z" });
    app.patch(format!("/v1/clients/{}", ana.id), pause).by(&phone).await.expect(200);
    app.live(hours(8), minutes(10)).await;
    assert_eq!(states(app, &sam, ana).await, [state_for("suppressed", "paused"), state("sent")]);
    assert_eq!(phone.posts(app)[0].at.to_string(), "2027-03-01T19:00:00.000Z");
});

both!(without_a_device_it_is_said_so, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    app.unsubscribed_phone(&sam, ana).await;
    app.appointment(&sam, ana, "2027-03-01T12:00", an_hour_before()).await;
    app.live(hours(3), minutes(10)).await;
    assert_eq!(states(app, &sam, ana).await, [state("no_device")]);
});
