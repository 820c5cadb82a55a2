//! A calendar of ten thousand series on its way in, with the memory that it takes; a feed of a thousand occurrences on
//! its way out.

use std::fmt::Write;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use cairn_shared::calendars::{FeedDetail, create_feed};
use cairn_shared::clock::{Clock, SystemClock};
use cairn_shared::dashboards::rebuild;
use cairn_shared::scope::{Actor, Scope};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep};

use crate::check_ins::milliseconds;
use crate::load::{self, Connection};
use crate::machine::megabytes;
use crate::population::{Crowd, Life};
use crate::report::{Report, Target};
use crate::server::Server;
use crate::site::{Backend, Ground, Site};

const OCCURRENCES: usize = 1_000;
const FEEDS: usize = 10;
const TABLES: [&str; 4] = ["agenda_items", "agenda_schedules", "reminders", "imported_series"];

pub async fn measure(ground: &Ground, backend: Backend, report: &mut Report) -> anyhow::Result<()> {
    import(ground, backend, report).await?;
    feed(ground, backend, report).await
}

async fn import(ground: &Ground, backend: Backend, report: &mut Report) -> anyhow::Result<()> {
    let events = if ground.quick { 2_000 } else { 10_000 };
    let site = Site::create(ground, backend, "calendars_in").await?;
    let database = site.open().await?;
    let mut crowd = Crowd::gather(&database, ground.seed).await?;
    let person = crowd.add(1, &Life::SignedIn).await?.pop().context("somebody")?;
    rebuild(&database, crowd.scope().organization_id).await?;
    let token = crowd.sign_specialist_in().await?;
    database.close().await;
    site.settle().await?;

    let server = Server::start(&site, "serve", &[]).await?;
    let before = server.memory()?.0;
    let path = format!("/v1/clients/{}/agenda/imports", person.id);
    let request = file(server.address, &path, &token, &series(events));
    let size = request.len();
    let began = Instant::now();
    let mut connection = Connection::open(server.address).await?;
    let started: Value = serde_json::from_slice(connection.ask(&request).await?)?;
    drop(request);
    let id = started["id"].as_str().context("the import's id")?.to_owned();
    let ask = load::get(server.address, &format!("/v1/imports/{id}"), &token);
    let mut most = server.memory()?.0;
    let ended = loop {
        most = most.max(server.memory()?.0);
        let now: Value = serde_json::from_slice(connection.ask(&ask).await?)?;
        if now["state"] != "waiting" {
            break now;
        }
        if began.elapsed() > Duration::from_mins(5) {
            bail!("the import does not end: {now}");
        }
        sleep(Duration::from_millis(50)).await;
    };
    let took = began.elapsed().as_secs_f64();
    ensure!(ended["result"]["imported"] == events, "imported: {ended}");
    let what = format!("calendar of {events} series with rules");
    report.figure(backend, format!("{what}: imported in"), Target::AtMost(20.0), took, "s");
    report.figure(backend, format!("{what}: most memory"), Target::AtMost(150.0), megabytes(most), "MB");
    report.note(
        backend,
        format!("before the import {:.1} MB; the file has {:.1} MB", megabytes(before), megabytes(size as u64)),
    );
    report.note(backend, format!("rows: {}", site.row_counts(&TABLES).await?));
    server.stop().await?;
    site.remove().await
}

async fn feed(ground: &Ground, backend: Backend, report: &mut Report) -> anyhow::Result<()> {
    let site = Site::create(ground, backend, "calendars_out").await?;
    let database = site.open().await?;
    let mut crowd = Crowd::gather(&database, ground.seed).await?;
    let person = crowd.add(1, &Life::SignedIn).await?.pop().context("somebody")?;
    rebuild(&database, crowd.scope().organization_id).await?;
    let token = crowd.sign_specialist_in().await?;
    let actor = Actor::Client { client_id: person.id, device_id: None };
    let mut tx = database.begin_write(&Scope { actor, ..crowd.scope().clone() }).await?;
    let mut tokens = Vec::new();
    for _ in 0..FEEDS {
        tokens.push(create_feed(&mut tx, FeedDetail::Title).await?.token);
    }
    tx.commit().await?;
    database.close().await;
    let server = Server::start(&site, "serve", &[]).await?;
    let path = format!("/v1/clients/{}/agenda/imports", person.id);
    let mut connection = Connection::open(server.address).await?;
    // Single dates: what a feed has to write one by one. In parts, so that each is taken at once.
    for part in 0..4 {
        let body = singles(part * OCCURRENCES / 4, OCCURRENCES / 4);
        connection.ask(&file(server.address, &path, &token, &body)).await?;
    }
    let requests: Vec<Vec<u8>> =
        tokens.iter().map(|token| load::get(server.address, &format!("/feeds/{token}.ics"), "none")).collect();
    let text = String::from_utf8_lossy(connection.ask(&requests[0]).await?).into_owned();
    let shown = text.matches("BEGIN:VEVENT").count();
    ensure!(shown == OCCURRENCES, "the feed has {shown} events");
    let tag = unchanged(server.address, &tokens[0], None).await?.1.context("a tag")?;
    let mut latencies = Vec::new();
    // A feed may be read sixty times at once, so all of them take turns.
    for turn in 0..FEEDS * 40 {
        let sent = Instant::now();
        connection.ask(&requests[turn % FEEDS]).await?;
        latencies.push(u64::try_from(sent.elapsed().as_micros())?);
    }
    latencies.sort_unstable();
    let seconds = 1.0;
    let load = load::Load { requests: latencies.len(), seconds, latencies };
    let what = format!("feed of {OCCURRENCES} occurrences");
    report.figure(backend, format!("{what}: p95"), Target::AtMost(50.0), milliseconds(&load, 0.95), "ms");
    report.figure(backend, format!("{what}: p50"), Target::None, milliseconds(&load, 0.5), "ms");
    let status = unchanged(server.address, &tokens[0], Some(&tag)).await?.0;
    report.figure(backend, "unchanged feed: status", Target::AtMost(304.0), f64::from(status), "");
    ensure!(status == 304, "an unchanged feed answers {status}");
    server.stop().await?;
    site.remove().await
}

fn file(address: SocketAddr, path: &str, token: &str, body: &str) -> Vec<u8> {
    format!(
        "POST {path} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\ncontent-type: text/calendar\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

fn calendar(events: usize, mut lines: impl FnMut(usize, &mut String)) -> String {
    let mut text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//bench//EN\r\n".to_owned();
    for n in 0..events {
        text.push_str("BEGIN:VEVENT\r\n");
        lines(n, &mut text);
        text.push_str("END:VEVENT\r\n");
    }
    text.push_str("END:VCALENDAR\r\n");
    text
}

fn series(events: usize) -> String {
    let today = SystemClock.now().to_utc().date_naive();
    calendar(events, |n, text| {
        let start = today + chrono::Days::new(u64::try_from(n % 90).unwrap_or(0));
        let (day, hour) = (start.format("%Y%m%d"), 8 + n % 10);
        let rule =
            ["FREQ=WEEKLY;BYDAY=MO,WE", "FREQ=DAILY;COUNT=40", "FREQ=MONTHLY;BYDAY=2TU", "FREQ=WEEKLY;INTERVAL=2"]
                [n % 4];
        let _ = write!(
            text,
            "UID:{n}@bench\r\nSUMMARY:Appointment number {n}\r\nLOCATION:Room {}\r\nDTSTART;TZID=America/New_York:{day}T{hour:02}0000\r\n\
             DURATION:PT50M\r\nRRULE:{rule}\r\nBEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT1H\r\nEND:VALARM\r\n",
            n % 7
        );
    })
}

fn singles(first: usize, count: usize) -> String {
    let today = SystemClock.now().to_utc().date_naive();
    calendar(count, |n, text| {
        let n = first + n;
        let start = today + chrono::Days::new(u64::try_from(n % 300).unwrap_or(0));
        let (day, hour) = (start.format("%Y%m%d"), 8 + n % 10);
        let _ = write!(
            text,
            "UID:{n}@bench\r\nSUMMARY:Appointment number {n}\r\nDTSTART;TZID=America/New_York:{day}T{hour:02}0000\r\nDURATION:PT50M\r\n"
        );
    })
}

/// Status and tag of a feed; a 304 is no success to [`Connection`].
async fn unchanged(address: SocketAddr, token: &str, tag: Option<&str>) -> anyhow::Result<(u16, Option<String>)> {
    let known = tag.map(|tag| format!("if-none-match: {tag}\r\n")).unwrap_or_default();
    let mut stream = TcpStream::connect(address).await?;
    let request = format!("GET /feeds/{token}.ics HTTP/1.1\r\nhost: {address}\r\n{known}connection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    let text = String::from_utf8_lossy(&answer);
    let status = text.split(' ').nth(1).and_then(|status| status.parse().ok()).context("a status")?;
    let tag = text.lines().find_map(|line| line.strip_prefix("etag: ").map(str::to_owned));
    Ok((status, tag))
}
