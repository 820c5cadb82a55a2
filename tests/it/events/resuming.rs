use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use cairn_shared::agenda::{self, Kind, NewItem};
use cairn_shared::db::Database;
use cairn_shared::scope::Scope;
use cairn_tests::{Listener, both, hours};
use serde_json::json;
use uuid::Uuid;

/// Puts something on a client's agenda, without HTTP between.
async fn write(database: &Database, scope: &Scope, client_id: Uuid) {
    let mut tx = database.begin_write(scope).await.unwrap();
    let new = NewItem {
        client_ids: vec![client_id],
        staff_ids: Vec::new(),
        kind: Kind::ToDo,
        title: "Walk".to_owned(),
        location: None,
        notes: None,
        starts_at_local: "2027-03-20T12:00".to_owned(),
        time_zone: "client".to_owned(),
        duration_minutes: None,
        recurrence: None,
        reminders: Vec::new(),
        goal_id: None,
        step_id: None,
    };
    agenda::create(&mut tx, new).await.unwrap();
    tx.commit().await.unwrap();
}

both!(with_two_processes_and_many_writers_nothing_is_lost_or_told_twice, async |app| {
    let sam = app.specialist().await;
    let (ana, ben) = (app.client(&sam).await, app.client(&sam).await);
    let other = app.another_api(2).await;
    let scope = app.organization.scope();
    let before: i64 = app.column("SELECT CAST(MAX(seq) AS TEXT) FROM audit_events").await[0].parse().unwrap();

    let done = Arc::new(AtomicBool::new(false));
    let mut writers = Vec::new();
    for number in 0..6 {
        let database = if number % 2 == 0 { app.database.clone() } else { other.state.database.clone() };
        let (scope, client) = (scope.clone(), if number % 3 == 0 { ana.id } else { ben.id });
        writers.push(tokio::spawn(async move {
            for _ in 0..25 {
                write(&database, &scope, client).await;
            }
        }));
    }
    let mut listeners = Vec::new();
    for number in 0..4_usize {
        let routers = [app.router.clone(), other.router.clone()];
        let (sam, done, first) = (sam.clone(), Arc::clone(&done), before.to_string());
        listeners.push(tokio::spawn(async move {
            let (mut last, mut heard, mut round) = (first, Vec::new(), 0_usize);
            loop {
                // Each time at the other process, and cut off after a few messages.
                let finished = done.load(Ordering::SeqCst);
                let mut stream = Listener::open(&routers[(number + round) % 2], &sam, Some(&last)).await;
                for _ in 0..=(7 * number + round % 5) {
                    match tokio::time::timeout(std::time::Duration::from_millis(1500), stream.next()).await {
                        Ok(Some(message)) => {
                            assert_eq!(message.event, "", "nothing is begun anew");
                            last.clone_from(&message.id);
                            heard.push(message.seq());
                        }
                        Ok(None) => panic!("the stream ended by itself"),
                        Err(_) if finished => return heard,
                        Err(_) => break,
                    }
                }
                round += 1;
            }
        }));
    }
    for writer in writers {
        writer.await.unwrap();
    }
    done.store(true, Ordering::SeqCst);
    let written: Vec<i64> = app
        .column(&format!(
            "SELECT CAST(seq AS TEXT) FROM audit_events WHERE object_type = 'agenda_item' AND seq > {before} ORDER BY audit_events.seq"
        ))
        .await
        .iter()
        .map(|text| text.parse().unwrap())
        .collect();
    assert_eq!(written.len(), 150);
    for listener in listeners {
        let heard = listener.await.unwrap();
        assert_eq!(heard, written);
    }
    other.close().await;
});

both!(what_came_while_nobody_listened_is_told_first, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let mut stream = Listener::open(&app.router, &sam, None).await;
    app.appointment(&sam, ana, "2027-03-02T12:00", json!([])).await;
    let last = stream.until("agenda_item.create").await.last().unwrap().id.clone();
    drop(stream);
    for _ in 0..3 {
        write(&app.database, &app.organization.scope(), ana.id).await;
    }
    let mut stream = Listener::open(&app.router, &sam, Some(&last)).await;
    for _ in 0..3 {
        assert_eq!(stream.next().await.unwrap().kind(), "agenda_item.create");
    }
});

both!(an_id_that_is_unknown_or_a_day_old_begins_anew, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let old: i64 = app.column("SELECT CAST(MAX(seq) AS TEXT) FROM audit_events").await[0].parse().unwrap();
    app.advance(hours(25));
    let sam = app.fresh(&sam).await;
    app.appointment(&sam, ana, "2027-03-05T12:00", json!([])).await;
    let head: i64 = app.column("SELECT CAST(MAX(seq) AS TEXT) FROM audit_events").await[0].parse().unwrap();
    for id in [old.to_string(), "999999".to_owned(), "0".to_owned(), "-3".to_owned(), "x'; --".to_owned()] {
        let mut stream = Listener::open(&app.router, &sam, Some(&id)).await;
        let first = stream.next().await.unwrap();
        assert_eq!((first.event.as_str(), first.seq()), ("reset", head), "{id}");
        assert_eq!(first.id, head.to_string());
    }
    let mut stream = Listener::open(&app.router, &sam, Some("999999")).await;
    stream.next().await.unwrap();
    app.appointment(&sam, ana, "2027-03-05T12:00", json!([])).await;
    assert_eq!(stream.next().await.unwrap().seq(), head + 1, "and then it goes on");
});
