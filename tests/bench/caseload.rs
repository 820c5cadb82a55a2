//! The list over a caseload of sixty, in a small organization and in a large one; and the sheet of a caseload of ten
//! thousand, whose memory must not grow with it.

use std::sync::Arc;
use std::time::Duration;

use anyhow::ensure;
use cairn_shared::dashboards::rebuild;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::Instant;

use crate::check_ins::milliseconds;
use crate::load::{self, Connection, Load};
use crate::population::{Crowd, Life};
use crate::report::{Report, Target};
use crate::server::Server;
use crate::site::{Backend, Ground, Site};

const CONNECTIONS: usize = 16;
const CASELOAD: usize = 60;
const TABLES: [&str; 6] = ["clients", "check_ins", "goals", "attention_reasons", "client_summaries", "audit_events"];

pub async fn measure(ground: &Ground, backend: Backend, report: &mut Report) -> anyhow::Result<()> {
    let few = at_size(ground, backend, report, (100, 0)).await?;
    let (full, light) = if ground.quick { (200, 9_800) } else { (2_000, 98_000) };
    let many = at_size(ground, backend, report, (full, light)).await?;
    let name = format!("caseload: time at {} clients / at 100", full + light);
    report.figure(backend, name, Target::AtMost(1.5), few.per_second() / many.per_second(), "x");
    Ok(())
}

async fn at_size(
    ground: &Ground,
    backend: Backend,
    report: &mut Report,
    (full, light): (usize, usize),
) -> anyhow::Result<Load> {
    let clients = full + light;
    let site = Site::create(ground, backend, &format!("caseload_{clients}")).await?;
    if light > 0 {
        site.run(&["demo", "--clients", &light.to_string(), "--days", "14", "--seed", &ground.seed.to_string()])
            .await?;
    }
    let database = site.open().await?;
    let mut crowd = Crowd::gather(&database, ground.seed).await?;
    crowd.add(full - CASELOAD, &Life::Followed).await?;
    let sheet = if light > 0 { 10_000.min(full + light) } else { 0 };
    // Whoever is measured has sixty clients of their own.
    crowd.another_specialist("measured@bench.example").await?;
    crowd.add(CASELOAD, &Life::Followed).await?;
    let token = crowd.sign_specialist_in().await?;
    let began = Instant::now();
    let rows = rebuild(&database, crowd.scope().organization_id).await?;
    #[expect(clippy::cast_precision_loss, reason = "a rate for people to read")]
    let rate = rows as f64 / began.elapsed().as_secs_f64();
    report.figure(backend, format!("summaries made anew, {clients} clients"), Target::None, rate, "/s");
    let many = if sheet > 0 {
        crowd.another_specialist("sheet@bench.example").await?;
        crowd.take_on(sheet).await?;
        Some(crowd.sign_specialist_in().await?)
    } else {
        None
    };
    database.close().await;
    site.settle().await?;
    report.note(backend, format!("rows: {}", site.row_counts(&TABLES).await?));

    let server = Server::start(&site, "api", &[]).await?;
    let request = load::get(server.address, "/v1/dashboard/caseload?limit=60", &token);
    let mut connection = Connection::open(server.address).await?;
    let answer: Value = serde_json::from_slice(connection.ask(&request).await?)?;
    let items = answer["items"].as_array().map_or(0, Vec::len);
    ensure!(items == CASELOAD, "the caseload has {items} clients");
    let requests = Arc::new(vec![request]);
    let (warm, length) = if ground.quick { (1, 3) } else { (5, 20) };
    load::run(server.address, Arc::clone(&requests), CONNECTIONS, Duration::from_secs(warm)).await?;
    let load = load::run(server.address, requests, CONNECTIONS, Duration::from_secs(length)).await?;
    let promised = backend == Backend::Postgres && clients > 100;
    let (rate, slowest) =
        if promised { (Target::AtLeast(1000.0), Target::AtMost(30.0)) } else { (Target::None, Target::None) };
    let what = format!("caseload of {CASELOAD}, {clients} clients");
    report.figure(backend, format!("{what}: requests"), rate, load.per_second(), "/s");
    report.figure(backend, format!("{what}: p95"), slowest, milliseconds(&load, 0.95), "ms");
    if let Some(token) = many {
        take_sheet(&server, backend, report, &token, sheet).await?;
    }
    server.stop().await?;
    site.remove().await?;
    Ok(load)
}

/// Reads the whole sheet and watches what the server holds meanwhile.
async fn take_sheet(
    server: &Server,
    backend: Backend,
    report: &mut Report,
    token: &str,
    clients: usize,
) -> anyhow::Result<()> {
    let (_, before) = server.memory()?;
    let mut stream = TcpStream::connect(server.address).await?;
    let request = format!(
        "GET /v1/dashboard/caseload HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {token}\r\naccept: text/csv\r\nconnection: close\r\n\r\n",
        server.address
    );
    let began = Instant::now();
    stream.write_all(request.as_bytes()).await?;
    let (mut lines, mut most, mut buffer) = (0, before, vec![0; 64 * 1024]);
    loop {
        let read = stream.read(&mut buffer).await?;
        if read == 0 {
            break;
        }
        lines += buffer[..read].split(|byte| *byte == b'\n').count() - 1;
        most = most.max(server.memory()?.1);
    }
    ensure!(lines > clients, "the sheet has {lines} lines");
    #[expect(clippy::cast_precision_loss, reason = "megabytes for people to read")]
    let grown = most.saturating_sub(before) as f64 / 1_048_576.0;
    let seconds = began.elapsed().as_secs_f64();
    report.figure(
        backend,
        format!("sheet of {clients} clients: memory above what was held"),
        Target::None,
        grown,
        "MiB",
    );
    report.figure(backend, format!("sheet of {clients} clients: time"), Target::None, seconds, "s");
    Ok(())
}
