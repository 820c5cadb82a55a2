//! Planning the reminders of the coming two days, and finding out that there is nothing left to plan.

use cairn_worker::plan_all;
use tokio::time::Instant;

use crate::population::{Crowd, Life};
use crate::report::{Report, Target};
use crate::site::{Backend, Ground, Site};

pub async fn measure(ground: &Ground, backend: Backend, report: &mut Report) -> anyhow::Result<()> {
    let people = if ground.quick { 1_000 } else { 10_000 };
    let site = Site::create(ground, backend, "planning").await?;
    let database = site.open().await?;
    let mut crowd = Crowd::gather(&database, ground.seed).await?;
    crowd.add(people, &Life::OneRoutine).await?;
    site.settle().await?;

    let began = Instant::now();
    let first = plan_all(&database).await?;
    let took = began.elapsed().as_secs_f64();
    let name = format!("planning {people} people x 3 reminders x 48 h");
    report.figure(backend, name, Target::AtMost(5.0), took, "s");
    let began = Instant::now();
    let second = plan_all(&database).await?;
    report.figure(backend, "planning again, unchanged", Target::AtMost(1.0), began.elapsed().as_secs_f64(), "s");
    report.note(
        backend,
        format!("planned {} reminders of {} items, then {}", first.planned, first.items, second.planned),
    );
    database.close().await;
    site.remove().await
}
