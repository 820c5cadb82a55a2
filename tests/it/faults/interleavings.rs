use std::time::{Duration, Instant};

use cairn_tests::{Phone, Reply, Staff, TestApp, both, minutes};
use cairn_worker::deliver::deliver_due;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::json;

/// What was claimed before the change committed may still go out; how long after is bounded and counted.
const GRACE: Duration = Duration::from_secs(1);
const ROUNDS: u32 = 100;

/// Takes the reason to remind away, and says since when that is certain.
async fn take_away(app: &TestApp, how: u32, item: &str, scheduler: &Staff) -> Instant {
    let target = format!("/v1/agenda-items/{item}");
    match how {
        0 => drop(app.delete(target).by(scheduler).await.expect(204)),
        1 => drop(app.patch(target, json!({ "starts_at_local": "2027-03-20T10:00" })).by(scheduler).await.expect(200)),
        _ => {
            let until = app.now().plus(minutes(60));
            app.sql(&format!("UPDATE clients SET paused_until = {}", until.0)).await;
        }
    }
    Instant::now()
}

/// Reminders of the start; notices of a cancellation or a move are another matter.
fn reminders_since(app: &TestApp, phone: &Phone) -> Vec<Instant> {
    let posts = phone.posts(app);
    let says = |post| phone.open(post)["notification"]["body"].as_str().unwrap().to_owned();
    let starts =
        posts.iter().filter(|post| !says(post).starts_with("Cancelled") && !says(post).starts_with("New time"));
    starts.map(|post| post.began).collect()
}

// Red without the look at send time: `cancelled`, `moved` or `paused` always false in `Context::facts` lets retries go
// out after the change.
both!(nothing_is_sent_for_what_was_taken_away_before_it_was_claimed, async |app| {
    let seed = 8030;
    println!("seed {seed}");
    let mut random = StdRng::seed_from_u64(seed);
    let sam = app.specialist().await;
    let ana = app.client_with(&sam, json!({ "notification_detail": "time" })).await;
    let phone = app.phone(&sam, ana).await;
    let worker = app.another_worker(21).await;
    let (mut before, mut after, mut in_flight) = (0, 0, 0);
    for round in 0..ROUNDS {
        app.sql("UPDATE clients SET paused_until = NULL").await;
        app.push.forget();
        let scheduler = app.scheduler().await;
        let item = app.appointment(&scheduler, ana, "2027-03-19T10:00", json!([])).await;
        let item = item["id"].as_str().unwrap().to_owned();
        let target = format!("/v1/occurrences/{item}.20270319T1000/reminders");
        app.post(target, json!({})).by(&scheduler).await.expect(202);
        let retry = random.random_bool(0.5);
        if retry {
            // It was tried once, the service was in trouble, and it waits for its second try.
            app.push.answers_next([Reply::status(500)]);
            deliver_due(&worker).await.unwrap();
            app.advance(minutes(6));
            app.push.forget();
        }
        let how = round % 3;
        let (first, second) = (random.random_range(0..15_000), random.random_range(0..15_000));
        let scheduler = app.fresh(&scheduler).await;
        let delivery = async {
            tokio::time::sleep(Duration::from_micros(first)).await;
            let began = Instant::now();
            deliver_due(&worker).await.unwrap();
            began
        };
        let change = async {
            tokio::time::sleep(Duration::from_micros(second)).await;
            take_away(app, how, &item, &scheduler).await
        };
        let (delivering, gone) = tokio::join!(delivery, change);
        deliver_due(&worker).await.unwrap();
        app.advance(minutes(6));
        deliver_due(&worker).await.unwrap();
        let sent = reminders_since(app, &phone);
        assert!(sent.len() <= 1, "round {round}: once at most");
        if delivering > gone {
            assert!(sent.is_empty(), "round {round}, retry {retry}, kind {how}: sent though it was taken away before");
            before += 1;
        } else if let Some(began) = sent.first() {
            assert!(*began < gone + GRACE, "round {round}: {:?} after the change", *began - gone);
            if *began > gone {
                in_flight += 1;
            }
            after += 1;
        }
    }
    println!("{before} changes came first, {after} sends did, of them {in_flight} were on their way");
    assert!(before > 0 && after > 0, "both orders were seen: {before} and {after}");
    worker.database.clone().close().await;
    // Whatever happened, it came to an end.
    app.sql("UPDATE clients SET paused_until = NULL").await;
    app.deliver().await;
    assert_eq!(app.unsettled().await, 0);
});
