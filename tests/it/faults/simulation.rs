use std::collections::{HashMap, HashSet};
use std::time::Duration as Real;

use cairn_shared::audit::verify;
use cairn_tests::{Phone, Post, Reply, Staff, TestApp, both, days, minutes};
use cairn_worker::WorkerContext;
use cairn_worker::deliver::deliver_due;
use chrono_tz::America::New_York;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};

const CLIENTS: usize = 20;
const DAYS: i64 = 30;
const STEP: i64 = 30;
const ZONES: [&str; 5] =
    ["America/New_York", "America/Los_Angeles", "Europe/Madrid", "Australia/Lord_Howe", "Asia/Kathmandu"];

/// A month in the life of an installation.
struct Month<'a> {
    app: &'a TestApp,
    random: StdRng,
    specialist: Staff,
    scheduler: Staff,
    phones: Vec<Phone>,
    items: Vec<(usize, String)>,
    /// Deliveries that were on the wire when their worker was killed, with how often.
    hit: HashMap<String, usize>,
    kills: usize,
}

impl Month<'_> {
    fn chance(&mut self, percent: f64) -> bool {
        self.random.random_bool(percent / 100.0)
    }

    /// A wall-clock time within the coming days.
    fn some_time(&mut self) -> String {
        let ahead = minutes(self.random.random_range(1..4 * 24 * 12) * 5);
        let local = self.app.now().plus(ahead).to_utc().with_timezone(&New_York);
        local.format("%Y-%m-%dT%H:%M").to_string()
    }

    async fn new_item(&mut self) {
        let at = self.random.random_range(0..self.phones.len());
        let rule = [None, None, Some("FREQ=DAILY"), Some("FREQ=WEEKLY;BYDAY=MO,WE,FR"), Some("FREQ=DAILY;COUNT=3")];
        let kind = ["appointment", "meeting", "routine", "to_do", "milestone"].choose(&mut self.random).unwrap();
        let zone = ["America/New_York", "client"].choose(&mut self.random).unwrap();
        let members = json!({
            "kind": kind,
            "starts_at_local": self.some_time(),
            "time_zone": zone,
            "recurrence": rule.choose(&mut self.random).unwrap(),
            "reminders": [{ "minutes_before": self.random.random_range(0..300) }, { "days_before": 1, "at": "18:30" }],
        });
        let made = self.app.item(&self.scheduler, self.phones[at].client, members).await;
        self.items.push((at, made["id"].as_str().unwrap().to_owned()));
    }

    /// An occurrence of some item in the coming days, as its agenda shows it.
    async fn some_occurrence(&mut self) -> Option<(usize, Value)> {
        let at = self.random.random_range(0..self.phones.len());
        let today = self.app.now().to_utc().date_naive();
        let (from, to) = (today.to_string(), (today + days(4)).to_string());
        let agenda = self.app.agenda(&self.scheduler, self.phones[at].client, &from, &to).await;
        agenda.choose(&mut self.random).cloned().map(|one| (at, one))
    }

    async fn change_something(&mut self) {
        let Some((at, one)) = self.some_occurrence().await else { return };
        let (id, item) = (one["occurrence_id"].as_str().unwrap(), one["item_id"].as_str().unwrap());
        let scope = ["this", "following", "all"].choose(&mut self.random).unwrap();
        let target = format!("/v1/agenda-items/{item}?scope={scope}&occurrence_id={id}");
        let time = self.some_time();
        let status = match self.random.random_range(0..5) {
            0 => self.app.delete(target).by(&self.scheduler).await.status,
            1 | 2 => self.app.patch(target, json!({ "starts_at_local": time })).by(&self.scheduler).await.status,
            3 => self.app.patch(target, json!({ "title": "Tea" })).by(&self.scheduler).await.status,
            _ => {
                let response = ["confirmed", "declined", "done", "snoozed", "help"].choose(&mut self.random).unwrap();
                let target = format!("/v1/occurrences/{id}/responses");
                self.app.post(target, json!({ "response": response })).by(&self.phones[at]).await.status
            }
        };
        assert!([200, 204, 404, 409, 422].contains(&status), "{status}");
    }

    async fn wish_something(&mut self) {
        let at = self.random.random_range(0..self.phones.len());
        let wish = match self.random.random_range(0..4) {
            0 => json!({ "time_zone": ZONES.choose(&mut self.random).unwrap() }),
            1 => json!({ "paused_until": self.app.now().plus(days(1)) }),
            2 => json!({ "quiet_hours": { "from": "21:00", "to": "08:00" } }),
            _ => json!({ "quiet_hours": null, "daily_cap": 5 }),
        };
        let target = format!("/v1/clients/{}", self.phones[at].client.id);
        self.app.patch(target, wish).by(&self.phones[at]).await.expect(200);
    }

    async fn lose_a_phone(&mut self) {
        let at = self.random.random_range(0..self.phones.len());
        self.app.push.answers_to(&self.phones[at].path.clone(), Reply::status(410));
        self.specialist = self.app.fresh(&self.specialist).await;
        let new = self.app.phone(&self.specialist, self.phones[at].client).await;
        self.phones.push(new);
    }

    /// One step of a worker; now and then it is killed in the middle.
    async fn work(&mut self, worker: &WorkerContext) {
        cairn_worker::plan_all(&worker.database).await.unwrap();
        if !self.chance(6.0) {
            deliver_due(worker).await.unwrap();
            return;
        }
        let seen = self.app.push.count();
        let patience = Real::from_micros(self.random.random_range(0..12_000));
        if tokio::time::timeout(patience, deliver_due(worker)).await.is_err() {
            self.kills += 1;
            // What it had sent may still arrive at the push service.
            tokio::time::sleep(Real::from_millis(20)).await;
            for post in self.app.push.posts().split_off(seen) {
                *self.hit.entry(self.delivery_of(&post)).or_default() += 1;
            }
        }
    }

    fn delivery_of(&self, post: &Post) -> String {
        let phone = self.phones.iter().find(|phone| phone.path == post.path).expect("a phone of ours");
        phone.open(post)["notification"]["data"]["delivery_id"].as_str().unwrap().to_owned()
    }

    async fn judge(&self) {
        let app = self.app;
        assert_eq!(app.unsettled().await, 0, "every reminder whose time has come has ended");
        let leased = app.count_where("deliveries", "state IN ('due', 'sending')");
        assert_eq!(leased.await, 0, "nothing hangs on the wire");
        let mut accepted: HashMap<String, usize> = HashMap::new();
        for post in app.push.posts().iter().filter(|post| (200..300).contains(&post.answered)) {
            *accepted.entry(self.delivery_of(post)).or_default() += 1;
        }
        for (delivery, times) in &accepted {
            let hits = self.hit.get(delivery).copied().unwrap_or_default();
            assert!(*times <= 1 + hits, "{delivery} was taken {times} times and met {hits} kills");
        }
        let twice = "SELECT COUNT(*) AS n FROM reminders WHERE state = 'sent' AND rule_key NOT LIKE 'snooze%'
            GROUP BY item_id, original_local, client_id, rule_key, starts_at_local HAVING COUNT(*) > 1";
        assert_eq!(app.column(&format!("SELECT CAST(n AS TEXT) FROM ({twice}) t")).await, Vec::<String>::new());
        let silenced = "state IN ('cancelled', 'superseded', 'suppressed', 'skipped', 'missed', 'no_device') AND EXISTS
            (SELECT 1 FROM deliveries d WHERE d.reminder_id = reminders.id AND d.state = 'accepted')";
        assert_eq!(app.count_where("reminders", silenced).await, 0, "what was sent is called sent");
        let verdict = verify(&app.database, app.organization.id).await.unwrap();
        assert!(verdict.is_whole(), "{verdict:?}");
        let distinct: HashSet<String> = app.column("SELECT DISTINCT state FROM reminders").await.into_iter().collect();
        println!("{} messages, {} kills, states {distinct:?}", accepted.len(), self.kills);
        assert!(accepted.len() > 200 && self.kills > 5, "the month was a lively one");
        assert!(["sent", "cancelled", "superseded"].iter().all(|state| distinct.contains(*state)));
    }
}

fn seed() -> u64 {
    std::env::var("CAIRN_TEST_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(20_270_301)
}

// Red when a lease never ends: what a killed worker held stays open.
both!(a_month_of_changes_losses_and_kills_leaves_nothing_open_and_nothing_doubled, async |app| {
    println!("CAIRN_TEST_SEED={}", seed());
    let (specialist, scheduler) = (app.specialist().await, app.scheduler().await);
    let mut phones = Vec::new();
    for _ in 0..CLIENTS {
        let client = app.client(&specialist).await;
        phones.push(app.phone(&specialist, client).await);
    }
    let random = StdRng::seed_from_u64(seed());
    let (items, hit) = (Vec::new(), HashMap::new());
    let mut month = Month { app, random, specialist, scheduler, phones, items, hit, kills: 0 };
    for _ in 0..30 {
        month.new_item().await;
    }
    let other = app.another_worker(31).await;
    let workers = [&*app.worker, &*other];
    let mut asleep = 0;
    for step in 0..DAYS * 24 * 60 / STEP {
        app.advance(minutes(STEP));
        if step % 10 == 0 {
            month.scheduler = app.fresh(&month.scheduler).await;
            match month.random.random_range(0..20) {
                0 => app.push.answers(Reply::status(503)),
                1 => asleep = month.random.random_range(1..16),
                _ => app.push.answers(Reply::status(201).after(Real::from_millis(1))),
            }
        }
        month.scheduler = app.fresh(&month.scheduler).await;
        if month.chance(8.0) {
            month.new_item().await;
        }
        if month.chance(20.0) {
            month.change_something().await;
        }
        if month.chance(3.0) {
            month.wish_something().await;
        }
        if month.chance(0.7) {
            month.lose_a_phone().await;
        }
        if asleep > 0 {
            asleep -= 1;
            continue;
        }
        let worker = *workers.choose(&mut month.random).unwrap();
        month.work(worker).await;
    }
    app.push.answers(Reply::status(201));
    app.live(days(1), minutes(5)).await;
    month.judge().await;
    other.database.clone().close().await;
});
