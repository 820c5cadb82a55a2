use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use cairn_shared::check_ins::{self, Pack};
use cairn_shared::error::Error;
use cairn_shared::organizations;
use cairn_shared::scope::Scope;
use clap::{Args, Subcommand};

use crate::start::{open, settings};
use crate::{Failure, Outcome};

#[derive(Subcommand)]
pub enum ContentCommand {
    /// Import check-in forms from a file, for words that may not come with the program. Works beside a running server
    #[command(after_help = "The file is JSON:
  {\"pack\": NAME, \"source\": WHO WROTE THE WORDS, \"licence\": WHAT THEY ALLOW,
   \"forms\": [{\"key\": \"who5\", \"name\": ..., \"schema\": {...}, \"ui_schema\": {...},
              \"scoring\": {\"instrument\": \"who5\", \"version\": 1}}]}
Schema and UI schema are those of POST /v1/check-in-forms/{form_id}/versions. A key that is there already gets its next
version; the same words again change nothing.

Example:
  cairn content import who5.json --org Hope")]
    Import(ImportArguments),
}

#[derive(Args)]
pub struct ImportArguments {
    file: PathBuf,
    /// The organization's name
    #[arg(long)]
    org: String,
}

pub async fn run(config: Option<&Path>, command: ContentCommand) -> Outcome {
    let ContentCommand::Import(arguments) = command;
    let text = fs::read_to_string(&arguments.file)
        .with_context(|| format!("{} cannot be read", arguments.file.display()))
        .map_err(wrong)?;
    let pack = Pack::parse(&text).map_err(refused)?;
    let installation = open(settings(config)?).await?;
    let database = &installation.database;
    let organization = organizations::find_by_name(database, arguments.org.trim())
        .await?
        .ok_or_else(|| wrong(anyhow!("there is no organization {:?}", arguments.org.trim())))?;
    let mut tx = database.begin_write(&Scope::system(organization.id, "content")).await?;
    let done = check_ins::import(&mut tx, &pack).await.map_err(refused)?;
    if done.iter().any(|form| form.changed) {
        tx.commit().await?;
    } else {
        tx.finish().await?;
    }
    for form in &done {
        let what = if form.changed { "published" } else { "there already" };
        println!("{} version {} {what} (form_id {})", form.key, form.number, form.form_id);
    }
    println!("Source: {}\nLicence: {}", pack.source, pack.licence);
    installation.database.close().await;
    Ok(())
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
