use std::fs;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use cairn_shared::calendars::{self, CalendarFile, Counts, Defaults, Owner, SERIES_AT_ONCE, Skip};
use cairn_shared::db::Database;
use cairn_shared::error::Error;
use cairn_shared::organizations;
use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use uuid::Uuid;

use crate::start::{open, settings};
use crate::{Failure, Outcome};

#[derive(Subcommand)]
pub enum ImportCommand {
    /// Bring a calendar (iCalendar, .ics) onto agendas. Works beside a running server
    #[command(
        after_help = "Attendees are matched to clients and staff by their e-mail addresses; events without any client are
listed as left out. With --client all events are that client's. Read again, a file changes nothing; a newer
file updates and cancels. What was begun and interrupted goes on when it is run again.

Examples:
  cairn import calendar agency.ics --org Hope --dry-run     say what would happen, and change nothing
  cairn import calendar agency.ics --org Hope --reminder-minutes 60
  cairn import calendar ana.ics --org Hope --client 0193ab4e-5f10-7c3e-9d0a-2f6b1c8e4a77 --json"
    )]
    Calendar(CalendarArguments),
}

#[derive(Args)]
pub struct CalendarArguments {
    /// The calendar file, at most 10 MB
    file: PathBuf,
    /// The organization's name
    #[arg(long)]
    org: String,
    /// Put everything on this client's agenda
    #[arg(long, value_name = "ID")]
    client: Option<Uuid>,
    /// Remind so many minutes before events that carry no usable alarm
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=40_320))]
    reminder_minutes: Option<u32>,
    /// Say what would happen, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub async fn run(config: Option<&Path>, command: ImportCommand) -> Outcome {
    let ImportCommand::Calendar(arguments) = command;
    let name = arguments.file.display();
    let bytes = fs::read(&arguments.file).with_context(|| format!("{name} cannot be read")).map_err(wrong)?;
    let installation = open(settings(config)?).await?;
    let outcome = import(&installation.database, &arguments, &bytes).await;
    installation.database.close().await;
    let (counts, skipped) = outcome?;
    if arguments.json {
        let Counts { imported, updated, unchanged, cancelled } = counts;
        let told = json!({ "imported": imported, "updated": updated, "unchanged": unchanged, "cancelled": cancelled,
            "skipped": skipped, "dry_run": arguments.dry_run });
        say(&format!("{told}\n"));
    } else {
        say(&summary(counts, &skipped, arguments.dry_run));
    }
    Ok(())
}

async fn import(
    database: &Database,
    arguments: &CalendarArguments,
    bytes: &[u8],
) -> Result<(Counts, Vec<Skip>), Failure> {
    let organization = organizations::find_by_name(database, arguments.org.trim())
        .await?
        .ok_or_else(|| wrong(anyhow!("there is no organization {:?}", arguments.org.trim())))?;
    let scope = organizations::system_scope(database, organization.id, "import").await?;
    let defaults = Defaults { reminder_minutes: arguments.reminder_minutes };
    let CalendarFile { series, mut skipped } =
        calendars::read_file(bytes, scope.zone, defaults).map_err(|error| wrong(error.into()))?;
    let owner = arguments.client.map_or(Owner::Organization, Owner::Client);
    let mut counts = Counts::default();
    let bar = progress_bar(series.len());
    for chunk in series.chunks(SERIES_AT_ONCE) {
        let mut tx = database.begin_write(&scope).await?;
        let step = calendars::import_step(&mut tx, owner, chunk, arguments.dry_run, &mut counts, &mut skipped).await;
        step.map_err(|error| match error {
            Error::NotFound => wrong(anyhow!("there is no such client in this organization")),
            other => other.into(),
        })?;
        if arguments.dry_run {
            tx.finish().await?;
        } else {
            tx.commit().await?;
        }
        bar.inc(chunk.len() as u64);
    }
    bar.finish_and_clear();
    Ok((counts, skipped))
}

/// Whoever reads may stop early (`| head`).
fn say(text: &str) {
    let _ = std::io::stdout().write_all(text.as_bytes());
}

/// Shown to people only, on standard error, so that what is printed can be piped.
fn progress_bar(length: usize) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} series, {eta} left");
    ProgressBar::new(length as u64).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

fn summary(counts: Counts, skipped: &[Skip], dry_run: bool) -> String {
    let Counts { imported, updated, unchanged, cancelled } = counts;
    let would = if dry_run { "Nothing was changed. It would be:\n" } else { "" };
    let mut text = format!(
        "{would}imported {imported}, updated {updated}, unchanged {unchanged}, cancelled {cancelled}, left out {}\n",
        skipped.len()
    );
    if skipped.is_empty() {
        return text;
    }
    let rows: Vec<[String; 3]> = skipped
        .iter()
        .map(|skip| {
            let uid = skip.uid.clone().unwrap_or_else(|| "(none)".to_owned());
            let uid = match &skip.recurrence_id {
                Some(date) => format!("{uid} {date}"),
                None => uid,
            };
            [plain(&uid), skip.reason.to_string(), plain(&skip.message)]
        })
        .collect();
    let width = |column: usize, least: usize| {
        rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0).clamp(least, 48)
    };
    let (uid, reason) = (width(0, 3), width(1, 6));
    text.push_str(&format!("\n{:uid$}  {:reason$}  WHY\n", "UID", "REASON"));
    for [a, b, c] in rows {
        text.push_str(&format!("{a:uid$}  {b:reason$}  {c}\n"));
    }
    text
}

/// What comes from a file must not steer the terminal.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn wrong(error: anyhow::Error) -> Failure {
    Failure { code: 2, error }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_left_out_is_a_table() {
        let counts = Counts { imported: 2, ..Counts::default() };
        assert_eq!(summary(counts, &[], false), "imported 2, updated 0, unchanged 0, cancelled 0, left out 0\n");
        let skips = [
            Skip::new(Some("a@x"), "no_client", "nobody"),
            Skip::new(None, "no_uid", "the event has no UID\u{1b}[31m"),
        ];
        assert_eq!(
            summary(counts, &skips, true),
            "Nothing was changed. It would be:\n\
             imported 2, updated 0, unchanged 0, cancelled 0, left out 2\n\n\
             UID     REASON     WHY\n\
             a@x     no_client  nobody\n\
             (none)  no_uid     the event has no UID [31m\n"
        );
    }
}
