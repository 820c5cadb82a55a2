use std::time::Duration;

use cairn_shared::reminders::{DeliveryOutcome, Finished, finish};
use cairn_tests::{Phone, Reply, TestApp, both, hours, seconds};
use cairn_worker::deliver::{deliver_due, send};
use serde_json::json;

use super::claim_all;

/// One reminder that is due now.
async fn one_due(app: &TestApp) -> Phone {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.phone(&sam, ana).await;
    app.appointment(&sam, ana, "2027-03-01T14:00", json!([{ "minutes_before": 120 }])).await;
    app.advance(hours(2));
    phone
}

// Red when a lease never ends (`take` leaves `next_attempt_at` far away): then nothing is sent again. Red when the
// resend gets another topic or another id: `topic` made with the lease, or deliveries that are inserted anew.
both!(a_crash_between_accepted_and_written_down_costs_exactly_one_resend, async |app| {
    let phone = one_due(app).await;
    let claimed = claim_all(app).await.pop().expect("one claimed");
    let answer = send(&app.worker, claimed).await;
    assert!(matches!(answer.outcome, DeliveryOutcome::Accepted { .. }));
    // Here the process dies: the answer is never written down.
    for _ in 0..29 {
        app.advance(seconds(1));
        app.deliver().await;
    }
    assert_eq!(phone.posts(app).len(), 1, "nobody touches it while the lease lasts");
    app.advance(seconds(2));
    app.deliver().await;
    app.live(hours(3), seconds(600)).await;
    let posts = phone.posts(app);
    assert_eq!(posts.len(), 2, "one resend, no more");
    assert_eq!(posts[0].headers["topic"], posts[1].headers["topic"], "the push service replaces what still waits");
    let inbox = phone.inbox(app);
    assert_eq!(inbox[0], inbox[1], "the phone knows it as the same: id, receipt token and words");
    assert_eq!(app.count_where("deliveries", "state = 'accepted' AND attempts = 2").await, 1);
    assert_eq!(app.unsettled().await, 0);
});

// Red when `finish` does not look at the lease token.
both!(an_answer_that_comes_after_the_lease_changes_nothing, async |app| {
    let phone = one_due(app).await;
    let slow = claim_all(app).await.pop().expect("claimed by the first worker");
    app.advance(seconds(31));
    let second = claim_all(app).await.pop().expect("taken over by the second");
    assert_eq!((second.delivery_id, second.attempts), (slow.delivery_id, 2));
    let late = |outcome| Finished { delivery_id: slow.delivery_id, lease_token: slow.lease_token, outcome };
    for outcome in [
        DeliveryOutcome::Gone { status: 410 },
        DeliveryOutcome::Refused { status: Some(400) },
        DeliveryOutcome::Retry { status: None, at: app.now().plus(hours(1)) },
        DeliveryOutcome::Accepted { status: 201 },
    ] {
        let before = app.contents().await;
        assert_eq!(finish(&app.database, &[late(outcome)]).await.unwrap(), [slow.delivery_id], "told that it is lost");
        app.assert_unchanged_since(&before).await;
    }
    let mine = Finished {
        delivery_id: second.delivery_id,
        lease_token: second.lease_token,
        outcome: DeliveryOutcome::Accepted { status: 201 },
    };
    assert!(finish(&app.database, &[mine]).await.unwrap().is_empty());
    assert_eq!(finish(&app.database, &[mine]).await.unwrap(), [mine.delivery_id], "once");
    assert_eq!(app.count_where("reminders", "state = 'sent'").await, 1);
    drop(phone);
});

// Red when a dropped delivery run forgets to free its place at the push service (`Drop` of `Permit`), or when the run
// leaves its lock behind.
both!(a_run_that_is_killed_while_waiting_is_made_up_for, async |app| {
    let phone = one_due(app).await;
    // One place only, so a place that is not given back would be missed.
    let worker = app.worker_with(|settings| settings.push_max_in_flight = 1);
    app.push.answers(Reply::status(201).after(Duration::from_millis(400)));
    let killed = tokio::time::timeout(Duration::from_millis(150), deliver_due(&worker)).await;
    assert!(killed.is_err(), "it was still waiting");
    deliver_due(&worker).await.unwrap();
    assert_eq!(phone.posts(app).len(), 1);
    app.advance(seconds(31));
    deliver_due(&worker).await.unwrap();
    assert_eq!(phone.posts(app).len(), 2);
    assert_eq!(app.unsettled().await, 0);
});

// Red when `MAX_ABANDONED` is not looked at: then it comes back for as long as it is of use.
both!(a_delivery_that_kills_its_worker_every_time_is_given_up, async |app| {
    one_due(app).await;
    let mut claims = 0;
    for _ in 0..10 {
        claims += claim_all(app).await.len();
        app.advance(seconds(31));
    }
    assert_eq!(claims, 5);
    assert_eq!(app.count_where("reminders", "state = 'failed' AND reason = 'abandoned'").await, 1);
});

// Red when reminders are put into `sending` in another transaction than their deliveries are made.
both!(a_claim_that_is_not_committed_never_was, async |app| {
    let phone = one_due(app).await;
    // Four tries at most, for the fifth that was left without an answer is the last.
    for micros in [100, 400, 1600, 6400] {
        let _ = tokio::time::timeout(Duration::from_micros(micros), claim_all(app)).await;
        app.advance(seconds(31));
    }
    app.advance(seconds(31));
    // A dropped transaction ends a moment later; until then its rows are locked, and the next look finds them.
    for _ in 0..100 {
        app.deliver().await;
        if app.unsettled().await == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(phone.posts(app).len(), 1);
    assert_eq!(app.unsettled().await, 0);
});
