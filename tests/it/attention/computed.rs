use cairn_tests::{Client, Staff, TestApp, both, days, hours, id_of};
use serde_json::{Value, json};

use super::{kinds, reasons, with_state};

async fn attendance(app: &TestApp, by: &Staff, client: Client, item: &Value, start: &str, attendance: &str) {
    let target = format!("/v1/occurrences/{}.{start}/attendance", id_of(item));
    let body = json!({ "client_id": client.id, "attendance": attendance });
    app.post(target, body).by(&app.fresh(by).await).await.expect(200);
}

both!(a_missed_appointment_is_told_in_the_same_answer_and_coming_ends_it, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let first = app.appointment(&sam, ana, "2027-03-01T12:00", json!([])).await;
    let second = app.appointment(&sam, ana, "2027-03-03T12:00", json!([])).await;
    app.advance(hours(3));
    attendance(app, &sam, ana, &first, "20270301T1200", "no_show").await;
    let found = reasons(app, &sam, ana).await;
    assert_eq!(kinds(&found), ["appointment_missed"]);
    assert_eq!(found[0]["text"], "Did not make it to an appointment today");
    assert_eq!(found[0]["subject"]["type"], "occurrence");
    assert_eq!(found[0]["explanation"], json!({ "code": "missed_appointment", "params": { "on": "2027-03-01" } }));
    app.advance(days(2));
    assert_eq!(reasons(app, &sam, ana).await[0]["text"], "Did not make it to an appointment 2 days ago");
    attendance(app, &sam, ana, &second, "20270303T1200", "attended").await;
    assert_eq!(reasons(app, &sam, ana).await.len(), 0);
    let ended = with_state(app, &sam, ana, "?state=resolved").await;
    assert_eq!((kinds(&ended), &ended[0]["ended_by"]), (vec!["appointment_missed"], &json!(null)));
    attendance(app, &sam, ana, &second, "20270303T1200", "excused").await;
    assert_eq!(kinds(&reasons(app, &sam, ana).await), ["appointment_missed"], "corrected, it stands again");
    let sql = "SELECT action FROM audit_events WHERE object_type = 'attention_reason' ORDER BY seq";
    assert_eq!(app.column(sql).await, ["raise", "resolve", "raise"]);
});

both!(time_alone_ends_it_and_an_idle_worker_writes_nothing, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let item = app.appointment(&sam, ana, "2027-03-01T12:00", json!([])).await;
    app.advance(hours(3));
    attendance(app, &sam, ana, &item, "20270301T1200", "no_show").await;
    app.watch().await;
    let before = app.contents().await;
    for _ in 0..13 {
        app.advance(days(1));
        assert_eq!(app.watch().await, 0);
    }
    app.assert_unchanged_since(&before).await;
    app.advance(days(1));
    assert_eq!(app.watch().await, 1);
    assert_eq!(reasons(app, &sam, ana).await.len(), 0);
    assert_eq!(app.watch().await, 0);
    assert_eq!(app.count_where("attention_refreshes", "refresh_at IS NULL").await, 1, "nothing more is awaited");
});

both!(a_phone_that_is_lost_or_silent_is_noticed_and_one_that_returns_ends_it, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let mut phone = app.phone(&sam, ana).await;
    app.advance(days(2));
    app.watch().await;
    assert_eq!(reasons(app, &sam, ana).await.len(), 0);
    // The push service says that it does not know it any more.
    app.push.answers(cairn_tests::Reply::status(410));
    let sam = app.fresh(&sam).await;
    app.appointment(&sam, ana, "2027-03-03T14:00", json!([{ "minutes_before": 60 }])).await;
    app.advance(hours(3));
    app.deliver().await;
    assert_eq!(app.watch().await, 1);
    let found = reasons(app, &sam, ana).await;
    assert_eq!((kinds(&found), &found[0]["text"]), (vec!["unreachable"], &json!("No phone that reminders can reach")));
    app.subscribe(&mut phone).await;
    assert_eq!(reasons(app, &sam, ana).await.len(), 0, "in the same answer");
    app.advance(days(30));
    assert_eq!(app.watch().await, 1);
    let found = reasons(app, &sam, ana).await;
    assert_eq!(found[0]["text"], "Phone last seen 30 days ago; reminders may not arrive");
});

both!(workers_that_race_open_each_reason_once, async |app| {
    let sam = app.specialist().await;
    for _ in 0..30 {
        let client = app.client(&sam).await;
        app.unsubscribed_phone(&sam, client).await;
    }
    app.advance(days(2));
    let (one, two) = (app.another_worker(11).await, app.another_worker(12).await);
    let looks = [&app.database, &one.database, &two.database].map(cairn_worker::watch_once);
    for looked in futures::future::join_all(looks).await {
        match looked {
            Ok(_) | Err(cairn_shared::Error::Unavailable(_)) => {}
            Err(error) => panic!("{error}"),
        }
    }
    app.watch().await;
    assert_eq!(app.count_where("attention_reasons", "kind = 'unreachable' AND state = 'open'").await, 30);
    assert_eq!(app.count("attention_reasons").await, 30);
    assert_eq!(app.count_where("audit_events", "action = 'raise'").await, 30);
    for worker in [one, two] {
        worker.database.clone().close().await;
    }
});

both!(a_client_whose_data_cannot_be_read_does_not_hold_up_the_others, async |app| {
    let sam = app.specialist().await;
    let (ana, bo) = (app.client(&sam).await, app.client(&sam).await);
    app.advance(hours(3));
    for client in [ana, bo] {
        let item = app.appointment(&app.fresh(&sam).await, client, "2027-03-01T12:00", json!([])).await;
        attendance(app, &sam, client, &item, "20270301T1200", "no_show").await;
    }
    app.sql("UPDATE participations SET original_local = 'broken' WHERE client_id = (SELECT MIN(client_id::text)::uuid FROM participations)".replace(
        "MIN(client_id::text)::uuid",
        if app.backend == cairn_tests::Backend::Sqlite { "MIN(client_id)" } else { "MIN(client_id::text)::uuid" },
    ).as_str())
    .await;
    app.travel_to("2027-03-16T12:00:00Z");
    assert_eq!(app.watch().await, 2);
    assert_eq!(app.count_where("attention_reasons", "state = 'resolved'").await, 1);
    let later = app.now().plus(hours(1)).0;
    assert_eq!(app.count_where("attention_refreshes", &format!("refresh_at = {later}")).await, 1);
    assert_eq!(app.watch().await, 0);
});
