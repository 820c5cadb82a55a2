use cairn_shared::attention::SafetyTrigger;
use cairn_shared::scope::Role;
use cairn_tests::{both, days, hours, id_of};
use serde_json::json;

use super::{kinds, not_safe, reasons, with_state};

both!(what_is_set_aside_stays_so_until_it_goes_and_comes_again, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let mut phone = app.unsubscribed_phone(&sam, ana).await;
    app.advance(days(2));
    app.watch().await;
    let found = reasons(app, &sam, ana).await;
    assert_eq!(kinds(&found), ["unreachable"]);
    let target = format!("/v1/attention/{}/dismissal", id_of(&found[0]));
    let sam = app.fresh(&sam).await;
    for body in [json!({}), json!({ "note": "  " }), json!({ "note": "x".repeat(4001) })] {
        app.post(&*target, body).by(&sam).await.refused(422);
    }
    let body = json!({ "note": "CanaryNote: comes by every Friday" });
    let set_aside = app.post(&*target, body.clone()).by(&sam).await.expect(200);
    assert_eq!((&set_aside["state"], &set_aside["note"]), (&json!("dismissed"), &body["note"]));
    assert_eq!(set_aside["ended_by"]["id"], json!(sam.id));
    assert_eq!(app.post(&*target, body).by(&sam).await.refused(409), "already_settled");
    // A change of zone looks at everything anew.
    app.patch(format!("/v1/clients/{}", ana.id), json!({ "time_zone": "America/Boise" })).by(&sam).await.expect(200);
    assert_eq!(reasons(app, &sam, ana).await.len(), 0, "it is still so, and still set aside");
    assert_eq!(app.count("attention_reasons").await, 1);
    app.subscribe(&mut phone).await;
    let list = app.get("/v1/me/push-subscriptions").by(&phone).await.expect(200);
    app.delete(format!("/v1/me/push-subscriptions/{}", id_of(&list["items"][0]))).by(&phone).await.expect(204);
    assert_eq!(kinds(&reasons(app, &sam, ana).await), ["unreachable"], "gone and come again");
    assert_eq!(with_state(app, &sam, ana, "?state=dismissed").await.len(), 1);
    let sql = "SELECT detail FROM audit_events WHERE action = 'dismiss'";
    assert_eq!(app.column(sql).await, ["{}"], "what was written is not in the log");
});

both!(lists_are_within_reach_by_severity_and_continue, async |app| {
    let (sam, kim) = (app.specialist().await, app.specialist().await);
    let boss = app.staff(&[Role::Supervisor]).await;
    app.supervise(&boss, &sam).await;
    let (ana, bo) = (app.client(&sam).await, app.client(&sam).await);
    let other = app.client(&kim).await;
    for client in [ana, other] {
        app.unsubscribed_phone(if client.id == other.id { &kim } else { &sam }, client).await;
    }
    app.advance(days(2));
    app.watch().await;
    not_safe(app, ana, SafetyTrigger::Item9 { answer: 1 }).await;
    app.advance(hours(1));
    not_safe(app, bo, SafetyTrigger::NotSafe).await;
    not_safe(app, ana, SafetyTrigger::NotSafe).await;
    let (sam, boss, kim) = (app.fresh(&sam).await, app.fresh(&boss).await, app.fresh(&kim).await);
    for by in [&sam, &boss] {
        let mut seen = Vec::new();
        let mut target = "/v1/attention?limit=1".to_owned();
        loop {
            let page = app.get(&target).by(by).await.expect(200);
            seen.extend(page["items"].as_array().unwrap().clone());
            let Some(cursor) = page["next_cursor"].as_str() else { break };
            target = format!("/v1/attention?limit=1&cursor={cursor}");
        }
        assert_eq!(kinds(&seen), ["not_safe", "not_safe", "item9", "unreachable"]);
    }
    let urgent = app.get("/v1/attention?severity=urgent&kind=not_safe").by(&sam).await.expect(200);
    assert_eq!(urgent["items"].as_array().unwrap().len(), 2);
    let own = app.get("/v1/attention").by(&kim).await.expect(200);
    assert_eq!(own["items"].as_array().unwrap().len(), 1, "their own client only");
    app.get("/v1/attention?cursor=Y2xpZW50cwow").by(&sam).await.refused(422);
    app.get("/v1/attention?state=fine").by(&sam).await.refused(422);
});

both!(a_request_for_help_is_settled_where_it_was_made, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.phone(&sam, ana).await;
    app.post("/v1/help-requests", json!({})).by(&phone).await.expect(201);
    let found = reasons(app, &sam, ana).await;
    let one = format!("/v1/attention/{}", id_of(&found[0]));
    app.get(&*one).by(&sam).await.expect(200);
    let take = app.call("POST", format!("{one}/acknowledgement")).by(&sam).await;
    assert_eq!(take.refused(409), "settle_the_help_request");
    let close = app.post(format!("{one}/closing"), json!({ "outcome": "talked" })).by(&sam).await;
    assert_eq!(close.refused(409), "settle_the_help_request");
});
