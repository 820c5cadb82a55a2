use cairn_tests::both;
use futures::future::join_all;
use serde_json::json;

use super::{admin, check_in, daily, every_type, send, shipped, with};

both!(the_same_check_in_sent_ten_times_at_once_is_stored_once, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.unsubscribed_phone(&sam, ana).await;
    let form = shipped(app, &sam, "daily").await;
    let schedule = daily(app, &sam, ana, &form).await;
    let body = check_in(app, &form["published_version_id"], json!({ "mood": 6 }));
    let body = with(body, "schedule_id", schedule["id"].clone());
    let answers = join_all((0..10).map(|_| send(app, &phone, ana, &body))).await;
    let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 200, 200, 200, 200, 200, 200, 200, 200, 201]);
    assert_eq!(
        (app.count("check_ins").await, app.count_where("audit_events", "object_type = 'check_in'").await),
        (1, 1)
    );
});

both!(of_ten_check_ins_for_one_day_one_counts, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.unsubscribed_phone(&sam, ana).await;
    let form = shipped(app, &sam, "daily").await;
    let schedule = daily(app, &sam, ana, &form).await;
    let bodies: Vec<_> = (0..10)
        .map(|mood| {
            let body = check_in(app, &form["published_version_id"], json!({ "mood": mood }));
            with(body, "schedule_id", schedule["id"].clone())
        })
        .collect();
    let answers = join_all(bodies.iter().map(|body| send(app, &phone, ana, body))).await;
    let taken: Vec<_> = answers.iter().filter(|answer| answer.status == 201).collect();
    assert_eq!((taken.len(), app.count("check_ins").await), (1, 1));
    for refused in answers.iter().filter(|answer| answer.status != 201) {
        assert_eq!(refused.refused(409), "already_answered");
        assert_eq!(refused.json["errors"][0]["message"], taken[0].json["id"]);
    }
});

both!(versions_added_at_once_are_numbered_one_after_another, async |app| {
    let admin = admin(app).await;
    let form =
        cairn_tests::id_of(&app.post("/v1/check-in-forms", json!({ "name": "Ours" })).by(&admin).await.expect(201));
    let target = format!("/v1/check-in-forms/{form}/versions");
    let answers = join_all((0..6).map(|_| app.post(target.clone(), every_type()).by(&admin).into_future())).await;
    let mut numbers: Vec<_> =
        answers.into_iter().map(|answer| answer.expect(201)["number"].as_i64().unwrap()).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, [1, 2, 3, 4, 5, 6]);
});
