use cairn_tests::both;
use serde_json::{Value, json};

use super::{id, originals};

fn titles(list: &Value) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().map(|item| item["title"].as_str().unwrap()).collect()
}

both!(the_scheduler_sees_everybody_and_can_narrow_it, async |app| {
    let (sam, kim, scheduler) = (app.specialist().await, app.specialist().await, app.scheduler().await);
    let (ana, bo) = (app.client(&sam).await, app.client(&kim).await);
    let of = |staff: &cairn_tests::Staff, title: &str, at: &str, rules: Value| json!({ "staff_ids": [staff.id], "title": title, "starts_at_local": at, "reminders": rules });
    app.item(&sam, ana, of(&sam, "First", "2027-03-02T09:00", json!([{ "minutes_before": 60 }]))).await;
    app.item(&kim, bo, of(&kim, "Second", "2027-03-02T10:00", json!([]))).await;
    app.item(&scheduler, ana, of(&kim, "Third", "2027-03-03T10:00", json!([{ "days_before": 3, "at": "09:00" }])))
        .await;
    let list = async |who: &cairn_tests::Staff, more: String| {
        app.get(format!("/v1/agenda?from=2027-03-01&to=2027-03-10{more}")).by(who).await.expect(200)
    };

    let all = list(&scheduler, String::new()).await;
    assert_eq!(titles(&all), ["First", "Second", "Third"]);
    assert_eq!(all["items"][0]["client"], json!({ "id": ana.id, "preferred_name": "Ana" }));
    for (filter, expected) in [
        (format!("&client_id={}", ana.id), vec!["First", "Third"]),
        (format!("&staff_id={}", kim.id), vec!["Second", "Third"]),
        (format!("&staff_id={}&client_id={}", kim.id, ana.id), vec!["Third"]),
        ("&reminder_state=planned".to_owned(), vec!["First"]),
        ("&reminder_state=skipped".to_owned(), vec!["Third"]),
        ("&reminder_state=none".to_owned(), vec!["Second"]),
    ] {
        assert_eq!(titles(&list(&scheduler, filter.clone()).await), expected, "{filter}");
    }
    // Specialists see their own caseload in it, whoever works on the item.
    assert_eq!(titles(&list(&sam, String::new()).await), ["First", "Third"]);
    assert_eq!(titles(&list(&sam, format!("&client_id={}", bo.id)).await), Vec::<&str>::new());
});

both!(one_row_for_each_participant_that_one_may_see, async |app| {
    let sam = app.specialist().await;
    let clients = [app.client(&sam).await, app.client(&sam).await, app.client(&sam).await];
    app.group(&sam, &clients, json!({ "recurrence": "FREQ=DAILY;COUNT=2" })).await;
    let list = app.get("/v1/agenda?from=2027-03-01&to=2027-03-10").by(&sam).await.expect(200);
    assert_eq!(titles(&list).len(), 6);
});

both!(pages_of_an_agenda_have_no_gaps_and_no_repeats, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    // Two series at the same moment: ties must be broken the same way on every page.
    for _ in 0..2 {
        app.item(&sam, ana, json!({ "recurrence": "FREQ=DAILY;COUNT=7" })).await;
    }
    for base in [
        format!("/v1/clients/{}/agenda?from=2027-03-01&to=2027-03-30", ana.id),
        "/v1/agenda?from=2027-03-01&to=2027-03-30".to_owned(),
    ] {
        let whole = app.get(format!("{base}&limit=200")).by(&sam).await.expect(200);
        let mut pieces = Vec::new();
        let mut next = Some(format!("{base}&limit=3"));
        while let Some(target) = next {
            let page = app.get(target).by(&sam).await.expect(200);
            pieces.extend(page["items"].as_array().unwrap().clone());
            next = page["next_cursor"].as_str().map(|cursor| format!("{base}&limit=3&cursor={cursor}"));
        }
        assert_eq!(pieces.len(), 14);
        assert_eq!(&pieces, whole["items"].as_array().unwrap());
    }
});

both!(a_range_has_two_days_that_exist_and_at_most_62_between, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    for base in [format!("/v1/clients/{}/agenda", ana.id), "/v1/agenda".to_owned()] {
        for (query, field) in [
            ("from=2027-03-01&to=2027-05-03", "to"),
            ("from=2027-03-01&to=2027-03-01", "to"),
            ("from=2027-03-02&to=2027-03-01", "to"),
            ("from=2027-02-30&to=2027-03-01", "from"),
            ("from=2027-03-01T00:00&to=2027-03-02", "from"),
            ("to=2027-03-02", "from"),
            ("from=2027-03-01", "to"),
            ("from=2027-03-01&to=2027-03-02&limit=1000", "limit"),
        ] {
            assert_eq!(app.get(format!("{base}?{query}")).by(&sam).await.wrong_fields(), [field], "{base}?{query}");
        }
        app.get(format!("{base}?from=2027-03-01&to=2027-05-02")).by(&sam).await.expect(200);
    }
});

both!(an_endless_series_shows_only_the_range, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let item = app
        .item(&sam, ana, json!({ "recurrence": "FREQ=MONTHLY;BYDAY=-1FR", "starts_at_local": "2027-03-26T10:00" }))
        .await;
    assert_eq!(originals(&app.agenda(&sam, ana, "2027-03-01", "2027-05-01").await), ["20270326T1000", "20270430T1000"]);
    assert_eq!(originals(&app.agenda(&sam, ana, "2051-01-01", "2051-02-28").await), ["20510127T1000", "20510224T1000"]);
    app.get(format!("/v1/occurrences/{}.20510127T1000", id(&item))).by(&sam).await.expect(200);
});

both!(a_reminder_of_the_next_time_leads, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    app.phone(&sam, ana).await;
    app.appointment(&sam, ana, "2027-03-01T12:00", json!([{ "minutes_before": 90 }, { "minutes_before": 10 }])).await;
    let leading = async |by: &cairn_tests::Staff| {
        app.agenda(by, ana, "2027-03-01", "2027-03-02").await.remove(0)["reminder"].clone()
    };
    assert_eq!(leading(&sam).await["due_at"], "2027-03-01T15:30:00.000Z");
    app.live(cairn_tests::hours(1), cairn_tests::minutes(10)).await;
    let sam = app.fresh(&sam).await;
    assert_eq!(
        (&leading(&sam).await["due_at"], &leading(&sam).await["state"]),
        (&json!("2027-03-01T16:50:00.000Z"), &json!("planned"))
    );
    app.live(cairn_tests::hours(2), cairn_tests::minutes(10)).await;
    assert_eq!(leading(&app.fresh(&sam).await).await["state"], "sent");
});
