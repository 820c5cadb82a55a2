//! Measures what Cairn promises about speed and size, and prints it with the machine, the commit and the seed. Nothing
//! here ever fails for being slow: a figure depends on the machine, and is there to be read.

mod agenda;
mod audit;
mod calendars;
mod caseload;
mod check_ins;
mod lateness;
mod load;
mod machine;
mod notes;
mod phones;
mod planning;
mod population;
mod push_service;
mod raw;
mod report;
mod rows;
mod server;
mod site;
mod start;

use std::path::PathBuf;

use clap::{Parser, ValueEnum};

use machine::Machine;
use report::Report;
use site::{Backend, Ground};

/// The program's own, for what is measured in this process: planning.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Measures speed and size on this machine. `make bench` runs all of it.
#[derive(Parser)]
struct Arguments {
    /// Only these parts
    #[arg(long, value_enum, value_delimiter = ',', value_name = "PART,..")]
    only: Vec<Part>,
    /// Only these databases
    #[arg(long, value_enum, value_delimiter = ',', value_name = "DATABASE,..")]
    database: Vec<Backend>,
    /// Fewer people and shorter runs: to see that everything works
    #[arg(long)]
    quick: bool,
    /// Print JSON instead of a table
    #[arg(long)]
    json: bool,
    /// Decides who the invented people are
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// The program that is measured
    #[arg(long, env = "CAIRN_BENCH_PROGRAM")]
    program: PathBuf,
    /// An empty folder for databases; on the disk that is to be measured
    #[arg(long, env = "CAIRN_BENCH_FOLDER")]
    folder: PathBuf,
    /// A PostgreSQL server where databases may be made; without it PostgreSQL is left out
    #[arg(long, env = "CAIRN_BENCH_POSTGRES", hide_env_values = true)]
    postgres: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Cold start, memory, and what an idle server writes
    Start,
    /// Planning the reminders of the coming two days
    Planning,
    /// From due to the push service
    Lateness,
    /// A client's agenda over HTTP
    Agenda,
    /// Proving and searching an audit log of a million rows
    Audit,
    /// Writing check-ins, and hearing of them
    CheckIns,
    /// The list over a caseload, and its sheet
    Caseload,
    /// A calendar that comes in, and a feed that goes out
    Calendars,
    /// Notes that are opened, saved and signed, and a packet of them
    Notes,
}

const PARTS: [Part; 9] = [
    Part::Start,
    Part::Planning,
    Part::Lateness,
    Part::Agenda,
    Part::Audit,
    Part::CheckIns,
    Part::Caseload,
    Part::Calendars,
    Part::Notes,
];

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let ground = Ground {
        program: arguments.program.canonicalize()?,
        folder: arguments.folder.canonicalize()?,
        postgres: arguments.postgres,
        quick: arguments.quick,
        seed: arguments.seed,
    };
    let wanted = |backend: &Backend| arguments.database.is_empty() || arguments.database.contains(backend);
    let there = |backend: &Backend| *backend == Backend::Sqlite || ground.postgres.is_some();
    let backends: Vec<Backend> = Backend::ALL.into_iter().filter(wanted).filter(there).collect();
    let machine = Machine::look(&ground)?;
    let mut report = Report::default();
    for part in PARTS.into_iter().filter(|part| arguments.only.is_empty() || arguments.only.contains(part)) {
        for backend in &backends {
            let measured = match part {
                Part::Start => start::measure(&ground, *backend, &mut report).await,
                Part::Planning => planning::measure(&ground, *backend, &mut report).await,
                Part::Lateness => lateness::measure(&ground, *backend, &mut report).await,
                Part::Agenda => agenda::measure(&ground, *backend, &mut report).await,
                Part::Audit => audit::measure(&ground, *backend, &mut report).await,
                Part::CheckIns => check_ins::measure(&ground, *backend, &mut report).await,
                Part::Caseload => caseload::measure(&ground, *backend, &mut report).await,
                Part::Calendars => calendars::measure(&ground, *backend, &mut report).await,
                Part::Notes => notes::measure(&ground, *backend, &mut report).await,
            };
            // What the other parts found is still worth printing.
            if let Err(error) = measured {
                report.trouble(*backend, &error);
            }
        }
    }
    if arguments.json {
        println!("{:#}", report.to_json(&machine));
    } else {
        print!("{}", report.to_text(&machine));
    }
    Ok(())
}
