//! A client's agenda of fifty occurrences over HTTP, in a small organization and in a large one.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, ensure};
use cairn_shared::agenda::zone::local_of;
use cairn_shared::clock::{Clock, SystemClock};
use cairn_worker::plan_all;
use serde_json::Value;
use tokio::time::Instant;

use crate::load::{self, Connection, Load};
use crate::population::{Crowd, Life, Person};
use crate::report::{Report, Target, percentile};
use crate::server::{Server, processor_time};
use crate::site::{Backend, Ground, Site};

const CONNECTIONS: usize = 16;
const DAYS: i64 = 14;
const OCCURRENCES: usize = 50;
const TABLES: [&str; 5] = ["clients", "agenda_items", "participations", "reminders", "data_keys"];

/// How many people the organization has: with a full agenda and half a year behind them, and with two weeks.
struct Size {
    full: usize,
    light: usize,
}

pub async fn measure(ground: &Ground, backend: Backend, report: &mut Report) -> anyhow::Result<()> {
    let small = Size { full: 100, light: 0 };
    let large = if ground.quick { Size { full: 200, light: 9_800 } } else { Size { full: 2_000, light: 98_000 } };
    let few = at_size(ground, backend, report, &small).await?;
    let many = at_size(ground, backend, report, &large).await?;
    let ratio = few.per_second() / many.per_second();
    let name = format!("agenda: time at {} clients / at {}", large.full + large.light, small.full);
    report.figure(backend, name, Target::AtMost(1.5), ratio, "x");
    Ok(())
}

async fn at_size(ground: &Ground, backend: Backend, report: &mut Report, size: &Size) -> anyhow::Result<Load> {
    let clients = size.full + size.light;
    let site = Site::create(ground, backend, &format!("agenda_{clients}")).await?;
    if size.light > 0 {
        let (light, seed) = (size.light.to_string(), ground.seed.to_string());
        let printed = site.run(&["demo", "--clients", &light, "--days", "14", "--seed", &seed]).await?;
        let line = printed.lines().next().unwrap_or_default();
        report.note(backend, format!("cairn demo: {line}"));
        let rate = line.split_once('(').and_then(|(_, rest)| rest.split_whitespace().next()?.parse().ok());
        let rate: f64 = rate.with_context(|| format!("no rate in {line:?}"))?;
        report.figure(backend, format!("cairn demo, {light} clients"), Target::AtLeast(30_000.0), rate, "rows/s");
    }
    let database = site.open().await?;
    let people = Crowd::gather(&database, ground.seed).await?.add(size.full, &Life::Full).await?;
    let began = Instant::now();
    let plan = plan_all(&database).await?;
    let took = began.elapsed().as_secs_f64();
    report.note(backend, format!("planning {} items: {} reminders in {took:.1} s", plan.items, plan.planned));
    database.close().await;
    site.settle().await?;
    report.note(backend, format!("rows: {}", site.row_counts(&TABLES).await?));

    // The API alone: what a worker does meanwhile is another measurement.
    let server = Server::start(&site, "api", &[]).await?;
    let requests: Vec<Vec<u8>> = people.iter().map(|person| request(&server, person)).collect();
    check(&server, &requests[0]).await?;
    let requests = Arc::new(requests);
    let (warm, length) = if ground.quick { (2, 5) } else { (5, 20) };
    load::run(server.address, Arc::clone(&requests), CONNECTIONS, Duration::from_secs(warm)).await?;
    let before = processor_times(&site, &server).await?;
    let load = load::run(server.address, requests, CONNECTIONS, Duration::from_secs(length)).await?;
    let after = processor_times(&site, &server).await?;

    let promised = backend == Backend::Postgres && clients > 100;
    let (rate, slowest) =
        if promised { (Target::AtLeast(1500.0), Target::AtMost(30.0)) } else { (Target::None, Target::None) };
    let what = format!("agenda of {OCCURRENCES}, {clients} clients");
    report.figure(backend, format!("{what}: requests"), rate, load.per_second(), "/s");
    report.figure(backend, format!("{what}: p50"), Target::None, milliseconds(&load, 0.5), "ms");
    report.figure(backend, format!("{what}: p99"), slowest, milliseconds(&load, 0.99), "ms");
    #[expect(clippy::cast_precision_loss, reason = "means for people to read")]
    let [program, database, own] = [0, 1, 2].map(|who| (after[who] - before[who]) as f64 / load.requests as f64);
    report.note(
        backend,
        format!(
            "{what}: processor time of a request: server {program:.0} µs, database {database:.0} µs, load {own:.0} µs"
        ),
    );
    server.stop().await?;
    site.remove().await?;
    Ok(load)
}

/// Of the server, of the database's own processes, of this program: microseconds so far.
async fn processor_times(site: &Site, server: &Server) -> anyhow::Result<[u64; 3]> {
    Ok([processor_time(server.id()), site.database_time().await?, processor_time(std::process::id())])
}

fn request(server: &Server, person: &Person) -> Vec<u8> {
    let from = local_of(SystemClock.now().to_utc(), person.zone).date();
    let to = from + chrono::Duration::days(DAYS);
    let path = format!("/v1/clients/{}/agenda?from={from}&to={to}", person.id);
    load::get(server.address, &path, &person.token)
}

/// One answer is looked at: a fast answer to another question would be worth nothing.
async fn check(server: &Server, request: &[u8]) -> anyhow::Result<()> {
    let mut connection = Connection::open(server.address).await?;
    let answer: Value = serde_json::from_slice(connection.ask(request).await?)?;
    let items = answer["items"].as_array().map_or(0, Vec::len);
    ensure!(items == OCCURRENCES && answer["next_cursor"].is_null(), "the agenda has {items} occurrences");
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds for people to read")]
fn milliseconds(load: &Load, part: f64) -> f64 {
    percentile(&load.latencies, part).unwrap_or_default() as f64 / 1000.0
}
