use cairn_tests::{both, hours, minutes, moment};
use serde_json::json;

both!(a_due_reminder_arrives_once_in_neutral_words, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.phone(&sam, ana).await;
    let item = app.appointment(&sam, ana, "2027-03-02T10:00", json!([{ "minutes_before": 60 }])).await;

    app.advance(hours(22) + minutes(59));
    app.deliver().await;
    assert_eq!(app.push.count(), 0, "not before it is due");
    app.advance(minutes(1));
    app.deliver().await;
    app.advance(minutes(1));
    app.deliver().await;

    let inbox = phone.inbox(app);
    assert_eq!(inbox.len(), 1, "once");
    let data = &inbox[0]["notification"]["data"];
    let delivery = data["delivery_id"].as_str().unwrap();
    assert_eq!(
        inbox[0],
        json!({
            "web_push": 8030,
            "notification": {
                "title": "You have a reminder",
                "body": "Open to see it",
                "lang": "en",
                "navigate": format!("https://cairn.test/app/r/{delivery}"),
                "data": { "delivery_id": delivery, "receipt_token": data["receipt_token"] },
            },
        })
    );
    let reminders = app.reminders(&sam, ana).await;
    assert_eq!(reminders.len(), 1);
    assert_eq!(reminders[0]["state"], "sent");
    assert_eq!(reminders[0]["item_id"], item["id"]);
    assert_eq!(moment(&reminders[0]["sent_at"]), moment(&reminders[0]["due_at"]));
    assert_eq!(reminders[0]["deliveries"][0]["id"], delivery);
});

both!(headers_say_how_long_and_how_urgent, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.phone(&sam, ana).await;
    let rules = json!([{ "minutes_before": 60 }, { "minutes_before": 5 }]);
    app.appointment(&sam, ana, "2027-03-01T12:00", rules.clone()).await;
    let bo = app.client(&sam).await;
    let other = app.phone(&sam, bo).await;
    app.appointment(&sam, bo, "2027-03-01T12:00", rules).await;
    app.advance(hours(1));
    app.deliver().await;
    app.advance(minutes(55));
    app.deliver().await;

    let posts = phone.posts(app);
    let header = |at: usize, name: &str| posts[at].headers[name].clone();
    assert_eq!(posts.len(), 2);
    assert_eq!((header(0, "ttl"), header(0, "urgency")), ("3600".to_owned(), "normal".to_owned()));
    assert_eq!((header(1, "ttl"), header(1, "urgency")), ("900".to_owned(), "high".to_owned()));
    assert_eq!(header(0, "content-encoding"), "aes128gcm");
    assert!(header(0, "authorization").starts_with("vapid t="));
    assert!(header(0, "topic").len() <= 32);
    assert_eq!(header(0, "topic"), header(1, "topic"), "the newer replaces the older of one occurrence");
    assert_ne!(header(0, "topic"), other.posts(app)[0].headers["topic"], "and tells nothing across people");
});

both!(every_device_of_the_client_gets_it_and_nobody_else, async |app| {
    let sam = app.specialist().await;
    let (ana, bo) = (app.client(&sam).await, app.client(&sam).await);
    let (phone, tablet) = (app.phone(&sam, ana).await, app.phone(&sam, ana).await);
    let strangers = app.phone(&sam, bo).await;
    app.appointment(&sam, ana, "2027-03-01T12:00", json!([{ "minutes_before": 60 }])).await;
    app.advance(hours(1));
    app.deliver().await;
    assert_eq!((phone.inbox(app).len(), tablet.inbox(app).len(), strangers.inbox(app).len()), (1, 1, 0));
    let reminders = app.reminders(&sam, ana).await;
    assert_eq!(reminders[0]["deliveries"].as_array().unwrap().len(), 2);
});

both!(spanish_speakers_read_spanish, async |app| {
    let sam = app.specialist().await;
    let ana = app.client_with(&sam, json!({ "language": "es" })).await;
    let phone = app.phone(&sam, ana).await;
    app.appointment(&sam, ana, "2027-03-01T12:00", json!([{ "minutes_before": 60 }])).await;
    app.advance(hours(1));
    app.deliver().await;
    let shown = &phone.inbox(app)[0]["notification"];
    assert_eq!(
        (shown["title"].as_str(), shown["body"].as_str()),
        (Some("Tienes un recordatorio"), Some("Abre para verlo"))
    );
    assert_eq!(shown["lang"], "es");
});

both!(more_is_shown_only_as_the_client_chose, async |app| {
    let sam = app.specialist().await;
    for (detail, title, body) in [
        ("none", "You have a reminder", "Open to see it"),
        ("time", "You have a reminder", "Today at 12:00 PM"),
        ("title", "Coffee with Sam", "Today at 12:00 PM"),
    ] {
        let ana = app.client_with(&sam, json!({ "notification_detail": detail })).await;
        let phone = app.phone(&sam, ana).await;
        let item = app.appointment(&sam, ana, "2027-03-01T12:00", json!([])).await;
        let occurrence = format!("{}.20270301T1200", item["id"].as_str().unwrap());
        app.post(format!("/v1/occurrences/{occurrence}/reminders"), json!({})).by(&sam).await.expect(202);
        app.deliver().await;
        let shown = &phone.inbox(app)[0]["notification"];
        assert_eq!((shown["title"].as_str(), shown["body"].as_str()), (Some(title), Some(body)), "{detail}");
    }
});

both!(a_series_reminds_every_day, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.phone(&sam, ana).await;
    let series = json!({
        "kind": "routine",
        "starts_at_local": "2027-03-10T09:00",
        "recurrence": "FREQ=DAILY",
        "reminders": [{ "minutes_before": 0 }],
    });
    app.item(&sam, ana, series).await;
    app.travel_to("2027-03-10T05:00:00Z");
    app.live(cairn_tests::days(10), minutes(30)).await;
    let at: Vec<String> = phone.posts(app).iter().map(|post| post.at.to_string()).collect();
    // The clocks go forward on the 14th; nine in the morning stays nine in the morning.
    let expected: Vec<String> =
        (10..20).map(|day| format!("2027-03-{day}T{}:00:00.000Z", if day < 14 { 14 } else { 13 })).collect();
    assert_eq!(at, expected);
});
