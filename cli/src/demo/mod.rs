//! Invented people with a believable life, the same for the same seed.

mod first_phone;
mod help;
mod moments;
mod moods;
mod notes;
mod population;
mod recovery;
mod rows;
mod sessions;
mod texts;
mod welcome;

use std::io::IsTerminal;
use std::path::Path;

use anyhow::anyhow;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cairn_shared::organizations;
use cairn_shared::random;
use clap::Args;
use indicatif::ProgressBar;
use uuid::Uuid;

pub use welcome::welcome;

use crate::start::{Installation, open, settings};
use crate::{Outcome, migrate};

pub const ORGANIZATION: &str = "Cairn Demo";

#[derive(Args)]
#[command(after_help = "Example:
  cairn demo --clients 2000 --days 180 --seed 7")]
pub struct DemoArguments {
    /// How many clients
    #[arg(long, default_value_t = 24)]
    clients: usize,
    /// How many days of past life they have
    #[arg(long, default_value_t = 180)]
    days: i64,
    /// The same seed gives the same people
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// The password of all demo staff; a random one when left out
    #[arg(long)]
    password: Option<String>,
}

pub async fn run(config: Option<&Path>, arguments: DemoArguments) -> Outcome {
    let settings = settings(config)?;
    migrate::migrate(&settings).await?;
    let installation = open(settings).await?;
    let started = std::time::Instant::now();
    let seeded = seed(&installation, &arguments).await?;
    let seconds = started.elapsed().as_secs_f64().max(0.001);
    #[expect(clippy::cast_precision_loss, reason = "a rate for people to read")]
    let rate = seeded.rows as f64 / seconds;
    println!("{} rows in {seconds:.1} s ({rate:.0} rows/s)", seeded.rows);
    for (email, role) in population::STAFF {
        println!("{role:<12} {email}");
    }
    println!("password     {}", seeded.password);
    installation.database.close().await;
    Ok(())
}

pub struct Seeded {
    pub rows: usize,
    pub password: String,
    pub first_client: Option<Uuid>,
}

async fn seed(installation: &Installation, arguments: &DemoArguments) -> anyhow::Result<Seeded> {
    if organizations::find_by_name(&installation.database, ORGANIZATION).await?.is_some() {
        return Err(anyhow!("there is a demo organization already"));
    }
    let password = arguments.password.clone().unwrap_or_else(|| {
        let bytes = random::bytes::<12>(&*installation.database.env.random);
        URL_SAFE_NO_PAD.encode(bytes)
    });
    let bar = if std::io::stderr().is_terminal() {
        ProgressBar::new(arguments.clients as u64)
    } else {
        ProgressBar::hidden()
    };
    let plan = population::Plan { clients: arguments.clients, days: arguments.days, seed: arguments.seed };
    let made =
        Box::pin(population::populate(&installation.database, &plan, &password, |done| bar.set_position(done))).await?;
    bar.finish_and_clear();
    Ok(Seeded { rows: made.rows, password, first_client: made.first_client })
}
