use cairn_shared::scope::Role;
use cairn_tests::{both, id_of, minutes};
use serde_json::json;

use super::{log, on_call, watched_phone};

both!(of_two_who_claim_at_once_one_has_it, async |app| {
    let (sam, kim) = (app.specialist().await, app.specialist().await);
    let ana = app.client_with(&sam, json!({ "specialist_ids": [kim.id] })).await;
    let phone = watched_phone(app, &sam, ana).await;
    for _ in 0..5 {
        let id = id_of(&app.post("/v1/help-requests", json!({})).by(&phone).await.expect(201));
        let target = format!("/v1/help-requests/{id}/claim");
        let claim = |who| app.call("POST", target.clone()).by(who);
        let (one, other) = tokio::join!(claim(&sam), claim(&kim));
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409], "{} {}", one.text(), other.text());
        let (winner, loser, refused) = if one.status == 200 { (&sam, &kim, other) } else { (&kim, &sam, one) };
        assert_eq!(refused.refused(409), "already_claimed");
        let seen = app.get(format!("/v1/help-requests/{id}")).by(loser).await.expect(200);
        assert_eq!((&seen["state"], &seen["claimed_by"]["id"]), (&json!("claimed"), &json!(winner.id)));
        app.call("POST", target.clone()).by(winner).await.expect(200);
    }
    assert_eq!(app.count_where("escalations", "state = 'settled' AND next_at IS NULL").await, 5);
});

both!(a_claim_stops_the_clock_and_what_was_not_sent_yet, async |app| {
    let (sam, kim) = (app.specialist().await, app.specialist().await);
    let ana = app.client(&sam).await;
    let phone = watched_phone(app, &sam, ana).await;
    let (desk, next) = (app.desk(&sam).await, app.desk(&kim).await);
    on_call(app, &[&kim]).await;
    let id = id_of(&app.post("/v1/help-requests", json!({})).by(&phone).await.expect(201));
    app.call("POST", format!("/v1/help-requests/{id}/claim")).by(&sam).await.expect(200);
    app.deliver().await;
    app.advance(minutes(60));
    assert_eq!(app.watch().await, 0);
    app.deliver().await;
    assert_eq!((desk.posts(app).len(), next.posts(app).len()), (0, 0));
    assert_eq!(app.column("SELECT state FROM alerts").await, ["cancelled"]);
    assert_eq!(app.column("SELECT state FROM deliveries").await, ["cancelled"]);
    let seen = app.get(format!("/v1/help-requests/{id}")).by(&phone).await.expect(200);
    assert_eq!(seen["claimed_by"]["name"], sam.name.as_str(), "the client sees who is there");
    let sam = app.fresh(&sam).await;
    let reasons = app.get(format!("/v1/clients/{}/attention", ana.id)).by(&sam).await.expect(200);
    assert_eq!(reasons["items"][0]["state"], "acknowledged");
    assert_eq!(reasons["items"][0]["acknowledged_by"]["id"], json!(sam.id));
});

both!(closing_needs_an_outcome_and_what_staff_write_is_for_staff, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = watched_phone(app, &sam, ana).await;
    let id = id_of(&app.post("/v1/help-requests", json!({})).by(&phone).await.expect(201));
    let target = format!("/v1/help-requests/{id}/close");
    for body in [json!({}), json!({ "outcome": "fine" }), json!({ "outcome": "talked", "note": "x".repeat(4001) })] {
        app.post(&*target, body).by(&sam).await.refused(422);
    }
    let body = json!({ "outcome": "handed_over", "note": "CanaryNote" });
    let closed = app.post(&*target, body.clone()).by(&sam).await.expect(200);
    assert_eq!((&closed["state"], &closed["outcome"]), (&json!("closed"), &json!("handed_over")));
    assert_eq!(closed["claimed_by"]["id"], json!(sam.id), "who closes it has claimed it");
    assert_eq!(app.post(&*target, body).by(&sam).await.refused(409), "already_closed");
    let claim = app.call("POST", format!("/v1/help-requests/{id}/claim")).by(&sam).await;
    assert_eq!(claim.refused(409), "already_closed");
    let seen = app.get(format!("/v1/help-requests/{id}")).by(&phone).await.expect(200);
    assert_eq!((&seen["state"], &seen["outcome"], &seen["note"]), (&json!("closed"), &json!(null), &json!(null)));
    let reasons = app.get(format!("/v1/clients/{}/attention?state=resolved", ana.id)).by(&sam).await.expect(200);
    assert_eq!(reasons["items"][0]["outcome"], "handed_over");
    let said = log(app, "help_request").await;
    assert_eq!(said.last().unwrap(), &("close".to_owned(), json!({ "outcome": "handed_over" })));
    assert_eq!(app.column("SELECT note FROM help_requests WHERE note IS NULL").await, Vec::<String>::new());
});

both!(who_was_alerted_may_handle_it_without_having_the_client, async |app| {
    let (sam, kim) = (app.specialist().await, app.specialist().await);
    let bo = app.staff(&[Role::Specialist]).await;
    let ana = app.client(&sam).await;
    let phone = watched_phone(app, &sam, ana).await;
    app.desk(&kim).await;
    on_call(app, &[&kim]).await;
    let id = id_of(&app.post("/v1/help-requests", json!({})).by(&phone).await.expect(201));
    let one = format!("/v1/help-requests/{id}");
    app.get(&*one).by(&kim).await.refused(404);
    app.advance(minutes(15));
    assert_eq!(app.watch().await, 1);
    let (kim, bo) = (app.fresh(&kim).await, app.fresh(&bo).await);
    let seen = app.get(&*one).by(&kim).await.expect(200);
    assert_eq!((&seen["state"], &seen["client"]["preferred_name"]), (&json!("escalated"), &json!("Ana")));
    let list = app.get("/v1/help-requests").by(&kim).await.expect(200);
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    app.get(format!("/v1/clients/{}", ana.id)).by(&kim).await.refused(404);
    app.get(&*one).by(&bo).await.refused(404);
    app.call("POST", format!("{one}/claim")).by(&bo).await.refused(404);
    app.call("POST", format!("{one}/claim")).by(&kim).await.expect(200);
    app.post(format!("{one}/close"), json!({ "outcome": "talked" })).by(&kim).await.expect(200);
});
