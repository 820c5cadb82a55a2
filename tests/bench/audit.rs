//! A long audit log: proving that nobody changed it, and looking things up in it.

use std::process::Stdio;
use std::time::Duration;

use anyhow::ensure;
use cairn_shared::audit::{AuditEvent, AuditFilter, search};
use cairn_shared::db::{Database, PageRequest};
use cairn_shared::identity::{NewStaff, add_staff};
use cairn_shared::organizations::{self, SecondFactor};
use cairn_shared::scope::{Actor, Role, Scope};
use chrono::NaiveDate;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use crate::machine::megabytes;
use crate::report::{Report, Target, percentile};
use crate::server::peak_memory;
use crate::site::{Backend, Ground, Site};

const AT_ONCE: usize = 5_000;
const CLIENTS: usize = 2_000;
const KINDS: [(&str, &str); 6] = [
    ("read", "client"),
    ("read", "agenda"),
    ("update", "goal"),
    ("create", "check_in"),
    ("create", "agenda_item"),
    ("sign", "care_plan"),
];

pub async fn measure(ground: &Ground, backend: Backend, report: &mut Report) -> anyhow::Result<()> {
    let rows = if ground.quick { 50_000 } else { 1_000_000 };
    let site = Site::create(ground, backend, "audit").await?;
    let database = site.open().await?;
    let (scope, clients) = fill(&database, rows).await?;
    site.settle().await?;

    let began = Instant::now();
    let mut verify = site.command();
    let mut child = verify.args(["audit", "verify"]).stdout(Stdio::null()).spawn()?;
    let mut peak = 0;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        peak = child.id().and_then(peak_memory).unwrap_or_default().max(peak);
        sleep(Duration::from_millis(20)).await;
    };
    let took = began.elapsed().as_secs_f64();
    ensure!(status.success(), "the log does not verify");
    report.figure(backend, format!("audit verify of {rows} rows"), Target::AtMost(60.0), took, "s");
    report.figure(backend, "audit verify: most memory", Target::None, megabytes(peak), "MB");

    let today = database.env.clock.now().to_utc().date_naive();
    let some = AuditFilter::default();
    for (name, filter) in [
        ("the newest", some.clone()),
        ("one client", AuditFilter { client_id: Some(clients[7]), ..some.clone() }),
        ("one person", AuditFilter { actor_id: scope.staff_id(), ..some.clone() }),
        ("what was refused", AuditFilter { outcome: Some("denied".to_owned()), ..some.clone() }),
        ("a rare kind", kind("export", "organization")),
        ("a common kind", kind("update", "goal")),
        ("today", AuditFilter { from: Some(today - chrono::Days::new(1)), ..some.clone() }),
        ("years ago", AuditFilter { to: NaiveDate::from_ymd_opt(2020, 1, 1), ..some }),
    ] {
        let mut times = Vec::new();
        for _ in 0..20 {
            let began = Instant::now();
            search(&database, &scope, &filter, &PageRequest { limit: 50, after: None }).await?;
            times.push(began.elapsed());
        }
        times.sort_unstable();
        let slowest = percentile(&times, 0.95).unwrap_or_default().as_secs_f64() * 1000.0;
        report.figure(backend, format!("audit search, {name} (p95)"), Target::None, slowest, "ms");
    }
    database.close().await;
    site.remove().await
}

fn kind(action: &str, object_type: &str) -> AuditFilter {
    let (action, object_type) = (Some(action.to_owned()), Some(object_type.to_owned()));
    AuditFilter { action, object_type, ..AuditFilter::default() }
}

/// Writes a log through the program's own way of writing it; returns its admin and the clients in it.
async fn fill(database: &Database, rows: usize) -> anyhow::Result<(Scope, Vec<Uuid>)> {
    let organization = organizations::create(database, "Bench", chrono_tz::UTC, SecondFactor::Optional).await?;
    let mut scope = Scope::system(organization.id, "bench");
    let mut tx = database.begin_write(&scope).await?;
    let new = NewStaff {
        email: "admin@bench.example".to_owned(),
        name: "Ada".to_owned(),
        roles: vec![Role::Admin],
        // Nobody signs in with it.
        password_hash: "!".to_owned(),
    };
    let admin = add_staff(&mut tx, new).await?.id;
    let clients: Vec<Uuid> = (0..CLIENTS).map(|_| tx.new_id()).collect();
    let people: Vec<Uuid> = (0..50).map(|_| tx.new_id()).collect();
    tx.record(AuditEvent::new("export", "organization", organization.id));
    tx.commit().await?;
    let mut written = 0;
    while written < rows {
        let staff_id = people[written / AT_ONCE % people.len()];
        scope.actor = Actor::Staff { staff_id, roles: vec![Role::Specialist] };
        scope.sign_in_id = Some(staff_id);
        let mut tx = database.begin_write(&scope).await?;
        for number in written..(written + AT_ONCE).min(rows) {
            let (action, object_type) = KINDS[number % KINDS.len()];
            let client = clients[number * 7 % CLIENTS];
            let event = AuditEvent::new(action, object_type, tx.new_id()).client(client);
            tx.record(if number % 10_000 == 0 { event.denied() } else { event });
        }
        tx.commit().await?;
        written += AT_ONCE;
    }
    scope.actor = Actor::Staff { staff_id: admin, roles: vec![Role::Admin] };
    Ok((scope, clients))
}
