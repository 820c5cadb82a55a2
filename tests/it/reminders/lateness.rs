use cairn_tests::{both, hours, minutes};
use serde_json::json;

use super::{an_hour_before, state, state_for, states};

both!(late_but_of_use_is_sent, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.phone(&sam, ana).await;
    app.appointment(&sam, ana, "2027-03-01T12:00", an_hour_before()).await;
    app.advance(hours(1) + minutes(59));
    app.deliver().await;
    assert_eq!(phone.inbox(app).len(), 1);
    assert_eq!(phone.posts(app)[0].headers["ttl"], "60");
});

both!(after_its_use_it_is_missed, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    app.phone(&sam, ana).await;
    app.appointment(&sam, ana, "2027-03-01T12:00", an_hour_before()).await;
    app.advance(hours(2));
    app.deliver().await;
    assert_eq!(app.push.count(), 0);
    assert_eq!(states(app, &sam, ana).await, [state_for("missed", "too_late")]);
});

both!(of_several_late_ones_of_a_kind_only_the_newest_is_sent, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.phone(&sam, ana).await;
    for hour in [11, 12, 13] {
        let at = format!("2027-03-01T{hour}:00");
        let routine = json!({
            "kind": "routine",
            "starts_at_local": at,
            "duration_minutes": 600,
            "reminders": [{ "minutes_before": 0 }],
        });
        app.item(&sam, ana, routine).await;
    }
    app.advance(hours(4));
    app.deliver().await;
    assert_eq!(phone.inbox(app).len(), 1);
    let outdone = state_for("missed", "newer_sent");
    assert_eq!(states(app, &sam, ana).await, [outdone.clone(), outdone, state("sent")]);
});

both!(each_appointment_ahead_keeps_its_reminder_however_late, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.phone(&sam, ana).await;
    for at in ["2027-03-01T18:00", "2027-03-01T19:00"] {
        app.appointment(&sam, ana, at, json!([{ "minutes_before": 400 }, { "minutes_before": 360 }])).await;
    }
    app.advance(hours(4));
    app.deliver().await;
    // Two appointments, and of each its two late reminders only the newer.
    assert_eq!(phone.inbox(app).len(), 2);
});
