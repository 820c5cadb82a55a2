use cairn_tests::{both, hours, minutes};
use serde_json::json;

use super::{an_hour_before, state_for, states};

both!(sent_by_hand_it_goes_out_at_once_even_in_quiet_hours, async |app| {
    let sam = app.specialist().await;
    let ana = app.client_with(&sam, json!({ "quiet_hours": { "from": "09:00", "to": "11:00" } })).await;
    let phone = app.phone(&sam, ana).await;
    let item = app.appointment(&sam, ana, "2027-03-01T18:00", json!([])).await;
    let target = format!("/v1/occurrences/{}.20270301T1800/reminders", item["id"].as_str().unwrap());
    let audited = app.count_where("audit_events", "action = 'send'").await;
    let made = app.post(target, json!({})).by(&sam).await.expect(202);
    assert_eq!(made["items"][0]["state"], "planned");
    app.deliver().await;
    assert_eq!(phone.inbox(app).len(), 1);
    assert_eq!(app.count_where("audit_events", "action = 'send'").await, audited + 1);
});

both!(sent_by_hand_a_pause_still_holds_it, async |app| {
    let sam = app.specialist().await;
    let ana = app.client_with(&sam, json!({ "paused_until": "2027-03-02T00:00:00Z" })).await;
    app.phone(&sam, ana).await;
    let item = app.appointment(&sam, ana, "2027-03-01T18:00", json!([])).await;
    let target = format!("/v1/occurrences/{}.20270301T1800/reminders", item["id"].as_str().unwrap());
    app.post(target, json!({})).by(&sam).await.expect(202);
    app.deliver().await;
    assert_eq!(app.push.count(), 0);
    assert_eq!(states(app, &sam, ana).await, [state_for("suppressed", "paused")]);
});

both!(what_is_over_or_cancelled_cannot_be_sent_by_hand, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let over = app.appointment(&sam, ana, "2027-03-01T08:00", json!([])).await;
    let target = format!("/v1/occurrences/{}.20270301T0800/reminders", over["id"].as_str().unwrap());
    assert_eq!(app.post(target, json!({})).by(&sam).await.refused(409), "over");
    let gone = app.appointment(&sam, ana, "2027-03-01T18:00", json!([])).await;
    let id = gone["id"].as_str().unwrap();
    app.delete(format!("/v1/agenda-items/{id}")).by(&sam).await.expect(204);
    let target = format!("/v1/occurrences/{id}.20270301T1800/reminders");
    assert_eq!(app.post(target, json!({})).by(&sam).await.refused(409), "cancelled");
});

both!(a_snooze_reminds_again_when_it_was_asked_to, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.phone(&sam, ana).await;
    let item = app.appointment(&sam, ana, "2027-03-01T13:00", an_hour_before()).await;
    app.advance(hours(2));
    app.deliver().await;
    let target = format!("/v1/occurrences/{}.20270301T1300/responses", item["id"].as_str().unwrap());
    let first = json!({ "response": "snoozed", "snooze_minutes": 10 });
    app.post(target.clone(), first).by(&phone).await.expect(200);
    // Asked again: the newer wish counts.
    let second = json!({ "response": "snoozed", "snooze_minutes": 20 });
    let answered = app.post(target, second).by(&phone).await.expect(200);
    assert_eq!(answered["response"]["snoozed_until"], "2027-03-01T17:20:00.000Z");
    app.live(hours(2), minutes(5)).await;
    let at: Vec<String> = phone.posts(app).iter().map(|post| post.at.to_string()).collect();
    assert_eq!(at, ["2027-03-01T17:00:00.000Z", "2027-03-01T17:20:00.000Z"]);
});

both!(who_is_done_or_has_declined_is_not_nagged, async |app| {
    let sam = app.specialist().await;
    for answer in ["done", "declined"] {
        let ana = app.client(&sam).await;
        let phone = app.phone(&sam, ana).await;
        let item = app.appointment(&sam, ana, "2027-03-01T13:00", an_hour_before()).await;
        let target = format!("/v1/occurrences/{}.20270301T1300/responses", item["id"].as_str().unwrap());
        app.post(target, json!({ "response": answer })).by(&phone).await.expect(200);
        let at = app.now();
        app.live(hours(4), minutes(10)).await;
        app.clock.set(at);
        assert_eq!(phone.inbox(app).len(), 0, "{answer}");
        assert_eq!(states(app, &sam, ana).await, [state_for("suppressed", "answered")]);
    }
});
