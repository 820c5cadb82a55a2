use std::path::Path;

use anyhow::anyhow;
use cairn_shared::audit::{Finding, verify};
use cairn_shared::organizations;
use clap::{Args, Subcommand};
use serde_json::json;

use crate::start::{open, settings};
use crate::{Failure, Outcome};

#[derive(Subcommand)]
pub enum AuditCommand {
    /// Check every organization's chain and name each row that is not as it was written; exit code 1 if there is one
    Verify(VerifyArguments),
}

#[derive(Args)]
pub struct VerifyArguments {
    /// Print JSON, one object a line
    #[arg(long)]
    json: bool,
}

pub async fn run(config: Option<&Path>, command: AuditCommand) -> Outcome {
    let AuditCommand::Verify(arguments) = command;
    let installation = open(settings(config)?).await?;
    let mut damaged = 0;
    for organization in organizations::all(&installation.database).await? {
        let verdict = verify(&installation.database, organization.id).await?;
        damaged += usize::from(!verdict.is_whole());
        let mut lines: Vec<(String, i64)> = verdict.findings.iter().map(describe).collect();
        if verdict.is_whole() {
            lines.push(("whole, rows".to_owned(), verdict.rows));
        }
        if verdict.more_findings {
            lines.push(("more findings than are shown, rows".to_owned(), verdict.rows));
        }
        for (text, number) in lines {
            if arguments.json {
                let whole = verdict.is_whole();
                println!(
                    "{}",
                    json!({ "organization_id": organization.id, "whole": whole, "finding": text, "seq": number })
                );
            } else {
                println!("{} {text} {number}", organization.id);
            }
        }
    }
    installation.database.close().await;
    if damaged == 0 { Ok(()) } else { Err(Failure { code: 1, error: anyhow!("{damaged} audit log(s) are damaged") }) }
}

fn describe(finding: &Finding) -> (String, i64) {
    match *finding {
        Finding::Altered { seq } => ("altered at".to_owned(), seq),
        Finding::Missing { first, last } if first == last => ("missing".to_owned(), first),
        Finding::Missing { first, last } => (format!("missing up to {last} from"), first),
        Finding::Unproven { seq } => ("not provable, for the row before it is missing, at".to_owned(), seq),
        Finding::Head { seq } => ("the head does not fit the end, it says".to_owned(), seq),
    }
}
