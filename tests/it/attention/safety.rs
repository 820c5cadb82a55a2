use cairn_shared::attention::{SafetyTrigger, Severity};
use cairn_shared::scope::Role;
use cairn_tests::{both, minutes, moment};
use serde_json::json;

use super::{kinds, not_safe, reasons, with_state};

both!(not_safe_tells_everybody_at_once_and_escalates_in_fifteen_minutes, async |app| {
    let sam = app.specialist().await;
    let (boss, other_boss) = (app.staff(&[Role::Supervisor]).await, app.staff(&[Role::Supervisor]).await);
    let (on_call, second) = (app.specialist().await, app.specialist().await);
    app.supervise(&boss, &sam).await;
    let ana = app.client(&sam).await;
    let admin = app.staff(&[Role::Admin]).await;
    let entry = |staff_id: uuid::Uuid, position: i64| json!({ "staff_id": staff_id, "starts_at": "2027-03-01T00:00:00Z", "ends_at": "2027-04-01T00:00:00Z", "position": position });
    let body = json!({ "entries": [entry(second.id, 2), entry(on_call.id, 1)] });
    app.call("PUT", "/v1/on-call").json(&body).by(&admin).await.expect(200);
    let mut desks = Vec::new();
    for who in [&sam, &boss, &on_call, &second, &other_boss] {
        desks.push(app.desk(who).await);
    }
    let count = || desks.iter().map(|desk| desk.posts(app).len()).collect::<Vec<_>>();

    let raised = not_safe(app, ana, SafetyTrigger::NotSafe).await;
    assert_eq!((raised.severity, raised.due_at), (Severity::Urgent, app.now().plus(minutes(15))));
    app.deliver().await;
    assert_eq!(count(), [1, 1, 1, 0, 0], "specialist, their supervisor, first on call");
    let shown = &desks[2].inbox(app)[0]["notification"];
    assert_eq!((&shown["title"], &shown["body"]), (&json!("Something new for you"), &json!("Open Cairn to see it")));
    let found = reasons(app, &sam, ana).await;
    assert_eq!(found[0]["id"], json!(raised.reason_id));
    assert_eq!((&found[0]["severity"], moment(&found[0]["due_at"])), (&json!("urgent"), raised.due_at));
    assert_eq!(found[0]["text"], "Said in a check-in that they do not feel safe");

    for expected in [[1, 1, 1, 1, 0], [1, 1, 1, 1, 1]] {
        app.advance(minutes(15));
        assert_eq!(app.watch().await, 1);
        app.deliver().await;
        assert_eq!(count(), expected);
    }
    let target = format!("/v1/attention/{}/acknowledgement", raised.reason_id);
    let second = app.fresh(&second).await;
    app.call("POST", &*target).by(&second).await.expect(200);
    app.call("POST", &*target).by(&second).await.expect(200);
    assert_eq!(app.call("POST", &*target).by(&app.fresh(&sam).await).await.refused(409), "already_acknowledged");
    app.advance(minutes(60));
    assert_eq!(app.watch().await, 0);
    let sql = "SELECT action FROM audit_events WHERE object_type = 'attention_reason' ORDER BY seq";
    assert_eq!(app.column(sql).await, ["raise", "alert", "escalate", "escalate", "acknowledge", "acknowledge"]);
});

both!(closing_it_needs_an_outcome_and_it_cannot_be_set_aside, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let raised = not_safe(app, ana, SafetyTrigger::Item9 { answer: 2 }).await;
    let one = format!("/v1/attention/{}", raised.reason_id);
    let set_aside = app.post(format!("{one}/dismissal"), json!({ "note": "all good" })).by(&sam).await;
    assert_eq!(set_aside.refused(409), "needs_closing");
    app.post(format!("{one}/closing"), json!({})).by(&sam).await.refused(422);
    let body = json!({ "outcome": "handed_over", "note": "CanaryNote" });
    let closed = app.post(format!("{one}/closing"), body.clone()).by(&sam).await.expect(200);
    assert_eq!((&closed["state"], &closed["outcome"]), (&json!("resolved"), &json!("handed_over")));
    assert_eq!(closed["ended_by"]["name"], sam.name.as_str());
    assert_eq!(app.post(format!("{one}/closing"), body).by(&sam).await.refused(409), "already_settled");
    assert_eq!(reasons(app, &sam, ana).await.len(), 0);
    assert_eq!(with_state(app, &sam, ana, "?state=resolved").await[0]["note"], "CanaryNote");
    // Nothing that is computed brings it back.
    app.travel_to("2027-03-20T12:00:00Z");
    app.watch().await;
    assert_eq!(kinds(&reasons(app, &sam, ana).await), Vec::<&str>::new());
    assert_eq!(app.count_where("escalations", "state = 'settled'").await, 1);
});

both!(a_ninth_answer_of_one_is_for_the_same_day, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let raised = not_safe(app, ana, SafetyTrigger::Item9 { answer: 1 }).await;
    assert_eq!(raised.severity, Severity::High);
    assert_eq!(raised.due_at.to_string(), "2027-03-02T05:00:00.000Z", "midnight where the client is");
    app.travel_to("2027-03-02T04:50:00Z");
    let late = not_safe(app, ana, SafetyTrigger::Item9 { answer: 1 }).await;
    assert_eq!(late.due_at, app.now().plus(minutes(15)), "and never less than a quarter of an hour");
    let found = reasons(app, &sam, ana).await;
    assert_eq!(found[0]["text"], "Answered 1 of 3 when asked about thoughts of self-harm");
    let spanish = app
        .get(format!("/v1/clients/{}/attention", ana.id))
        .by(&app.fresh(&sam).await)
        .header("accept-language", "es")
        .await
        .expect(200);
    assert_eq!(spanish["items"][0]["text"], "Respondió 1 de 3 a la pregunta sobre pensamientos de hacerse daño");
});

both!(of_two_who_take_it_on_at_once_one_has_it, async |app| {
    let (sam, kim) = (app.specialist().await, app.specialist().await);
    let ana = app.client_with(&sam, json!({ "specialist_ids": [kim.id] })).await;
    for _ in 0..5 {
        let id = not_safe(app, ana, SafetyTrigger::NotSafe).await.reason_id;
        let take = |who| app.call("POST", format!("/v1/attention/{id}/acknowledgement")).by(who);
        let (one, other) = tokio::join!(take(&sam), take(&kim));
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409]);
    }
});
