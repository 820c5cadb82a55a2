use cairn_tests::{TestApp, both, days, hours};
use serde_json::{Value, json};

use super::{id, local_starts, originals};

fn one(item: &Value, scope: &str, original: &str) -> String {
    format!("/v1/agenda-items/{0}?scope={scope}&occurrence_id={0}.{original}", id(item))
}

async fn daily(app: &TestApp, by: &cairn_tests::Staff, client: cairn_tests::Client) -> Value {
    app.item(by, client, json!({ "starts_at_local": "2027-03-02T10:00", "recurrence": "FREQ=DAILY;COUNT=5" })).await
}

both!(one_day_can_be_moved_and_keeps_its_id, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let item = daily(app, &sam, ana).await;
    app.patch(one(&item, "this", "20270304T1000"), json!({ "starts_at_local": "2027-03-04T16:30", "title": "Tea" }))
        .by(&sam)
        .await
        .expect(200);
    let agenda = app.agenda(&sam, ana, "2027-03-01", "2027-03-10").await;
    assert_eq!(
        originals(&agenda),
        ["20270302T1000", "20270303T1000", "20270304T1000", "20270305T1000", "20270306T1000"]
    );
    assert_eq!(local_starts(&agenda)[2], "2027-03-04T16:30");
    assert_eq!((&agenda[2]["moved"], &agenda[2]["title"]), (&json!(true), &json!("Tea")));
    assert_eq!((&agenda[3]["moved"], &agenda[3]["title"]), (&json!(false), &json!("Coffee with Sam")));
    // Back again: not moved any more.
    app.patch(one(&item, "this", "20270304T1000"), json!({ "starts_at_local": "2027-03-04T10:00" }))
        .by(&sam)
        .await
        .expect(200);
    assert_eq!(app.agenda(&sam, ana, "2027-03-04", "2027-03-05").await[0]["moved"], false);
});

both!(one_day_can_be_moved_to_another_day_and_found_there, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let item = daily(app, &sam, ana).await;
    app.patch(one(&item, "this", "20270304T1000"), json!({ "starts_at_local": "2027-04-20T09:00" }))
        .by(&sam)
        .await
        .expect(200);
    assert!(app.agenda(&sam, ana, "2027-03-04", "2027-03-05").await.is_empty());
    assert_eq!(originals(&app.agenda(&sam, ana, "2027-04-20", "2027-04-21").await), ["20270304T1000"]);
});

both!(this_and_following_leaves_what_was_before, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let item = app.item(&sam, ana, json!({ "recurrence": "FREQ=DAILY" })).await;
    let change = json!({ "title": "Tea", "starts_at_local": "2027-03-05T11:00" });
    let changed = app.patch(one(&item, "following", "20270305T1000"), change).by(&sam).await.expect(200);
    assert_eq!((&changed["title"], &changed["id"]), (&json!("Tea"), &item["id"]), "still the same item");
    let agenda = app.agenda(&sam, ana, "2027-03-03", "2027-03-08").await;
    assert_eq!(
        local_starts(&agenda),
        ["2027-03-03T10:00", "2027-03-04T10:00", "2027-03-05T11:00", "2027-03-06T11:00", "2027-03-07T11:00"]
    );
    let titles: Vec<_> = agenda.iter().map(|one| one["title"].as_str().unwrap()).collect();
    assert_eq!(titles, ["Coffee with Sam", "Coffee with Sam", "Tea", "Tea", "Tea"]);
});

both!(all_means_all_that_has_not_begun, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let item = app.item(&sam, ana, json!({ "recurrence": "FREQ=DAILY" })).await;
    app.advance(days(3) + hours(2));
    let sam = app.fresh(&sam).await;
    app.patch(format!("/v1/agenda-items/{}", id(&item)), json!({ "title": "Tea" })).by(&sam).await.expect(200);
    let agenda = app.agenda(&sam, ana, "2027-03-02", "2027-03-07").await;
    let titles: Vec<_> = agenda.iter().map(|one| one["title"].as_str().unwrap()).collect();
    assert_eq!(
        titles,
        ["Coffee with Sam", "Coffee with Sam", "Coffee with Sam", "Tea", "Tea"],
        "what was is not rewritten"
    );
    assert_eq!(originals(&agenda).len(), 5);
});

both!(a_single_item_is_moved_and_keeps_its_id, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let item = app.appointment(&sam, ana, "2027-03-02T10:00", json!([])).await;
    let target = format!("/v1/agenda-items/{}", id(&item));
    for to in ["2027-03-09T15:00", "2027-03-03T08:00"] {
        let changed = app.patch(&target, json!({ "starts_at_local": to })).by(&sam).await.expect(200);
        assert_eq!(changed["starts_at_local"], to);
        let agenda = app.agenda(&sam, ana, "2027-03-01", "2027-03-20").await;
        assert_eq!((local_starts(&agenda), originals(&agenda)), (vec![to], vec!["20270302T1000"]));
    }
    let read = app.get(&target).by(&sam).await;
    assert_eq!(read.header("etag"), Some("\"3\""));
    app.patch(&target, json!({ "title": "x" })).by(&sam).header("if-match", "\"2\"").await.refused(412);
});

both!(members_left_out_stay_and_null_empties, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let item = app.item(&sam, ana, json!({ "location": "Library", "notes": "Bring the form" })).await;
    let target = format!("/v1/agenda-items/{}", id(&item));
    let changed = app.patch(&target, json!({ "location": null, "duration_minutes": null })).by(&sam).await.expect(200);
    assert_eq!((&changed["location"], &changed["duration_minutes"]), (&json!(null), &json!(null)));
    assert_eq!((&changed["notes"], &changed["title"]), (&json!("Bring the form"), &json!("Coffee with Sam")));
    // A single item becomes a series, and one again.
    let series = app.patch(&target, json!({ "recurrence": "FREQ=WEEKLY" })).by(&sam).await.expect(200);
    assert_eq!(series["recurrence"], "FREQ=WEEKLY");
    assert_eq!(app.agenda(&sam, ana, "2027-03-01", "2027-03-29").await.len(), 4);
    app.patch(&target, json!({ "recurrence": null })).by(&sam).await.expect(200);
    assert_eq!(app.agenda(&sam, ana, "2027-03-01", "2027-03-29").await.len(), 1);
});

both!(a_changed_rule_keeps_days_that_were_cancelled, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let item = app.item(&sam, ana, json!({ "recurrence": "FREQ=DAILY;COUNT=6" })).await;
    app.delete(one(&item, "this", "20270304T1000")).by(&sam).await.expect(204);
    app.patch(format!("/v1/agenda-items/{}", id(&item)), json!({ "starts_at_local": "2027-03-02T12:00" }))
        .by(&sam)
        .await
        .expect(200);
    let agenda = app.agenda(&sam, ana, "2027-03-01", "2027-03-10").await;
    let planned: Vec<_> = agenda.iter().filter(|one| one["status"] == "planned").cloned().collect();
    assert_eq!(
        local_starts(&planned),
        ["2027-03-02T12:00", "2027-03-03T12:00", "2027-03-05T12:00", "2027-03-06T12:00", "2027-03-07T12:00"]
    );
});

both!(an_answer_to_the_old_time_does_not_count_for_the_new, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.unsubscribed_phone(&sam, ana).await;
    let item = app.appointment(&sam, ana, "2027-03-02T10:00", json!([])).await;
    app.post(format!("/v1/occurrences/{}.20270302T1000/responses", id(&item)), json!({ "response": "confirmed" }))
        .by(&phone)
        .await
        .expect(200);
    app.patch(format!("/v1/agenda-items/{}", id(&item)), json!({ "starts_at_local": "2027-03-02T16:00" }))
        .by(&sam)
        .await
        .expect(200);
    assert_eq!(app.agenda(&phone, ana, "2027-03-02", "2027-03-03").await[0]["response"], json!(null));
});

both!(edits_that_make_no_sense_are_refused, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let item = daily(app, &sam, ana).await;
    let other = app.appointment(&sam, ana, "2027-03-02T10:00", json!([])).await;
    let before = app.contents().await;
    let target = format!("/v1/agenda-items/{}", id(&item));
    for member in ["recurrence", "time_zone"] {
        let answer = app.patch(one(&item, "this", "20270304T1000"), json!({ member: "FREQ=DAILY" })).by(&sam).await;
        assert_eq!(answer.wrong_fields(), [member]);
    }
    assert_eq!(
        app.patch(format!("{target}?scope=this"), json!({ "title": "x" })).by(&sam).await.wrong_fields(),
        ["occurrence_id"]
    );
    assert_eq!(
        app.patch(format!("{target}?scope=some"), json!({ "title": "x" })).by(&sam).await.wrong_fields(),
        ["scope"]
    );
    let foreign = format!("{target}?scope=this&occurrence_id={}.20270302T1000", id(&other));
    assert_eq!(app.patch(foreign, json!({ "title": "x" })).by(&sam).await.wrong_fields(), ["occurrence_id"]);
    app.patch(one(&item, "this", "20270304T1001"), json!({ "title": "x" })).by(&sam).await.refused(404);
    app.patch(one(&item, "following", "20280304T1000"), json!({ "title": "x" })).by(&sam).await.refused(404);
    for (member, value) in [
        ("starts_at_local", json!("2027-02-30T10:00")),
        ("time_zone", json!("Mars")),
        ("title", json!("")),
        ("recurrence", json!("FREQ=HOURLY")),
        ("duration_minutes", json!(0)),
    ] {
        assert_eq!(app.patch(&target, json!({ member: value })).by(&sam).await.wrong_fields(), [member]);
    }
    app.assert_unchanged_since(&before).await;
});
