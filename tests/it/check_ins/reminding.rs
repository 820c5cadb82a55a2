use cairn_tests::{both, hours, minutes};
use serde_json::json;

use super::{check_in, daily, send, shipped, text, with};

both!(a_scheduled_check_in_reminds_until_the_day_ends, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.phone(&sam, ana).await;
    daily(app, &sam, ana, &shipped(app, &sam, "daily").await).await;
    let planned = app.reminders(&sam, ana).await;
    // Eight in the evening in New York; the day ends four hours later.
    assert_eq!((&planned[0]["due_at"], &planned[0]["state"]), (&json!("2027-03-02T01:00:00.000Z"), &json!("planned")));
    assert_eq!(planned[0]["useful_until"], "2027-03-02T05:00:00.000Z");
    app.travel_to("2027-03-02T04:59:00Z");
    app.deliver().await;
    assert_eq!(phone.inbox(app).len(), 1, "late, and of use until midnight");
    assert_eq!(phone.inbox(app)[0]["notification"]["title"], "You have a reminder");
    app.travel_to("2027-03-03T05:00:00Z");
    app.plan().await;
    app.deliver().await;
    assert_eq!(phone.inbox(app).len(), 1, "the day is over");
});

both!(answering_silences_and_marks_the_reminder, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.phone(&sam, ana).await;
    let form = shipped(app, &sam, "daily").await;
    let schedule = daily(app, &sam, ana, &form).await;
    let answer = async || {
        let body = check_in(app, &form["published_version_id"], json!({ "mood": 6 }));
        send(app, &phone, ana, &with(body, "schedule_id", schedule["id"].clone())).await.expect(201)
    };
    // Before the reminder: it is not needed any more.
    let sent = answer().await;
    let first = app.reminders(&sam, ana).await.remove(0);
    assert_eq!((&first["state"], &first["reason"]), (&json!("suppressed"), &json!("answered")));
    assert_eq!((&first["answered_at"], &first["occurrence_id"]), (&json!(null), &sent["occurrence_id"]));
    let seen = app.agenda(&phone, ana, "2027-03-01", "2027-03-02").await.remove(0);
    assert_eq!((&seen["kind"], &seen["response"]["response"]), (&json!("check_in"), &json!("done")));
    assert_eq!((&seen["check_in_schedule_id"], &seen["form_id"]), (&schedule["id"], &form["id"]));
    app.live(hours(36), minutes(30)).await;
    // After it: the reminder was answered.
    assert_eq!(phone.inbox(app).len(), 1, "only the second day's");
    answer().await;
    let second = app.reminders(&sam, ana).await.remove(1);
    assert_eq!((&second["state"], &second["answered_at"]), (&json!("sent"), &json!(app.now())));
    // The days after remind as before.
    assert_eq!(app.reminders(&sam, ana).await[2]["state"], "planned");
});

both!(a_snoozed_check_in_rests_once_it_is_answered, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.phone(&sam, ana).await;
    let form = shipped(app, &sam, "daily").await;
    let schedule = daily(app, &sam, ana, &form).await;
    app.travel_to("2027-03-02T01:00:00Z");
    app.deliver().await;
    let occurrence = app.agenda(&phone, ana, "2027-03-01", "2027-03-02").await.remove(0);
    let target = format!("/v1/occurrences/{}/responses", text(&occurrence["occurrence_id"]));
    for response in ["done", "confirmed"] {
        let answer = app.post(&target, json!({ "response": response })).by(&phone).await;
        assert_eq!((answer.wrong_fields(), answer.refused(422)), (vec!["response"], "answer_the_check_in"));
    }
    app.post(&target, json!({ "response": "snoozed", "snooze_minutes": 60 })).by(&phone).await.expect(200);
    let body = check_in(app, &form["published_version_id"], json!({ "mood": 6 }));
    send(app, &phone, ana, &with(body, "schedule_id", schedule["id"].clone())).await.expect(201);
    app.advance(hours(1));
    app.deliver().await;
    assert_eq!(phone.inbox(app).len(), 1);
    let seen = app.agenda(&phone, ana, "2027-03-01", "2027-03-02").await.remove(0);
    assert_eq!(seen["response"]["response"], "done");
});

both!(quiet_hours_hold_what_staff_chose_and_not_what_the_client_chose, async |app| {
    let sam = app.specialist().await;
    let quiet = json!({ "quiet_hours": { "from": "19:00", "to": "08:00" } });
    let ana = app.client_with(&sam, quiet).await;
    let phone = app.phone(&sam, ana).await;
    let schedule = daily(app, &sam, ana, &shipped(app, &sam, "daily").await).await;
    let due = async || {
        app.reminders(&sam, ana).await.into_iter().find(|r| r["state"] == "planned").unwrap()["due_at"].clone()
    };
    assert_eq!(due().await, "2027-03-02T00:00:00.000Z", "at the beginning of the window, for the day ends within it");
    let target = format!("/v1/check-in-schedules/{}", text(&schedule["id"]));
    app.patch(target, json!({ "at": "20:30" })).by(&phone).await.expect(200);
    assert_eq!(due().await, "2027-03-02T01:30:00.000Z");
});
