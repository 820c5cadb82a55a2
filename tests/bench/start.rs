//! Cold start, memory, and what a server writes that has nothing to do.

use std::time::Duration;

use tokio::time::sleep;

use crate::machine::megabytes;
use crate::report::{Report, Target, percentile};
use crate::server::Server;
use crate::site::{Backend, Ground, Site};

const SETTLE: Duration = Duration::from_secs(10);

pub async fn measure(ground: &Ground, backend: Backend, report: &mut Report) -> anyhow::Result<()> {
    let site = Site::create(ground, backend, "start").await?;
    let mut starts = Vec::new();
    for _ in 0..5 {
        let server = Server::start(&site, "serve", &[]).await?;
        starts.push(server.started_in);
        server.stop().await?;
    }
    starts.sort_unstable();
    let median = percentile(&starts, 0.5).unwrap_or_default().as_secs_f64();
    report.figure(backend, "cold start to ready (median of 5)", Target::AtMost(1.0), median, "s");

    let server = Server::start(&site, "serve", &[]).await?;
    sleep(SETTLE).await;
    let (resident, own) = server.memory()?;
    report.figure(backend, "idle memory after 10 s", Target::AtMost(40.0), megabytes(resident), "MB");
    report.note(backend, format!("of the idle memory {:.1} MB are the process's own", megabytes(own)));
    // What came before is written out, so that it is not counted below.
    site.settle().await?;
    let idle = Duration::from_secs(if ground.quick { 10 } else { 30 });
    let (written, changes, log) = (server.written()?, changes(&site).await?, log_end(&site).await?);
    sleep(idle).await;
    let seconds = idle.as_secs();
    let bytes = server.written()? - written;
    #[expect(clippy::cast_precision_loss, reason = "small numbers for people to read")]
    let mut idle_figure = |what: &str, count: i64, unit| {
        report.figure(backend, format!("{what} in {seconds} s"), Target::AtMost(0.0), count as f64, unit);
    };
    idle_figure("idle: written to disk by the process", i64::try_from(bytes)?, "B");
    idle_figure("idle: growth of the write-ahead log", log_end(&site).await? - log, "B");
    if backend == Backend::Postgres {
        idle_figure("idle: rows changed", self::changes(&site).await? - changes, "");
    }
    server.stop().await?;
    site.remove().await
}

/// Rows of this database that were ever written. SQLite keeps no such count; there the process itself does the writing.
async fn changes(site: &Site) -> anyhow::Result<i64> {
    match site.backend {
        Backend::Sqlite => Ok(0),
        Backend::Postgres => {
            site.number(
                "SELECT (tup_inserted + tup_updated + tup_deleted)::bigint FROM pg_stat_database
                 WHERE datname = current_database()",
            )
            .await
        }
    }
}

/// How far the write-ahead log reaches, in bytes.
async fn log_end(site: &Site) -> anyhow::Result<i64> {
    match site.backend {
        Backend::Sqlite => {
            let facts = std::fs::metadata(site.data_dir.join("cairn.db-wal"));
            Ok(facts.map_or(0, |facts| i64::try_from(facts.len()).unwrap_or(i64::MAX)))
        }
        Backend::Postgres => site.number("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint").await,
    }
}
