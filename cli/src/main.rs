//! The program that people run.

mod audit;
mod content;
mod demo;
mod doctor;
mod import;
mod keys;
mod logging;
mod migrate;
mod openapi;
mod payer;
mod serve;
mod start;
mod user;
mod vapid;
mod verify;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Reminders, agendas and documentation for peer support.
///
/// Settings come from CAIRN_* variables or a TOML file; `cairn doctor` explains what is wrong with them.
#[derive(Parser)]
#[command(
    name = "cairn",
    version,
    after_help = "Examples:
  cairn serve                          API, worker and phone app in one process, on SQLite in ./var
  cairn migrate                        make or update data folder, keys and database
  cairn user add --org Hope --role specialist --email sam@hope.example --name Sam --password-stdin
  cairn demo --clients 24              fill an empty installation with invented people

Exit codes: 0 done, 1 failed, 2 bad arguments, 3 no keys or an old database, 4 e-mail taken"
)]
struct Arguments {
    /// A TOML file with settings; CAIRN_* variables win over it
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// API, worker and phone app in one process; makes keys and database when they are missing
    Serve(serve::ServeArguments),
    /// The API and the phone app alone; any number beside workers, on one PostgreSQL
    Api,
    /// The worker alone: plans and delivers reminders
    Worker,
    /// Make or update data folder, keys and database
    Migrate,
    /// Fill the installation with invented people, the same for the same seed
    Demo(demo::DemoArguments),
    /// Check settings, keys, database and clock, and explain what is wrong
    Doctor(doctor::DoctorArguments),
    /// Print the OpenAPI document
    Openapi,
    /// Members of staff
    #[command(subcommand)]
    User(user::UserCommand),
    /// The key with which push services know this server
    #[command(subcommand)]
    Vapid(vapid::VapidCommand),
    /// The master key, which locks up the keys of the data
    #[command(subcommand)]
    Keys(keys::KeysCommand),
    /// The audit log
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    /// What other programs know
    #[command(subcommand)]
    Import(import::ImportCommand),
    /// Forms that come as files
    #[command(subcommand)]
    Content(content::ContentCommand),
    /// Payers' rules that come as files
    #[command(subcommand)]
    Payer(payer::PayerCommand),
    /// Check a packet of notes, without a server; names every altered byte, exit code 1 if there is one
    Verify(verify::VerifyArguments),
}

/// Why a command failed, with the exit code that says so to scripts.
pub struct Failure {
    pub code: u8,
    pub error: anyhow::Error,
}

impl<E: Into<anyhow::Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self { code: 1, error: error.into() }
    }
}

impl Failure {
    pub fn not_ready(error: impl Into<anyhow::Error>) -> Self {
        Self { code: 3, error: error.into() }
    }
}

pub type Outcome = Result<(), Failure>;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let config = arguments.config.as_deref();
    let outcome = match arguments.command {
        Command::Serve(options) => serve::serve(config, options).await,
        Command::Api => serve::api(config).await,
        Command::Worker => serve::worker(config).await,
        Command::Migrate => migrate::run(config).await,
        Command::Demo(options) => demo::run(config, options).await,
        Command::Doctor(options) => doctor::run(config, options).await,
        Command::Openapi => openapi::run(),
        Command::User(command) => user::run(config, command).await,
        Command::Vapid(command) => vapid::run(config, command),
        Command::Keys(command) => keys::run(config, command).await,
        Command::Audit(command) => audit::run(config, command).await,
        Command::Import(command) => import::run(config, command).await,
        Command::Content(command) => content::run(config, command).await,
        Command::Verify(options) => verify::run(options),
        Command::Payer(command) => payer::run(config, command).await,
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("cairn: {:#}", failure.error);
            ExitCode::from(failure.code)
        }
    }
}
