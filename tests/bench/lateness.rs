//! How late reminders leave: the program beside a push service that takes 20 ms for each.

use std::time::Duration;

use anyhow::Context;
use cairn_shared::agenda::Kind;
use cairn_shared::agenda::zone::resolve;
use cairn_shared::audit::AuditEvent;
use cairn_shared::clock::{Clock, SystemClock, Timestamp};
use cairn_shared::db::Database;
use tokio::time::sleep;

use crate::population::{Crowd, Life, Person};
use crate::push_service::PushService;
use crate::report::{Report, Target, percentile};
use crate::rows::Rows;
use crate::server::{Server, processor_time};
use crate::site::{Backend, Ground, Site};

const ANSWER_TAKES: Duration = Duration::from_millis(20);
const PER_SECOND: usize = 5;
/// Between writing reminders down and the first of them being due.
const AHEAD_MS: i64 = 4_000;
/// Later than this after the last due time, what has not arrived is lost.
const PATIENCE_MS: i64 = 180_000;

pub async fn measure(ground: &Ground, backend: Backend, report: &mut Report) -> anyhow::Result<()> {
    let (seconds, burst) = if ground.quick { (15, 1_000) } else { (60, 5_000) };
    let site = Site::create(ground, backend, "lateness").await?;
    let service = PushService::start(ANSWER_TAKES).await?;
    let database = site.open().await?;
    let mut crowd = Crowd::gather(&database, ground.seed).await?;
    let people = crowd.add(seconds * PER_SECOND + burst, &Life::Phone(&service)).await?;
    site.settle().await?;
    let server = Server::start(&site, "serve", &[("CAIRN_PUSH_ALLOWED_ORIGINS", service.origin.clone())]).await?;
    sleep(Duration::from_secs(3)).await;

    let (steady, at_once) = people.split_at(seconds * PER_SECOND);
    let now = SystemClock.now();
    #[expect(clippy::cast_possible_wrap, reason = "a few hundred")]
    let due: Vec<i64> = (0..steady.len()).map(|n| now.0 + AHEAD_MS + (n * 1000 / PER_SECOND) as i64).collect();
    let run = run(&database, &crowd, &service, (steady, 0), &due).await?;
    let what = format!("steady {PER_SECOND}/s for {seconds} s");
    for (name, target, part) in
        [("p50", Target::None, 0.5), ("p99", Target::AtMost(3.0), 0.99), ("most", Target::None, 1.0)]
    {
        report.figure(backend, format!("lateness, {what}: {name}"), target, run.late(part), "s");
    }
    run.judge(report, backend, &what);

    service.forget();
    let used = processor_time(server.id());
    // Reminders are due at whole minutes, so a busy minute is a single moment.
    let due = vec![SystemClock.now().0 + AHEAD_MS; at_once.len()];
    let run = self::run(&database, &crowd, &service, (at_once, steady.len()), &due).await?;
    let what = format!("{burst} due at once");
    let limit = if backend == Backend::Postgres { 60.0 } else { 90.0 };
    report.figure(backend, format!("{what}: all out"), Target::AtMost(limit), run.late(1.0), "s");
    report.figure(backend, format!("{what}: half of them out"), Target::None, run.late(0.5), "s");
    run.judge(report, backend, &what);
    #[expect(clippy::cast_precision_loss, reason = "a mean for people to read")]
    let each = (processor_time(server.id()) - used) as f64 / burst as f64;
    report.note(backend, format!("the server used {each:.0} µs of processor time for each of them"));
    // The last answers are written down after they arrive.
    sleep(Duration::from_secs(2)).await;
    let sent = site.number("SELECT count(*) FROM reminders WHERE state = 'sent'").await?;
    report.note(backend, format!("{sent} of {} reminders stand as sent in the database", people.len()));
    server.stop().await?;
    database.close().await;
    site.remove().await
}

/// What arrived, and how late.
struct Run {
    /// Milliseconds after due, sorted; first arrivals only.
    late: Vec<i64>,
    twice: usize,
    lost: usize,
    early: usize,
}

impl Run {
    #[expect(clippy::cast_precision_loss, reason = "seconds for people to read")]
    fn late(&self, part: f64) -> f64 {
        percentile(&self.late, part).unwrap_or(PATIENCE_MS) as f64 / 1000.0
    }

    #[expect(clippy::cast_precision_loss, reason = "small numbers for people to read")]
    fn judge(&self, report: &mut Report, backend: Backend, what: &str) {
        report.figure(backend, format!("{what}: sent twice"), Target::AtMost(0.0), self.twice as f64, "");
        report.figure(
            backend,
            format!("{what}: lost or early"),
            Target::AtMost(0.0),
            (self.lost + self.early) as f64,
            "",
        );
    }
}

/// Writes down a reminder for each of these people, due at its moment, and waits until all have arrived. `first` is the
/// number of the first person's phone.
async fn run(
    database: &Database,
    crowd: &Crowd<'_>,
    service: &PushService,
    (people, first): (&[Person], usize),
    due: &[i64],
) -> anyhow::Result<Run> {
    let mut tx = database.begin_write(crowd.scope()).await?;
    let mut rows = Rows::default();
    for (person, due) in people.iter().zip(due) {
        let (item_id, start) = person.appointment.context("an appointment")?;
        let starts_at = Timestamp::from(resolve(start, person.zone).context("a time of day")?.at);
        rows.reminder(&tx, (item_id, person.id), Kind::Appointment, (start, starts_at), Timestamp(*due), false);
    }
    rows.write(&tx).await?;
    tx.record(AuditEvent::new("create", "bench_reminders", people.len()));
    tx.commit().await?;

    let last = due.iter().copied().max().unwrap_or_default();
    while service.reached() < people.len() && SystemClock.now().0 < last + PATIENCE_MS {
        sleep(Duration::from_millis(100)).await;
    }
    // What comes a second time comes later.
    sleep(Duration::from_secs(2)).await;
    let arrivals = service.arrivals();
    let mut run = Run { late: Vec::new(), twice: 0, lost: 0, early: 0 };
    for (number, due) in due.iter().enumerate() {
        match arrivals.get(&(first + number)).map(Vec::as_slice) {
            Some([arrived, again @ ..]) => {
                run.late.push(arrived - due);
                run.twice += again.len();
                run.early += usize::from(arrived < due);
            }
            _ => run.lost += 1,
        }
    }
    run.late.sort_unstable();
    Ok(run)
}
