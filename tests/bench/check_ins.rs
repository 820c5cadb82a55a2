//! A check-in over HTTP: written with its audit row, summary and event; in one organization and over eight; against the
//! same statements without Cairn; and how soon a listener of another process hears of it.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, ensure};
use cairn_shared::check_ins::entity::check_in_form;
use cairn_shared::clock::{Clock, SystemClock};
use cairn_shared::dashboards::rebuild;
use cairn_shared::db::Database;
use cairn_tests::id_of_phone;
use sea_orm::entity::prelude::*;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use crate::load::{self, Load};
use crate::population::{Crowd, Life, Person};
use crate::raw::{self, Answering};
use crate::report::{Report, Target, percentile};
use crate::server::Server;
use crate::site::{Backend, Ground, Site};

const CONNECTIONS: usize = 16;
const ORGANIZATIONS: usize = 8;
const PEOPLE: usize = 200;

/// People of one organization, and the form that they answer.
struct Group {
    id: Uuid,
    version_id: Uuid,
    people: Vec<Person>,
    specialist_token: String,
}

impl Group {
    fn answering(&self) -> Answering {
        let client_ids = self.people.iter().map(|person| person.id).collect();
        Answering { organization_id: self.id, version_id: self.version_id, client_ids }
    }
}

pub async fn measure(ground: &Ground, backend: Backend, report: &mut Report) -> anyhow::Result<()> {
    let site = Site::create(ground, backend, "check_ins").await?;
    let database = site.open().await?;
    let mut groups = Vec::new();
    for number in 0..ORGANIZATIONS {
        groups.push(group(&database, ground.seed, number).await?);
    }
    database.close().await;
    site.settle().await?;
    let length = Duration::from_secs(if ground.quick { 3 } else { 15 });
    let server = Server::start(&site, "api", &[]).await?;
    let groups = Arc::new(groups);
    run(&server, &groups, 1, Duration::from_secs(2)).await?;

    let written = "SELECT count(*) FROM check_ins";
    let before = site.number(written).await?;
    let one = run(&server, &groups, 1, length).await?;
    let eight = run(&server, &groups, ORGANIZATIONS, length).await?;
    let stored = usize::try_from(site.number(written).await? - before)?;
    ensure!(stored == one.requests + eight.requests, "{stored} of {} are stored", one.requests + eight.requests);
    let (single, several) = match backend {
        Backend::Postgres => (Target::AtLeast(1000.0), Target::AtLeast(2500.0)),
        Backend::Sqlite => (Target::AtLeast(800.0), Target::None),
    };
    report.figure(backend, "check-ins, one organization", single, one.per_second(), "/s");
    report.figure(backend, "check-ins, one organization: p95", Target::None, milliseconds(&one, 0.95), "ms");
    report.figure(backend, "check-ins, eight organizations", several, eight.per_second(), "/s");
    report.figure(backend, "check-ins, eight organizations: p95", Target::None, milliseconds(&eight, 0.95), "ms");
    server.stop().await?;

    for (organizations, ours) in [(1, &one), (ORGANIZATIONS, &eight)] {
        let answering: Vec<Answering> = groups.iter().take(organizations).map(Group::answering).collect();
        let raw = raw::check_ins(&site, &answering, CONNECTIONS, length).await?;
        report.figure(
            backend,
            format!("raw SQL, the same rows, organizations: {organizations}"),
            Target::None,
            raw,
            "/s",
        );
        let name = format!("check-ins / raw SQL, organizations: {organizations}");
        report.figure(backend, name, Target::AtLeast(0.5), ours.per_second() / raw, "x");
    }
    if backend == Backend::Postgres {
        across_processes(&site, &groups[0], report).await?;
    }
    site.remove().await
}

async fn group(database: &Database, seed: u64, number: usize) -> anyhow::Result<Group> {
    let mut crowd = Crowd::gather_as(database, seed, &format!("Bench {number}")).await?;
    let people = crowd.add(PEOPLE, &Life::SignedIn).await?;
    let specialist_token = crowd.sign_specialist_in().await?;
    let id = crowd.scope().organization_id;
    rebuild(database, id).await?;
    let tx = database.begin_read(crowd.scope()).await?;
    let form = check_in_form::Entity::find()
        .filter(check_in_form::COLUMN.organization_id.eq(id))
        .filter(check_in_form::COLUMN.key.eq("daily"))
        .one(tx.conn())
        .await?;
    tx.finish().await?;
    let version_id = form.and_then(|form| form.published_version_id).context("the daily form")?;
    Ok(Group { id, version_id, people, specialist_token })
}

async fn run(
    server: &Server,
    groups: &Arc<Vec<Group>>,
    organizations: usize,
    length: Duration,
) -> anyhow::Result<Load> {
    let (groups, address) = (Arc::clone(groups), server.address);
    let make = move |turn: usize| {
        let group = &groups[turn % organizations];
        let person = &group.people[turn / organizations % group.people.len()];
        check_in(address, person, group.version_id, turn)
    };
    load::run_made(address, Arc::new(make), CONNECTIONS, length).await
}

fn check_in(address: std::net::SocketAddr, person: &Person, version_id: Uuid, turn: usize) -> Vec<u8> {
    let body = format!(
        r#"{{"id":"{}","form_version_id":"{version_id}","answered_at":"{}","answers":{{"mood":{},"craving":{},"supports":2,"safe":true}}}}"#,
        id_of_phone(),
        SystemClock.now(),
        turn % 11,
        turn % 7,
    );
    let path = format!("/v1/clients/{}/check-ins", person.id);
    load::post(address, &path, &person.token, &body)
}

/// One process writes, a listener of another hears.
async fn across_processes(site: &Site, group: &Group, report: &mut Report) -> anyhow::Result<()> {
    let (writer, reader) = (Server::start(site, "api", &[]).await?, Server::start(site, "api", &[]).await?);
    let mut stream = TcpStream::connect(reader.address).await?;
    let request = format!(
        "GET /v1/events HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\n\r\n",
        reader.address, group.specialist_token
    );
    stream.write_all(request.as_bytes()).await?;
    let mut lines = BufReader::new(stream).lines();
    while !lines.next_line().await?.context("the stream ended")?.starts_with("id: ") {}
    let mut connection = load::Connection::open(writer.address).await?;
    let mut times = Vec::new();
    for turn in 0..100_usize {
        // At any moment between two looks of the listener's process.
        sleep(Duration::from_millis(37 * (turn as u64 % 20))).await;
        let request = check_in(writer.address, &group.people[turn % PEOPLE], group.version_id, turn);
        let began = Instant::now();
        connection.ask(&request).await?;
        while !lines.next_line().await?.context("the stream ended")?.contains("check_in.create") {}
        times.push(u64::try_from(began.elapsed().as_micros())?);
    }
    times.sort_unstable();
    let at = |part| percentile(&times, part).unwrap_or_default();
    #[expect(clippy::cast_precision_loss, reason = "milliseconds for people to read")]
    let milliseconds = |part| at(part) as f64 / 1000.0;
    let name = "check-in to event in another process";
    report.figure(Backend::Postgres, format!("{name}: p50"), Target::None, milliseconds(0.5), "ms");
    report.figure(Backend::Postgres, format!("{name}: p95"), Target::AtMost(1000.0), milliseconds(0.95), "ms");
    writer.stop().await?;
    reader.stop().await
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds for people to read")]
pub fn milliseconds(load: &Load, part: f64) -> f64 {
    percentile(&load.latencies, part).unwrap_or_default() as f64 / 1000.0
}
