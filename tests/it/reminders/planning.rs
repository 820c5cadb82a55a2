use cairn_tests::{both, days, hours, minutes};
use serde_json::json;

use super::{an_hour_before, state, state_for, states};

both!(what_is_due_within_two_days_is_planned_at_once_and_the_rest_later, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    app.appointment(&sam, ana, "2027-03-03T10:59", an_hour_before()).await;
    app.appointment(&sam, ana, "2027-03-03T12:00", an_hour_before()).await;
    assert_eq!(app.count("reminders").await, 1, "the second is due in more than 48 hours");
    app.advance(hours(7));
    app.plan().await;
    assert_eq!(states(app, &sam, ana).await, [state("planned"), state("planned")]);
});

both!(planning_again_changes_no_row, async |app| {
    let sam = app.specialist().await;
    let ana = app.client_with(&sam, json!({ "quiet_hours": { "from": "21:00", "to": "08:00" } })).await;
    app.phone(&sam, ana).await;
    for (at, rule) in [("2027-03-02T08:05", "FREQ=DAILY"), ("2027-03-02T12:00", "FREQ=WEEKLY;BYDAY=TU,TH")] {
        let reminders = json!([{ "minutes_before": 30 }, { "days_before": 1, "at": "18:00" }]);
        app.item(&sam, ana, json!({ "starts_at_local": at, "recurrence": rule, "reminders": reminders })).await;
    }
    app.live(days(2), hours(3)).await;
    app.plan().await;
    let before = app.contents().await;
    assert!(before.rows("reminders").len() > 6);
    app.plan().await;
    app.assert_unchanged_since(&before).await;

    // Even if the planner looks at everything anew.
    app.sql("UPDATE agenda_items SET planned_until = 0").await;
    app.plan().await;
    assert_eq!(app.contents().await.rows("reminders"), before.rows("reminders"));
});

both!(a_due_time_that_is_past_when_the_item_is_made_is_skipped, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    app.phone(&sam, ana).await;
    let rules = json!([{ "days_before": 1, "at": "09:00" }, { "minutes_before": 30 }]);
    app.appointment(&sam, ana, "2027-03-01T12:00", rules).await;
    assert_eq!(states(app, &sam, ana).await, [state_for("skipped", "due_in_past"), state("planned")]);
    app.deliver().await;
    assert_eq!(app.push.count(), 0);
});

both!(what_became_due_while_nobody_planned_is_still_owed, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.phone(&sam, ana).await;
    app.appointment(&sam, ana, "2027-03-05T12:00", an_hour_before()).await;
    assert_eq!(app.count("reminders").await, 0);
    // Four days without a worker; it comes back half an hour after the reminder was due.
    app.travel_to("2027-03-05T16:30:00Z");
    app.plan().await;
    app.deliver().await;
    assert_eq!(phone.inbox(app).len(), 1);
});

both!(days_before_means_a_time_of_day, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    app.appointment(&sam, ana, "2027-03-03T10:00", json!([{ "days_before": 1, "at": "18:15" }])).await;
    assert_eq!(app.reminders(&sam, ana).await[0]["due_at"], "2027-03-02T23:15:00.000Z");
});

both!(an_idle_worker_writes_nothing, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    app.phone(&sam, ana).await;
    app.appointment(&sam, ana, "2027-03-02T12:00", an_hour_before()).await;
    app.plan().await;
    let before = app.contents().await;
    for _ in 0..5 {
        app.advance(minutes(1));
        app.plan().await;
        app.deliver().await;
        cairn_worker::tidy(&app.database).await.unwrap();
    }
    app.assert_unchanged_since(&before).await;
});
