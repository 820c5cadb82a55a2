use cairn_shared::scope::Role;
use cairn_tests::both;
use serde_json::json;

use super::id;

both!(nobody_sees_another_participant, async |app| {
    let (sam, kim) = (app.specialist().await, app.specialist().await);
    let ana = app.client_with(&sam, json!({ "preferred_name": "Ana-Canary" })).await;
    let bo = app.client_with(&sam, json!({ "preferred_name": "Bo-Canary", "specialist_ids": [kim.id] })).await;
    let phone = app.unsubscribed_phone(&sam, bo).await;
    let reminders = json!([{ "minutes_before": 60 }]);
    let item = app.group(&sam, &[ana, bo], json!({ "staff_ids": [sam.id], "reminders": reminders })).await;
    let occurrence = format!("{}.20270302T1000", id(&item));
    // Ana answers with a note, and was there.
    let hers = app.unsubscribed_phone(&sam, ana).await;
    let answer = json!({ "response": "help", "note": "Note-Canary" });
    app.post(format!("/v1/occurrences/{occurrence}/responses"), answer).by(&hers).await.expect(200);

    let targets = [
        format!("/v1/agenda-items/{}", id(&item)),
        format!("/v1/occurrences/{occurrence}"),
        format!("/v1/occurrences/{occurrence}?client_id={}", bo.id),
        format!("/v1/clients/{}/agenda?from=2027-03-01&to=2027-03-10", bo.id),
        format!("/v1/clients/{}/reminders", bo.id),
    ];
    for target in &targets {
        let mut texts = vec![app.get(target).by(&phone).await];
        let by_kim = if target.ends_with("T1000") { format!("{target}?client_id={}", bo.id) } else { target.clone() };
        texts.push(app.get(by_kim).by(&kim).await);
        for answer in texts {
            assert_eq!(answer.status, 200, "{target}: {}", answer.text());
            let text = answer.text();
            assert!(!text.contains(&ana.id.to_string()), "{target}: {text}");
            assert!(!text.contains("Ana-Canary") && !text.contains("Note-Canary"), "{target}: {text}");
        }
    }
    let listed = app.get("/v1/agenda?from=2027-03-01&to=2027-03-10").by(&kim).await;
    assert!(listed.status == 200 && !listed.text().contains(&ana.id.to_string()), "{}", listed.text());
    // A client does not even see that there are others.
    assert!(app.get(&targets[0]).by(&phone).await.expect(200).get("client_ids").is_none());
    app.get(format!("/v1/occurrences/{occurrence}?client_id={}", ana.id)).by(&phone).await.refused(404);
    app.get(format!("/v1/occurrences/{occurrence}?client_id={}", ana.id)).by(&kim).await.refused(404);
});

both!(who_does_not_work_with_every_participant_cannot_change_it_for_all, async |app| {
    let (sam, kim) = (app.specialist().await, app.specialist().await);
    let ana = app.client(&sam).await;
    let bo = app.client_with(&sam, json!({ "specialist_ids": [kim.id] })).await;
    let item = app.group(&sam, &[ana, bo], json!({})).await;
    let target = format!("/v1/agenda-items/{}", id(&item));
    app.patch(&target, json!({ "title": "x" })).by(&kim).await.refused(403);
    app.delete(&target).by(&kim).await.refused(403);
    app.patch(&target, json!({ "title": "x" })).by(&sam).await.expect(200);
    // Nor put strangers on a new one.
    let body = json!({
        "client_ids": [ana.id, bo.id],
        "kind": "meeting",
        "title": "x",
        "starts_at_local": "2027-03-02T10:00",
        "time_zone": "America/New_York",
    });
    assert_eq!(app.post("/v1/agenda-items", body).by(&kim).await.wrong_fields(), ["client_ids"]);
    let scheduler = app.scheduler().await;
    app.patch(&target, json!({ "title": "y" })).by(&scheduler).await.expect(200);
});

both!(what_the_staff_has_at_the_same_time_is_shown_and_not_forbidden, async |app| {
    let (sam, kim) = (app.specialist().await, app.specialist().await);
    let (ana, bo) = (app.client(&sam).await, app.client(&sam).await);
    let with = |ids: serde_json::Value, at: &str| json!({ "staff_ids": ids, "starts_at_local": at });
    let first = app.item(&sam, ana, with(json!([sam.id]), "2027-03-02T10:00")).await;
    assert_eq!(first["conflicts"], json!([]));
    let second = app.item(&sam, bo, with(json!([sam.id, kim.id]), "2027-03-02T10:30")).await;
    let seen = json!([{
        "staff_id": sam.id,
        "occurrence_id": format!("{}.20270302T1000", id(&first)),
        "starts_at": "2027-03-02T15:00:00.000Z",
    }]);
    assert_eq!(second["conflicts"], seen);
    // Touching ends do not overlap, others' time does not count, what was cancelled is free.
    let next = app.item(&sam, bo, with(json!([sam.id]), "2027-03-02T11:30")).await;
    assert_eq!(next["conflicts"], json!([]));
    app.delete(format!("/v1/agenda-items/{}", id(&first))).by(&sam).await.expect(204);
    let again = app.get(format!("/v1/agenda-items/{}", id(&second))).by(&sam).await.expect(200);
    assert_eq!(again["conflicts"], json!([]));
    // A client's phone hears nothing of it.
    let phone = app.unsubscribed_phone(&sam, bo).await;
    assert!(
        app.get(format!("/v1/agenda-items/{}", id(&second))).by(&phone).await.expect(200).get("conflicts").is_none()
    );
});

both!(a_series_meets_a_series, async |app| {
    let sam = app.specialist().await;
    let (ana, bo) = (app.client(&sam).await, app.client(&sam).await);
    let weekly =
        |rule: &str| json!({ "staff_ids": [sam.id], "starts_at_local": "2027-03-02T10:00", "recurrence": rule });
    app.item(&sam, ana, weekly("FREQ=WEEKLY;COUNT=4")).await;
    let other = app.item(&sam, bo, weekly("FREQ=WEEKLY;INTERVAL=2;COUNT=2")).await;
    assert_eq!(other["conflicts"].as_array().unwrap().len(), 2);
});

both!(staff_of_another_house_cannot_be_put_on_an_item, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let elsewhere = app.another_organization().await;
    let stranger = app.staff_of(elsewhere, &[Role::Specialist]).await;
    let body = json!({
        "kind": "appointment",
        "title": "x",
        "starts_at_local": "2027-03-02T10:00",
        "time_zone": "America/New_York",
        "staff_ids": [sam.id, stranger.id],
    });
    let answer = app.post(format!("/v1/clients/{}/agenda-items", ana.id), body).by(&sam).await;
    assert!(answer.wrong_fields()[0].starts_with("staff_ids"));
    assert_eq!(app.count("agenda_items").await, 0);
});
