use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use cairn_shared::db::ScopedTx;
use cairn_shared::error::Error;
use cairn_shared::organizations;
use cairn_shared::payers::{self, ProfileFile};
use cairn_shared::scope::Scope;
use clap::{Args, Subcommand};

use crate::start::{Installation, open, settings};
use crate::{Failure, Outcome};

#[derive(Subcommand)]
pub enum PayerCommand {
    /// Load a payer's rules from a file. Works beside a running server
    #[command(after_help = "The file is TOML; what its rules leave out is the careful usual:
  state = \"ID\"
  payer = \"medicaid\"
  program = \"behavioral_health\"
  effective_from = \"2027-01-01\"

  [rules.units]
  rounding_threshold = 8
  first_unit_min = 8

  [[rules.codes]]
  code = \"H0038\"
  unit = \"min15\"
  modifier_sets = [{ modifiers = [], kind = \"individual\" }, { modifiers = [\"HQ\"], kind = \"group\" }]

Rules for a start that is there already become its next version; the same rules again change nothing.

Example:
  cairn payer load idaho-2027.toml --org Hope")]
    Load(FileArguments),
    /// Say what a file would change of the rules that hold on its first day; exit code 1 if it would change anything
    #[command(after_help = "Example:
  cairn payer diff idaho-2027.toml --org Hope")]
    Diff(FileArguments),
}

#[derive(Args)]
pub struct FileArguments {
    file: PathBuf,
    /// The organization's name
    #[arg(long)]
    org: String,
}

pub async fn run(config: Option<&Path>, command: PayerCommand) -> Outcome {
    let (PayerCommand::Load(arguments) | PayerCommand::Diff(arguments)) = &command;
    let text = fs::read_to_string(&arguments.file)
        .with_context(|| format!("{} cannot be read", arguments.file.display()))
        .map_err(wrong)?;
    let file = ProfileFile::parse(&text).map_err(refused)?;
    let installation = open(settings(config)?).await?;
    let tx = begin(&installation, &arguments.org).await?;
    let outcome = match command {
        PayerCommand::Load(_) => load(tx, &file).await,
        PayerCommand::Diff(_) => diff(tx, &file).await,
    };
    installation.database.close().await;
    outcome
}

async fn begin(installation: &Installation, org: &str) -> Result<ScopedTx, Failure> {
    let database = &installation.database;
    let organization = organizations::find_by_name(database, org.trim())
        .await?
        .ok_or_else(|| wrong(anyhow!("there is no organization {:?}", org.trim())))?;
    Ok(database.begin_write(&Scope::system(organization.id, "payer")).await?)
}

async fn load(mut tx: ScopedTx, file: &ProfileFile) -> Outcome {
    let added = payers::add(&mut tx, file).await.map_err(refused)?;
    if added.changed {
        tx.commit().await?;
    } else {
        tx.finish().await?;
    }
    let profile = &added.profile;
    let what = if added.changed { "loaded" } else { "there already" };
    println!(
        "{} {} {} from {} version {} {what} (profile_id {}, rules {})",
        profile.key.state,
        profile.key.payer,
        profile.key.program,
        profile.effective_from,
        profile.version_number,
        profile.id,
        profile.hash
    );
    Ok(())
}

async fn diff(tx: ScopedTx, file: &ProfileFile) -> Outcome {
    let known = payers::in_force(&tx, &file.key(), file.effective_from).await?;
    let usual = payers::usual_rules(&tx).await?;
    tx.finish().await?;
    let before = known.as_ref().unwrap_or(&usual);
    if known.is_none() {
        println!("Nobody described this payer yet; compared with the usual rules:");
    }
    let after = serde_json::to_value(&file.rules)?;
    let changes = payers::diff(&serde_json::to_value(&before.rules)?, &after);
    for change in &changes {
        let show = |side: &Option<String>| side.clone().unwrap_or_else(|| "-".to_owned());
        println!("{}: {} -> {}", change.path, show(&change.before), show(&change.after));
    }
    if changes.is_empty() {
        println!("The same rules.");
        return Ok(());
    }
    Err(Failure { code: 1, error: anyhow!("{} difference(s)", changes.len()) })
}

fn wrong(error: anyhow::Error) -> Failure {
    Failure { code: 2, error }
}

/// What is wrong with a file is said with its place.
fn refused(error: Error) -> Failure {
    match error {
        Error::Invalid(fields) => {
            let texts: Vec<String> = fields.iter().map(|field| format!("{}: {}", field.field, field.message)).collect();
            wrong(anyhow!(texts.join("; ")))
        }
        Error::Conflict(_, message) => wrong(anyhow!(message)),
        other => other.into(),
    }
}
