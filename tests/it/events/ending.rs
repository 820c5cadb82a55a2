use std::time::Duration;

use cairn_api::events::Pace;
use cairn_tests::{Listener, both, minutes};
use serde_json::json;

both!(a_stream_ends_with_its_sign_in, async |app| {
    let sam = app.specialist().await;
    let again = app.fresh(&sam).await;
    let stream = Listener::open(&app.router, &again, None).await;
    let mut stays = Listener::open(&app.router, &sam, None).await;
    app.call("POST", "/v1/auth/sign-out").by(&again).await.expect(204);
    assert!(stream.rest().await.is_empty());
    app.client(&sam).await;
    stays.until("client.create").await;
});

both!(a_stream_is_no_use_of_a_sign_in, async |app| {
    let sam = app.specialist().await;
    let stream = Listener::open(&app.router, &sam, None).await;
    app.advance(minutes(16));
    assert!(stream.rest().await.is_empty());
});

both!(a_server_that_stops_lets_its_streams_end, async |app| {
    let sam = app.specialist().await;
    let stream = Listener::open(&app.router, &sam, None).await;
    app.state.events.close();
    stream.rest().await;
    assert_eq!(app.get("/v1/events").by(&sam).await.refused(503), "stopping");
});

both!(nothing_is_read_for_nobody, async |app| {
    let sam = app.specialist().await;
    assert_eq!(app.state.events.usage(), (0, 0));
    let first = Listener::open(&app.router, &sam, None).await;
    let second = Listener::open(&app.router, &sam, None).await;
    assert_eq!(app.state.events.usage(), (1, 2));
    drop(first);
    drop(second);
    let nobody = async {
        while app.state.events.usage() != (0, 0) {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), nobody).await.expect("nothing is followed any more");
});

both!(the_oldest_of_too_many_streams_of_a_sign_in_ends, async |app| {
    let sam = app.specialist().await;
    let mut streams = Vec::new();
    for _ in 0..17 {
        streams.push(Listener::open(&app.router, &sam, None).await);
    }
    assert!(streams.remove(0).rest().await.is_empty());
    let ana = app.client(&sam).await;
    for stream in &mut streams {
        let heard = stream.until("client.create").await;
        assert_eq!(heard.last().unwrap().data["client_id"], json!(ana.id.to_string()));
    }
});

both!(parameters_that_are_not_known_are_refused, async |app| {
    let sam = app.specialist().await;
    assert_eq!(app.get("/v1/events?follow=maybe").by(&sam).await.wrong_fields(), ["follow"]);
    assert_eq!(app.get("/v1/events?last=3").by(&sam).await.wrong_fields(), ["last"]);
});

both!(who_takes_nothing_is_let_go_and_loses_nothing, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let pace = Pace { patience: Duration::from_millis(50), ..Pace::default() };
    let other = app.another_api_at(pace, 4).await;
    let mut stream = Listener::open(&other.router, &sam, None).await;
    let mut written = 0;
    // Each alone, so that each is a chunk; a listener has room for a few.
    while other.state.events.usage().1 > 0 {
        app.appointment(&sam, ana, "2027-03-02T12:00", json!([])).await;
        written += 1;
        assert!(written < 200, "it is never let go");
        tokio::time::sleep(Duration::from_millis(60)).await;
    }
    let mut heard = 0;
    while stream.next().await.is_some() {
        heard += 1;
    }
    assert!(heard < written, "what it had no room for was not kept for it");
    let mut again = Listener::open(&other.router, &sam, stream.last_id.as_deref()).await;
    for _ in heard..written {
        assert_eq!(again.next().await.unwrap().kind(), "agenda_item.create");
    }
    other.close().await;
});
