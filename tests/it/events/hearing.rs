use cairn_shared::scope::Role;
use cairn_tests::{Listener, both};
use serde_json::json;

both!(an_event_tells_ids_and_nothing_else, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let mut stream = Listener::open(&app.router, &sam, None).await;
    let item = app.appointment(&sam, ana, "2027-03-02T12:00", json!([])).await;
    let heard = stream.until("agenda_item.create").await;
    let message = heard.last().unwrap();
    assert_eq!(message.event, "");
    assert_eq!(message.id, message.seq().to_string());
    let mut members: Vec<&String> = message.data.as_object().unwrap().keys().collect();
    members.sort();
    assert_eq!(members, ["at", "client_id", "object_id", "seq", "type"]);
    assert_eq!(message.data["object_id"], item["id"]);
    assert_eq!(message.data["client_id"], ana.id.to_string());
});

both!(everybody_hears_of_their_own_clients_only, async |app| {
    let (sam, rosa, scheduler) = (app.specialist().await, app.specialist().await, app.scheduler().await);
    let supervisor = app.staff(&[Role::Supervisor]).await;
    app.supervise(&supervisor, &sam).await;
    let (ana, ben) = (app.client(&sam).await, app.client(&rosa).await);
    let phone = app.unsubscribed_phone(&sam, ana).await;
    let elsewhere = app.another_organization().await;
    let stranger = app.staff_of(elsewhere, &[Role::Scheduler]).await;

    let mut streams = Vec::new();
    for who in [&sam, &rosa, &supervisor, &scheduler, &stranger] {
        streams.push(Listener::open(&app.router, who, None).await);
    }
    let mut own = Listener::open(&app.router, &phone, None).await;
    for client in [ana, ben, ana] {
        app.appointment(&scheduler, client, "2027-03-02T12:00", json!([])).await;
    }
    // Something that each hears after all of it.
    app.state.events.close();
    let mut heard = Vec::new();
    for stream in streams {
        heard.push(stream.rest().await.iter().map(|message| message.data["client_id"].clone()).collect::<Vec<_>>());
    }
    let (a, b) = (json!(ana.id.to_string()), json!(ben.id.to_string()));
    let mut last = Vec::new();
    while let Some(message) = own.next().await {
        last.push(message.data["client_id"].clone());
    }
    // A stream may end before the newest events: what was told is a beginning of what is right.
    for (name, told, right) in [
        ("specialist", &heard[0], vec![a.clone(), a.clone()]),
        ("another specialist", &heard[1], vec![b.clone()]),
        ("supervisor", &heard[2], vec![a.clone(), a.clone()]),
        ("scheduler", &heard[3], vec![a.clone(), b.clone(), a.clone()]),
        ("of another organization", &heard[4], vec![]),
        ("client", &last, vec![a.clone(), a.clone()]),
    ] {
        assert!(right.starts_with(told), "{name}: {told:?}");
    }

    // Asked for without waiting, all of it is there.
    for (who, right) in [(&sam, 2), (&rosa, 1), (&supervisor, 2), (&scheduler, 3)] {
        let first =
            app.column("SELECT CAST(MIN(seq) AS TEXT) FROM audit_events WHERE object_type = 'agenda_item'").await;
        let last = first[0].parse::<i64>().unwrap() - 1;
        let answer = app.get("/v1/events?follow=false").by(who).header("last-event-id", &last.to_string()).await;
        assert_eq!(answer.text().matches("agenda_item.create").count(), right);
    }
});

both!(who_is_assigned_meanwhile_hears_from_then_on_and_who_is_not_any_more_stops, async |app| {
    let (sam, rosa) = (app.specialist().await, app.specialist().await);
    let supervisor = app.staff(&[Role::Supervisor]).await;
    app.supervise(&supervisor, &sam).await;
    let ana = app.client(&sam).await;
    let mut stream = Listener::open(&app.router, &rosa, None).await;
    app.appointment(&sam, ana, "2027-03-02T12:00", json!([])).await;
    let first = app.client(&rosa).await;
    let heard = stream.until("client.create").await;
    assert!(heard.iter().all(|message| message.data["client_id"] == first.id.to_string()), "{heard:?}");
    let body = json!({ "staff_id": rosa.id, "starts_on": "2027-03-01" });
    let made = app.post(format!("/v1/clients/{}/assignments", ana.id), body).by(&supervisor).await.expect(201);
    stream.until("assignment.create").await;
    app.appointment(&sam, ana, "2027-03-03T12:00", json!([])).await;
    stream.until("agenda_item.create").await;

    // Until yesterday.
    app.sql(&format!("UPDATE assignments SET starts_on = '2027-02-01' WHERE id = '{}'", made["id"].as_str().unwrap()))
        .await;
    if app.backend == cairn_tests::Backend::Sqlite {
        app.sql("UPDATE assignments SET starts_on = '2027-02-01'").await;
    }
    let target = format!("/v1/assignments/{}", made["id"].as_str().unwrap());
    app.patch(target, json!({ "ends_on": "2027-02-28" })).by(&supervisor).await.expect(200);
    app.appointment(&sam, ana, "2027-03-04T12:00", json!([])).await;
    let mine = app.client(&rosa).await;
    let heard = stream.until("client.create").await;
    assert!(heard.iter().all(|message| message.data["client_id"] == mine.id.to_string()), "{heard:?}");
});

both!(reading_is_no_event, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let mut stream = Listener::open(&app.router, &sam, None).await;
    app.get(format!("/v1/clients/{}", ana.id)).by(&sam).await.expect(200);
    app.appointment(&sam, ana, "2027-03-02T12:00", json!([])).await;
    assert_eq!(stream.until("agenda_item.create").await.len(), 1);
});
